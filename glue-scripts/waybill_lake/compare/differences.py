"""Two states of a table side by side, matched by its grain. Pure: DataFrames in, figures out, in two actions a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import and_, or_
from typing import Any

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from waybill_lake.compare.tolerances import Tolerance, Tolerances

SAMPLE = 20
_SIDES = ("current", "candidate")


@dataclass(frozen=True)
class ColumnDifference:
    """`current` and `candidate`: sums, null for columns that are no numbers."""

    column: str
    rows: int
    largest: float | None
    current: float | None
    candidate: float | None


@dataclass(frozen=True)
class TableDifference:
    """`rows`: of both sides together; `sample`: some of the rows that differ, with their key and the values on both sides."""

    table: str
    rows: int
    changed: int
    only_current: int
    only_candidate: int
    columns: tuple[ColumnDifference, ...]
    sample: tuple[dict[str, Any], ...]

    @property
    def mismatch_percent(self) -> float:
        return 0.0 if self.rows == 0 else 100 * (self.changed + self.only_current + self.only_candidate) / self.rows


def compare_tables(table: str, current: DataFrame, candidate: DataFrame, grain: Sequence[str], tolerances: Tolerances) -> TableDifference:
    """Columns of `current` that `candidate` has too. Rows are matched by `grain`, null equal to null."""
    fields = [field for field in current.schema.fields if field.name not in grain and field.name in candidate.columns]
    pairs = _side_by_side(current, candidate, grain, [field.name for field in fields])
    is_both = F.col("in_current") & F.col("in_candidate")
    differs = {field.name: is_both & _differs(field, tolerances.of(table, field.name)) for field in fields}
    marked = pairs.withColumns({f"differs {name}": condition for name, condition in differs.items()})
    is_changed = reduce(or_, [F.col(f"differs {name}") for name in differs], F.expr("false"))
    marked = marked.withColumn("changed", is_changed).persist()
    try:
        counts = marked.agg(*_aggregates(fields)).collect()[0].asDict()
        sample = _sample(marked, grain, [field.name for field in fields]) if counts["mismatches"] else ()
    finally:
        marked.unpersist()
    columns = tuple(_column(field.name, counts) for field in fields)
    return TableDifference(table, counts["rows"], counts["changed"], counts["only_current"], counts["only_candidate"], columns, sample)


def _side_by_side(current: DataFrame, candidate: DataFrame, grain: Sequence[str], columns: Sequence[str]) -> DataFrame:
    sides = [
        rows.select(
            *[F.col(key).alias(f"{side} key {key}") for key in grain],
            *[F.col(column).alias(f"{side} {column}") for column in columns],
            F.expr("true").alias(f"in_{side}"),
        )
        for side, rows in zip(_SIDES, (current, candidate), strict=True)
    ]
    matched = reduce(and_, [F.col(f"current key {key}").eqNullSafe(F.col(f"candidate key {key}")) for key in grain])
    joined = sides[0].join(sides[1], on=matched, how="full_outer")
    joined = joined.withColumns({f"in_{side}": F.coalesce(F.col(f"in_{side}"), F.expr("false")) for side in _SIDES})
    return joined.withColumns({key: F.coalesce(F.col(f"current key {key}"), F.col(f"candidate key {key}")) for key in grain})


def _is_number(field: T.StructField) -> bool:
    return isinstance(field.dataType, T.NumericType)


def _differs(field: T.StructField, tolerance: Tolerance) -> Column:
    current, candidate = F.col(f"current {field.name}"), F.col(f"candidate {field.name}")
    unequal = ~_comparable(current, field.dataType).eqNullSafe(_comparable(candidate, field.dataType))
    if not _is_number(field) or tolerance == Tolerance():
        return unequal
    allowed = F.greatest(F.lit(tolerance.absolute), F.lit(tolerance.relative) * F.abs(current.cast("double")))
    too_far = F.abs(candidate.cast("double") - current.cast("double")) > allowed
    # One side null and the other not is a difference at any tolerance.
    return unequal & F.coalesce(too_far, F.expr("true"))


def _comparable(column: Column, kind: T.DataType) -> Column:
    """Maps are compared by their entries, in whichever order they lie."""
    return F.array_sort(F.map_entries(column)) if isinstance(kind, T.MapType) else column


def _aggregates(fields: Sequence[T.StructField]) -> list[Column]:
    only_current, only_candidate = F.col("in_current") & ~F.col("in_candidate"), F.col("in_candidate") & ~F.col("in_current")
    made = [
        F.count(F.lit(1)).alias("rows"),
        F.count_if(F.col("changed")).alias("changed"),
        F.count_if(only_current).alias("only_current"),
        F.count_if(only_candidate).alias("only_candidate"),
        F.count_if(F.col("changed") | only_current | only_candidate).alias("mismatches"),
    ]
    for field in fields:
        made.append(F.count_if(F.col(f"differs {field.name}")).alias(f"rows {field.name}"))
        if _is_number(field):
            apart = F.abs(F.col(f"candidate {field.name}").cast("double") - F.col(f"current {field.name}").cast("double"))
            made.append(F.max(F.when(F.col(f"differs {field.name}"), apart)).alias(f"largest {field.name}"))
            made += [F.sum(F.col(f"{side} {field.name}")).cast("double").alias(f"{side} {field.name}") for side in _SIDES]
    return made


def _column(name: str, counts: dict[str, Any]) -> ColumnDifference:
    return ColumnDifference(name, counts[f"rows {name}"], counts.get(f"largest {name}"), *[counts.get(f"{side} {name}") for side in _SIDES])


def _sample(marked: DataFrame, grain: Sequence[str], columns: Sequence[str]) -> tuple[dict[str, Any], ...]:
    """The first rows that differ by their key: the same question gives the same sample."""
    rows = marked.where(F.col("changed") | (F.col("in_current") != F.col("in_candidate"))).orderBy(*grain).limit(SAMPLE).collect()
    return tuple(_sampled(row.asDict(), grain, columns) for row in rows)


def _sampled(row: dict[str, Any], grain: Sequence[str], columns: Sequence[str]) -> dict[str, Any]:
    kind = "changed" if row["in_current"] and row["in_candidate"] else "only current" if row["in_current"] else "only candidate"
    values = {name: [_plain(row[f"{side} {name}"]) for side in _SIDES] for name in columns if row[f"differs {name}"] or kind != "changed"}
    return {"key": {key: _plain(row[key]) for key in grain}, "kind": kind, "values": values}


def _plain(value: Any) -> Any:
    """As JSON has it; decimals as text, so that no digit is lost."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return {str(name): _plain(one) for name, one in sorted(value.items())}
    return format(value, "f") if isinstance(value, Decimal) else str(value)
