"""Types in the three notations that meet here: Athena's (Trino), DuckDB's and Glue's (Hive)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_SCALARS = {
    "BOOLEAN": ("boolean", "boolean"),
    "TINYINT": ("tinyint", "tinyint"),
    "SMALLINT": ("smallint", "smallint"),
    "INTEGER": ("integer", "int"),
    "BIGINT": ("bigint", "bigint"),
    "HUGEINT": ("bigint", "bigint"),
    "UTINYINT": ("integer", "int"),
    "USMALLINT": ("integer", "int"),
    "UINTEGER": ("bigint", "bigint"),
    "UBIGINT": ("bigint", "bigint"),
    "FLOAT": ("real", "float"),
    "DOUBLE": ("double", "double"),
    "VARCHAR": ("varchar", "string"),
    "UUID": ("varchar", "string"),
    "JSON": ("json", "string"),
    "BLOB": ("varbinary", "binary"),
    "DATE": ("date", "date"),
    "TIME": ("time", "string"),
    "TIMESTAMP": ("timestamp(6)", "timestamp"),
    "TIMESTAMP WITH TIME ZONE": ("timestamp(6) with time zone", "timestamp"),
    "INTERVAL": ("interval day to second", "string"),
    '"NULL"': ("unknown", "string"),
}
_PRECISIONS = {
    "bigint": 19,
    "integer": 10,
    "smallint": 5,
    "tinyint": 3,
    "double": 17,
    "real": 17,
    "varchar": 2147483647,
    "varbinary": 1073741824,
    "timestamp": 3,
    "timestamp with time zone": 3,
}


@dataclass(frozen=True)
class ColumnType:
    """One type. ``athena`` is written out (``decimal(14,2)``), ``hive`` is what Glue stores."""

    athena: str
    hive: str

    @property
    def base(self) -> str:
        """The name that ResultSetMetadata carries: ``array``, ``row``, ``decimal``, ``timestamp with time zone``."""
        if self.athena.startswith(("array(", "map(", "row(")):
            return self.athena.split("(")[0]
        return re.sub(r"\([^()]*\)", "", self.athena)


def from_duckdb(text: str) -> ColumnType:
    """``STRUCT("type" VARCHAR)[]`` -> ``array(row(type varchar))``."""
    if text.endswith("[]"):
        item = from_duckdb(text[:-2])
        return ColumnType(f"array({item.athena})", f"array<{item.hive}>")
    if text.startswith("MAP("):
        key, value = (from_duckdb(part) for part in split_top(text[4:-1]))
        return ColumnType(f"map({key.athena}, {value.athena})", f"map<{key.hive},{value.hive}>")
    if text.startswith("STRUCT("):
        fields = [_field(part) for part in split_top(text[7:-1])]
        athena = ", ".join(f"{name} {kind.athena}" for name, kind in fields)
        return ColumnType(f"row({athena})", f"struct<{','.join(f'{name}:{kind.hive}' for name, kind in fields)}>")
    if text.startswith("DECIMAL("):
        plain = text.lower().replace(" ", "")
        return ColumnType(plain, plain)
    athena, hive = _SCALARS.get(text, ("varchar", "string"))
    return ColumnType(athena, hive)


def _field(text: str) -> tuple[str, ColumnType]:
    match = re.match(r'\s*(?:"((?:[^"]|"")*)"|(\w+))\s+(.*)$', text, re.S)
    if match is None:
        raise ValueError(f"no field of a struct: {text}")
    return (match[1] or match[2]).replace('""', '"'), from_duckdb(match[3])


def split_top(text: str) -> list[str]:
    """Cuts at commas that stand in no bracket and no quotes."""
    parts, depth, quoted, start = [], 0, False, 0
    for at, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif character in "(<[":
            depth += 1
        elif character in ")>]":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return [*parts, text[start:].strip()]


def column_info(name: str, kind: ColumnType) -> dict[str, Any]:
    """An entry of ResultSetMetadata.ColumnInfo."""
    base = kind.base
    precision, scale = _PRECISIONS.get(base, 0), 0
    decimal = re.match(r"decimal\((\d+),(\d+)\)", kind.athena)
    if decimal:
        precision, scale = int(decimal[1]), int(decimal[2])
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": base,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": base in ("varchar", "char", "json"),
    }
