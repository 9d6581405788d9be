"""What each kind of statement does: queries, the catalog's own words, views; what changes data is refused here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

import iceberg
import plan
import views
from catalog import Catalog
from column_types import ColumnType
from engine import Connection
from errors import QueryError, not_supported

_NAME = r'(?:"([^"]+)"|`([^`]+)`|([A-Za-z0-9_]+))'
_SHOW_TABLES = re.compile(rf"^\s*(TABLES|VIEWS)(?:\s+(?:IN|FROM)\s+{_NAME})?(?:\s+(?:LIKE\s+)?'([^']*)')?\s*$", re.I)
_SHOW_COLUMNS = re.compile(rf"^\s*COLUMNS\s+(?:IN|FROM)\s+(?:{_NAME}\.)?{_NAME}\s*$", re.I)
_SHOW_VIEW = re.compile(rf"^\s*CREATE\s+VIEW\s+(?:{_NAME}\.)?{_NAME}\s*$", re.I)
_SHOW_DATABASES = re.compile(r"^\s*(?:DATABASES|SCHEMAS)\s*(?:LIKE\s+'([^']*)')?\s*$", re.I)
_WRITES = (exp.Insert, exp.Update, exp.Delete, exp.Merge)
_TEXT = ColumnType("varchar", "string")


@dataclass
class Answer:
    """``kind`` is the file's ending: ``csv`` for rows of a query, ``txt`` for lines of the catalog."""

    statement: str
    substatement: str
    kind: str
    columns: list[tuple[str, ColumnType]] = field(default_factory=list)
    rows: Iterator[tuple[Any, ...]] = field(default_factory=lambda: iter(()))


