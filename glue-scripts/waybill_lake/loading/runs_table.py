"""Copies finished runs from the ledger's answers into the table load_runs, where analysts can ask for the lineage of a row."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from waybill_lake.loading.parts import LoadParts
from waybill_lake.loading.report import LoadReport
from waybill_lake.session import CATALOG
from waybill_lake.tables.definitions import OPS_TABLES
from waybill_lake.tables.few_rows import append_few, read_few
from waybill_lake.tables.iceberg import LiveTable

_TABLE = next(table for table in OPS_TABLES if table.name == "load_runs")


def record_load_runs(parts: LoadParts, ops_database: str, reports: Sequence[LoadReport]) -> None:
    """Adds the runs that are not in the table yet. The ledger's row `run#` is the record; this is a copy for SQL."""
    rows = [
        (
            report.contract,
            run.run,
            parts.invocation,
            run.state,
            run.snapshot,
            run.objects,
            run.outcome.counts.identities,
            run.outcome.counts.new,
            run.outcome.counts.conflicts,
            run.outcome.counts.duplicates,
            run.outcome.counts.parked,
            run.quarantined_lines,
            list(run.outcome.days),
            run.manifest,
            parts.now.astimezone(dt.UTC),
            json.dumps(run.outcome.aside, sort_keys=True) if run.outcome.aside else None,
        )
        for report in reports
        for run in report.runs
    ]
    if not rows:
        return
    table = LiveTable(parts.spark, f"{CATALOG}.{ops_database}.{_TABLE.name}")
    runs = [str(row[1]) for row in rows]
    # Names begin with the moment at which a run began: of older files the bounds are read, not the rows.
    known = read_few(table, ("contract", "load_run"), "load_run", min(runs), max(runs))
    day = parts.now.astimezone(dt.UTC).date()
    append_few(table, {f"finished_at_day={day}": [row for row in rows if row[:2] not in known]})


def first_load_at(spark: SparkSession, ops_database: str) -> dt.datetime | None:
    """When the first load that is known ended."""
    row = spark.table(f"{CATALOG}.{ops_database}.{_TABLE.name}").agg(F.unix_millis(F.min("finished_at")).alias("ms")).first()
    return None if row is None or row["ms"] is None else dt.datetime.fromtimestamp(row["ms"] / 1000, dt.UTC)
