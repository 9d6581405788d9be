"""Event days as ranges of event time: what lets Iceberg leave out the files of all other days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from pyspark.sql import Column
from pyspark.sql import functions as F

_ONE_DAY = dt.timedelta(days=1)


def day_ranges(days: Iterable[str]) -> list[tuple[dt.date, dt.date]]:
    """Days (`YYYY-MM-DD`) as ranges of neighbours, from inclusive, to exclusive."""
    ranges: list[tuple[dt.date, dt.date]] = []
    for day in sorted({dt.date.fromisoformat(day) for day in days}):
        if ranges and ranges[-1][1] == day:
            ranges[-1] = (ranges[-1][0], day + _ONE_DAY)
        else:
            ranges.append((day, day + _ONE_DAY))
    return ranges


def sql_condition(column: str, days: Iterable[str]) -> str:
    """SQL that is true for event times in one of the days."""
    parts = [f"({column} >= TIMESTAMP '{start} 00:00:00' AND {column} < TIMESTAMP '{end} 00:00:00')" for start, end in day_ranges(days)]
    return f"({' OR '.join(parts)})" if parts else "FALSE"


def in_days(column: str, days: Iterable[str], since: dt.date | None = None) -> Column:
    """True for event times in one of the days, or on `since` and after."""
    later = [] if since is None else [f"{column} >= TIMESTAMP '{since} 00:00:00'"]
    older = [day for day in days if since is None or day < since.isoformat()]
    parts = [*later, *([sql_condition(column, older)] if older or not later else [])]
    return F.expr(" OR ".join(parts))
