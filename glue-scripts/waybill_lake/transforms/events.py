"""Parsed lines to rows of a contract's events table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from waybill_lake.model import Column as ModelColumn
from waybill_lake.model import LakeContract, LakeModel, Range
from waybill_lake.transforms.instants import epoch_ms, from_epoch_ms, parse_instant
from waybill_lake.transforms.parse import EventSchema, event_schema, parse_lines
from waybill_lake.transforms.sentinels import Sentinels, without_sentinels
from waybill_lake.transforms.shipment_hash import SHIPMENT_FIELDS, shipment_content_hash
from waybill_lake.transforms.text import json_array, json_number, json_plain, json_text, sha256_hex

Hash = Callable[[EventSchema], Column]

SPECIAL_HASHES: dict[str, Hash] = {"shipment-event": shipment_content_hash}
"""Contracts whose content hash the stream road computes, too; all others hash the fields that `content` lists."""
_SPECIAL_FIELDS = {"shipment-event": SHIPMENT_FIELDS}

UNTYPABLE = "no event time or identity"
BROKEN = "breaks rules of its contract"
"""Problems of a row, beside those of its object."""

DERIVED_ID_DIGITS = 32
CONTENT_HASH_DIGITS = 16


@dataclass(frozen=True)
class RowPolicy:
    """What a contract's owner says of its rows. `put_aside`: rows to an array with the names of the rules that keep them out of silver."""

    sentinels: Sentinels = field(default_factory=dict)
    put_aside: Callable[[DataFrame], Column] | None = None


def to_events(lines: DataFrame, contract: LakeContract, model: LakeModel, run: str, policy: RowPolicy | None = None) -> DataFrame:
    """Rows as the events table has them, and before them `seen`, `problem`, `broken` and `line` (of rows with a problem).

    A row without event time or identity cannot be in the table, and one that breaks a rule of severity `quarantine` (named by `broken`)
    may not: `problem` says so.
    """
    policy = policy or RowPolicy()
    content = () if contract.name in SPECIAL_HASHES else tuple(_pointer(field) for field in contract.content)
    schema = event_schema(contract, (*content, *_SPECIAL_FIELDS.get(contract.name, ())))
    parsed = parse_lines(lines, schema)
    typed = parsed.select(
        "seen",
        "problem",
        "line",
        *[_typed(column, schema, policy.sentinels).alias(column.name) for column in contract.table.columns],
        *[column.alias(name) for name, column in _platform(contract, schema, run).items()],
    )
    keyed = typed.withColumn("key_hash", F.xxhash64("source", "event_id"))
    usable = F.col("event_time").isNotNull() & F.col("event_id").isNotNull() & F.col("source").isNotNull()
    problem = F.coalesce(F.col("problem"), F.when(~usable, F.lit(UNTYPABLE)))
    broken = F.lit(None).cast("array<string>")
    if policy.put_aside is not None:
        broken = F.when(problem.isNull(), policy.put_aside(keyed))
        problem = F.coalesce(problem, F.when(F.size(broken) > 0, F.lit(BROKEN)))
    business = [column.name for column in contract.table.columns]
    platform = [column.name for column in model.platform_columns]
    kept = F.when(problem.isNotNull(), F.col("line"))
    return keyed.select("seen", problem.alias("problem"), broken.alias("broken"), kept.alias("line"), *business, *platform)


def event_columns(contract: LakeContract, model: LakeModel) -> list[str]:
    """Names of the events table's columns, in order."""
    return [*[column.name for column in contract.table.columns], *[column.name for column in model.platform_columns]]


def _pointer(field: str) -> str:
    return "/" + field.replace(".", "/")


def _first(pointers: tuple[str, ...], schema: EventSchema) -> Column:
    values = [schema.value(pointer) for pointer in pointers]
    return F.coalesce(*values) if values else F.lit(None).cast("string")


def _typed(column: ModelColumn, schema: EventSchema, sentinels: Sentinels) -> Column:
    first = _first(column.from_, schema)
    # Only texts: a word in a number or a time is no number and no time, so it is null anyway.
    value = _convert(without_sentinels(first, schema.value("/source"), sentinels) if column.type == "string" else first, column)
    if column.range is not None:
        value = F.when(_in_range(value, column.range), value)
    for pointer in column.only_with:
        value = F.when(schema.value(pointer).isNotNull(), value)
    return value


def _convert(value: Column, column: ModelColumn) -> Column:
    if column.type == "timestamp":
        return parse_instant(value)
    if column.type in ("int", "long"):
        return F.when(value == F.floor(value), value.cast(column.spark_type))
    return value.cast(column.spark_type)


def _in_range(value: Column, bounds: Range) -> Column:
    inside = F.lit(True)
    if bounds.minimum is not None:
        inside = inside & (value >= bounds.minimum)
    if bounds.maximum is not None:
        inside = inside & (value <= bounds.maximum)
    if bounds.exclusive_minimum is not None:
        inside = inside & (value > bounds.exclusive_minimum)
    if bounds.exclusive_maximum is not None:
        inside = inside & (value < bounds.exclusive_maximum)
    return inside


def _platform(contract: LakeContract, schema: EventSchema, run: str) -> dict[str, Column]:
    special = SPECIAL_HASHES.get(contract.name)
    content_hash = special(schema) if special is not None else _listed_hash(contract, schema)
    return {
        "event_id": _derived_id(contract, schema) if contract.derives_event_id else schema.value("/eventId"),
        "source": schema.value("/source"),
        "content_hash": content_hash,
        "event_time": parse_instant(_first(contract.table.event_time_from, schema)),
        "published_time": parse_instant(_first(contract.table.published_time_from, schema)),
        "arrival_time": from_epoch_ms(F.col("record.t")),
        "contract_version": F.col("record.v"),
        "stream_shard": F.col("stream_shard"),
        "stream_sequence": F.col("record.k"),
        "frame_index": F.col("record.i"),
        "bronze_key": F.col("bronze_key"),
        "load_run": F.lit(run),
    }


def _derived_id(contract: LakeContract, schema: EventSchema) -> Column:
    values = [_as_json(name, contract, schema) for name in contract.identity]
    return sha256_hex(json_array(values), DERIVED_ID_DIGITS)


def _listed_hash(contract: LakeContract, schema: EventSchema) -> Column:
    values = [_as_json(field, contract, schema) for field in contract.content]
    return sha256_hex(json_array(values), CONTENT_HASH_DIGITS)


def _as_json(field: str, contract: LakeContract, schema: EventSchema) -> Column:
    """The field's value as JSON, of its column's type where it has one; instants as ms."""
    pointer = _pointer(field)
    value = schema.value(pointer)
    if pointer in contract.table.event_time_from:
        return json_plain(epoch_ms(parse_instant(value)))
    column = next((column for column in contract.table.columns if pointer in column.from_), None)
    kind = "string" if column is None else column.type
    if kind == "timestamp":
        return json_plain(epoch_ms(parse_instant(value)))
    if kind in ("int", "long", "double"):
        return json_number(value)
    if kind == "boolean":
        return json_plain(value)
    if kind == "array<string>":
        return F.coalesce(F.to_json(value), F.lit("null"))
    return F.coalesce(value, F.lit("null")) if kind == "json" else json_text(value)
