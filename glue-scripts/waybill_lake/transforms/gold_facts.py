"""What happened to shipments, one row a fact: created, picked up, delivered, each exception; with the dimensions valid at that moment.

Times are whole milliseconds and weights decimals from here on: sums then do not depend on the order of rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from waybill_lake.reference import Reference

UNKNOWN = "UNKNOWN"
"""Value of a dimension that nobody stated, or whose row was not valid at the moment of the fact."""

CREATED = "created"
PICKED_UP = "picked_up"
DELIVERED = "delivered"
EXCEPTION = "exception"

_EXCEPTION_TYPE = "struct<kind:string,fact_time:timestamp,exception_type:string,exception_reason:string>"


@dataclass(frozen=True)
class SilverInputs:
    """The silver tables that gold is made of, each as of one snapshot."""

    shipments: DataFrame
    shipment_events: DataFrame
    orders: DataFrame
    customers: DataFrame
    carriers: DataFrame
    quality_results: DataFrame
    events: Mapping[str, DataFrame] = field(default_factory=dict)
    """Events tables that declared gold tables are made of, by name."""


@dataclass(frozen=True)
class Days:
    """Business dates, and the IANA time zone in which they begin and end."""

    dates: tuple[dt.date, ...]
    time_zone: str


def business_date(instant: Column, time_zone: str) -> Column:
    """The date on the wall at an instant; the session's time zone must be UTC."""
    return F.to_date(F.from_utc_timestamp(instant, time_zone))


def shipment_facts(silver: SilverInputs, reference: Reference, days: Days) -> DataFrame:
    """One row per fact of these days.

    Columns: kind, fact_time, business_date, shipment_id, carrier, mode, lane, origin, destination, service_level, customer_id,
    customer_segment, carrier_name, picked_up_time, delay_ms (deliveries with a plan; negative when early), grace_ms,
    weight_kg decimal(12,3), exception_type, exception_reason.
    """
    facts = _exploded(silver.shipments).withColumn("business_date", business_date(F.col("fact_time"), days.time_zone))
    facts = facts.where(F.col("business_date").isin(list(days.dates)))
    grace = {level.level: F.lit(level.grace_minutes * 60_000).cast("bigint") for level in reference.service_levels}
    facts = facts.withColumn("grace_ms", F.coalesce(by_word(F.col("service_level"), grace), F.lit(0)))
    facts = valid_at(facts, silver.customers, key="customer_id", columns={"segment": "customer_segment"})
    facts = valid_at(facts, silver.carriers.withColumnRenamed("carrier_id", "carrier"), key="carrier", columns={"name": "carrier_name"})
    return facts.withColumns(
        {name: F.coalesce(name, F.lit(UNKNOWN)) for name in ("carrier", "mode", "lane", "customer_segment", "service_level")}
    )


def by_word(word: Column, values: Mapping[str, Column]) -> Column:
    """The value of a word, null of any other: for a few words cheaper than a join."""
    chosen = F.when(F.lit(False), next(iter(values.values())))
    for one, value in values.items():
        chosen = chosen.when(word == one, value)
    return chosen


def valid_at(facts: DataFrame, versions: DataFrame, *, key: str, columns: dict[str, str]) -> DataFrame:
    """Adds columns of the version that was valid at `fact_time` (type 2: from inclusive, to exclusive); null without one."""
    renamed = versions.where(~F.col("is_deleted")).select(
        F.col(key).alias("_key"),
        F.col("valid_from").alias("_from"),
        F.col("valid_to").alias("_to"),
        *[F.col(old).alias(new) for old, new in columns.items()],
    )
    begun = F.col("_from") <= F.col("fact_time")
    not_over = F.col("_to").isNull() | (F.col("fact_time") < F.col("_to"))
    return facts.join(renamed, on=(F.col(key) == F.col("_key")) & begun & not_over, how="left").drop("_key", "_from", "_to")


def _exploded(shipments: DataFrame) -> DataFrame:
    nothing = F.lit(None).cast("string")
    milestones = [
        F.struct(
            F.lit(kind).alias("kind"), F.col(time).alias("fact_time"), nothing.alias("exception_type"), nothing.alias("exception_reason")
        )
        for kind, time in ((CREATED, "created_time"), (PICKED_UP, "picked_up_time"), (DELIVERED, "delivered_time"))
    ]
    exceptions = F.transform(
        F.coalesce("exceptions", F.array()),
        lambda item: F.struct(F.lit(EXCEPTION).alias("kind"), item["event_time"], item["type"], item["reason"]).cast(_EXCEPTION_TYPE),
    )
    delivered = F.col("fact.kind") == DELIVERED
    delay_ms = F.unix_millis(F.col("delivered_time")) - F.unix_millis(F.col("planned_delivery_time"))
    return (
        shipments.withColumn("fact", F.explode(F.concat(F.array(*milestones), exceptions)))
        .where(F.col("fact.fact_time").isNotNull())
        .select(
            "fact.*",
            "shipment_id",
            "carrier",
            "mode",
            "lane",
            "origin",
            "destination",
            "service_level",
            "customer_id",
            "picked_up_time",
            F.when(delivered, delay_ms).alias("delay_ms"),
            F.col("weight_kg").cast("decimal(12,3)").alias("weight_kg"),
        )
    )
