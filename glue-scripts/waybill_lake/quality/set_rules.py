"""What rules of whole tables need to know: doubled keys, the volume of the same weekday, the newest arrival."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

_IDENTITY = {"source", "event_id"}
_LEAST_WEEKS = 2
"""One earlier day is no custom: below this there is nothing to compare with (unless the rule asks for one week)."""


@dataclass(frozen=True)
class Volume:
    rows: int
    expected: float | None
    """Rows that the rule asks for; None while there is too little history."""
    history: Sequence[int] = ()

    @property
    def is_enough(self) -> bool:
        return self.expected is None or self.rows >= self.expected


def doubled_by_day(rows: DataFrame, columns: Sequence[str], day: Column) -> Mapping[dt.date, int]:
    """Keys with more than one row, counted on each day that has one of the rows.

    Usually there are none, which a pass over hashes tells; only then keys are compared whole.
    """
    stored = "key_hash" in rows.columns and set(columns) == _IDENTITY
    hashed = F.col("key_hash") if stored else F.xxhash64(*columns)
    several = rows.groupBy(hashed.alias("h")).count().where("count > 1").select("h")
    suspects = several.limit(1).collect()
    if not suspects:
        return {}
    keyed = rows.select(hashed.alias("h"), *columns, day.alias("day")).join(several, on="h", how="left_semi")
    keys = keyed.groupBy(*columns).agg(F.count(F.lit(1)).alias("rows"), F.collect_set("day").alias("days")).where("rows > 1")
    by_day = keys.select(F.explode("days").alias("day")).groupBy("day").agg(F.count(F.lit(1)).alias("n"))
    return {row["day"]: row["n"] for row in by_day.collect()}


def same_weekdays(day: dt.date, weeks: int) -> tuple[dt.date, ...]:
    return tuple(day - dt.timedelta(weeks=back) for back in range(1, weeks + 1))


def volume_of(day: dt.date, counts: Mapping[dt.date, int], *, share: float, weeks: int, elapsed: float) -> Volume:
    """The day against the median of its weekday.

    :param counts: rows by day; days before the first record are absent.
    :param elapsed: how much of the day is over, 0 to 1: as much is expected of it.
    """
    history = [counts[before] for before in same_weekdays(day, weeks) if before in counts]
    rows = counts.get(day, 0)
    if len(history) < min(_LEAST_WEEKS, weeks):
        return Volume(rows, None, history)
    return Volume(rows, statistics.median(history) * share * elapsed, history)


def newest_arrival(spark: SparkSession, table: str) -> dt.datetime | None:
    """The newest `arrival_time` of an events table, from the bounds of its files: no row is read. None for an empty table."""
    bound = "unix_millis(max(readable_metrics.arrival_time.upper_bound))"
    row = spark.sql(f"SELECT {bound} AS newest FROM {table}.files WHERE content = 0").first()
    return None if row is None or row["newest"] is None else dt.datetime.fromtimestamp(row["newest"] / 1000, dt.UTC)
