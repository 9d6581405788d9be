"""Tables that a contract declares in gold.json: every kind of measure, joins, types; and the declared tables of the repository."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from gold.small_lake import ZONE, frame, reference
from waybill_lake.model import LakeModel
from waybill_lake.transforms.gold import gold_with_declared
from waybill_lake.transforms.gold_declared import declared_gold, declared_table, declared_tables
from waybill_lake.transforms.gold_facts import Days

DAY = dt.date(2026, 11, 10)
SCHEMA = "event_time timestamp, vehicle string, place string, speed double, stops int"
TABLE: dict[str, Any] = {
    "name": "probe_daily",
    "description": "For the test.",
    "joins": [{"reference": "locations", "as": "where_it_is", "on": {"unlocode": "place"}}],
    "where": "vehicle <> 'ghost'",
    "dimensions": [
        {"name": "vehicle", "from": "vehicle", "description": "The vehicle."},
        {"name": "region", "from": "coalesce(where_it_is.region, 'NOWHERE')", "description": "Region."},
    ],
    "measures": [
        {"name": "half_fast", "as": "ratio", "numerator": "fast", "denominator": "fixes", "description": "Share of fast fixes."},
        {"name": "fixes", "as": "count", "description": "Fixes."},
        {"name": "fast", "as": "count", "where": "speed > 50", "description": "Fast fixes."},
        {"name": "places", "as": "countDistinct", "of": "place", "description": "Places."},
        {"name": "stops", "as": "sum", "of": "stops", "description": "Stops."},
        {"name": "speed_sum", "as": "sum", "of": "speed", "unit": "km/h", "description": "Sum."},
        {"name": "speed_mean", "as": "mean", "of": "speed", "where": "speed > 0", "description": "Mean while moving."},
        {"name": "north", "as": "max", "of": "where_it_is.lat", "description": "Northernmost."},
        {"name": "first_fix", "as": "min", "of": "event_time", "description": "First."},
        {"name": "speed_p90", "as": "percentile", "of": "speed", "percentile": 0.9, "description": "Percentile."},
    ],
}


def event(time: str, vehicle: str, place: str | None, speed: float | None, stops: int | None = None) -> dict[str, Any]:
    return {"event_time": time, "vehicle": vehicle, "place": place, "speed": speed, "stops": stops}


EVENTS = [
    event("2026-11-09T22:59:59+00:00", "A", "NLRTM", 10.0),
    event("2026-11-09T23:00:00+00:00", "A", "NLRTM", 0.1, 2),
    event("2026-11-10T10:00:00+00:00", "A", "NLAMS", 0.2, 3),
    event("2026-11-10T22:59:59+00:00", "A", "NLRTM", 60.0),
    event("2026-11-10T23:00:00+00:00", "A", "NLRTM", 10.0),
    event("2026-11-10T10:00:00+00:00", "B", None, None),
    event("2026-11-10T10:00:00+00:00", "ghost", "NLRTM", 1.0),
]


def made(events: DataFrame) -> DataFrame:
    return declared_table(events, TABLE, reference(), Days((DAY,), ZONE))


def test_every_kind_of_measure_against_numbers_counted_by_hand(spark: SparkSession) -> None:
    found = {row["vehicle"]: row.asDict() for row in made(frame(spark, SCHEMA, EVENTS)).collect()}

    assert list(found["A"].values()) == [
        DAY,
        "A",
        "benelux",
        1 / 3,
        3,
        1,
        2,
        5,
        60.3,
        60.3 / 3,
        52.37,
        dt.datetime(2026, 11, 9, 23),  # noqa: DTZ001
        pytest.approx(48.04, abs=1e-9),
    ]
    assert list(found["B"].values())[2:] == ["NOWHERE", 0.0, 1, 0, 0, None, None, None, None, dt.datetime(2026, 11, 10, 10), None]  # noqa: DTZ001
    assert set(found) == {"A", "B"}


def test_the_order_of_events_does_not_show(spark: SparkSession) -> None:
    events = [event("2026-11-10T10:00:00+00:00", "A", "NLRTM", speed) for speed in (1e15, 0.1, -1e15, 0.3, 0.7)]
    rows = [made(frame(spark, SCHEMA, order).coalesce(1)).collect() for order in (events, events[::-1])]

    assert str(rows[0]) == str(rows[1])
    assert rows[0][0]["speed_sum"] == 1.1


def test_the_declared_tables_of_the_repository_can_be_made_with_a_comment_on_each_column(spark: SparkSession, model: LakeModel) -> None:
    definitions = declared_tables(spark, model, reference())

    assert {definition.name for definition in definitions} == {str(table["name"]) for _, table in declared_gold(model)}
    assert "vehicle_daily" in {definition.name for definition in definitions}
    for definition in definitions:
        assert all(column.description for column in definition.columns), definition.name
        assert definition.partition == ("business_date",)
    table = gold_with_declared(model)["vehicle_daily"]
    assert (table.events, table.grain) == ("vehicle_positions", ("business_date", "source", "vehicle_id"))
    assert json.loads(table.declaration)["name"] == "vehicle_daily"
