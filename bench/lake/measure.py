"""One size of bench:lake: loads bronze into silver, builds gold, asks both engines the same questions. Prints one JSON line.

Usage: python measure.py <project> <bronze folder> <work folder>. CPU is user + system of this process and all it started.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
from pathlib import Path
from typing import Any

PROJECT, BRONZE, WORK = (Path(argument) for argument in sys.argv[1:4])
sys.path.insert(0, str(PROJECT / "glue-scripts"))
# Python workers of Spark import the jobs' code, too.
os.environ["PYTHONPATH"] = str(PROJECT / "glue-scripts")

from pyspark.sql import SparkSession  # noqa: E402
from questions import compare, shares  # noqa: E402
from took import measured  # noqa: E402

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


def check(spark: SparkSession) -> None:
    """Figures of jobs that left something out would mean nothing."""
    last = NOW.date() - dt.timedelta(days=1)
    of_days = f"BETWEEN DATE '{last - dt.timedelta(days=DAYS - 1)}' AND DATE '{last}'"
    gold = spark.sql(f"SELECT sum(delivered) FROM lake.bench.shipment_daily WHERE business_date {of_days}").collect()[0][0]
    silver = spark.sql(f"SELECT count(*) FROM lake.bench.shipments WHERE to_date(delivered_time) {of_days}").collect()[0][0]
    told = spark.sql("SELECT count(DISTINCT shipment_id) FROM lake.bench.shipment_events").collect()[0][0]
    rows = spark.table("lake.bench.shipments").count()
    if gold != silver or rows != told or not silver:
        raise RuntimeError(f"shipments: {rows} rows, {told} in events; delivered: {silver} in silver, {gold} in gold")


def main() -> None:
    spark, started = measured(start)
    lake, ensured = measured(lambda: Lake(spark))
    _, loaded = measured(lake.load)
    days, built = measured(lake.build)
    check(spark)
    events = spark.table("lake.bench.shipment_events").count()
    states = sorted({day.state for day in days})
    took = {"start": started, "ensure": ensured, "load": loaded, "gold": built}
    print(json.dumps({"events": events, **took, "states": states, "compare": compare(spark), "shares": shares(spark, NOW)}))  # noqa: T201
    spark.stop()


main()
