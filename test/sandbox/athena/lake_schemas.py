"""The tables that views and named queries stand on: silver and ops as the jobs declare them, gold as metrics.json does."""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
_SCALARS = {"string": "VARCHAR", "timestamp": "TIMESTAMPTZ", "int": "INTEGER", "long": "BIGINT", "json": "VARCHAR"}


def schemas() -> dict[str, dict[str, dict[str, str]]]:
    """Layer -> table -> column -> DuckDB type."""
    return {"silver": {**_events(), **_declared("silver")}, "ops": _declared("ops"), "gold": _gold()}


def _events() -> dict[str, dict[str, str]]:
    model = json.loads((PROJECT / "contracts" / "generated" / "lake.json").read_text())
    return {
        contract["table"]["name"]: {
            column["name"]: duckdb_type(column["type"]) for column in (*contract["table"]["columns"], *model["platformColumns"])
        }
        for contract in model["contracts"]
    }


def _declared(layer: str) -> dict[str, dict[str, str]]:
    definitions = import_module("waybill_lake.tables.definitions")
    tables = [table for table in (*definitions.DERIVED_TABLES, *definitions.OPS_TABLES) if table.layer == layer]
    return {table.name: {column.name: duckdb_type(column.type) for column in table.columns} for table in tables}


def _gold() -> dict[str, dict[str, str]]:
    said = json.loads((PROJECT / "glue-scripts" / "waybill_lake" / "metrics.json").read_text())
    shared = {dimension["id"]: dimension["type"] for dimension in said["dimensions"]}
    measured = {(table, metric["column"]): metric["type"] for metric in said["metrics"] for table in metric["tables"]}
    return {
        table["name"]: {
            column: duckdb_type(shared.get(column) or measured[(table["name"], column)]) for column in (*table["grain"], *table["columns"])
        }
        for table in said["tables"]
    }


def duckdb_type(kind: str) -> str:
    """Spark's or the contract's name of a type -> DuckDB's."""
    kind = kind.strip()
    if kind.startswith("array<"):
        return f"{duckdb_type(kind[6:-1])}[]"
    if kind.startswith("map<"):
        key, value = kind[4:-1].split(",", 1)
        return f"MAP({duckdb_type(key)}, {duckdb_type(value)})"
    if kind.startswith("struct<"):
        fields = [field.split(":", 1) for field in re.split(r",(?![^<]*>)", kind[7:-1])]
        return f"STRUCT({', '.join(f'{name} {duckdb_type(each)}' for name, each in fields)})"
    return _SCALARS.get(kind, kind.upper())
