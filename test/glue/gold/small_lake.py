"""A small lake: the silver tables that gold reads, filled from short rows; real Iceberg tables in the test's own namespace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from waybill_lake.ledger.memory import MemoryLedger
from waybill_lake.publish.audit import load_rules
from waybill_lake.publish.build import GoldParts
from waybill_lake.publish.ledger_memory import MemoryGoldLedger
from waybill_lake.publish.silver_look import LakeNames
from waybill_lake.reference import Reference, load_reference
from waybill_lake.tables.definitions import CARRIERS, CUSTOMERS, OPS_TABLES, ORDERS, SHIPMENTS, TableDefinition
from waybill_lake.tables.ensure import ensure_table
from waybill_lake.transforms.gold import GOLD_TABLES, GoldTable
from waybill_lake.transforms.gold_facts import SilverInputs
from waybill_lake.transforms.gold_schemas import gold_tables

REFERENCE_FOLDER = Path(__file__).resolve().parents[3] / "contracts" / "reference"
ZONE = "Europe/Berlin"
NOW = dt.datetime(2026, 11, 21, 2, 0, tzinfo=dt.UTC)
LOGIC = "v2"

EVENTS_SCHEMA = (
    "source string, event_id string, event_time timestamp, shipment_id string, event_type string, event_classifier string, "
    "location_un_locode string, equipment_empty string, retracts_event_id string, corrects_event_id string"
)
QUALITY_RESULTS = next(table for table in OPS_TABLES if table.name == "quality_results")
DATA_VERSIONS = next(table for table in OPS_TABLES if table.name == "data_versions")


def reference() -> Reference:
    return load_reference(REFERENCE_FOLDER)


def schema_of(definition: TableDefinition) -> str:
    return ", ".join(f"{column.name} {column.type}" for column in definition.columns)


def frame(spark: SparkSession, definition: TableDefinition | str, rows: Sequence[Mapping[str, Any]]) -> DataFrame:
    """Rows by column name; what a row does not say is null, times are ISO texts with offset."""
    schema = definition if isinstance(definition, str) else schema_of(definition)
    empty = spark.createDataFrame([], schema)
    values = [tuple(_value(row.get(field.name), field.dataType.simpleString()) for field in empty.schema.fields) for row in rows]
    return spark.createDataFrame(values, schema)


def _value(value: Any, kind: str) -> Any:
    if isinstance(value, str) and kind == "timestamp":
        return instant(value)
    if isinstance(value, list) and kind.startswith("array<struct"):
        return [tuple(instant(part) if part and index == 2 else part for index, part in enumerate(item)) for item in value]
    return value


def instant(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def shipment(shipment_id: str, **more: Any) -> dict[str, Any]:
    usual = {"carrier": "FDEG", "mode": "ROAD", "service_level": "STANDARD", "customer_id": "CUS-1", "lane": "NLRTM-DEHAM"}
    row = {**usual, "shipment_id": shipment_id, "load_run": "r1", **more}
    if row["lane"]:
        row["origin"], row["destination"] = row["lane"].split("-")
    return row


def customer(customer_id: str, segment: str, valid_from: str, valid_to: str | None = None, *, is_deleted: bool = False) -> dict[str, Any]:
    return {"customer_id": customer_id, "segment": segment, **_version(valid_from, valid_to, is_deleted=is_deleted)}


def carrier(carrier_id: str, name: str, valid_from: str, valid_to: str | None = None) -> dict[str, Any]:
    return {"carrier_id": carrier_id, "name": name, **_version(valid_from, valid_to, is_deleted=False)}


def _version(valid_from: str, valid_to: str | None, *, is_deleted: bool) -> dict[str, Any]:
    return {
        "valid_from": valid_from,
        "valid_to": valid_to,
        "is_current": valid_to is None,
        "is_deleted": is_deleted,
        "position": "1",
        "load_run": "r1",
    }


def silver_of(spark: SparkSession, **rows: Sequence[Mapping[str, Any]]) -> SilverInputs:
    """Silver in memory, for transforms."""
    return SilverInputs(
        shipments=frame(spark, SHIPMENTS, rows.get("shipments", ())),
        shipment_events=frame(spark, EVENTS_SCHEMA, rows.get("events", ())),
        orders=frame(spark, ORDERS, rows.get("orders", ())),
        customers=frame(spark, CUSTOMERS, rows.get("customers", ())),
        carriers=frame(spark, CARRIERS, rows.get("carriers", ())),
        quality_results=frame(spark, QUALITY_RESULTS, rows.get("quality", ())),
    )


class SmallLake:
    """Silver, gold and ops in one namespace; `touch` writes silver and raises day versions, as a load does."""

    def __init__(self, spark: SparkSession, namespace: str, tables: Sequence[str] = ("shipment_daily",)) -> None:
        self.spark = spark
        database = namespace.split(".", 1)[1]
        self.names = LakeNames(database, database, database)
        self.ledger = MemoryGoldLedger()
        self.loads = MemoryLedger()
        self._version = 0
        for definition in (SHIPMENTS, ORDERS, CUSTOMERS, CARRIERS, QUALITY_RESULTS, DATA_VERSIONS, *gold_tables()):
            if definition.layer != "gold" or definition.name in tables:
                ensure_table(spark, f"{namespace}.{definition.name}", definition)
        spark.sql(f"CREATE TABLE {namespace}.shipment_events ({EVENTS_SCHEMA}) USING iceberg TBLPROPERTIES ('format-version'='2')")
        self.tables: dict[str, GoldTable] = {name: GOLD_TABLES[name] for name in tables}

    def write(self, table: TableDefinition | str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Replaces all rows of a silver table."""
        name = "shipment_events" if isinstance(table, str) else table.name
        full = self.names.silver_table(name)
        self.spark.sql(f"DELETE FROM {full}")
        frame(self.spark, EVENTS_SCHEMA if isinstance(table, str) else table, rows).writeTo(full).append()

    def touch(self, *days: str) -> None:
        self._version += 1
        self.loads.raise_days("shipments", days, self._version)

    def parts(self, run: str, **more: Any) -> GoldParts:
        parts = GoldParts(
            spark=self.spark,
            names=self.names,
            ledger=self.ledger,
            load_ledger=self.loads,
            tables=self.tables,
            rules=load_rules(),
            reference=reference(),
            time_zone=ZONE,
            run=run,
            logic=LOGIC,
            now=NOW,
        )
        return replace(parts, **more)

    def readers(self, table: str, day: str) -> list[dict[str, Any]]:
        rows = self.spark.table(self.names.gold_table(table)).where(f"business_date = DATE '{day}'").collect()
        return [row.asDict(recursive=True) for row in rows]

    def snapshots(self, table: str) -> int:
        return self.spark.sql(f"SELECT * FROM {self.names.gold_table(table)}.snapshots").count()
