"""Replaces the rows of some keys in a derived table, and touches nothing that would stay the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from waybill_lake.tables.guarded import change_guarded
from waybill_lake.tables.iceberg import IcebergTable, Snapshot

_VIEW = "waybill_replacement"
_LINEAGE = "load_run"
"""Says who wrote the row; a row that differs only in it is the same."""


@dataclass(frozen=True)
class Replacement:
    wanted: DataFrame
    """All rows that the touched keys have from now on."""
    stored: DataFrame
    """All rows that they have in the table."""
    unique: Sequence[str]
    """Columns that name a row."""
    held: Sequence[DataFrame] = ()
    """What was kept to make these; let go after the write."""


def replace_rows(table: IcebergTable, wap: str, still_mine: Callable[[], bool], make: Callable[[], Replacement]) -> Snapshot | None:
    """Brings the rows of some keys to what `make` wants; None when they were so already.

    `make` is called in each try, after the base is pinned and the lease is known to be held: what it reads is then new enough.
    """

    def write() -> None:
        replacement = make()
        changes = _changes(replacement).persist()
        try:
            counted = changes.agg(F.count(F.lit(1)).alias("all"), F.count_if("is_stored").alias("stored")).collect()[0]
            if counted["stored"] > 0:
                changes.createOrReplaceTempView(_VIEW)
                table.spark.sql(_merge(table.name, replacement.wanted.columns, replacement.unique))
            elif counted["all"] > 0:
                # Nothing is there that they would replace: a MERGE would read the table for nothing.
                changes.select(*replacement.wanted.columns).writeTo(table.name).append()
        finally:
            for frame in (changes, *replacement.held):
                frame.unpersist()

    return change_guarded(table, wap, still_mine, write)


def _changes(replacement: Replacement) -> DataFrame:
    """Rows to write with `is_gone` false, rows to delete with `is_gone` true; `is_stored`: the table has a row in their place."""
    unique = list(replacement.unique)
    compared = [name for name in replacement.wanted.columns if name != _LINEAGE]
    stored = replacement.stored.select(*unique, F.xxhash64(*compared).alias("stored_hash"))
    wanted = replacement.wanted.withColumn("wanted_hash", F.xxhash64(*compared))
    joined = wanted.join(stored, on=unique, how="full_outer")
    is_gone = F.col("wanted_hash").isNull()
    is_same = F.coalesce(F.col("wanted_hash") == F.col("stored_hash"), F.lit(False))
    is_stored = F.col("stored_hash").isNotNull()
    return joined.where(~is_same).select(*replacement.wanted.columns, is_gone.alias("is_gone"), is_stored.alias("is_stored"))


def _merge(table: str, columns: Sequence[str], unique: Sequence[str]) -> str:
    same = " AND ".join(f"t.{name} = u.{name}" for name in unique)
    return f"""MERGE INTO {table} t USING {_VIEW} u ON {same}
        WHEN MATCHED AND u.is_gone THEN DELETE
        WHEN MATCHED THEN UPDATE SET {", ".join(f"{name} = u.{name}" for name in columns)}
        WHEN NOT MATCHED AND NOT u.is_gone THEN INSERT ({", ".join(columns)}) VALUES ({", ".join(f"u.{name}" for name in columns)})"""
