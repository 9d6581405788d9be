"""Job compare-logic: builds days with a candidate beside the current state and reports the differences. Arguments: docs/backfill.md.

It reads silver and gold and writes a report: nothing that readers of gold see.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from waybill_lake.compare.differences import TableDifference, compare_tables
from waybill_lake.compare.report import markdown_of, report_of
from waybill_lake.compare.tolerances import ToleranceError, Tolerances, stored_tolerances
from waybill_lake.job_metrics import Metric, put_metrics
from waybill_lake.loading.documents import write_json
from waybill_lake.model import load_model
from waybill_lake.objects import S3Store
from waybill_lake.publish.in_force import logic_for
from waybill_lake.publish.ledger_dynamodb import DynamoGoldLedger
from waybill_lake.publish.silver_look import LakeNames, SilverLook, read_pinned
from waybill_lake.reference import Reference, ReferenceFileError, load_reference
from waybill_lake.session import start_session
from waybill_lake.settings import JobSettings, SettingsError, names, read_settings
from waybill_lake.transforms.gold import GoldSource, GoldTable, gold_with_declared
from waybill_lake.transforms.gold_cost import DEFAULT_LOGIC
from waybill_lake.transforms.gold_facts import Days
from waybill_lake.transforms.logic_split import LogicError

PUBLISHED = "published"
ABOVE_LIMIT = "ComparisonsAboveLimit"


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="first", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--to", dest="last", type=dt.date.fromisoformat, required=True)
    parser.add_argument("--candidate", default=None)
    parser.add_argument("--against", choices=("logic", PUBLISHED), default="logic")
    parser.add_argument("--tables", type=names, default=())
    parser.add_argument("--tolerances-key", default=None)
    parser.add_argument("--default-logic", default=DEFAULT_LOGIC)


class Comparison:
    """Both sides of a range from one look at silver."""

    def __init__(self, spark: SparkSession, lake: LakeNames, days: Days, reference: Reference, tables: Mapping[str, GoldTable]) -> None:
        self._spark, self._lake, self._days, self._reference, self._tables = spark, lake, days, reference, tables
        events = {table.events for table in tables.values() if table.events is not None}
        pins = SilverLook(spark, lake, days, {name: {} for name in ("shipments", *sorted(events))}, "").pins
        self._silver = read_pinned(spark, lake, pins)

    def run(self, wanted: Sequence[str], candidate: str, current: str, tolerances: Tolerances) -> list[TableDifference]:
        """`current`: a logic version, or `published` for what readers have."""
        built = self._source(candidate)
        beside = None if current == PUBLISHED else self._source(current)
        try:
            return [
                compare_tables(
                    name,
                    self._published(name) if beside is None else self._tables[name].build(beside),
                    self._tables[name].build(built),
                    self._tables[name].grain,
                    tolerances,
                )
                for name in wanted
            ]
        finally:
            for source in (built, beside):
                if source is not None:
                    source.release()

    def _source(self, logic: str) -> GoldSource:
        return GoldSource(self._silver, self._reference, self._days, logic)

    def _published(self, name: str) -> DataFrame:
        return self._spark.table(self._lake.gold_table(name)).where(F.col("business_date").isin(list(self._days.dates)))


def tables_to_compare(tables: Mapping[str, GoldTable], asked: Sequence[str], against: str) -> tuple[list[str], list[str]]:
    """Those to build, and those that need not be: between two logic versions a table without the input `logic` is the same.

    :raises SettingsError: there is no such table.
    """
    unknown = [name for name in asked if name not in tables]
    if unknown:
        raise SettingsError(f"--tables: no gold table {', '.join(unknown)}; tables: {', '.join(tables)}")
    wanted = list(asked or tables)
    same = [name for name in wanted if against != PUBLISHED and "logic" not in tables[name].inputs]
    return [name for name in wanted if name not in same], same


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Runs the job and answers the report that it wrote to `reports/compare-logic/<run>/report.json`."""
    settings, given = read_settings(argv, _arguments, run_required=True)
    if given.last < given.first:
        raise SettingsError(f"--from {given.first} lies after --to {given.last}")
    days = tuple(given.first + dt.timedelta(days=more) for more in range((given.last - given.first).days + 1))
    tables = gold_with_declared(load_model())
    wanted, same = tables_to_compare(tables, given.tables, given.against)
    store = S3Store(settings.lake_bucket)
    tolerances = stored_tolerances(store, given.tolerances_key)
    ledger = DynamoGoldLedger(settings.ledger_table)
    in_force = logic_for(ledger, None, given.default_logic, publishes=False)
    candidate = logic_for(ledger, given.candidate, in_force, publishes=False)
    spark = start_session("compare-logic")
    lake = LakeNames(settings.silver_database, settings.gold_database, settings.ops_database)
    comparison = Comparison(spark, lake, Days(days, settings.business_time_zone), load_reference(), tables)
    current = PUBLISHED if given.against == PUBLISHED else in_force
    differences = comparison.run(wanted, candidate, current, tolerances)
    about = {
        "run": settings.run,
        "candidate": candidate,
        "current": current,
        "from": str(given.first),
        "to": str(given.last),
        "days": len(days),
        "alarmAbovePercent": tolerances.alarm_above_percent,
    }
    report = report_of(about, differences, same)
    _write(store, settings, report)
    return report


def _write(store: S3Store, settings: JobSettings, report: Mapping[str, Any]) -> None:
    prefix = f"reports/compare-logic/{settings.run}/report"
    store.put(f"{prefix}.md", markdown_of(report).encode("utf-8"))
    write_json(store, f"{prefix}.json", report)
    small = {name: report[name] for name in ("run", "candidate", "current", "mismatchPercent", "exceeds", "summary")}
    write_json(store, f"runs/compare-logic/{settings.run}/result.json", {**small, "report": f"{prefix}.md"})
    put_metrics(settings.metric_namespace, [Metric(ABOVE_LIMIT, 1 if report["exceeds"] else 0)])


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (SettingsError, ToleranceError, LogicError, ReferenceFileError) as error:
        sys.exit(f"compare-logic: {error}")
