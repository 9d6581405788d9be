"""Job build-gold: builds, audits and publishes days of gold. Arguments: docs/lake.md."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from waybill_lake.compare.tolerances import ToleranceError, stored_tolerances
from waybill_lake.job_metrics import days_metrics, put_metrics
from waybill_lake.ledger import DynamoLedger
from waybill_lake.loading.documents import write_json
from waybill_lake.model import LakeModel, load_model
from waybill_lake.objects import S3Store
from waybill_lake.protocol.publish_builder import Outcome
from waybill_lake.publish.audit import RuleError, load_rules
from waybill_lake.publish.build import DayResult, GoldParts
from waybill_lake.publish.daily_figures import tell_last_day
from waybill_lake.publish.day_notes import day_notes, write_reports
from waybill_lake.publish.first_day import before_the_lake
from waybill_lake.publish.in_force import build_in_force
from waybill_lake.publish.ledger_dynamodb import DynamoGoldLedger
from waybill_lake.publish.results import record_audits, result_of, summary_of
from waybill_lake.publish.silver_look import LakeNames
from waybill_lake.publish.weigh import weigher
from waybill_lake.quality import QualityParts, QualityRuleError
from waybill_lake.quality.gate import refused_days
from waybill_lake.reference import ReferenceFileError, load_reference
from waybill_lake.session import start_session
from waybill_lake.settings import JobSettings, SettingsError, names, read_settings
from waybill_lake.tables.ensure import TableChangeError, ensure_current
from waybill_lake.transforms.gold import GoldTable, gold_with_declared
from waybill_lake.transforms.gold_cost import DEFAULT_LOGIC, check_logic
from waybill_lake.transforms.logic_split import LogicError


class SupersededError(Exception):
    """Others kept changing a day, or its logic went out of force: a new run may publish it. Readers are on what was published before."""


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise argparse.ArgumentTypeError(f"{text!r} is neither true nor false")
    return text == "true"


def _severities(text: str) -> dict[str, str]:
    return dict(part.split("=", 1) for part in names(text))


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dates", type=lambda text: [dt.date.fromisoformat(day) for day in names(text)], required=True)
    parser.add_argument("--tables", type=names, default=())
    parser.add_argument("--logic", default=None)
    parser.add_argument("--default-logic", default=DEFAULT_LOGIC)
    parser.add_argument("--stage-only", type=_flag, default=False)
    parser.add_argument("--flagged", type=_flag, default=False)
    parser.add_argument("--audit-severities", type=_severities, default={})
    parser.add_argument("--result-key", default=None)
    parser.add_argument("--days-prefix", default=None)
    parser.add_argument("--compare", type=_flag, default=False)
    parser.add_argument("--tolerances-key", default=None)
    parser.add_argument("--report-prefix", default=None)


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Runs the job and answers what it wrote to `runs/build-gold/<run>/result.json`.

    A day that a rule refused is an answer (`state` is `failed`, `refused` says why), not a failure: who tries again gets the same.

    :raises TableChangeError: the contracts want what a table cannot become.
    :raises SupersededError: others kept changing a day.
    """
    settings, given = read_settings(argv, _arguments, run_required=True)
    model = load_model()
    tables = gold_with_declared(model)
    unknown = [name for name in given.tables if name not in tables]
    if unknown:
        raise SettingsError(f"--tables: no gold table {', '.join(unknown)}; tables: {', '.join(tables)}")
    spark, store, reference = start_session("build-gold"), S3Store(settings.lake_bucket), load_reference()
    ensure_current(spark, settings, store, model, reference)
    parts = GoldParts(
        spark=spark,
        names=LakeNames(settings.silver_database, settings.gold_database, settings.ops_database),
        ledger=DynamoGoldLedger(settings.ledger_table),
        load_ledger=DynamoLedger(settings.ledger_table),
        tables=tables,
        wanted=given.tables,
        rules=load_rules(_of_gold(given.audit_severities)),
        reference=reference,
        time_zone=settings.business_time_zone,
        run=settings.run,
        logic=check_logic(given.logic or given.default_logic),
        now=settings.now,
    )
    tolerances = stored_tolerances(store, given.tolerances_key) if given.compare else None
    if tolerances is not None:
        parts = replace(parts, weigh=weigher(spark, parts.names, tables, tolerances))
    note = None if given.days_prefix is None else day_notes(store, given.days_prefix, settings.run)
    # Who only stages shows nothing to readers: the rules of silver are for those who publish.
    idle = [] if given.stage_only else _idle(parts, given.dates)
    dates = _without(given.dates, idle)
    refused = [] if given.stage_only else refused_days(_quality(settings, parts, model, given.audit_severities), dates, _wanted(parts))
    if note is not None:
        for day in (*idle, *refused):
            note(day)
    dates = _without(dates, refused)
    logic, built = parts.logic, list[DayResult]()
    if dates:
        logic, built = build_in_force(parts, dates, given.logic, given.default_logic, stage_only=given.stage_only, ended=note)
    if tolerances is not None and given.report_prefix is not None:
        write_reports(store, given.report_prefix, settings.run, logic, built, tolerances.alarm_above_percent)
    record_audits(spark, parts.names, built, settings.run, settings.now)
    days = sorted([*idle, *refused, *built], key=lambda day: day.day)
    result = result_of(settings.run, logic, days, flagged=given.flagged)
    for key in {f"runs/build-gold/{settings.run}/result.json", given.result_key or f"runs/build-gold/{settings.run}/result.json"}:
        write_json(store, key, result)
    write_json(store, f"runs/build-gold/{settings.run}/summary.json", summary_of(result))
    if not given.stage_only:
        tell_last_day(spark, parts.names, store, built, settings.now)
        put_metrics(settings.metric_namespace, days_metrics([day.state for day in days]))
    if result["state"] == "superseded":
        raise SupersededError(result["summary"])
    return result


def _idle(parts: GoldParts, dates: Sequence[dt.date]) -> list[DayResult]:
    return [DayResult(day, Outcome.UNCHANGED, ()) for day in before_the_lake(parts.load_ledger, parts.tables.values(), dates)]


def _quality(settings: JobSettings, parts: GoldParts, model: LakeModel, severities: Mapping[str, str]) -> QualityParts:
    return QualityParts(
        spark=parts.spark,
        silver_database=settings.silver_database,
        ops_database=settings.ops_database,
        ledger=parts.load_ledger,
        model=model,
        reference=parts.reference,
        time_zone=parts.time_zone,
        horizon_days=settings.horizon_days,
        run=settings.run,
        now=settings.now,
        severities={name: severity for name, severity in severities.items() if "." in name},
    )


def _of_gold(severities: Mapping[str, str]) -> dict[str, str]:
    """Rules of silver are named with their table: `shipment_events.usual-volume`."""
    return {name: severity for name, severity in severities.items() if "." not in name}


def _wanted(parts: GoldParts) -> dict[str, GoldTable]:
    return {name: parts.tables[name] for name in parts.wanted or parts.tables}


def _without(dates: Sequence[dt.date], refused: Sequence[DayResult]) -> list[dt.date]:
    return [day for day in dates if day not in {each.day for each in refused}]


def run() -> None:
    """The job as Glue starts it: a mistake, or days that others kept changing, end it with one line."""
    try:
        main(sys.argv[1:])
    except (
        SettingsError,
        TableChangeError,
        RuleError,
        QualityRuleError,
        LogicError,
        ReferenceFileError,
        ToleranceError,
        SupersededError,
    ) as error:
        sys.exit(f"build-gold: {error}")


if __name__ == "__main__":
    run()
