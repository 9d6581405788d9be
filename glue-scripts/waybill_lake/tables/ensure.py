"""Makes tables and lets them grow: a new nullable column, a wider type. Anything else is refused by name, before any change."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping, Sequence

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql import types as T

from waybill_lake.model import LakeModel
from waybill_lake.objects import ObjectStore
from waybill_lake.reference import Reference
from waybill_lake.session import CATALOG
from waybill_lake.settings import JobSettings
from waybill_lake.tables.definitions import ColumnDefinition, TableDefinition
from waybill_lake.tables.iceberg import is_refusal
from waybill_lake.tables.wanted import databases, digest_of, origin_of, wanted_tables

MODEL_KEY = "runs/ensure-tables/model.json"
"""Object of the lake bucket that says which model the tables follow."""

PROPERTIES = {
    "format-version": "2",
    "write.format.default": "parquet",
    "write.parquet.compression-codec": "zstd",
    "write.object-storage.enabled": "true",
    "write.wap.enabled": "true",
    "write.delete.mode": "copy-on-write",
    "write.update.mode": "copy-on-write",
    "write.merge.mode": "copy-on-write",
    "write.delete.isolation-level": "serializable",
    "write.update.isolation-level": "serializable",
    "write.merge.isolation-level": "serializable",
    "commit.retry.num-retries": "20",
    "commit.retry.min-wait-ms": "50",
    # The proof that a run was committed is in the history: it must outlive every pending run.
    "history.expire.max-snapshot-age-ms": str(7 * 24 * 3600 * 1000),
    "history.expire.min-snapshots-to-keep": "1",
}

_DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")
_TRIES = 10
_WIDER = {("int", "bigint"), ("float", "double")}


class TableChangeError(Exception):
    """The contracts want a change that would break readers of a table; the message lists each, with what to do."""


def ensure_table(spark: SparkSession, name: str, definition: TableDefinition) -> list[str]:
    """Makes the table or evolves it; answers what was changed, empty when nothing was.

    :raises TableChangeError: a column was dropped, renamed, made required or narrowed, or the partition was changed.
    """
    if not spark.catalog.tableExists(name):
        spark.sql(create_statement(name, definition))
        spark.sql(f"ALTER TABLE {name} {_write_order(definition)}")
        return ["created"]
    statements = evolve_statements(name, definition, spark.table(name).schema)
    stored = _properties(spark, name)
    if _sorted_by(stored) != definition.sort:
        # Also that of a table whose maker was killed right after it was made.
        statements.append(f"ALTER TABLE {name} {_write_order(definition)}")
    missing = {key: value for key, value in PROPERTIES.items() if stored.get(key) != value and key != "format-version"}
    if missing:
        pairs = ", ".join(f"'{key}'='{value}'" for key, value in missing.items())
        statements.append(f"ALTER TABLE {name} SET TBLPROPERTIES ({pairs})")
    for statement in statements:
        spark.sql(statement)
    return statements


def create_statement(name: str, definition: TableDefinition) -> str:
    columns = ",\n  ".join(_declaration(column) for column in definition.columns)
    partition = f"\nPARTITIONED BY ({', '.join(definition.partition)})" if definition.partition else ""
    properties = ", ".join(f"'{key}'='{value}'" for key, value in PROPERTIES.items())
    comment = _quoted(definition.description)
    return f"CREATE TABLE IF NOT EXISTS {name} (\n  {columns}\n) USING iceberg{partition}\nCOMMENT {comment}\nTBLPROPERTIES ({properties})"


def evolve_statements(name: str, definition: TableDefinition, existing: T.StructType) -> list[str]:
    """What brings an existing table to its definition; every refusal at once.

    :raises TableChangeError: see `ensure_table`.
    """
    refused: list[str] = []
    statements: list[str] = []
    wanted = {column.name: column for column in definition.columns}
    for field in existing.fields:
        if field.name not in wanted:
            refused.append(f"column {field.name} would go: keep it in table.json, or declare a new table")
    present = {field.name: field for field in existing.fields}
    for column in definition.columns:
        stored = present.get(column.name)
        if stored is None:
            if column.required:
                refused.append(f"new column {column.name} is required, but rows that are there have no value: declare it optional")
            else:
                statements.append(f"ALTER TABLE {name} ADD COLUMN {_declaration(column)}")
            continue
        statements.extend(_changes(name, column, stored, refused))
    if refused:
        raise TableChangeError(f"{name} cannot become what the contracts say:\n" + "\n".join(f"  {line}" for line in refused))
    return statements


def _changes(name: str, column: ColumnDefinition, stored: T.StructField, refused: list[str]) -> list[str]:
    statements: list[str] = []
    old, new = stored.dataType.simpleString(), _normal(column.type)
    if old != new:
        if _is_wider(old, new):
            statements.append(f"ALTER TABLE {name} ALTER COLUMN `{column.name}` TYPE {new}")
        else:
            refused.append(
                f"column {column.name} is {old} and would become {new}: only int to bigint, float to double and longer decimals are safe"
            )
    if column.required and stored.nullable:
        refused.append(f"column {column.name} would become required, but rows that are there may have no value: declare it optional")
    if not column.required and not stored.nullable:
        statements.append(f"ALTER TABLE {name} ALTER COLUMN `{column.name}` DROP NOT NULL")
    comment = stored.metadata.get("comment", "")
    if comment != column.description:
        statements.append(f"ALTER TABLE {name} ALTER COLUMN `{column.name}` COMMENT {_quoted(column.description)}")
    return statements


def _is_wider(old: str, new: str) -> bool:
    if (old, new) in _WIDER:
        return True
    before, after = _DECIMAL.fullmatch(old), _DECIMAL.fullmatch(new)
    return before is not None and after is not None and before[2] == after[2] and int(before[1]) < int(after[1])


def _normal(sql_type: str) -> str:
    """The type as Spark writes it back."""
    return T._parse_datatype_string(f"c {sql_type}").fields[0].dataType.simpleString()  # type: ignore[attr-defined,no-any-return]


def _declaration(column: ColumnDefinition) -> str:
    return f"`{column.name}` {column.type}{' NOT NULL' if column.required else ''} COMMENT {_quoted(column.description)}"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _write_order(definition: TableDefinition) -> str:
    # One task a partition: a load writes one file a day, sorted, without the sampling job that a total order would cost.
    distribution = "WRITE DISTRIBUTED BY PARTITION LOCALLY ORDERED BY" if definition.partition else "WRITE LOCALLY ORDERED BY"
    return f"{distribution} {', '.join(definition.sort)}"


def _properties(spark: SparkSession, name: str) -> dict[str, str]:
    return {row["key"]: row["value"] for row in spark.sql(f"SHOW TBLPROPERTIES {name}").collect()}


def _sorted_by(properties: dict[str, str]) -> tuple[str, ...]:
    """Columns of the table's own order, from `shipment_id ASC NULLS FIRST, event_time ASC NULLS FIRST`."""
    return tuple(part.split()[0] for part in properties.get("sort-order", "").split(",") if part.strip())


