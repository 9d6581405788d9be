"""A load ends although its stream never does."""

from __future__ import annotations

from pathlib import Path

from pyspark.sql import SparkSession

from lake_world import World, statement
from waybill_lake.model import LakeModel
from waybill_lake.protocol import load as protocol


class TrafficGoesOn:
    """Archives one more object whenever a run is committed."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.archived = 0

    def reached(self, step: str) -> None:
        if step == protocol.COMMIT:
            self.archived += 1
            self._world.archive("shipment-event", [statement(f"later-{self.archived}")])


def test_what_is_archived_during_a_load_is_left_to_the_next(spark: SparkSession, lake: str, model: LakeModel, tmp_path: Path) -> None:
    world = World(spark, model, tmp_path, lake.split(".")[1])
    world.make_tables("shipment_events", "conflicts", "shipments")
    world.archive("shipment-event", [statement("e1")])
    traffic = TrafficGoesOn(world)

    report = world.load(steps=traffic)

    assert (report.state, len(report.runs), traffic.archived) == ("loaded", 1, 1)
    assert world.rows("shipment_events", "event_id") == [("e1",)]
    assert [row.n for row in world.ledger.open_objects("shipment-event")] == [1]
