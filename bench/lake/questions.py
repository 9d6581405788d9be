"""What bench:lake asks of the tables: the same SQL by Spark and by DuckDB, and how much of a table a question touches."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from typing import Any

import duckdb
from pyspark.sql import Row, SparkSession
from took import mean_of

WARM = 3
COUNTED = 5
STORIES = 5

KPI = """
SELECT date_trunc('day', delivered_time) AS day, carrier, lane, count(*) AS delivered,
       sum(CASE WHEN delivered_time <= planned_delivery_time THEN 1 ELSE 0 END) AS on_time,
       avg(delivery_delay_minutes) AS mean_delay, sum(weight_kg) AS weight
FROM shipments WHERE delivered_time IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
"""A report over shipments: what a day of gold computes, without the joins."""

DWELL = """
SELECT hub, count(*) AS stays, sum(ended - begun) AS stayed_ms, max(ended - begun) AS longest_ms FROM (
  SELECT location_un_locode AS hub, event_type, ended,
         lag(ended) OVER (PARTITION BY shipment_id, location_un_locode ORDER BY ended, source, event_id) AS begun
  FROM (SELECT *, {milliseconds} AS ended FROM shipment_events WHERE event_classifier = 'ACTUAL' AND location_un_locode IS NOT NULL)
) WHERE event_type = 'DEPARTED' GROUP BY 1 ORDER BY 1
"""
"""A window over all events, as dwell per hub needs it. In whole milliseconds: Spark's unix_timestamp cuts to seconds where DuckDB's
epoch keeps their parts, so both the order of near events and the sums would differ. By source too: an event id is its source's own."""

QUERIES = {
    "kpi": ("shipments", KPI, KPI),
    "dwell": ("shipment_events", DWELL.format(milliseconds="unix_millis(event_time)"), DWELL.format(milliseconds="epoch_ms(event_time)")),
}
"""Name to the table it reads and its text for Spark and for DuckDB, which differ in the name of one function."""


def files(spark: SparkSession, table: str, where: str = "true") -> list[tuple[str, int]]:
    rows = spark.sql(f"SELECT file_path, file_size_in_bytes FROM lake.bench.{table}.files WHERE {where}").collect()
    return [(row[0].removeprefix("file:"), row[1]) for row in rows]


def compare(spark: SparkSession) -> dict[str, Any]:
    """The same SQL on the same Parquet, in turns: some times until both engines are warm, then the mean of some more."""
    duck = duckdb.connect(config={"threads": 2})
    duck.execute("SET TimeZone = 'UTC'")
    found: dict[str, Any] = {}
    for name, (table, for_spark, for_duckdb) in QUERIES.items():
        paths = [path for path, _ in files(spark, table)]
        duck.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet({paths!r})")
        spark.table(f"lake.bench.{table}").createOrReplaceTempView(table)
        spark_rows, duck_rows = ask_spark(spark, for_spark), ask_duckdb(duck, for_duckdb)
        apart = [pair for pair in zip(by_key(spark_rows), by_key(duck_rows), strict=False) if not is_same(*pair)]
        if apart or len(spark_rows) != len(duck_rows):
            raise RuntimeError(f"{name}: Spark answers {len(spark_rows)} rows, DuckDB {len(duck_rows)}; the first that differ: {apart[:1]}")
        for _ in range(WARM - 1):
            ask_spark(spark, for_spark)
            ask_duckdb(duck, for_duckdb)
        spark_took = mean_of(COUNTED, partial(ask_spark, spark, for_spark))
        duck_took = mean_of(COUNTED, partial(ask_duckdb, duck, for_duckdb))
        found[name] = {"spark": spark_took, "duckdb": duck_took, "rows": len(duck_rows)}
    return found


def ask_spark(spark: SparkSession, sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in spark.sql(sql).collect()]


