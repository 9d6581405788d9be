"""Measures that several gold tables share: one column expression per metric of metrics.json."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

from waybill_lake.transforms.gold_facts import CREATED, DELIVERED, EXCEPTION, PICKED_UP, UNKNOWN

MS_PER_MINUTE = 60_000
MS_PER_HOUR = 3_600_000


def of_kind(kind: str) -> Column:
    return F.col("kind") == kind


def count_of(kind: str) -> Column:
    return F.count_if(of_kind(kind))


def is_on_time() -> Column:
    return F.col("delay_ms") <= F.col("grace_ms")


def is_late() -> Column:
    return F.col("delay_ms") > F.col("grace_ms")


def mean_of_whole(milliseconds: Column, unit_ms: int) -> Column:
    """Mean of whole milliseconds in another unit: the sum is exact, so the mean does not depend on the order of rows."""
    return F.sum(milliseconds) / F.count(milliseconds) / F.lit(unit_ms)


def percentile_of(milliseconds: Column, share: float, unit_ms: int) -> Column:
    """Exact percentile, between two values by linear interpolation, in another unit."""
    return F.percentile(milliseconds, share) / F.lit(unit_ms)


def share_of(part: Column, rest: Column) -> Column:
    """Part / (part + rest); null when both are 0."""
    return part / F.nullif(part + rest, F.lit(0))


def counts() -> list[Column]:
    """created, picked_up, delivered, on_time, late, on_time_share, exceptions."""
    on_time, late = F.count_if(is_on_time()), F.count_if(is_late())
    return [
        count_of(CREATED).alias("created"),
        count_of(PICKED_UP).alias("picked_up"),
        count_of(DELIVERED).alias("delivered"),
        on_time.alias("on_time"),
        late.alias("late"),
        share_of(on_time, late).alias("on_time_share"),
        count_of(EXCEPTION).alias("exceptions"),
    ]


def delays() -> list[Column]:
    """delay_minutes_mean, _p50, _p90 of deliveries with a plan."""
    delay = F.col("delay_ms")
    return [
        mean_of_whole(delay, MS_PER_MINUTE).alias("delay_minutes_mean"),
        percentile_of(delay, 0.5, MS_PER_MINUTE).alias("delay_minutes_p50"),
        percentile_of(delay, 0.9, MS_PER_MINUTE).alias("delay_minutes_p90"),
    ]


def amount(column: str) -> Column:
    """Sum of an amount per delivery; 0.00 when nothing was delivered or priced."""
    return F.coalesce(F.sum(column), F.lit(0)).cast("decimal(18,2)").alias(column)


def weight() -> Column:
    return F.coalesce(F.sum(F.when(of_kind(DELIVERED), F.col("weight_kg"))), F.lit(0)).cast("decimal(18,3)").alias("weight_kg")


def unpriced() -> Column:
    return F.count_if(of_kind(DELIVERED) & F.col("shipping_cost").isNull()).alias("unpriced")


def exceptions_by_reason() -> Column:
    """Map from reason to number, in the order of the reasons."""
    reasons = F.collect_list(F.when(of_kind(EXCEPTION), F.coalesce("exception_reason", F.lit(UNKNOWN))))
    distinct = F.array_sort(F.array_distinct(reasons))
    pairs = F.transform(distinct, lambda reason: F.struct(reason, F.size(F.filter(reasons, lambda one: one == reason)).cast("bigint")))
    return F.map_from_entries(pairs).alias("exceptions_by_reason")
