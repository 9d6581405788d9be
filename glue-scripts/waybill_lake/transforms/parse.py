"""Lines of bronze parsed once, by a schema made from the columns that the contract's table declares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from waybill_lake.model import LakeContract

_NUMBERS = frozenset({"int", "long", "double"})


def _leaf_type(column_type: str) -> T.DataType:
    # Whole numbers travel as doubles: JSON knows no other, and 5.0 is an integer there.
    if column_type in _NUMBERS:
        return T.DoubleType()
    if column_type == "boolean":
        return T.BooleanType()
    if column_type == "array<string>":
        return T.ArrayType(T.StringType())
    # Anything else is read as text: Spark keeps an object or a list as its JSON.
    return T.StringType()


@dataclass(frozen=True)
class EventSchema:
    """Which fields of the event are read, and how."""

    leaves: dict[str, T.DataType]
    """Type by JSON pointer."""

    def spark(self) -> T.StructType:
        return _struct(self.leaves)

    def value(self, pointer: str) -> Column:
        """The parsed field, null when it is absent or of another type."""
        parent = self._text_parent(pointer)
        if parent is not None:
            path = "$" + "".join(f"['{name}']" for name in _path(pointer)[len(_path(parent)) :])
            return F.get_json_object(_field(parent), path)
        return _field(pointer)

    def _text_parent(self, pointer: str) -> str | None:
        parts = _path(pointer)
        ancestors = ("/" + "/".join(parts[:length]) for length in range(1, len(parts)))
        return next((ancestor for ancestor in ancestors if ancestor in self.leaves), None)


def _path(pointer: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.strip("/").split("/")]


def _field(pointer: str) -> Column:
    column = F.col("e")
    for name in _path(pointer):
        column = column.getField(name)
    return column


def _struct(leaves: dict[str, T.DataType]) -> T.StructType:
    # A field that is read whole (JSON) and in parts is parsed whole; its parts are taken from the text.
    whole = {pointer for pointer in leaves if not any(pointer != other and pointer.startswith(f"{other}/") for other in leaves)}
    tree: dict[str, dict[str, T.DataType]] = {}
    for pointer in sorted(whole):
        head, _, rest = pointer.strip("/").partition("/")
        tree.setdefault(_path(head)[0], {})["/" + rest if rest else ""] = leaves[pointer]
    fields = [T.StructField(name, below[""] if "" in below else _struct(below)) for name, below in tree.items()]
    return T.StructType(fields)


def event_schema(contract: LakeContract, more: Iterable[str] = ()) -> EventSchema:
    """The fields of all columns, of identity, content and times, and `more` (JSON pointers, read as text)."""
    leaves: dict[str, T.DataType] = {}
    for column in contract.table.columns:
        for pointer in (*column.from_, *column.only_with):
            leaves.setdefault(pointer, T.StringType())
        for pointer in column.from_:
            leaves[pointer] = _leaf_type(column.type)
    others = (
        *contract.table.event_time_from,
        *contract.table.published_time_from,
        "/source",
        *(f"/{name}" for name in contract.identity),
        *more,
    )
    for pointer in others:
        leaves.setdefault(pointer, T.StringType())
    return EventSchema(leaves)


def parse_lines(lines: DataFrame, schema: EventSchema) -> DataFrame:
    """Lines (`transforms.bronze.LINES`) with `record`: sequence `k`, frame index `i`, arrival `t`, version `v`; and the event `e`."""
    record = T.StructType(
        [
            T.StructField("k", T.StringType()),
            T.StructField("i", T.IntegerType()),
            T.StructField("t", T.LongType()),
            T.StructField("v", T.StringType()),
            T.StructField("e", schema.spark()),
        ]
    )
    parsed = lines.withColumn("record", F.from_json("line", record, {"mode": "PERMISSIVE"}))
    return parsed.withColumn("e", F.col("record.e"))
