"""Business days as ranges of instants, so that Iceberg reads the files of these days only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from pyspark.sql import Column
from pyspark.sql import functions as F


def start_of(day: dt.date, time_zone: str) -> dt.datetime:
    """The first instant of a business day, in UTC."""
    return dt.datetime.combine(day, dt.time(), ZoneInfo(time_zone)).astimezone(dt.UTC)


def end_of(day: dt.date, time_zone: str) -> dt.datetime:
    """The first instant after it."""
    return start_of(day + dt.timedelta(days=1), time_zone)


def utc_days(day: dt.date, time_zone: str) -> tuple[str, ...]:
    """The days of UTC (`YYYY-MM-DD`) that a business day touches."""
    first, last = start_of(day, time_zone).date(), (end_of(day, time_zone) - dt.timedelta(microseconds=1)).date()
    return tuple(sorted({first.isoformat(), last.isoformat()}))


def within(column: str, days: Iterable[dt.date], time_zone: str) -> Column:
    """True for instants in one of the business days."""
    ranges: list[tuple[dt.datetime, dt.datetime]] = []
    for day in sorted(set(days)):
        start, end = start_of(day, time_zone), end_of(day, time_zone)
        if ranges and ranges[-1][1] == start:
            start = ranges.pop()[0]
        ranges.append((start, end))
    found = F.lit(False)
    for start, end in ranges:
        found = found | ((F.col(column) >= F.lit(start)) & (F.col(column) < F.lit(end)))
    return found


def elapsed_share(day: dt.date, time_zone: str, now: dt.datetime) -> float:
    """How much of the day is over at `now`, 0 to 1."""
    start, end = start_of(day, time_zone), end_of(day, time_zone)
    return min(1.0, max(0.0, (now - start) / (end - start)))


def is_newest(day: dt.date, time_zone: str, now: dt.datetime) -> bool:
    """Whether no later day than this is over at `now`: it is under way, or the last one that has ended."""
    return elapsed_share(day + dt.timedelta(days=1), time_zone, now) < 1
