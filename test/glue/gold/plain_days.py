"""Two plain gold tables, one row a delivered shipment: each row knows how many its day has, so that a part of a day shows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame, SparkSession, Window
from pyspark.sql import functions as F

from gold.small_lake import DATA_VERSIONS, NOW, ZONE, frame, reference
from waybill_lake.clients import dynamodb_client
from waybill_lake.ledger.memory import MemoryLedger
from waybill_lake.publish.audit import load_rules
from waybill_lake.publish.build import GoldParts
from waybill_lake.publish.ledger_dynamodb import DynamoGoldLedger
from waybill_lake.publish.silver_look import LakeNames
from waybill_lake.steps import NoSteps, Steps
from waybill_lake.tables.definitions import CARRIERS, CUSTOMERS, OPS_TABLES, ORDERS, SHIPMENTS, ColumnDefinition, TableDefinition
from waybill_lake.tables.ensure import ensure_table
from waybill_lake.transforms.gold import GoldSource, GoldTable
from waybill_lake.transforms.gold_facts import business_date

NAMES = ("plain_a", "plain_b")
_COLUMNS = (
    ColumnDefinition("business_date", "date", "Day.", required=True),
    ColumnDefinition("shipment_id", "string", "Shipment."),
    ColumnDefinition("of_day", "bigint", "Rows of the day."),
)


def _rows(source: GoldSource) -> DataFrame:
    day = business_date(F.col("delivered_time"), source.days.time_zone).alias("business_date")
    delivered = source.silver.shipments.select(day, "shipment_id").where(F.col("business_date").isin(list(source.days.dates)))
    return delivered.withColumn("of_day", F.count("shipment_id").over(Window.partitionBy("business_date")))


TABLES: Mapping[str, GoldTable] = {name: GoldTable(_rows, ("shipments",), {}, ("business_date", "shipment_id")) for name in NAMES}


def make_lake(spark: SparkSession, namespace: str, ledger: str) -> None:
    """Tables of silver, gold and ops in one namespace, and the ledger's table in the running sandbox."""
    spark.sql(f"CREATE TABLE {namespace}.shipment_events (event_id string) USING iceberg TBLPROPERTIES ('format-version'='2')")
    plain = [TableDefinition("gold", name, "Plain.", _COLUMNS, ("business_date",), ("shipment_id",)) for name in NAMES]
    quality = next(table for table in OPS_TABLES if table.name == "quality_results")
    for definition in (SHIPMENTS, ORDERS, CUSTOMERS, CARRIERS, quality, DATA_VERSIONS, *plain):
        ensure_table(spark, f"{namespace}.{definition.name}", definition)
    dynamodb_client().create_table(
        TableName=ledger,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )


def deliver(spark: SparkSession, namespace: str, counts: Mapping[str, int]) -> None:
    """Replaces silver: so many shipments are delivered on each day."""
    rows: list[dict[str, Any]] = [
        {"shipment_id": f"{day}-{number}", "delivered_time": f"{day}T09:00:00+00:00", "load_run": "r"}
        for day, count in counts.items()
        for number in range(count)
    ]
    frame(spark, SHIPMENTS, rows).writeTo(f"{namespace}.shipments").overwrite(F.lit(True))


def parts(spark: SparkSession, namespace: str, ledger: str, run: str, version: int, steps: Steps | None = None) -> GoldParts:
    """`version`: what the ledger of loads says of every day."""
    database = namespace.split(".", 1)[1]
    loads = MemoryLedger()
    loads.raise_days("shipments", [(dt.date(2026, 11, 1) + dt.timedelta(days=number)).isoformat() for number in range(20)], version)
    return GoldParts(
        spark=spark,
        names=LakeNames(database, database, database),
        ledger=DynamoGoldLedger(ledger),
        load_ledger=loads,
        tables=TABLES,
        rules=load_rules(),
        reference=reference(),
        time_zone=ZONE,
        run=run,
        logic="v2",
        now=NOW,
        steps=NoSteps() if steps is None else steps,
    )


class Reader:
    """Looks at a day of both tables again and again: what it saw, and whether a day was ever in parts."""

    def __init__(self, spark: SparkSession, namespace: str, days: Sequence[str]) -> None:
        self._spark = spark.newSession()
        counted = ", ".join(
            # One scan for both: two would take the table at two moments, and see two of its days.
            f"(SELECT struct(count(*), max(of_day)) FROM {namespace}.{name} WHERE business_date = DATE '{day}')"
            for day in days
            for name in NAMES
        )
        self._query = f"SELECT {counted}"
        self.seen: set[tuple[int, ...]] = set()
        """Numbers of rows, by day and table."""
        self.in_parts: list[tuple[int, ...]] = []

    def look(self) -> tuple[int, ...]:
        pairs = [(count, said or 0) for count, said in self._spark.sql(self._query).collect()[0]]
        counts, said = tuple(count for count, _ in pairs), tuple(said for _, said in pairs)
        if counts != said:
            self.in_parts.append((*counts, *said))
        self.seen.add(counts)
        return counts

    def go_on(self, until: Callable[[], bool]) -> None:
        while not until():
            self.look()
