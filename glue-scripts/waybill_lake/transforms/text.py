"""JSON text and hashes in Spark, byte for byte as the functions of the stream road make them (docs/shipment-state.md)."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import Column
from pyspark.sql import functions as F

NULL = "null"
_CONTROL = r"[\x00-\x1f]"
_SHORT_ESCAPES = {8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"}
_CONTROL_ESCAPES = tuple(_SHORT_ESCAPES.get(code, f"\\u{code:04x}") for code in range(32))


def json_text(value: Column) -> Column:
    """A text as JSON.stringify writes it; absent is null."""
    plain = F.replace(F.replace(value, F.lit("\\"), F.lit("\\\\")), F.lit('"'), F.lit('\\"'))
    # Control characters are rare: only texts that have one are taken apart.
    body = F.when(value.rlike(_CONTROL), _escape_each(value)).otherwise(plain)
    return F.coalesce(F.concat(F.lit('"'), body, F.lit('"')), F.lit(NULL))


def _escape_each(value: Column) -> Column:
    escapes = F.array(*[F.lit(escape) for escape in _CONTROL_ESCAPES])

    def escape(character: Column) -> Column:
        code = F.ascii(character)
        is_control = (code < 32) & (character != "")
        return (
            F.when(is_control, F.element_at(escapes, code + 1))
            .when(character == '"', F.lit('\\"'))
            .when(character == "\\", F.lit("\\\\"))
            .otherwise(character)
        )

    return F.array_join(F.transform(F.split(value, ""), escape), "")


def json_number(value: Column) -> Column:
    """A double as JSON.stringify writes it, for what measuring devices send: whole numbers have no point."""
    whole = (value == F.floor(value)) & (F.abs(value) < F.lit(1e15))
    return F.coalesce(F.when(whole, F.floor(value).cast("string")).otherwise(value.cast("string")), F.lit(NULL))


def json_plain(value: Column) -> Column:
    """A whole number or a boolean as JSON."""
    return F.coalesce(value.cast("string"), F.lit(NULL))


def json_array(parts: Sequence[Column]) -> Column:
    """A JSON array of values that are JSON already."""
    return F.concat(F.lit("["), F.concat_ws(",", *parts), F.lit("]"))


def sha256_hex(text: Column, digits: int) -> Column:
    return F.substring(F.sha2(text, 256), 1, digits)
