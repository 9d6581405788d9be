"""How long lanes take and how long shipments stay in hubs."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from waybill_lake.transforms.gold_facts import DELIVERED, UNKNOWN, Days, SilverInputs, business_date
from waybill_lake.transforms.gold_measures import MS_PER_HOUR, MS_PER_MINUTE, mean_of_whole, of_kind, percentile_of

DWELL_LOOKBACK_DAYS = 30
"""A stay that began earlier than this before its departure is not measured: events of older days are not read."""
_IN = ("ARRIVED", "GATE_IN", "UNLOADED")
_OUT = ("DEPARTED", "GATE_OUT", "OUT_FOR_DELIVERY")
_DIMENSIONS = ["business_date", "lane", "mode"]


def lane_performance_daily(facts: DataFrame, silver: SilverInputs, days: Days) -> DataFrame:
    """Grain: business_date, lane, mode. Transit: pick-up to delivery, of the day's deliveries. Stays: that ended on the day."""
    transit = F.when(of_kind(DELIVERED), F.unix_millis("fact_time") - F.unix_millis("picked_up_time"))
    standard = F.col("standard_transit_hours") * F.lit(MS_PER_HOUR)
    measured = (
        facts.withColumn("transit_ms", F.when(transit >= 0, transit))
        .groupBy(*_DIMENSIONS)
        .agg(
            F.count_if(of_kind(DELIVERED)).alias("delivered"),
            F.count("transit_ms").alias("transits"),
            mean_of_whole(F.col("transit_ms"), MS_PER_HOUR).alias("transit_hours_mean"),
            *[percentile_of(F.col("transit_ms"), share / 100, MS_PER_HOUR).alias(f"transit_hours_p{share}") for share in (10, 50, 90)],
            (F.min("transit_ms") / F.lit(MS_PER_HOUR)).alias("transit_hours_min"),
            (F.max("transit_ms") / F.lit(MS_PER_HOUR)).alias("transit_hours_max"),
            F.max("standard_transit_hours").alias("standard_transit_hours"),
            F.count_if(F.col("transit_ms") <= standard).alias("within_standard"),
        )
    )
    stays = hub_stays(silver, days)
    joined = measured.join(_by_lane(stays), on=_DIMENSIONS, how="full")
    zero = {name: F.coalesce(name, F.lit(0)) for name in ("delivered", "transits", "within_standard", "hub_stays")}
    return joined.where((F.col("delivered") > 0) | (F.col("hub_stays") > 0)).withColumns(zero)


def hub_stays(silver: SilverInputs, days: Days) -> DataFrame:
    """One row per stay that ended on one of the days: business_date, lane, mode, hub, dwell_ms.

    A stay begins with the first arrival at a place after the last departure from it, and ends with the next departure from there.
    """
    first, last = min(days.dates), max(days.dates)
    events = silver.shipment_events
    # A day on the wall lies within a day and a half of the same date in UTC.
    near = events.where(F.col("event_time") >= F.lit(str(first)).cast("timestamp") - F.expr(f"INTERVAL {DWELL_LOOKBACK_DAYS + 1} DAYS"))
    near = near.where(F.col("event_time") < F.lit(str(last)).cast("timestamp") + F.expr("INTERVAL 2 DAYS"))
    withdrawn = _withdrawn(events, first)
    moves = near.where(
        (F.col("event_classifier") == "ACTUAL") & F.col("event_type").isin(*_IN, *_OUT) & F.col("location_un_locode").isNotNull()
    )
    moves = moves.where(F.coalesce("equipment_empty", F.lit("LADEN")) != "EMPTY").join(
        withdrawn, on=["source", "event_id"], how="left_anti"
    )
    of_place = Window.partitionBy("shipment_id", "location_un_locode").orderBy("event_time", "is_out", "event_id")
    moves = moves.select(
        "shipment_id", "location_un_locode", "event_time", "event_id", F.col("event_type").isin(*_OUT).alias("is_out")
    ).withColumn("departures", F.sum(F.when(F.col("is_out"), 1).otherwise(0)).over(of_place.rowsBetween(Window.unboundedPreceding, -1)))
    stays = moves.groupBy("shipment_id", "location_un_locode", F.coalesce("departures", F.lit(0)).alias("departures")).agg(
        F.min(F.when(~F.col("is_out"), F.col("event_time"))).alias("arrived"),
        F.max(F.when(F.col("is_out"), F.col("event_time"))).alias("departed"),
    )
    stays = stays.where(F.col("arrived").isNotNull() & F.col("departed").isNotNull())
    stays = stays.withColumn("business_date", business_date(F.col("departed"), days.time_zone)).where(
        F.col("business_date").isin(list(days.dates))
    )
    shipments = silver.shipments.select("shipment_id", "lane", "mode")
    return stays.join(shipments, on="shipment_id", how="inner").select(
        "business_date",
        F.coalesce("lane", F.lit(UNKNOWN)).alias("lane"),
        F.coalesce("mode", F.lit(UNKNOWN)).alias("mode"),
        F.col("location_un_locode").alias("hub"),
        (F.unix_millis("departed") - F.unix_millis("arrived")).alias("dwell_ms"),
    )


def _withdrawn(events: DataFrame, first: object) -> DataFrame:
    """(source, event_id) of events that a retraction or a correction of the same source names."""
    since = F.lit(str(first)).cast("timestamp") - F.expr(f"INTERVAL {DWELL_LOOKBACK_DAYS + 1} DAYS")
    recent = events.where(F.col("event_time") >= since)
    target = F.coalesce("retracts_event_id", "corrects_event_id")
    return recent.where(target.isNotNull()).select("source", target.alias("event_id")).distinct()


def _by_lane(stays: DataFrame) -> DataFrame:
    hubs = stays.groupBy(*_DIMENSIONS, "hub").agg(
        F.count("dwell_ms").alias("stays"),
        mean_of_whole(F.col("dwell_ms"), MS_PER_MINUTE).alias("dwell_minutes_mean"),
        percentile_of(F.col("dwell_ms"), 0.9, MS_PER_MINUTE).alias("dwell_minutes_p90"),
    )
    each = F.struct("hub", "stays", "dwell_minutes_mean", "dwell_minutes_p90")
    return hubs.groupBy(*_DIMENSIONS).agg(F.sum("stays").alias("hub_stays"), F.array_sort(F.collect_list(each)).alias("dwell_by_hub"))
