"""A few rows appended without a Spark job are rows like any others."""

from __future__ import annotations

import datetime as dt

from pyspark.sql import SparkSession

from waybill_lake.tables.definitions import OPS_TABLES
from waybill_lake.tables.ensure import ensure_table
from waybill_lake.tables.few_rows import append_few
from waybill_lake.tables.iceberg import LiveTable


def test_what_is_appended_is_read_and_found_by_its_day(spark: SparkSession, lake: str) -> None:
    name = f"{lake}.data_versions"
    ensure_table(spark, name, next(table for table in OPS_TABLES if table.name == "data_versions"))
    at = dt.datetime(2026, 11, 21, 2, 3, 4, 567_000, tzinfo=dt.UTC)
    rows = [
        (dt.date(2026, 11, day), table, None, "complete", 5_000_000_000, "v2", '{"a": "ü"}', "r", at)
        for day, table in ((10, "a"), (10, "b"), (11, "a"))
    ]
    live = LiveTable(spark, name)
    append_few(live, rows[:2], "business_date=2026-11-10")
    append_few(live, rows[2:], "business_date=2026-11-11")
    append_few(live, [], "business_date=2026-11-12")

    found = spark.table(name).selectExpr("*", "_partition.business_date AS day").orderBy("business_date", "table_name").collect()
    assert [tuple(row)[:-2] for row in found] == [row[:-1] for row in rows]
    assert [row["recorded_at"].timestamp() for row in found] == [at.timestamp()] * 3
    assert [tuple(row)[-1] for row in found] == [row[0] for row in rows]
    assert spark.table(name).where("business_date = DATE '2026-11-10' AND table_name = 'b'").count() == 1
    # A row written by Spark beside them: the table is still one.
    spark.sql(f"INSERT INTO {name} VALUES (DATE '2026-11-10', 'c', NULL, 'complete', 1, 'v2', '', 'r', TIMESTAMP '2026-11-21 00:00:00')")
    assert spark.table(name).count() == 4
