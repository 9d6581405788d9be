"""A few rows appended without a Spark job are rows like any others."""

from __future__ import annotations

import datetime as dt

from pyspark.sql import SparkSession

from waybill_lake.tables.definitions import OPS_TABLES
from waybill_lake.tables.ensure import ensure_table
from waybill_lake.tables.few_rows import append_few, read_few
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
    append_few(live, {"business_date=2026-11-10": rows[:2], "business_date=2026-11-11": rows[2:], "business_date=2026-11-12": []})
    append_few(live, {"business_date=2026-11-12": []})

    assert spark.table(f"{name}.snapshots").count() == 1, "several days are one commit, and nothing is none"

    found = spark.table(name).selectExpr("*", "_partition.business_date AS day").orderBy("business_date", "table_name").collect()
    assert [tuple(row)[:-2] for row in found] == [row[:-1] for row in rows]
    assert [row["recorded_at"].timestamp() for row in found] == [at.timestamp()] * 3
    assert [tuple(row)[-1] for row in found] == [row[0] for row in rows]
    assert spark.table(name).where("business_date = DATE '2026-11-10' AND table_name = 'b'").count() == 1
    # A row written by Spark beside them: the table is still one.
    spark.sql(f"INSERT INTO {name} VALUES (DATE '2026-11-10', 'c', NULL, 'complete', 1, 'v2', '', 'r', TIMESTAMP '2026-11-21 00:00:00')")
    assert spark.table(name).count() == 4


def test_a_list_and_a_day_of_a_moment_are_written_and_read_back(spark: SparkSession, lake: str) -> None:
    name = f"{lake}.load_runs"
    ensure_table(spark, name, next(table for table in OPS_TABLES if table.name == "load_runs"))
    at = dt.datetime(2026, 11, 20, 23, 30, tzinfo=dt.UTC)

    def row(contract: str, run: str, days: list[str]) -> tuple[object, ...]:
        return (contract, run, "i", "committed", 7, 1, 4, 3, 0, 1, 0, 0, days, "key", at, None)

    live = LiveTable(spark, name)
    assert read_few(live, ("contract", "load_run"), "load_run", "a", "z") == set()
    for run in ("20261120T233000-000001", "20261120T233000-000002", "20261121T000000-000003"):
        append_few(live, {"finished_at_day=2026-11-20": [row("a", run, ["2026-11-20"]), row("b", run, [])]})

    assert [tuple(found) for found in spark.table(name).select("days", "finished_at").distinct().orderBy("days").collect()] == [
        ([], at.replace(tzinfo=None)),
        (["2026-11-20"], at.replace(tzinfo=None)),
    ]
    assert spark.table(name).where("finished_at >= TIMESTAMP '2026-11-20 23:00:00'").count() == 6
    assert spark.table(name).where("finished_at < TIMESTAMP '2026-11-20 00:00:00'").count() == 0
    both = {(contract, f"20261120T233000-00000{number}") for contract in "ab" for number in (1, 2)}
    assert read_few(live, ("contract", "load_run"), "load_run", "20261120T233000-000001", "20261120T233000-000002") == both
    # Who looks for other rows opens no file: bounds are kept with each.
    third = spark.table(f"{name}.files").selectExpr("readable_metrics.load_run.*").where("lower_bound > '20261120T24'").collect()
    assert [(found["value_count"], found["null_value_count"]) for found in third] == [(2, 0)]
