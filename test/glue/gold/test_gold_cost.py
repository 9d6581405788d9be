"""Shipping cost to the cent, against products worked out by hand; the first version's defect; days of an hour less or more."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from pyspark.sql import SparkSession

from gold.small_lake import ZONE, reference, shipment, silver_of
from waybill_lake.transforms.gold_cost import delivery_costs
from waybill_lake.transforms.gold_facts import Days, shipment_facts

DAY = dt.date(2026, 11, 10)


COSTS: dict[str, tuple[dict[str, Any], Decimal | None, Decimal | None, Decimal | None]] = {
    # Freight 7.8432 below the minimum: 38.00 × 1.14.
    "minimum": ({"weight_kg": 100.0}, Decimal("38.00"), Decimal("43.32"), Decimal("-25.44")),
    "by weight and distance": ({"weight_kg": 2000.5}, Decimal("156.90"), Decimal("178.87"), Decimal("178.87")),
    # 4 m³ × 333 = 1332 kg × 0.0820, card of carrier and lane.
    "by volume, own lane": (
        {"carrier": "DSVF", "weight_kg": 1000.0, "volume": 4.0},
        Decimal("109.22"),
        Decimal("122.33"),
        Decimal("122.33"),
    ),
    # Great circle 2055.49 km × 1.25 = 2569 km; EXPRESS costs 1.6 times as much.
    "lane that is not listed": (
        {"carrier": "DSVF", "lane": "ESMAD-PLPOZ", "service_level": "EXPRESS", "weight_kg": 300.0},
        Decimal("170.17"),
        Decimal("190.59"),
        Decimal("190.59"),
    ),
    # 40 × 0.95 × 1.0775 = 40.945 exactly: half a cent goes up.
    "half a cent": ({"carrier": "UPSN", "mode": "PARCEL", "weight_kg": 40.0}, Decimal("38.00"), Decimal("40.95"), Decimal("40.95")),
    # Half an hour before midnight in Berlin the card of October still holds.
    "card of the pick-up day": (
        {"carrier": "MAEU", "mode": "OCEAN", "lane": "DEHAM-CNSHA", "weight_kg": 1000.0, "picked_up_time": "2026-10-31T22:30:00+00:00"},
        Decimal("183.23"),
        Decimal("200.64"),
        Decimal("200.64"),
    ),
    "card of the next day": (
        {"carrier": "MAEU", "mode": "OCEAN", "lane": "DEHAM-CNSHA", "weight_kg": 1000.0, "picked_up_time": "2026-10-31T23:00:00+00:00"},
        Decimal("192.82"),
        Decimal("214.51"),
        Decimal("214.51"),
    ),
    # A carrier without a card of its own: default of the mode, 1.1000 a kilogram + 8 %.
    "default card": ({"carrier": "XXXX", "mode": "PARCEL", "weight_kg": 10.0}, Decimal("11.00"), Decimal("11.88"), Decimal("11.88")),
    "no weight": ({}, None, None, None),
    "no known place": ({"lane": "NLRTM-XXXXX", "weight_kg": 10.0}, None, None, None),
    "no known mode": ({"mode": "SPACE", "weight_kg": 10.0}, None, None, None),
}


def test_shipping_cost_to_the_cent_and_the_defect_of_its_first_version(spark: SparkSession) -> None:
    shipments = [
        shipment(
            name,
            delivered_time="2026-11-10T10:00:00+00:00",
            **{"picked_up_time": "2026-11-09T10:00:00+00:00", **{key: value for key, value in values.items() if key != "volume"}},
        )
        for name, (values, *_) in COSTS.items()
    ]
    orders = [
        {"order_id": name, "shipment_id": name, "volume_m3": values["volume"], "is_deleted": False}
        for name, (values, *_) in COSTS.items()
        if "volume" in values
    ]
    orders.append({"order_id": "gone", "shipment_id": "minimum", "volume_m3": 99.0, "is_deleted": True})
    inputs = silver_of(spark, shipments=shipments, orders=orders)
    facts = shipment_facts(inputs, reference(), Days((DAY,), ZONE)).persist()
    found: dict[str, list[Any]] = {name: [] for name in COSTS}
    for logic, columns in (("v2", ("base_freight", "shipping_cost")), ("v1", ("shipping_cost",))):
        for row in delivery_costs(facts, inputs.orders, reference(), ZONE, logic).collect():
            found[row["shipment_id"]] += [row[column] for column in columns]
            if row["shipping_cost"] is not None:
                assert row["base_freight"] + row["fuel_surcharge"] == row["shipping_cost"]

    assert found == {name: list(expected) for name, (_, *expected) in COSTS.items()}


def test_business_days_follow_the_wall_also_where_the_clock_is_changed(spark: SparkSession) -> None:
    moments = {
        # The 25-hour day of Berlin.
        "2026-10-24T21:59:59.999+00:00": dt.date(2026, 10, 24),
        "2026-10-24T22:00:00+00:00": dt.date(2026, 10, 25),
        "2026-10-25T22:59:59.999+00:00": dt.date(2026, 10, 25),
        "2026-10-25T23:00:00+00:00": dt.date(2026, 10, 26),
        # The 23-hour day.
        "2026-03-28T22:59:59.999+00:00": dt.date(2026, 3, 28),
        "2026-03-28T23:00:00+00:00": dt.date(2026, 3, 29),
        "2026-03-29T21:59:59.999+00:00": dt.date(2026, 3, 29),
        "2026-03-29T22:00:00+00:00": dt.date(2026, 3, 30),
    }
    inputs = silver_of(spark, shipments=[shipment(time, created_time=time) for time in moments])
    facts = shipment_facts(inputs, reference(), Days(tuple(set(moments.values())), ZONE)).select("shipment_id", "business_date")

    assert {row["shipment_id"]: row["business_date"] for row in facts.collect()} == moments