def ask_duckdb(duck: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return duck.execute(sql).fetchall()


def by_key(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """In the order of what is exact; instants come with or without a zone, by engine, and are days here."""

    def plain(value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return value.strftime("%Y-%m-%d")
        return float(value) if isinstance(value, Decimal) else value

    plain_rows = [tuple(plain(value) for value in row) for row in rows]
    return sorted(plain_rows, key=lambda row: tuple(str(value) for value in row if not isinstance(value, float)))


def is_same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Engines add doubles in another order; all else is equal."""
    return all(
        math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9) if isinstance(a, float) and isinstance(b, float) else a == b
        for a, b in zip(one, other, strict=True)
    )


def shares(spark: SparkSession, now: dt.datetime) -> dict[str, float]:
    """Bytes of the files that a question touches, of all bytes of its table. A story is asked of some shipments from all over the ids: the
    first of all would be found by the bounds of files alone.
    """
    whole = sum(size for _, size in files(spark, "shipment_events"))
    asked = spark.sql("SELECT shipment_id, first_event_time, last_event_time FROM lake.bench.shipments ORDER BY xxhash64(shipment_id)")
    stories = [story_bytes(spark, row) for row in asked.limit(STORIES).collect()]
    gold = sum(size for _, size in files(spark, "shipment_daily"))
    week_ago = (now - dt.timedelta(days=7)).date()
    week = sum(size for _, size in files(spark, "shipment_daily", f"partition.business_date >= DATE '{week_ago}'"))
    means = {name: sum(story[name] for story in stories) / len(stories) / whole for name in stories[0]}
    return {
        **{name: round(share, 4) for name, share in means.items()},
        "kpiWeekOfGold": round(week / gold, 4) if gold else 0.0,
        "silverBytes": whole,
        "goldBytes": gold,
    }


def story_bytes(spark: SparkSession, shipment: Row) -> dict[str, float]:
    """By shipment alone: files, and of these what pages hold within whose bounds the shipment lies (for readers with column indexes); and
    files of the days between its first and its last event.
    """
    java = spark._jvm
    assert java is not None
    table = java.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(spark._jsparkSession, "lake.bench.shipment_events")
    expressions = java.org.apache.iceberg.expressions.Expressions
    both = getattr(expressions, "and")
    story = expressions.equal("shipment_id", shipment["shipment_id"])
    low, high = shipment["first_event_time"].date(), shipment["last_event_time"].date()
    days = both(
        expressions.greaterThanOrEqual("event_time", f"{low}T00:00:00+00:00"),
        expressions.lessThan("event_time", f"{high + dt.timedelta(days=1)}T00:00:00+00:00"),
    )

    def planned(filters: Any) -> list[tuple[str, int]]:
        tasks = table.newScan().filter(filters).planFiles().iterator()
        found = []
        while tasks.hasNext():
            file = tasks.next().file()
            found.append((str(file.location()), int(file.fileSizeInBytes())))
        return found

    touched = planned(story)
    return {
        "story": sum(size for _, size in touched),
        "storyPages": sum(size * share_of_pages(java, path, shipment["shipment_id"]) for path, size in touched),
        "storyWithDays": sum(size for _, size in planned(both(story, days))),
    }


def share_of_pages(java: Any, path: str, shipment_id: str) -> float:
    """Share of a file's rows in pages whose bounds the shipment lies in."""
    parquet = java.org.apache.parquet
    wanted = parquet.filter2.predicate.FilterApi
    equal = wanted.eq(wanted.binaryColumn("shipment_id"), parquet.io.api.Binary.fromString(shipment_id))
    options = parquet.ParquetReadOptions.builder().withRecordFilter(parquet.filter2.compat.FilterCompat.get(equal))
    options = options.useColumnIndexFilter(True).useDictionaryFilter(False).useBloomFilter(False).build()
    file = parquet.hadoop.util.HadoopInputFile.fromPath(java.org.apache.hadoop.fs.Path(path), java.org.apache.hadoop.conf.Configuration())
    reader = parquet.hadoop.ParquetFileReader.open(file, options)
    try:
        rows = int(sum(block.getRowCount() for block in reader.getFooter().getBlocks()))
        return float(reader.getFilteredRecordCount()) / rows
    finally:
        reader.close()
