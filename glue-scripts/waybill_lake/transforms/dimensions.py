"""Tables that follow the orders database: the current row of each order, the versions of customers and carriers.

The order of changes is that of the database's log (`position`), never that of arrival: two changes may have the same commit
time, and a snapshot is read while the log goes on.
"""

from __future__ import annotations

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as F

from waybill_lake.tables.definitions import CARRIERS, CUSTOMERS, ORDERS, ColumnDefinition, TableDefinition
from waybill_lake.transforms.instants import parse_instant

ENTITY = "concat(table_name, ' ', coalesce(row_key, ''))"
"""SQL: what a change is about. Without a key it is about the whole table (it was emptied)."""

TABLES: dict[str, TableDefinition] = {"orders": ORDERS, "customers": CUSTOMERS, "carriers": CARRIERS}
"""Derived table by the name of the database's table."""

_DELETES = "op IN ('d', 't')"
_NOT_IN_AFTER = frozenset({"is_deleted", "position", "source_time", "load_run", "valid_from", "valid_to", "is_current"})


def key_of(table: TableDefinition) -> str:
    """The table's key: its first column."""
    return table.columns[0].name


def touched_changes(changes: DataFrame, table: TableDefinition, touched: DataFrame, *, whole: bool) -> DataFrame:
    """The changes of the touched rows of a table, with `key` and `entity`, once each as they are stored.

    :param touched: column `entity` (see `ENTITY`).
    :param whole: the table as a whole is among them (it was emptied, or a change names no row): every row is touched.
    """
    keyed = _own(changes, table).where(F.col("key").isNotNull())
    return keyed if whole else keyed.join(F.broadcast(touched), on="entity", how="left_semi").select(*keyed.columns)


def with_emptied(rows: DataFrame, changes: DataFrame, table: TableDefinition) -> DataFrame:
    """The changes of the touched rows and those that emptied the table: each is a change of each row.

    :param rows: of `touched_changes`; read twice, so it is worth keeping.
    :param changes: all changes of the contract.
    """
    emptied = _own(changes, table).where(F.col("op") == "t").drop("key")
    of_rows = emptied.join(F.broadcast(rows.select("key").distinct()), on=F.lit(True), how="cross")
    return rows.unionByName(of_rows.select(*rows.columns))


def _own(changes: DataFrame, table: TableDefinition) -> DataFrame:
    key = key_of(table)
    own = changes.where(F.col("table_name") == table.name).withColumn("entity", F.expr(ENTITY))
    return own.withColumn("key", F.coalesce(F.get_json_object("row_key", f"$.{key}"), F.get_json_object("row_after", f"$.{key}")))


def current_rows(changes: DataFrame, table: TableDefinition, run: str) -> DataFrame:
    """Last writer per key by position; a deleted row stays with its last values, marked.

    :param changes: of `with_emptied`.
    """
    described = _described(changes, table)
    newest = described.where("is_newest AND known")
    return newest.select(*[_column(column, {"source_time": "event_time", "is_deleted": "deleted"}, run) for column in table.columns])


def versions(changes: DataFrame, table: TableDefinition, run: str) -> DataFrame:
    """Type 2: what held from when to when, in event time; a version that says what the one before it says is left out.

    :param changes: of `with_emptied`.
    """
    described = _described(changes, table).where("known")
    by_position = Window.partitionBy("key").orderBy("position", "event_id")
    so_far = by_position.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    # The log goes forward; a clock behind it must not make versions that end before they begin.
    timed = described.withColumn("valid_from", F.max("event_time").over(so_far))
    followed = timed.withColumn("next_from", F.lead("valid_from").over(by_position))
    last_of_moment = followed.where("next_from IS NULL OR next_from > valid_from")
    said = F.concat_ws("|", F.col("deleted"), F.to_json(F.struct(*[F.col(f"after.{name}") for name in _in_after(table)])))
    news = last_of_moment.withColumn("said", said).withColumn("said_before", F.lag("said").over(by_position))
    kept = news.where("said_before IS NULL OR said != said_before").withColumn("valid_to", F.lead("valid_from").over(by_position))
    renamed = {"valid_from": "valid_from", "valid_to": "valid_to", "is_deleted": "deleted"}
    current = kept.withColumn("current", F.col("valid_to").isNull())
    return current.select(*[_column(column, {**renamed, "is_current": "current"}, run) for column in table.columns])


def _in_after(table: TableDefinition) -> list[str]:
    return [column.name for column in table.columns if column.name not in _NOT_IN_AFTER]


def _described(changes: DataFrame, table: TableDefinition) -> DataFrame:
    """Changes with `after` (the values that hold after it), `deleted`, `known` and `is_newest` (the greatest position)."""
    # All as text: a decimal must not pass through a double.
    schema = ", ".join(f"{name} string" for name in _in_after(table))
    parsed = changes.withColumn("own", F.from_json("row_after", schema)).withColumn("deleted", F.expr(_DELETES))
    by_position = Window.partitionBy("key").orderBy("position", "event_id")
    so_far = by_position.rowsBetween(Window.unboundedPreceding, Window.currentRow)
    values = F.last(F.when(F.col("row_after").isNotNull(), F.col("own")), ignorenulls=True).over(so_far)
    # By the same order as the values: one sort serves both.
    newest = F.lead(F.lit(True)).over(by_position).isNull()
    # A table that was emptied before a row came to be says nothing of that row.
    known = F.max(F.col("op") != "t").over(so_far)
    return parsed.withColumns({"after": values, "is_newest": newest, "known": known})


def _column(column: ColumnDefinition, computed: dict[str, str], run: str) -> Column:
    if column.name == "load_run":
        value = F.lit(run)
    elif column.name in computed:
        value = F.col(computed[column.name])
    elif column.name == "position":
        value = F.col("position")
    elif column.name == _key_column(column):
        value = F.col("key")
    elif column.type == "timestamp":
        value = parse_instant(F.col(f"after.{column.name}"))
    else:
        value = F.col(f"after.{column.name}").cast(column.type)
    return value.alias(column.name)


def _key_column(column: ColumnDefinition) -> str:
    return next((key_of(table) for table in TABLES.values() if table.columns[0] == column), "")
