"""Rows of quality_results, of silver and of gold alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from pyspark.sql import SparkSession

from waybill_lake.publish.audit import AuditResult
from waybill_lake.tables.few_rows import append_few
from waybill_lake.tables.iceberg import LiveTable


def append_results(
    spark: SparkSession, table: str, results: Iterable[tuple[dt.date, str, AuditResult]], *, run: str, now: dt.datetime
) -> None:
    """Adds what rules said of a day and table, in one commit.

    :param table: quality_results by its full name.
    """
    parts: dict[str, list[tuple[Any, ...]]] = {}
    for day, judged, result in results:
        observed = None if result.value is None else float(result.value)
        said = (result.rule, result.kind, result.severity, result.passed, observed, result.threshold, result.details)
        parts.setdefault(f"business_date={day}", []).append((day, judged, *said, run, now))
    append_few(LiveTable(spark, table), parts)
