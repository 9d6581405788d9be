"""Events of shipments as the fold wants them: one row per content, from the events table and from the conflicts table."""

from __future__ import annotations

from typing import get_args

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from waybill_lake.generated.shipment_event import EventClassifier, EventType, ModeOfTransport, ReasonCode
from waybill_lake.transforms.text import json_array, json_text, sha256_hex

CONTRACT = "shipment-event"
LONGEST_EVENT_ID = 100
LONGEST_FACILITY_CODE = 20
LONGEST_CUSTOMER_ID = 64
LONGEST_SERVICE_LEVEL = 30
"""Code points; a longer text breaks the contract with weight `warn`, so the field is ignored."""

_UN_LOCODE = r"^[A-Z]{2}[A-Z2-9]{3}\z"
_ORDER_TYPES = ("CREATED", "BOOKED")
_ID_HASH_DIGITS = 16

_STORED = (
    "operation string, retracts_event_id string, corrects_event_id string, event_type string, event_classifier string, "
    "location_un_locode string, location_facility_code string, equipment_empty string, reason_code string, carrier_scac string, "
    "mode_of_transport string, weight_kg double, customer_id string, service_level string, priority int, origin string, "
    "destination string"
)
_STORED_NAMES = tuple(part.split()[0] for part in _STORED.split(", "))
_IDENTIFIED = ("source", "event_id", "content_hash")
_MODES = tuple(mode for mode in get_args(ModeOfTransport) if mode != "UNKNOWN")


def contents_of(events: DataFrame, conflicts: DataFrame, shipments: DataFrame) -> DataFrame:
    """Every content of every event of some shipments, with the columns that `shipment_set.event_of` reads.

    :param events: the events table.
    :param conflicts: the conflicts table.
    :param shipments: their ids, in column `shipment_id`.
    """
    told = events.select(
        "shipment_id", "source", "event_id", "content_hash", "contract_version", "event_time", "published_time", *_STORED_NAMES
    )
    lost = conflicts.where(F.col("contract") == CONTRACT).withColumn(
        "told", F.from_json("payload", f"contractVersion string, event struct<{_struct_fields()}>")
    )
    lost = lost.select(
        F.col("told.event.shipment_id").alias("shipment_id"),
        *_IDENTIFIED,
        F.col("told.contractVersion").alias("contract_version"),
        "event_time",
        "published_time",
        *[F.col(f"told.event.{name}").alias(name) for name in _STORED_NAMES],
    )
    both = told.withColumn("is_loser", F.lit(False)).unionByName(lost.withColumn("is_loser", F.lit(True)))
    return both.join(shipments, on="shipment_id", how="left_semi").select(
        *[column.alias(name) for name, column in _event_columns().items()]
    )


def _struct_fields() -> str:
    return ", ".join(f"{name}: {kind}" for name, kind in (part.split() for part in f"shipment_id string, {_STORED}".split(", ")))


def _event_columns() -> dict[str, Column]:
    """What the fold reads, in the order of `shipment_set.Event`; times in ms since 1970."""
    is_retraction = F.coalesce(F.col("operation") == "RETRACT", F.lit(False))
    corrects = _text("corrects_event_id", LONGEST_EVENT_ID)
    is_statement = ~is_retraction & F.col("event_classifier").isin(*get_args(EventClassifier))
    tells_order = is_statement & F.col("event_type").isin(*_ORDER_TYPES)
    return {
        "shipment_id": F.col("shipment_id"),
        "source": F.col("source"),
        "event_id": F.col("event_id"),
        "published": F.coalesce(_ms("published_time"), F.lit(0)),
        "corrects": ~is_retraction & corrects.isNotNull(),
        "major": F.substring_index("contract_version", ".", 1).cast("int"),
        "content_hash": F.col("content_hash"),
        "id_hash": sha256_hex(json_array([json_text(F.col("source")), json_text(F.col("event_id"))]), _ID_HASH_DIGITS),
        "voids": F.when(is_retraction, _text("retracts_event_id")).otherwise(corrects),
        "classifier": F.when(is_statement, F.col("event_classifier")),
        "type": F.when(F.col("event_type").isin(*get_args(EventType)), F.col("event_type")).otherwise("UNKNOWN"),
        "place": F.coalesce(_un_locode("location_un_locode"), _text("location_facility_code", LONGEST_FACILITY_CODE), F.lit("")),
        "event_time": _ms("event_time"),
        "reason": _listed("reason_code", get_args(ReasonCode), "OTHER"),
        "neutral": F.coalesce(F.col("equipment_empty") == "EMPTY", F.lit(False)),
        "is_loser": F.col("is_loser"),
        "carrier": _text("carrier_scac"),
        "mode": F.when(F.col("mode_of_transport").isin(*_MODES), F.col("mode_of_transport")),
        "weight_kg": F.col("weight_kg"),
        "customer_id": F.when(tells_order, _text("customer_id", LONGEST_CUSTOMER_ID)),
        "service_level": F.when(tells_order, _text("service_level", LONGEST_SERVICE_LEVEL)),
        "priority": F.when(tells_order & F.col("priority").between(1, 5), F.col("priority")),
        "origin": F.when(tells_order, _un_locode("origin")),
        "destination": F.when(tells_order, _un_locode("destination")),
    }


def fact_instant() -> Column:
    """The instant whose business date a shipment's event may change: of what happened, and when the reason of a delay was told."""
    tells_delay = (F.col("event_classifier") == "ESTIMATED") & F.col("reason_code").isNotNull()
    return F.when(F.col("event_classifier") == "ACTUAL", F.col("event_time")).when(tells_delay, F.col("published_time"))


def _ms(name: str) -> Column:
    """No time lies before 1970: live state cannot hold one."""
    return F.greatest(F.unix_millis(name), F.lit(0))


def _text(name: str, longest: int | None = None) -> Column:
    value = F.col(name)
    fits = value != "" if longest is None else (value != "") & (F.char_length(value) <= longest)
    return F.when(fits, value)


def _un_locode(name: str) -> Column:
    return F.when(F.col(name).rlike(_UN_LOCODE), F.col(name))


def _listed(name: str, known: tuple[str, ...], otherwise: str) -> Column:
    value = _text(name)
    return F.when(value.isin(*known), value).when(value.isNotNull(), F.lit(otherwise))
