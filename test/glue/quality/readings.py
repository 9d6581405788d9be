"""A small contract with quality rules, and a lake that holds its rows: real Iceberg tables in the test's namespace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from waybill_lake.ledger.memory import MemoryLedger
from waybill_lake.model import LakeModel, parse_model
from waybill_lake.quality import QualityParts
from waybill_lake.reference import Reference, load_reference
from waybill_lake.tables.definitions import CONFLICTS, OPS_TABLES, TableDefinition, events_table
from waybill_lake.tables.ensure import ensure_table
from waybill_lake.tables.iceberg import IcebergTable

PROJECT = Path(__file__).resolve().parents[3]
ZONE = "Europe/Berlin"
DAY = dt.date(2026, 11, 10)
NOON = dt.datetime(2026, 11, 10, 12, tzinfo=dt.UTC)
NIGHT = dt.datetime(2026, 11, 11, 1, tzinfo=dt.UTC)
"""Two o'clock at night in Berlin, after DAY: when days are published."""
COLUMNS = (
    "device string, level string, place string, amount double, begun timestamp, ended timestamp, source string, event_id string, "
    "key_hash bigint, event_time timestamp, arrival_time timestamp, load_run string"
)
_PLATFORM = {"source", "event_id", "key_hash", "event_time", "arrival_time", "load_run"}


def rule(check: Mapping[str, Any], /, rule_id: str = "the-rule", **more: Any) -> dict[str, Any]:
    return {"id": rule_id, "kind": "accuracy", "severity": "warn", "check": check, "says": "It holds.", **more}


def model_with(rules: Sequence[Mapping[str, Any]] | None, sentinels: Mapping[str, Sequence[str]] | None = None) -> LakeModel:
    """A model of one contract, `reading`, with these rules; None: it has no quality.json."""
    fields = [part.strip().split(" ") for part in COLUMNS.split(",")]
    described = [
        {"name": name, "type": "long" if kind == "bigint" else kind, "required": False, "description": name, "from": [], "personal": False}
        for name, kind in fields
    ]
    contract = {
        "name": "reading",
        "owner": "labs",
        "majors": [1],
        "versions": {"1": "1.0"},
        "identity": ["source", "eventId"],
        "entityKey": "device",
        "eventTime": "eventTime",
        "content": [],
        "freshnessMinutes": 20,
        "table": {
            "name": "readings",
            "description": "Readings.",
            "columns": [column for column in described if column["name"] not in _PLATFORM],
            "eventTimeFrom": ["/eventTime"],
            "publishedTimeFrom": [],
            "partition": ["days(event_time)"],
            "sort": ["event_time"],
        },
        "quality": None if rules is None else {"owner": "labs", "sentinels": sentinels or {}, "rules": list(rules)},
        "gold": None,
    }
    platform = [column for column in described if column["name"] in _PLATFORM]
    return parse_model({"contracts": [contract], "platformColumns": platform})


def reference() -> Reference:
    return load_reference(PROJECT / "contracts" / "reference")


def row(event_id: str, /, at: dt.datetime = NOON, **more: Any) -> dict[str, Any]:
    """A row that breaks nothing."""
    usual = {
        "device": "D-1",
        "level": "LOW",
        "place": "NLRTM",
        "amount": 5.0,
        "begun": at,
        "ended": at + dt.timedelta(minutes=1),
        "source": "LAB",
        "key_hash": hash(event_id) % 2**40,
        "load_run": "r1",
    }
    return {**usual, "event_id": event_id, "event_time": at, "arrival_time": at + dt.timedelta(minutes=2), **more}


def rows(spark: SparkSession, values: Sequence[Mapping[str, Any]]) -> DataFrame:
    names = [part.split()[0] for part in COLUMNS.split(",")]
    return spark.createDataFrame([tuple(value.get(name) for name in names) for value in values], COLUMNS)


class Lab:
    """Silver and ops in one namespace."""

    def __init__(self, spark: SparkSession, namespace: str, model: LakeModel) -> None:
        self.spark = spark
        self.namespace = namespace
        self.model = model
        self.ledger = MemoryLedger()
        self._loads = 0
        ops = [table for table in OPS_TABLES if table.name in ("quality_results", "load_runs")]
        for definition in (events_table(model.contracts[0], model), CONFLICTS, *ops):
            ensure_table(spark, f"{namespace}.{definition.name}", definition)

    def load(self, values: Sequence[Mapping[str, Any]], *, quarantined: int = 0, recorded: bool = True, **counts: int) -> str:
        """As load-silver does: rows in one snapshot under the run, the run in load_runs (unless it is under way), day versions."""
        self._loads += 1
        run, name = f"r{self._loads}", f"{self.namespace}.readings"
        if values:
            table = IcebergTable(self.spark, name)
            with table.staging(f"{run}#1#1"):
                rows(self.spark, values).select(*self.spark.table(name).columns).writeTo(name).append()
            staged = table.staged(f"{run}#1#1")
            assert staged is not None
            table.advance(staged)
        days = sorted({value["event_time"].date().isoformat() for value in values})
        told = {"identities": len(values), "new_rows": len(values), "conflicts": 0, "duplicates": 0, "parked": 0, **counts}
        entry = {"contract": "reading", "load_run": run, "state": "committed", "quarantined": quarantined, "days": days, **told}
        if recorded:
            self._append(next(table for table in OPS_TABLES if table.name == "load_runs"), {**entry, "finished_at": NOON})
        self.ledger.raise_days("readings", days, self._loads)
        return run

    def lose(self, event_id: str, run: str) -> None:
        """A row of conflicts."""
        self._append(
            CONFLICTS,
            {
                "contract": "reading",
                "source": "LAB",
                "event_id": event_id,
                "content_hash": "a",
                "winner_content_hash": "b",
                "load_run": run,
            },
        )

    def parts(self, run: str = "judge", **more: Any) -> QualityParts:
        database = self.namespace.split(".", 1)[1]
        given: dict[str, Any] = {"now": NIGHT, "model": self.model, **more}
        return QualityParts(
            spark=self.spark,
            silver_database=database,
            ops_database=database,
            ledger=self.ledger,
            reference=reference(),
            time_zone=ZONE,
            horizon_days=45,
            run=run,
            **given,
        )

    def recorded(self) -> list[Any]:
        return self.spark.table(f"{self.namespace}.quality_results").collect()

    def _append(self, definition: TableDefinition, value: Mapping[str, Any]) -> None:
        name = f"{self.namespace}.{definition.name}"
        values = [tuple(value.get(column.name) for column in definition.columns)]
        self.spark.createDataFrame(values, self.spark.table(name).schema).writeTo(name).append()
