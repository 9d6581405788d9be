"""Logic versions: shares by the hash of the shipment, and a cut-over that no day of the old version gets past."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as F

from gold.small_lake import SmallLake, customer, shipment
from waybill_lake.publish.audit import load_rules
from waybill_lake.publish.in_force import build_in_force, logic_for
from waybill_lake.publish.ledger_memory import MemoryGoldLedger
from waybill_lake.tables.definitions import CUSTOMERS, SHIPMENTS
from waybill_lake.transforms.gold_cost import LOGIC, check_logic
from waybill_lake.transforms.logic_split import LogicError, bucket, by_share, read_logic

DAY = "2026-11-10"
DATE = dt.date(2026, 11, 10)
LENIENT = load_rules({"amounts-not-negative": "warn"})
V2 = Decimal("43.32")


def delivered(shipment_id: str) -> dict[str, Any]:
    times = {"picked_up_time": "2026-11-09T09:00:00+00:00", "delivered_time": f"{DAY}T09:30:00+00:00"}
    return shipment(shipment_id, weight_kg=100.0, **times)


def begun(spark: SparkSession, lake: str) -> SmallLake:
    small = SmallLake(spark, lake, ("cost_daily",))
    small.write(CUSTOMERS, [customer("CUS-1", "RETAIL", "2026-01-01T00:00:00+00:00")])
    small.write(SHIPMENTS, [delivered("S1")])
    small.touch(DAY)
    return small


class CutOver:
    """Puts a version into force at a named step of the build, once."""

    def __init__(self, ledger: MemoryGoldLedger, at: str, logic: str) -> None:
        self._ledger, self._at, self._logic = ledger, at, logic
        self.reached_it = False

    def reached(self, step: str) -> None:
        if step == self._at and not self.reached_it:
            self.reached_it = True
            self._ledger.set_logic(self._logic)


@pytest.mark.parametrize(
    ("text", "spelled"),
    [("v2", "v2"), (" v1:90 , v2:10", "v1:90,v2:10"), ("v2:100", "v2"), ("v1:0,v2:100", "v2"), ("v2:5,v1:95", "v2:5,v1:95")],
)
def test_a_logic_has_one_spelling(text: str, spelled: str) -> None:
    assert check_logic(text) == spelled


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("v9", r"there is no logic v9; versions: v1, v2\. Example"),
        ("v1:90,v2:11", "shares of different versions must be 100 together"),
        ("v1:50,v1:50", "shares of different versions"),
        ("v1,v2", "shares of different versions"),
        ("", "there is no logic"),
    ],
)
def test_a_logic_that_cannot_be_is_refused_in_words(text: str, message: str) -> None:
    with pytest.raises(LogicError, match=message):
        check_logic(text)


def test_a_shipment_is_on_one_side_and_stays_there_when_the_later_share_grows(spark: SparkSession) -> None:
    ids = spark.range(2000).select(F.concat(F.lit("SHP-"), "id").alias("shipment_id"))
    versions = {name: lambda _one, _other, name=name: F.lit(name) for name in LOGIC}

    def side(logic: str) -> Column:
        return by_share(read_logic(logic, LOGIC), versions, F.col("shipment_id"))(F.lit(1), F.lit(2))

    rows = ids.select(
        "*", bucket(F.col("shipment_id")).alias("b"), side("v1:90,v2:10").alias("small"), side("v1:70,v2:30").alias("large")
    ).collect()
    assert {row["small"] for row in rows if row["b"] >= 90} == {"v2"}
    assert {row["small"] for row in rows if row["b"] < 90} == {"v1"}
    second = {share: {row["shipment_id"] for row in rows if row[share] == "v2"} for share in ("small", "large")}
    assert second["small"] < second["large"]
    assert 150 <= len(second["small"]) <= 250
    assert 530 <= len(second["large"]) <= 670


def test_the_version_asked_for_must_be_in_force_to_publish_and_the_ledger_comes_before_the_configuration() -> None:
    ledger = MemoryGoldLedger()
    assert logic_for(ledger, None, "v1", publishes=True) == "v1"
    ledger.set_logic("v2")
    assert logic_for(ledger, None, "v1", publishes=True) == "v2"
    assert logic_for(ledger, "v1", "v2", publishes=False) == "v1"
    with pytest.raises(LogicError, match=r"logic v1 cannot publish: v2 is in force\. To put it into force: waybill promote v1"):
        logic_for(ledger, "v1", "v2", publishes=True)


def test_no_day_of_the_old_version_is_published_after_the_cut_over(spark: SparkSession, lake: str) -> None:
    small = begun(spark, lake)
    # Everything of the first version is staged, audited and decided; nothing of it is granted yet.
    steps = CutOver(small.ledger, "set:decide", "v1:1,v2:99")
    logic, days = build_in_force(small.parts("r1", rules=LENIENT, steps=steps), [DATE], None, "v1")

    assert steps.reached_it
    assert (logic, days[0].state) == ("v1:1,v2:99", "published")
    number = spark.range(1).select(bucket(F.lit("S1")).alias("b")).collect()[0]["b"]
    assert number >= 1
    assert [row["shipping_cost"] for row in small.readers("cost_daily", DAY)] == [V2]
    # What readers ever had of the day was of the new version.
    ancestors = spark.sql(f"SELECT snapshot_id FROM {lake}.cost_daily.history WHERE is_current_ancestor").collect()
    assert len(ancestors) == 1
    # The old one cannot come back.
    with pytest.raises(LogicError, match="logic v1 cannot publish"):
        build_in_force(small.parts("r2", rules=LENIENT), [DATE], "v1", "v1")
