"""What rules of whole tables are decided by."""

from __future__ import annotations

import datetime as dt

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from quality.readings import DAY, NOON, ZONE, row, rows
from waybill_lake.quality.days import elapsed_share, end_of, start_of, utc_days
from waybill_lake.quality.loads import Balance, Load, Window, bad_share, window_of
from waybill_lake.quality.set_rules import doubled_by_day, volume_of
from waybill_lake.transforms.gold_facts import business_date

WEEK = dt.timedelta(weeks=1)


@pytest.mark.parametrize(
    ("before", "today", "elapsed", "is_enough", "expected"),
    [
        ([100, 90, 110, 100], 30, 1.0, True, 30.0),
        ([100, 90, 110, 100], 29, 1.0, False, 30.0),
        ([100, 90, 110, 100], 0, 1.0, False, 30.0),
        ([100, 90, 110, 100], 15, 0.5, True, 15.0),
        ([100, 90, 110, 100], 14, 0.5, False, 15.0),
        ([1000, 10, 10], 3, 1.0, True, 3.0),
        ([100], 1, 1.0, True, None),
        ([], 0, 1.0, True, None),
    ],
)
def test_a_day_has_its_share_of_the_median_of_its_weekday(
    before: list[int], today: int, elapsed: float, is_enough: bool, expected: float | None
) -> None:
    counts = {DAY - WEEK * (back + 1): rows for back, rows in enumerate(before)}
    # Other weekdays are no measure.
    counts |= {DAY - dt.timedelta(days=1): 10_000, **({DAY: today} if today else {})}
    volume = volume_of(DAY, counts, share=0.3, weeks=4, elapsed=elapsed)
    assert (volume.is_enough, volume.expected, volume.rows) == (is_enough, expected, today)


def test_keys_with_two_rows_are_found_on_every_day_that_has_one(spark: SparkSession) -> None:
    tomorrow = NOON + dt.timedelta(days=1)
    same_hash = 7
    twice = [row("a"), row("b"), row("b", tomorrow), row("c", key_hash=same_hash), row("d", tomorrow, key_hash=same_hash)]
    day = business_date(F.col("event_time"), ZONE)
    assert doubled_by_day(rows(spark, twice), ("source", "event_id"), day) == {DAY: 1, DAY + dt.timedelta(days=1): 1}
    # Other columns than the identity have no stored hash.
    assert doubled_by_day(rows(spark, [row("a"), row("b", device="D-2")]), ("device", "level"), day) == {}


def test_days_end_where_the_wall_clock_says() -> None:
    autumn = dt.date(2026, 10, 25)
    assert end_of(autumn, ZONE) - start_of(autumn, ZONE) == dt.timedelta(hours=25)
    assert utc_days(DAY, ZONE) == ("2026-11-09", "2026-11-10")
    assert utc_days(DAY, "UTC") == ("2026-11-10",)
    assert elapsed_share(autumn, ZONE, start_of(autumn, ZONE) + dt.timedelta(hours=5)) == 0.2


def test_the_share_of_bad_records_counts_quarantine_and_rows_bad_rows_once_each() -> None:
    assert bad_share(Window(950, 50), rows=0, bad_rows=0) == 0.05
    assert bad_share(Window(0, 0), rows=200, bad_rows=10) == 0.05
    assert bad_share(Window(900, 100), rows=900, bad_rows=90) == pytest.approx(0.19)
    assert bad_share(Window(980, 20, 30), rows=950, bad_rows=0) == 0.05
    assert bad_share(Window(), rows=0, bad_rows=0) == 0


def test_a_window_has_the_loads_of_the_day_and_those_that_brought_nothing_but_bad_records() -> None:
    def load(hours: float, *days: str, bad: int = 1) -> Load:
        return Load(start_of(DAY, ZONE) + dt.timedelta(hours=hours), days, 10, bad, parked=3)

    loads = [load(-1), load(1, bad=2), load(47, bad=4), load(48.5, bad=8), load(90, "2026-11-10", bad=16), load(90, "2026-11-12", bad=32)]
    assert window_of(loads, DAY, ZONE) == Window(30, 2 + 4 + 16, 9)
    assert window_of([], DAY, ZONE) == Window()


@pytest.mark.parametrize(
    ("balance", "missing"),
    [
        (Balance(10, 9, 1), 0),
        (Balance(10, 8, 1), 1),
        (Balance(10, 10, 1), -1),
        (Balance(10, 9, 2, undecided=1), 0),
        (Balance(11, 9, 2, undecided=1), 0),
        (Balance(12, 9, 2, undecided=1), 1),
        (Balance(9, 9, 2, undecided=1), -1),
    ],
)
def test_identities_have_rows(balance: Balance, missing: int) -> None:
    assert balance.missing == missing
