"""Step 7 of a load: brings the conflicts table up to an outcome."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from waybill_lake.loading.lease import Lease
from waybill_lake.loading.parts import LoadParts
from waybill_lake.tables.definitions import CONFLICTS
from waybill_lake.tables.guarded import change_guarded
from waybill_lake.tables.iceberg import IcebergTable
from waybill_lake.transforms.bronze import BronzeObject, read_lines

_VIEW = "waybill_losers"
_FIELDS = ", ".join(f"{column.name} {column.type}" for column in CONFLICTS.columns)


def upsert_losers(parts: LoadParts, lease: Lease, wap: str, keys: Sequence[str]) -> None:
    """Upserts by (source, event_id, content_hash); a content that wins now leaves the table."""
    table = IcebergTable(parts.spark, parts.table(CONFLICTS.name))
    losers = _read(parts, keys).persist()
    losers.createOrReplaceTempView(_VIEW)
    names = [column.name for column in CONFLICTS.columns]
    merge = f"""MERGE INTO {table.name} t USING {_VIEW} u
        ON t.contract = u.contract AND t.source = u.source AND t.event_id = u.event_id AND t.content_hash = u.content_hash
        WHEN MATCHED AND u.action = 'delete' THEN DELETE
        WHEN MATCHED THEN UPDATE SET {", ".join(f"{name} = u.{name}" for name in names)}
        WHEN NOT MATCHED AND u.action = 'upsert' THEN INSERT ({", ".join(names)}) VALUES ({", ".join(f"u.{name}" for name in names)})"""
    try:
        change_guarded(table, wap, lease.is_mine, lambda: _run(parts, merge))
    finally:
        parts.spark.catalog.dropTempView(_VIEW)
        losers.unpersist()


def _run(parts: LoadParts, statement: str) -> None:
    parts.spark.sql(statement)


def _read(parts: LoadParts, keys: Sequence[str]) -> DataFrame:
    lines = read_lines(parts.spark, parts.lake, [BronzeObject(key, "") for key in keys])
    unread = F.when(
        F.col("problem").isNotNull(), F.raise_error(F.concat_ws(" ", F.lit("saved losers cannot be read:"), "problem", "bronze_key"))
    )
    return lines.select(F.from_json(F.coalesce(unread, "line"), f"{_FIELDS}, action string", {"mode": "FAILFAST"}).alias("row")).select(
        "row.*"
    )
