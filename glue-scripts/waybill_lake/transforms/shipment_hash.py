"""The content hash of a shipment event, byte for byte as domain/shipment/hashes.ts makes it."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from waybill_lake.transforms.instants import epoch_ms, parse_instant
from waybill_lake.transforms.parse import EventSchema
from waybill_lake.transforms.text import json_array, json_plain, json_text, sha256_hex

SHIPMENT_FIELDS = (
    "/operation",
    "/retractsEventId",
    "/correctsEventId",
    "/eventType",
    "/eventClassifier",
    "/location/unLocode",
    "/location/facilityCode",
    "/eventTime",
    "/reason/code",
    "/equipment/empty",
)
"""What the hash reads (JSON pointers)."""

_LONGEST_EVENT_ID = 100
_LONGEST_FACILITY_CODE = 20
_UN_LOCODE = r"^[A-Z]{2}[A-Z2-9]{3}$"
_NO_STRING = r"^(-?[0-9]|true$|false$|[\[{])"
"""Spark reads a number, a boolean, an object as text: what begins like one may not have been a string."""


def shipment_content_hash(schema: EventSchema) -> Column:
    def text(pointer: str, longest: int | None = None) -> Column:
        return _strict_text(schema.value(pointer), pointer.rsplit("/", 1)[1], longest)

    null, no_place = F.lit("null"), F.lit('""')
    retraction = json_array(
        [F.lit('"RETRACT"'), json_text(text("/retractsEventId")), null, null, null, no_place, null, null, F.lit("false")]
    )
    un_locode = text("/location/unLocode")
    place = F.coalesce(F.when(un_locode.rlike(_UN_LOCODE), un_locode), text("/location/facilityCode", _LONGEST_FACILITY_CODE), F.lit(""))
    statement = json_array(
        [
            F.lit('"UPSERT"'),
            null,
            json_text(text("/correctsEventId", _LONGEST_EVENT_ID)),
            json_text(F.coalesce(text("/eventType"), F.lit("UNKNOWN"))),
            json_text(schema.value("/eventClassifier")),
            json_text(place),
            json_plain(epoch_ms(parse_instant(schema.value("/eventTime")))),
            json_text(text("/reason/code")),
            json_plain(F.coalesce(schema.value("/equipment/empty") == "EMPTY", F.lit(False))),
        ]
    )
    is_retraction = F.coalesce(schema.value("/operation") == "RETRACT", F.lit(False))
    return sha256_hex(F.when(is_retraction, retraction).otherwise(statement), 16)


def _strict_text(value: Column, name: str, longest: int | None) -> Column:
    """A non-empty string of at most `longest` code points, else absent: a broken optional field never counts."""
    written_as_string = F.col("line").rlike(f'"{name}"\\s*:\\s*"')
    is_string = ~value.rlike(_NO_STRING) | written_as_string
    fits = F.char_length(value) <= longest if longest is not None else F.lit(True)
    # Most optional fields are absent: without the first condition, Spark would search the whole line for each of them.
    return F.when(value.isNotNull(), F.when((value != "") & is_string & fits, value))