class Statements:
    def __init__(self, catalog: Catalog, connection: Connection, database: str | None) -> None:
        self._catalog = catalog
        self._connection = connection
        self._database = database.lower() if database else None

    def run(self, sql: str, parameters: list[str]) -> Answer:
        """@raise QueryError"""
        explained = re.match(r"\s*EXPLAIN\s+(ANALYZE\s+)?(?:\(.*?\)\s*)?(.*)$", sql, re.I | re.S)
        if explained:
            return self._explain(explained[2], parameters, analyze=bool(explained[1]))
        tree = plan.parse(sql)
        plan.bind_parameters(tree, parameters)
        if isinstance(tree, exp.Command):
            rest = tree.expression
            return self._command(str(tree.this).upper(), rest.name if isinstance(rest, exp.Expr) else str(rest or ""))
        if isinstance(tree, exp.Describe):
            table = tree.this
            return self._describe(table.db or None, table.name)
        if isinstance(tree, exp.Create) and tree.kind == "VIEW" and tree.expression is not None:
            return self._create_view(tree)
        if isinstance(tree, exp.Drop) and str(tree.args.get("kind")) == "VIEW":
            return self._drop_view(tree)
        if isinstance(tree, (exp.Create, exp.Drop, exp.Alter, *_WRITES)):
            raise refuse_write(type(tree).__name__.upper())
        columns, rows = self._connection.select(self._prepare(tree))
        return Answer("DML", "SELECT", "csv", columns, rows)

    def _prepare(self, tree: exp.Expr, database: str | None = None) -> str:
        paths = "SELECT manifest_path FROM read_avro({})"
        planner = plan.Planner(self._catalog, lambda listed: self._connection.values(paths.format(iceberg.quote(listed))))
        made = planner.query(tree, database or self._database)
        for name, sql in made.relations.items():
            self._connection.relation(name, sql)
        return made.sql

    def _explain(self, sql: str, parameters: list[str], *, analyze: bool) -> Answer:
        tree = plan.parse(sql)
        plan.bind_parameters(tree, parameters)
        prepared = self._prepare(tree)
        _columns, rows = self._connection.select(f"EXPLAIN {'ANALYZE ' if analyze else ''}{prepared}")
        lines = [line for row in rows for line in str(row[1]).split("\n")]
        return Answer("UTILITY", "EXPLAIN", "txt", [("Query Plan", _TEXT)], iter([(line,) for line in lines]))

    def _command(self, word: str, rest: str) -> Answer:
        if word != "SHOW":
            raise refuse_write(word)
        if (match := _SHOW_DATABASES.match(rest)) is not None:
            return self._lines("SHOW_DATABASES", "database_name", [name for name in self._catalog.databases() if fits(name, match[1])])
        if (match := _SHOW_TABLES.match(rest)) is not None:
            views_only = match[1].upper() == "VIEWS"
            entries = self._catalog.tables(self._schema(match[2] or match[3] or match[4]))
            wanted = [item for item in entries if not views_only or item.get("TableType") == "VIRTUAL_VIEW"]
            names = [item["Name"] for item in wanted if fits(item["Name"], match[5])]
            return self._lines("SHOW_VIEWS" if views_only else "SHOW_TABLES", "views" if views_only else "tab_name", names)
        if (match := _SHOW_COLUMNS.match(rest)) is not None:
            table = self._catalog.table(self._schema(_first(match, 1)), _first(match, 4) or "")
            return self._lines("SHOW_COLUMNS", "field", [name for name, _, _ in table.columns])
        if (match := _SHOW_VIEW.match(rest)) is not None:
            return self._show_view(self._schema(_first(match, 1)), _first(match, 4) or "")
        raise not_supported(f"SHOW {rest.strip()} is not run here. There are SHOW DATABASES, TABLES, VIEWS, COLUMNS IN, CREATE VIEW")

    def _lines(self, substatement: str, column: str, values: list[str]) -> Answer:
        return Answer("UTILITY", substatement, "txt", [(column, _TEXT)], iter([(value,) for value in values]))

    def _describe(self, schema: str | None, name: str) -> Answer:
        table = self._catalog.table(self._schema(schema), name.lower())
        rows = [tuple(part.ljust(20) for part in column) for column in table.columns]
        return Answer("UTILITY", "DESCRIBE_TABLE", "txt", [("col_name", _TEXT), ("data_type", _TEXT), ("comment", _TEXT)], iter(rows))

    def _show_view(self, schema: str, name: str) -> Answer:
        table = self._catalog.table(schema, name.lower())
        if table.view_text is None:
            raise not_supported(f"'{schema}.{name}' is a table, not a view")
        view = views.decode(name, table.view_text)
        return self._lines("SHOW_CREATE_VIEW", "Create View", f"CREATE VIEW {schema}.{name} AS\n{view.sql}".split("\n"))

    def _create_view(self, tree: exp.Create) -> Answer:
        target = tree.this
        schema = self._schema(target.db or None)
        query = tree.expression
        sql = query.sql("athena", pretty=True)
        columns = self._connection.columns(self._prepare(query.copy(), schema))
        self._catalog.put_view(schema, views.encode(schema, target.name.lower(), sql, columns), replace=bool(tree.args.get("replace")))
        return Answer("DDL", "CREATE_VIEW", "txt")

    def _drop_view(self, tree: exp.Drop) -> Answer:
        target = (tree.args.get("tables") or [tree.this])[0]
        try:
            self._catalog.drop_view(self._schema(target.db or None), target.name.lower())
        except QueryError as error:
            if not (tree.args.get("exists") and error.code == "TABLE_NOT_FOUND"):
                raise
        return Answer("DDL", "DROP_VIEW", "txt")

    def _schema(self, name: str | None) -> str:
        schema = (name or self._database or "").lower()
        if schema == "":
            raise plan.missing_schema("<table>")
        return schema


def _first(match: re.Match[str], group: int) -> str | None:
    """A name is in one of three groups, by how it was quoted."""
    return match[group] or match[group + 1] or match[group + 2]


def fits(name: str, pattern: str | None) -> bool:
    """Hive's patterns: ``*`` is any text, ``|`` is or."""
    return pattern is None or re.fullmatch(pattern.replace("%", ".*").replace("*", ".*"), name, re.I) is not None


def refuse_write(word: str) -> QueryError:
    return not_supported(
        f"{word} changes data or tables and is not run by the sandbox's Athena: here only jobs write."
        " SELECT, SHOW, DESCRIBE, EXPLAIN and CREATE VIEW run."
    )
