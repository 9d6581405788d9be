"""From a statement to what DuckDB runs: names resolved in the catalog, views unfolded, each table fixed at one snapshot."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import sqlglot
from sqlglot import exp
from sqlglot.errors import ParseError, TokenError
from sqlglot.optimizer.scope import traverse_scope

import iceberg
import views
from catalog import CATALOG, Catalog, CatalogTable
from errors import QueryError, not_supported, syntax_error
from rewrite import to_duckdb

_DEEPEST_VIEW = 10
# It warns of each SHOW, which it leaves to us on purpose.
logging.getLogger("sqlglot").setLevel(logging.ERROR)


@dataclass
class Plan:
    """SQL for DuckDB over relations that have to exist under these names, in this order."""

    sql: str = ""
    relations: dict[str, str] = field(default_factory=dict)


def parse(sql: str) -> exp.Expr:
    """@raise QueryError: SYNTAX_ERROR with line and column"""
    try:
        found = [tree for tree in sqlglot.parse(sql, read="athena") if tree is not None]
    except ParseError as error:
        first = error.errors[0] if error.errors else {}
        what = re.sub(r"<Token token_type.*?>(?= |$)", "", str(first.get("description", error))).rstrip(" .")
        raise syntax_error(f"line {first.get('line')}:{first.get('col')}: {what} near '{first.get('highlight', '')}'") from error
    except TokenError as error:
        raise syntax_error(str(error)) from error
    if len(found) != 1:
        raise syntax_error("Only one sql statement is allowed" if found else "the query is empty")
    return found[0]


def bind_parameters(tree: exp.Expr, values: list[str]) -> None:
    """Puts the execution parameters, each a literal as SQL writes it, in the places of the ``?``."""
    places = list(tree.find_all(exp.Placeholder, bfs=False))
    if len(places) != len(values):
        raise QueryError("INVALID_PARAMETER_USAGE", f"Incorrect number of parameters: expected {len(places)} but found {len(values)}")
    for place, value in zip(places, values, strict=True):
        place.replace(_literal(value))


def _literal(value: str) -> exp.Expr:
    wrong = QueryError("INVALID_PARAMETER_USAGE", f"Execution parameter {value!r} is no literal. Text stands in quotes: 'SHP000001'")
    try:
        found = parse(f"VALUES ({value})")
    except QueryError:
        raise wrong from None
    row = found.expressions[0] if isinstance(found, exp.Values) and len(found.expressions) == 1 else None
    if not isinstance(row, exp.Tuple) or len(row.expressions) != 1:
        raise wrong
    if any(not isinstance(part, exp.Cast) for part in row.find_all(exp.Column, exp.Query, exp.Func)):
        raise wrong
    literal: exp.Expr = row.expressions[0].copy()
    return literal


class Planner:
    """Plans one query; tables are looked up once."""

    def __init__(self, catalog: Catalog, manifests: Callable[[str], list[str]]) -> None:
        self._catalog = catalog
        #: Paths of the manifests that a manifest list names.
        self._manifests = manifests
        self._names: dict[tuple[str, str, str], str] = {}
        self.plan = Plan()

    def query(self, tree: exp.Expr, database: str | None) -> Plan:
        self.plan.sql = self._translate(tree, database, 0)
        return self.plan

    def _translate(self, tree: exp.Expr, database: str | None, depth: int) -> str:
        if not isinstance(tree, (exp.Select, exp.SetOperation, exp.Subquery, exp.Values)):
            raise not_supported(f"{type(tree).__name__.upper()} cannot stand here: a query is a SELECT")
        for table in _tables(tree):
            self._put_relation(table, database, depth)
        for column in tree.find_all(exp.Column):
            # The relations have names of their own; the table's name lives on as alias.
            column.set("db", None)
            column.set("catalog", None)
        return to_duckdb(tree)

    def _put_relation(self, table: exp.Table, database: str | None, depth: int) -> None:
        if not isinstance(table.this, exp.Identifier):
            raise not_supported(f"{table.this.sql('athena')} as a table is not run here")
        schema = (table.db or database or "").lower()
        if table.catalog and table.catalog.lower() != CATALOG:
            raise QueryError("CATALOG_NOT_FOUND", f"Catalog '{table.catalog}' does not exist. There is one: '{CATALOG}'")
        if schema == "":
            raise missing_schema(table.name)
        if schema == "information_schema":
            raise not_supported("information_schema is not run here. SHOW TABLES IN <database> and DESCRIBE <table> tell the same")
        version = table.args.get("version")
        key = (schema, table.name.lower(), version.sql("athena") if version is not None else "")
        name = self._names.get(key)
        if name is None:
            sql = self._relation(schema, table.name.lower(), version, depth)
            name = self._names[key] = f"relation_{len(self._names)}"
            self.plan.relations[name] = sql
        alias = table.alias or table.name
        columns = table.args["alias"].columns if table.args.get("alias") is not None else []
        named = exp.TableAlias(this=exp.to_identifier(alias, quoted=True), columns=columns)
        table.replace(exp.Table(this=exp.to_identifier(name), alias=named))

    def _relation(self, schema: str, name: str, version: exp.Expr | None, depth: int) -> str:
        base, _, kind = name.partition("$")
        if kind and kind not in iceberg.METADATA_TABLES:
            known = ", ".join(f"${one}" for one in iceberg.METADATA_TABLES)
            raise QueryError("TABLE_NOT_FOUND", f"Table '{CATALOG}.{schema}.{name}' does not exist. Of an Iceberg table there are: {known}")
        entry = self._catalog.table(schema, base)
        if entry.metadata_location is None:
            if kind or version is not None:
                raise not_supported(f"'{base}' is a view: history and time travel belong to tables")
            return self._view(entry, depth)
        if not kind and version is None:
            return iceberg.scan(entry.metadata_location)
        metadata = self._catalog.metadata(entry.metadata_location)
        if kind:
            return self._metadata_table(kind, metadata)
        return iceberg.scan(entry.metadata_location, _snapshot(metadata, version))

    def _view(self, entry: CatalogTable, depth: int) -> str:
        if depth >= _DEEPEST_VIEW:
            raise QueryError("INVALID_VIEW", f"View '{entry.name}' stands on more than {_DEEPEST_VIEW} views, or on itself")
        view = views.decode(entry.name, entry.view_text or "")
        try:
            return self._translate(parse(view.sql), view.database, depth + 1)
        except QueryError as error:
            if error.code != "TABLE_NOT_FOUND":
                raise
            missing = str(error).split("'")[1]
            what = f"View '{entry.name}' stands on '{missing}', which does not exist yet: the job that fills it makes it"
            raise QueryError("INVALID_VIEW", what) from error

    def _metadata_table(self, kind: str, metadata: dict[str, object]) -> str:
        sql = iceberg.relation(kind, metadata)
        listed = iceberg.manifest_list(metadata)
        if "$manifests" not in sql or listed is None:
            return sql
        paths = ", ".join(iceberg.quote(path) for path in self._manifests(listed))
        return sql.replace("$manifests", f"[{paths}]")


def missing_schema(table: str) -> QueryError:
    return QueryError("MISSING_SCHEMA_NAME", f"Schema must be specified when session schema is not set: write <database>.{table}")


def _tables(tree: exp.Expr) -> list[exp.Table]:
    """Tables that are no names of a WITH."""
    found: list[exp.Table] = []
    for scope in traverse_scope(tree):
        for table in scope.tables:
            if not (table.name in scope.cte_sources and not table.db):
                found.append(table)
    return found


def _snapshot(metadata: dict[str, object], version: exp.Expr | None) -> int:
    asked = version.expression if version is not None else None
    if version is None or asked is None:
        raise syntax_error("FOR TIMESTAMP AS OF and FOR VERSION AS OF need a value")
    if str(version.this).upper() == "VERSION":
        return iceberg.snapshot_named(metadata, asked.name)
    text = asked.this.name if isinstance(asked, exp.Cast) and asked.this.is_string else None
    if text is None:
        raise not_supported("FOR TIMESTAMP AS OF takes a literal here. Example: FOR TIMESTAMP AS OF TIMESTAMP '2026-11-01 00:00:00 UTC'")
    return iceberg.snapshot_at(metadata, read_moment(text))


def read_moment(text: str) -> datetime:
    """``2026-11-01 00:00:00.000 UTC``; without a zone it is UTC. @raise QueryError"""
    plain = text.strip().removesuffix("UTC").removesuffix("Z").strip()
    try:
        moment = datetime.fromisoformat(plain)
    except ValueError:
        raise QueryError("INVALID_ARGUMENTS", f"'{text}' is no timestamp. Example: TIMESTAMP '2026-11-01 00:00:00 UTC'") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
