"""Every metric of gold against numbers counted by hand; business days that are an hour short or long; any order of rows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from gold.a_day import CARRIERS, CUSTOMERS, DAY, EVENTS, QUALITY, ROAD, SHIPMENTS
from gold.small_lake import ZONE, reference, silver_of
from waybill_lake.transforms.gold import GOLD_TABLES, GoldSource, silver_totals
from waybill_lake.transforms.gold_facts import Days, SilverInputs
from waybill_lake.transforms.gold_schemas import gold_tables


def silver(spark: SparkSession) -> SilverInputs:
    return silver_of(spark, shipments=SHIPMENTS, customers=CUSTOMERS, carriers=CARRIERS, events=EVENTS, quality=QUALITY)


def source(inputs: SilverInputs, logic: str = "v2") -> GoldSource:
    return GoldSource(inputs, reference(), Days((DAY,), ZONE), logic)


@pytest.fixture(scope="module")
def made(spark: SparkSession) -> GoldSource:
    return source(silver(spark))


def rows(frame: DataFrame, *keys: str) -> dict[Any, dict[str, Any]]:
    """Rows by the values of `keys`, without them and without the date."""
    found = {}
    for row in frame.collect():
        values = row.asDict(recursive=True)
        assert values.pop("business_date") == DAY
        key = tuple(values.pop(name) for name in keys)
        found[key[0] if len(key) == 1 else key] = values
    return found


def nothing() -> dict[str, Any]:
    zeros = dict.fromkeys(("created", "picked_up", "delivered", "on_time", "late", "exceptions", "unpriced"), 0)
    nulls = dict.fromkeys(("on_time_share", "delay_minutes_mean", "delay_minutes_p50", "delay_minutes_p90"))
    return {**zeros, **nulls, "weight_kg": Decimal("0.000"), "shipping_cost": Decimal("0.00")}


def test_shipment_daily_counts_each_fact_where_and_when_it_happened(made: GoldSource) -> None:
    found = rows(GOLD_TABLES["shipment_daily"].build(made), "carrier", "mode", "lane", "customer_segment")

    assert found == {
        (*ROAD, "RETAIL"): {
            **nothing(),
            "picked_up": 1,
            "delivered": 3,
            "on_time": 1,
            "late": 1,
            "on_time_share": 0.5,
            "exceptions": 3,
            "exceptions_by_reason": {"CUSTOMS": 2, "UNKNOWN": 1},
            "delay_minutes_mean": 60.0,
            "delay_minutes_p50": 60.0,
            "delay_minutes_p90": 84.0,
            "weight_kg": Decimal("2100.500"),
            "shipping_cost": Decimal("222.19"),
            "unpriced": 1,
        },
        (*ROAD, "WHOLESALE"): {
            **nothing(),
            "delivered": 1,
            "on_time": 1,
            "on_time_share": 1.0,
            "exceptions_by_reason": {},
            "delay_minutes_mean": -30.0,
            "delay_minutes_p50": -30.0,
            "delay_minutes_p90": -30.0,
            "weight_kg": Decimal("10.000"),
            "shipping_cost": Decimal("43.32"),
        },
        ("UNKNOWN",) * 4: {**nothing(), "created": 1, "exceptions_by_reason": {}},
    }


def test_carrier_performance_names_the_carrier_as_of_the_days_newest_fact(made: GoldSource) -> None:
    found = rows(GOLD_TABLES["carrier_performance_daily"].build(made), "carrier", "mode")

    assert found["FDEG", "ROAD"] == {
        **nothing(),
        "carrier_name": "FedEx Ground Two",
        "picked_up": 1,
        "delivered": 4,
        "on_time": 2,
        "late": 1,
        "on_time_share": 2 / 3,
        "exceptions": 3,
        "delay_minutes_mean": 30.0,
        "delay_minutes_p50": 30.0,
        "delay_minutes_p90": 78.0,
        "weight_kg": Decimal("2110.500"),
        "shipping_cost": Decimal("265.51"),
        "unpriced": 1,
    }
    assert found["UNKNOWN", "UNKNOWN"] == {**nothing(), "carrier_name": None, "created": 1}


def test_lane_performance_measures_transits_and_stays_in_hubs(made: GoldSource) -> None:
    found = rows(GOLD_TABLES["lane_performance_daily"].build(made), "lane", "mode")

    # Transits: S1 24.5 h, S2 36 h, S3 20.5 h. Stays in NLRTM: S1 20 h, S2 1 h.
    assert found == {
        ("NLRTM-DEHAM", "ROAD"): {
            "delivered": 4,
            "transits": 3,
            "transit_hours_mean": 27.0,
            "transit_hours_p10": 21.3,
            "transit_hours_p50": 24.5,
            "transit_hours_p90": pytest.approx(33.7, abs=1e-12),
            "transit_hours_min": 20.5,
            "transit_hours_max": 36.0,
            "standard_transit_hours": 8,
            "within_standard": 0,
            "hub_stays": 2,
            "dwell_by_hub": [{"hub": "NLRTM", "stays": 2, "dwell_minutes_mean": 630.0, "dwell_minutes_p90": 1086.0}],
        }
    }


def test_exceptions_costs_and_quality_of_the_day(made: GoldSource) -> None:
    exceptions = rows(GOLD_TABLES["exceptions_daily"].build(made), "exception_type", "exception_reason")
    costs = rows(GOLD_TABLES["cost_daily"].build(made), "customer_segment")
    quality = rows(GOLD_TABLES["data_quality_daily"].build(made), "table_name")

    where = {"carrier": "FDEG", "mode": "ROAD", "lane": "NLRTM-DEHAM", "customer_segment": "RETAIL"}
    assert exceptions == {
        ("CUSTOMS_HOLD", "CUSTOMS"): {**where, "exceptions": 2, "shipments": 2},
        ("HELD", "UNKNOWN"): {**where, "exceptions": 1, "shipments": 1},
    }
    assert {
        name: costs["RETAIL"][name]
        for name in ("delivered", "unpriced", "chargeable_weight_kg", "distance_km", "service_level", "currency")
    } == {
        "delivered": 3,
        "unpriced": 1,
        "chargeable_weight_kg": Decimal("2100.500"),
        "distance_km": 1548,
        "service_level": "STANDARD",
        "currency": "EUR",
    }
    assert [costs["RETAIL"][name] for name in ("base_freight", "fuel_surcharge", "shipping_cost")] == [
        Decimal("194.90"),
        Decimal("27.29"),
        Decimal("222.19"),
    ]
    assert quality == {
        "shipment_events": {
            "rules": 4,
            "rules_failed": 2,
            "halting": 1,
            "warnings": 1,
            "quality_score": 50.0,
            "failed_rules": ["unique", "volume"],
        }
    }


def test_totals_of_silver_are_those_that_gold_adds_up_to(made: GoldSource) -> None:
    totals = rows(silver_totals(made))[()]

    assert totals == {
        "created": 1,
        "picked_up": 1,
        "delivered": 4,
        "exceptions": 3,
        "weight_kg": Decimal("2110.500"),
        "shipping_cost": Decimal("265.51"),
    }


def test_tables_have_exactly_the_columns_that_metrics_json_defines(made: GoldSource) -> None:
    for definition in gold_tables():
        built = GOLD_TABLES[definition.name].build(made)
        declared = {column.name: column.type.replace(" ", "") for column in definition.columns}
        assert {field.name: field.dataType.simpleString() for field in built.schema.fields} == declared, definition.name
    assert {definition.name for definition in gold_tables()} == set(GOLD_TABLES)


def test_rows_are_the_same_for_any_order_of_their_inputs(spark: SparkSession, made: GoldSource) -> None:
    backwards = silver_of(
        spark, shipments=SHIPMENTS[::-1], customers=CUSTOMERS[::-1], carriers=CARRIERS[::-1], events=EVENTS[::-1], quality=QUALITY[::-1]
    )
    tables = [name for name in SilverInputs.__dataclass_fields__ if name != "events"]
    shuffled = SilverInputs(**{name: getattr(backwards, name).repartition(5) for name in tables})
    other = source(shuffled)

    for name in ("shipment_daily", "lane_performance_daily"):
        build = GOLD_TABLES[name].build
        assert sorted(map(str, build(other).collect())) == sorted(map(str, build(made).collect())), name
