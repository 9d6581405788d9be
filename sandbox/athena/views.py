"""Views as Athena keeps them: a Glue table of type VIRTUAL_VIEW whose text is Presto's JSON in base64."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from typing import Any

from column_types import ColumnType
from errors import QueryError

_TEXT = re.compile(r"/\* Presto View: ([A-Za-z0-9+/=]+) \*/")


@dataclass(frozen=True)
class View:
    sql: str
    #: Database that unqualified names in the SQL belong to.
    database: str


def decode(name: str, text: str) -> View:
    """@raise QueryError: when the entry is not one that Athena wrote"""
    match = _TEXT.search(text)
    try:
        document = json.loads(base64.b64decode(match[1])) if match else {}
        return View(document["originalSql"], document["schema"])
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise QueryError("INVALID_VIEW", f"View '{name}' cannot be read: its text is no Presto JSON in base64. Create it again") from error


def encode(database: str, name: str, sql: str, columns: list[tuple[str, ColumnType]]) -> dict[str, Any]:
    """The TableInput of Glue for a view."""
    document = {
        "originalSql": sql,
        "catalog": "awsdatacatalog",
        "schema": database,
        "columns": [{"name": column, "type": kind.athena} for column, kind in columns],
    }
    text = base64.b64encode(json.dumps(document).encode()).decode()
    return {
        "Name": name,
        "TableType": "VIRTUAL_VIEW",
        "ViewOriginalText": f"/* Presto View: {text} */",
        "ViewExpandedText": "/* Presto View */",
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [{"Name": column, "Type": kind.hive} for column, kind in columns],
            "Location": "",
            "SerdeInfo": {},
        },
    }
