"""One size of bench:lake: loads bronze into silver, builds gold, asks both engines the same questions. Prints one JSON line.

Usage: python measure.py <project> <bronze folder> <work folder>. CPU is user + system of this process and all it started.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import os
import sys
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

PROJECT, BRONZE, WORK = (Path(argument) for argument in sys.argv[1:4])
sys.path.insert(0, str(PROJECT / "glue-scripts"))
# Python workers of Spark import the jobs' code, too.
os.environ["PYTHONPATH"] = str(PROJECT / "glue-scripts")

import duckdb  # noqa: E402
from pyspark.sql import SparkSession  # noqa: E402

from waybill_lake.ledger import MemoryLedger  # noqa: E402
from waybill_lake.loading.parts import LoadParts  # noqa: E402
from waybill_lake.loading.repair import repair_ledger  # noqa: E402
from waybill_lake.loading.silver import load_contract  # noqa: E402
from waybill_lake.model import load_model  # noqa: E402
from waybill_lake.objects import FolderStore  # noqa: E402
from waybill_lake.publish.audit import load_rules  # noqa: E402
from waybill_lake.publish.build import GoldBuild, GoldParts  # noqa: E402
from waybill_lake.publish.ledger_memory import MemoryGoldLedger  # noqa: E402
from waybill_lake.publish.silver_look import LakeNames  # noqa: E402
from waybill_lake.reference import load_reference  # noqa: E402
from waybill_lake.tables.definitions import all_tables  # noqa: E402
from waybill_lake.tables.ensure import ensure_all  # noqa: E402
from waybill_lake.transforms.gold import gold_with_declared  # noqa: E402
from waybill_lake.transforms.gold_declared import declared_tables  # noqa: E402
from waybill_lake.transforms.gold_schemas import gold_tables  # noqa: E402

NOW = dt.datetime(2026, 11, 21, 1, tzinfo=dt.UTC)
DAYS = 31
TICK = os.sysconf("SC_CLK_TCK")

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


def tree_cpu() -> float:
    """CPU seconds of this process, what it started, and what of that has ended."""
    stats: dict[int, tuple[int, float]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = Path(f"/proc/{name}/stat").read_text().rsplit(") ", 1)[1].split()
            except OSError:
                continue
            stats[int(name)] = (int(fields[1]), sum(int(field) for field in fields[11:15]) / TICK)
    mine = {os.getpid()}
    while grown := {pid for pid, (parent, _) in stats.items() if parent in mine and pid not in mine}:
        mine |= grown
    return sum(stats[pid][1] for pid in mine if pid in stats)


def measured(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    wall, cpu = time.monotonic(), tree_cpu()
    answer = work()
    return answer, {"cpu": round(tree_cpu() - cpu, 2), "wall": round(time.monotonic() - wall, 2)}


def start() -> SparkSession:
    described = json.loads((PROJECT / ".cache" / "lake-environment.json").read_text())
    os.environ.update(SPARK_HOME=described["sparkHome"], JAVA_HOME=described["javaHome"], PYSPARK_PYTHON=sys.executable)
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    settings = {
        "spark.master": "local[2]",
        "spark.driver.memory": "6g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.extraClassPath": os.pathsep.join(described["jars"]),
        "spark.driver.extraJavaOptions": "-XX:+UseParallelGC -Duser.timezone=UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "4",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.lake.type": "hadoop",
        "spark.sql.catalog.lake.warehouse": str(WORK / "warehouse"),
        "spark.sql.catalog.lake.cache-enabled": "false",
        "spark.local.dir": str(WORK / "local"),
    }
    builder = SparkSession.builder.appName("bench-lake")
    for key, value in settings.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    spark.range(1).collect()
    return spark


class Lake:
    def __init__(self, spark: SparkSession) -> None:
        self.spark = spark
        self.model = load_model(PROJECT / "contracts" / "generated" / "lake.json")
        self.reference = load_reference(PROJECT / "contracts" / "reference")
        self.loads = MemoryLedger()
        self.names = LakeNames("bench", "bench", "bench")
        spark.sql("CREATE NAMESPACE IF NOT EXISTS lake.bench")
        definitions = (*all_tables(self.model), *gold_tables(), *declared_tables(spark, self.model, self.reference))
        ensure_all(spark, [(f"lake.bench.{table.name}", table) for table in definitions])

    def load(self) -> None:
        bronze = FolderStore(str(BRONZE))
        parts = LoadParts(
            spark=self.spark,
            ledger=self.loads,
            bronze=bronze,
            quarantine=FolderStore(str(WORK / "quarantine")),
            lake=FolderStore(str(WORK / "lake")),
            model=self.model,
            silver_database="bench",
            owner="bench",
            invocation="bench",
            now=NOW,
            clock=lambda: int(NOW.timestamp() * 1000),
            lease_seconds=24 * 3600,
            reference=self.reference,
        )
        for name in ("order-change", "shipment-event"):
            repair_ledger(self.loads, {"bronze": bronze}, name, now=NOW, hours=2)
            load_contract(parts, self.model.contract(name))

    def build(self) -> list[Any]:
        parts = GoldParts(
            spark=self.spark,
            names=self.names,
            ledger=MemoryGoldLedger(),
            load_ledger=self.loads,
            tables=gold_with_declared(self.model),
            rules=load_rules(),
            reference=self.reference,
            time_zone="UTC",
            run="bench",
            logic="v2",
            now=NOW,
        )
        dates = [(NOW - dt.timedelta(days=back)).date() for back in range(1, DAYS + 1)]
        return GoldBuild(parts).run(dates)

    def files(self, table: str, where: str = "true") -> list[tuple[str, int]]:
        rows = self.spark.sql(f"SELECT file_path, file_size_in_bytes FROM lake.bench.{table}.files WHERE {where}").collect()
        return [(row[0].removeprefix("file:"), row[1]) for row in rows]


def compare(lake: Lake) -> dict[str, Any]:
    """The same SQL on the same Parquet, each once cold and once warm; the warm one counts."""
    duck = duckdb.connect(config={"threads": 2})
    duck.execute("SET TimeZone = 'UTC'")
    found: dict[str, Any] = {}
    for name, (table, for_spark, for_duckdb) in QUERIES.items():
        paths = [path for path, _ in lake.files(table)]
        duck.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet({paths!r})")
        lake.spark.table(f"lake.bench.{table}").createOrReplaceTempView(table)
        spark_rows, duck_rows = ask_spark(lake.spark, for_spark), ask_duckdb(duck, for_duckdb)
        apart = [pair for pair in zip(by_key(spark_rows), by_key(duck_rows), strict=False) if not is_same(*pair)]
        if apart or len(spark_rows) != len(duck_rows):
            raise RuntimeError(f"{name}: Spark answers {len(spark_rows)} rows, DuckDB {len(duck_rows)}; the first that differ: {apart[:1]}")
        _, spark_took = measured(partial(ask_spark, lake.spark, for_spark))
        _, duck_took = measured(partial(ask_duckdb, duck, for_duckdb))
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


def shares(lake: Lake) -> dict[str, float]:
    """Bytes of the files that a question touches, of all bytes of its table."""
    whole = sum(size for _, size in lake.files("shipment_events"))
    one = lake.spark.table("lake.bench.shipments").orderBy("shipment_id").limit(1).collect()[0]
    low, high = one["first_event_time"].date(), one["last_event_time"].date()
    java = lake.spark._jvm
    assert java is not None
    table = java.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(lake.spark._jsparkSession, "lake.bench.shipment_events")
    expressions = java.org.apache.iceberg.expressions.Expressions
    story = expressions.equal("shipment_id", one["shipment_id"])
    between = getattr(expressions, "and")
    window = between(
        expressions.greaterThanOrEqual("event_time", f"{low}T00:00:00+00:00"),
        expressions.lessThan("event_time", f"{high + dt.timedelta(days=1)}T00:00:00+00:00"),
    )

    def planned(filters: Any) -> int:
        tasks = table.newScan().filter(filters).planFiles().iterator()
        total = 0
        while tasks.hasNext():
            total += tasks.next().length()
        return total

    gold = sum(size for _, size in lake.files("shipment_daily"))
    week = sum(size for _, size in lake.files("shipment_daily", f"partition.business_date >= DATE '{(NOW - dt.timedelta(days=7)).date()}'"))
    return {
        "story": round(planned(story) / whole, 4),
        "storyWithDays": round(planned(between(story, window)) / whole, 4),
        "kpiWeekOfGold": round(week / gold, 4) if gold else 0.0,
        "silverBytes": whole,
        "goldBytes": gold,
    }


def main() -> None:
    spark, started = measured(start)
    lake, ensured = measured(lambda: Lake(spark))
    _, loaded = measured(lake.load)
    days, built = measured(lake.build)
    events = spark.table("lake.bench.shipment_events").count()
    states = sorted({day.state for day in days})
    took = {"start": started, "ensure": ensured, "load": loaded, "gold": built}
    print(json.dumps({"events": events, **took, "states": states, "compare": compare(lake), "shares": shares(lake)}))  # noqa: T201
    spark.stop()


main()
