"""Views and named queries (glue-scripts/sql) on empty tables with the lake's schemas: each parses, runs, and has the types it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlglot

import iceberg
import plan
import views
from catalog import CatalogTable
from column_types import ColumnType
from engine import Connection, Engine
from errors import QueryError
from lake_schemas import PROJECT, schemas
from statements import Statements

SQL = PROJECT / "glue-scripts" / "sql"
VIEWS = sorted((SQL / "views").glob("*.sql"))
NAMED = sorted((SQL / "named").glob("*.sql"))
DATABASES = {"silver": "waybill_test_silver", "gold": "waybill_test_gold", "ops": "waybill_test_ops"}


def statement(file: Path) -> str:
    return re.sub(r"\{(\w+)\}", lambda place: DATABASES[place[1]], file.read_text())


def head(file: Path, key: str) -> list[str]:
    return re.findall(rf"^-- {key}:? (.*)$", file.read_text(), re.M)


def declared_columns(file: Path) -> list[tuple[str, ColumnType]]:
    parts = [re.match(r"(\w+): (\S+) \| .+", line) for line in head(file, "column")]
    return [(part[1], ColumnType(part[2], part[2])) for part in parts if part]


class TestCatalog:
    """The lake's tables, empty, and its views."""

    __test__ = False

    def __init__(self) -> None:
        self.views = {
            file.stem: views.encode(DATABASES[head(file, "database")[0]], file.stem, statement(file), declared_columns(file))
            for file in VIEWS
        }

    def table(self, database: str, name: str) -> CatalogTable:
        if name in self.views:
            return CatalogTable(database, name, (), None, self.views[name]["ViewOriginalText"])
        layer = next(layer for layer, known in DATABASES.items() if known == database)
        if name not in schemas()[layer]:
            raise QueryError("TABLE_NOT_FOUND", f"{database}.{name}")
        return CatalogTable(database, name, (), f"{layer}.{name}", None)

    def metadata(self, _location: str) -> dict[str, object]:
        return {"snapshot-log": [{"timestamp-ms": 0, "snapshot-id": 1}]}


@pytest.fixture
def connection(monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    connection = Engine(None).connect()

    def empty(location: str, _snapshot: int | None = None) -> str:
        layer, name = location.split(".")
        columns = ", ".join(f"CAST(NULL AS {kind}) AS {iceberg.identifier(column)}" for column, kind in schemas()[layer][name].items())
        return f"SELECT * FROM (SELECT {columns}) WHERE false"

    monkeypatch.setattr(iceberg, "scan", empty)
    yield connection
    connection.close()


def run(connection: Connection, file: Path) -> list[tuple[str, str]]:
    parameters = [re.match(r"\w+: (\w+) \| .+ \| (.+)", line) for line in head(file, "parameter")]
    literals = [f"{'' if part[1] in ('varchar', 'bigint') else part[1].upper() + ' '}'{part[2]}'" for part in parameters if part]
    answer = Statements(TestCatalog(), connection, None).run(statement(file), literals)  # type: ignore[arg-type]
    assert list(answer.rows) == []
    return [(name, re.sub(r"timestamp\(\d\)", "timestamp", kind.athena)) for name, kind in answer.columns]


@pytest.mark.parametrize("file", VIEWS, ids=lambda file: str(file.stem))
def test_a_view_has_the_columns_and_types_that_it_says(connection: Connection, file: Path) -> None:
    assert run(connection, file) == [(name, kind.athena) for name, kind in declared_columns(file)]


@pytest.mark.parametrize("file", NAMED, ids=lambda file: str(file.stem))
def test_a_named_query_runs(connection: Connection, file: Path) -> None:
    columns = run(connection, file)
    assert len(columns) > 1
    assert all(not name.startswith("_col") for name, _ in columns)


@pytest.mark.parametrize("file", VIEWS, ids=lambda file: str(file.stem))
def test_a_view_is_sql_that_redshift_reads_as_well(file: Path) -> None:
    tree = plan.parse(statement(file))
    assert sqlglot.parse_one(tree.sql("redshift"), read="redshift").sql("athena") == tree.sql("athena")
    assert sqlglot.parse_one(tree.sql("athena"), read="redshift").sql("redshift") == tree.sql("redshift")


def test_a_view_reads_back_as_it_was_kept() -> None:
    entry = views.encode("db", "v", "SELECT 1 AS a", [("a", ColumnType("integer", "int"))])
    assert views.decode("v", entry["ViewOriginalText"]) == views.View("SELECT 1 AS a", "db")


def test_a_view_that_is_no_presto_view_is_named() -> None:
    with pytest.raises(QueryError, match="INVALID_VIEW: View 'v' cannot be read"):
        views.decode("v", "/* Presto View: e30= */")
