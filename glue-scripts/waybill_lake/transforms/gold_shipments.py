"""Gold tables that count facts of shipments. Input: facts with costs (gold_cost.delivery_costs)."""

from __future__ import annotations

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from waybill_lake.transforms.gold_facts import DELIVERED, EXCEPTION, UNKNOWN
from waybill_lake.transforms.gold_measures import amount, count_of, counts, delays, exceptions_by_reason, of_kind, unpriced, weight


def shipment_daily(facts: DataFrame) -> DataFrame:
    """Grain: business_date, carrier, mode, lane, customer_segment."""
    return facts.groupBy("business_date", "carrier", "mode", "lane", "customer_segment").agg(
        *counts(), exceptions_by_reason(), *delays(), weight(), amount("shipping_cost"), unpriced()
    )


def carrier_performance_daily(facts: DataFrame) -> DataFrame:
    """Grain: business_date, carrier, mode. carrier_name: of the newest version that was valid at a fact of the day."""
    name = F.max(F.when(F.col("carrier_name").isNotNull(), F.struct("fact_time", "carrier_name")))
    return facts.groupBy("business_date", "carrier", "mode").agg(
        name["carrier_name"].alias("carrier_name"), *counts(), *delays(), weight(), amount("shipping_cost"), unpriced()
    )


def exceptions_daily(facts: DataFrame) -> DataFrame:
    """Grain: business_date, carrier, mode, lane, customer_segment, exception_type, exception_reason."""
    reason = F.coalesce("exception_reason", F.lit(UNKNOWN)).alias("exception_reason")
    dimensions = ["business_date", "carrier", "mode", "lane", "customer_segment", "exception_type"]
    return (
        facts.where(of_kind(EXCEPTION))
        .groupBy(*dimensions, reason)
        .agg(count_of(EXCEPTION).alias("exceptions"), F.count_distinct("shipment_id").alias("shipments"))
    )


def cost_daily(facts: DataFrame, currency: str) -> DataFrame:
    """Grain: business_date, carrier, mode, lane, service_level, customer_segment. Deliveries of the day."""
    chargeable = F.coalesce(F.sum("chargeable_weight_kg"), F.lit(0)).cast("decimal(18,3)").alias("chargeable_weight_kg")
    return (
        facts.where(of_kind(DELIVERED))
        .groupBy("business_date", "carrier", "mode", "lane", "service_level", "customer_segment")
        .agg(
            count_of(DELIVERED).alias("delivered"),
            unpriced(),
            chargeable,
            F.sum(F.col("distance_km").cast("bigint")).alias("distance_km"),
            amount("base_freight"),
            amount("fuel_surcharge"),
            amount("shipping_cost"),
            F.lit(currency).alias("currency"),
        )
    )