def ensure_all(spark: SparkSession, tables: Sequence[tuple[str, TableDefinition]]) -> dict[str, list[str]]:
    """`ensure_table` for each (full name, definition); what changed by name. Two jobs may do it at once.

    :raises TableChangeError: of the first table that cannot follow; the others stay as they are.
    """
    for name, definition in tables:
        if spark.catalog.tableExists(name):
            evolve_statements(name, definition, spark.table(name).schema)
    return {name: _ensure_among_others(spark, name, definition) for name, definition in tables}


def _ensure_among_others(spark: SparkSession, name: str, definition: TableDefinition) -> list[str]:
    for attempt in range(1, _TRIES):
        try:
            return ensure_table(spark, name, definition)
        except (Py4JJavaError, PySparkException) as error:
            if not is_refusal(error):
                raise
            time.sleep(0.1 * attempt)
    return ensure_table(spark, name, definition)


def ensure_model(
    spark: SparkSession, settings: JobSettings, store: ObjectStore, model: LakeModel, reference: Reference
) -> dict[str, list[str]]:
    """Makes and evolves every table of silver, gold and ops, then notes in `MODEL_KEY` which model they follow; what changed by name.

    :raises TableChangeError: the contracts want what a table cannot become; nothing was changed.
    """
    tables, origin = wanted_tables(spark, settings, model, reference), origin_of(settings, model, reference, PROPERTIES)
    for database in databases(settings).values():
        spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {CATALOG}.{database}")
    changed = ensure_all(spark, tables)
    _put_note(store, {"origin": origin, "digest": digest_of(tables, PROPERTIES), "tables": len(tables), "run": settings.run})
    return changed


def ensure_current(spark: SparkSession, settings: JobSettings, store: ObjectStore, model: LakeModel, reference: Reference) -> bool:
    """What a job calls before it touches a table: `ensure_model`, unless `MODEL_KEY` says that the tables follow this model already.

    Costs one small read when nothing changed. So the first job after a deployment brings the tables up to date, whichever it is; where
    only words changed that declare the same tables, it notes that.

    :param store: the lake bucket.
    :return: whether the tables had to be looked at.
    :raises TableChangeError: the contracts want what a table cannot become; nothing was changed.
    """
    noted, origin = _note_in(store.get(MODEL_KEY)), origin_of(settings, model, reference, PROPERTIES)
    if noted.get("origin") == origin:
        return False
    if noted.get("digest") == digest_of(wanted_tables(spark, settings, model, reference), PROPERTIES):
        _put_note(store, {**noted, "origin": origin})
        return False
    ensure_model(spark, settings, store, model, reference)
    return True


def _put_note(store: ObjectStore, note: Mapping[str, object]) -> None:
    store.put(MODEL_KEY, json.dumps(note, separators=(",", ":")).encode())


def _note_in(note: bytes | None) -> Mapping[str, object]:
    """Empty for a note that is missing or cannot be read: then the tables are looked at again."""
    try:
        found = json.loads(note or b"")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
