"""The bug scenario: the first logic credits what it should charge; seven days are built again with the second one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession

from gold.small_lake import SmallLake, customer, shipment
from waybill_lake.publish.audit import load_rules
from waybill_lake.publish.build import GoldBuild
from waybill_lake.tables.definitions import CUSTOMERS, SHIPMENTS

DAYS = tuple(dt.date(2026, 11, 3) + dt.timedelta(days=number) for number in range(7))
UNTOUCHED = DAYS[4]
"""Only heavy shipments: both versions charge them alike."""
KNOWN = load_rules({"amounts-not-negative": "warn"})
"""As a defect that is known: it is said, and does not halt."""
HEAVY, LIGHT = ("NLRTM-DEHAM", 2000.5), ("DEHAM-NLRTM", 100.0)
"""Lane and weight: freight above and below the minimum charge."""


def shipments() -> list[dict[str, Any]]:
    return [
        shipment(
            f"{day}-{lane}", lane=lane, weight_kg=weight, picked_up_time=f"{day}T05:00:00+00:00", delivered_time=f"{day}T09:30:00+00:00"
        )
        for day in DAYS
        for lane, weight in ((HEAVY,) if day == UNTOUCHED else (HEAVY, LIGHT))
    ]


def costs(small: SmallLake) -> dict[tuple[dt.date, str], Decimal]:
    rows = small.spark.table(small.names.gold_table("cost_daily")).collect()
    return {(row["business_date"], row["lane"]): row["shipping_cost"] for row in rows}


def main_moves(small: SmallLake) -> int:
    """How often what readers see has changed."""
    return small.spark.sql(f"SELECT * FROM {small.names.gold_table('cost_daily')}.history").count()


@pytest.mark.full
def test_seven_days_change_once_each_and_only_where_the_defect_was(spark: SparkSession, lake: str) -> None:
    small = SmallLake(spark, lake, ("cost_daily",))
    small.write(CUSTOMERS, [customer("CUS-1", "RETAIL", "2026-01-01T00:00:00+00:00")])
    small.write(SHIPMENTS, shipments())
    small.touch(*[day.isoformat() for day in DAYS])
    small.ledger.set_logic("v1")
    strict = GoldBuild(small.parts("strict", logic="v1")).run(DAYS[:1])
    assert [strict[0].state, *[audit.rule for audit in strict[0].tables[0].audits if not audit.passed]] == [
        "failed",
        "amounts-not-negative",
    ]

    first = GoldBuild(small.parts("first", logic="v1", rules=KNOWN)).run(DAYS)
    before, moves = costs(small), main_moves(small)
    assert [day.state for day in first] == ["published"] * 7
    assert {grain for grain, cost in before.items() if cost < 0} == {(day, LIGHT[0]) for day in DAYS if day != UNTOUCHED}

    small.ledger.set_logic("v2")
    second = GoldBuild(small.parts("second", logic="v2")).run(DAYS)
    after = costs(small)

    assert [day.state for day in second] == ["unchanged" if day == UNTOUCHED else "published" for day in DAYS]
    assert main_moves(small) - moves == 6, "one commit a day that changed, none for the other"
    assert {grain for grain in before if before[grain] != after[grain]} == {(day, LIGHT[0]) for day in DAYS if day != UNTOUCHED}
    assert before.keys() == after.keys()
    assert min(after.values()) > 0
    assert [day.state for day in GoldBuild(small.parts("third", logic="v2")).run(DAYS)] == ["unchanged"] * 7
