"""The rows of silver.shipments as loads leave them: events and conflict losers on real tables, step 7 of a load."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from lake_world import World, statement
from waybill_lake.loading.silver import load_contract
from waybill_lake.model import LakeModel
from waybill_lake.steps import Steps

BOOKED = statement(
    "book",
    eventType="BOOKED",
    eventTime="2026-11-01T08:00:00Z",
    publishedTime="2026-11-01T08:00:05Z",
    location={"unLocode": "NLRTM"},
    order={"customerId": "CUS-1", "serviceLevel": "EXPRESS", "priority": 2, "originUnLocode": "NLRTM", "destinationUnLocode": "DEHAM"},
    weightKg=120.5,
    carrier={"scac": "FDEG"},
    modeOfTransport="ROAD",
)
PLAN = statement(
    "plan",
    eventType="DELIVERED",
    eventClassifier="PLANNED",
    eventTime="2026-11-03T10:00:00Z",
    publishedTime="2026-11-01T08:10:00Z",
    location={"unLocode": "DEHAM"},
)
LATE = statement(
    "late",
    eventType="DELIVERED",
    eventClassifier="ESTIMATED",
    eventTime="2026-11-03T14:00:00Z",
    publishedTime="2026-11-02T20:00:00Z",
    location={"unLocode": "DEHAM"},
    reason={"code": "WEATHER"},
)
DELIVERED = statement(
    "end",
    eventType="DELIVERED",
    eventTime="2026-11-03T13:30:00Z",
    publishedTime="2026-11-03T13:31:00Z",
    location={"unLocode": "DEHAM"},
)


@pytest.fixture
def world(spark: SparkSession, lake: str, model: LakeModel, tmp_path: Path) -> World:
    made = World(spark, model, tmp_path, lake.split(".")[1])
    made.make_tables("shipment_events", "conflicts", "shipments")
    return made


def row_of(world: World, shipment: str = "S1") -> dict[str, Any]:
    rows = world.spark.table(world.table("shipments")).where(f"shipment_id = '{shipment}'").collect()
    assert len(rows) <= 1
    return rows[0].asDict(recursive=True) if rows else {}


def at(text: str) -> dt.datetime:
    """As Spark's driver gives timestamps in a UTC process."""
    return dt.datetime.fromisoformat(text)


def test_a_row_follows_its_events_from_load_to_load(world: World) -> None:
    world.archive("shipment-event", [BOOKED, PLAN, LATE])
    (first,) = world.load().runs
    row = row_of(world)
    assert {name: row[name] for name in ("status", "carrier", "mode", "service_level", "customer_id", "priority", "lane", "weight_kg")} == {
        "status": "BOOKED", "carrier": "FDEG", "mode": "ROAD", "service_level": "EXPRESS", "customer_id": "CUS-1", "priority": 2,
        "lane": "NLRTM-DEHAM", "weight_kg": 120.5,
    }  # fmt: skip
    assert (row["planned_delivery_time"], row["estimated_delivery_time"]) == (at("2026-11-03T10:00:00"), at("2026-11-03T14:00:00"))
    assert (row["created_time"], row["delivered_time"], row["delivery_delay_minutes"]) == (at("2026-11-01T08:00:00"), None, None)
    assert row["exceptions"] == [{"type": "DELAYED", "reason": "WEATHER", "event_time": at("2026-11-02T20:00:00"), "place": "DEHAM"}]
    # The day on which the delay was told is among them, though nothing has happened on it.
    assert first.outcome.business_dates == ("2026-11-01", "2026-11-02")

    # Delivered, told twice with two contents; and another shipment.
    other = {**DELIVERED, "eventTime": "2026-11-03T13:00:00Z", "publishedTime": "2026-11-03T13:20:00Z"}
    world.archive("shipment-event", [DELIVERED, other, statement("x", "S2")])
    world.load()
    row = row_of(world)
    assert (row["status"], row["delivered_time"], row["delivery_delay_minutes"]) == ("DELIVERED", at("2026-11-03T13:30:00"), 210.0)
    assert (row["event_count"], row["conflict_count"], row["source_version"]) == (4, 1, at("2026-11-03T13:31:00"))
    assert row_of(world, "S2")["status"] == "PICKED_UP"

    # A repeat writes nothing; a retraction takes the delivery back, and its day must be built again.
    kept = row["load_run"]
    void = {
        "schemaVersion": "1.0",
        "eventId": "void",
        "source": "DCSA:MAEU",
        "shipmentId": "S1",
        "operation": "RETRACT",
        "retractsEventId": "end",
        "publishedTime": "2026-11-05T00:00:00Z",
    }
    world.archive("shipment-event", [DELIVERED, BOOKED])
    world.load()
    assert row_of(world)["load_run"] == kept
    world.archive("shipment-event", [void])
    (fourth,) = world.load().runs
    row = row_of(world)
    assert (row["status"], row["delivered_time"], row["event_count"], row["conflict_count"]) == ("BOOKED", None, 5, 1)
    assert "2026-11-03" in fourth.outcome.business_dates
    assert (row["load_run"], row_of(world, "S2")["load_run"]) == (fourth.run, kept)


@pytest.mark.full
def test_an_event_that_moves_to_another_shipment_changes_both(world: World) -> None:
    world.archive("shipment-event", [statement("e1", "S1", publishedTime="2026-11-09T10:00:00Z")])
    world.load()
    moved = statement("e1", "S2", publishedTime="2026-11-09T11:00:00Z", eventTime="2026-11-08T10:00:00Z")
    world.archive("shipment-event", [moved])
    (second,) = world.load().runs
    assert second.outcome.touched == ("S1", "S2")
    # The loser stays with the shipment that it named; nothing else of that shipment is left.
    assert (row_of(world, "S1")["event_count"], row_of(world, "S1")["conflict_count"]) == (0, 1)
    assert (row_of(world, "S2")["event_count"], row_of(world, "S2")["conflict_count"]) == (1, 0)
    assert second.outcome.business_dates == ("2026-11-08", "2026-11-09")


class _DiesAfter(Steps):
    def __init__(self, step: str) -> None:
        self._step = step

    def reached(self, step: str) -> None:
        if step == self._step:
            raise ConnectionError(step)


def test_who_finishes_the_run_of_a_dead_loader_raises_the_days_of_rows_that_are_written_already(world: World) -> None:
    world.archive("shipment-event", [BOOKED])
    with pytest.raises(ConnectionError):
        load_contract(world.parts(steps=_DiesAfter("derived")), world.model.contract("shipment-event"))
    assert row_of(world)["status"] == "BOOKED"
    assert world.ledger.day_versions("shipments", ["2026-11-01"]).get("2026-11-01", 0) == 0
    world.clock_ms += 600_000
    world.load(owner="two")
    assert world.ledger.day_versions("shipments", ["2026-11-01"])["2026-11-01"] > 0
