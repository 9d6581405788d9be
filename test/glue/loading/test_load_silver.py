"""A load on real Iceberg tables: bronze in a folder, the ledger in memory. Each test is one story, since each load costs seconds."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lake_world import World, statement
from waybill_lake.loading.silver import load_contract
from waybill_lake.model import LakeModel
from waybill_lake.protocol import load as protocol


@pytest.fixture
def world(spark: SparkSession, lake: str, model: LakeModel, tmp_path: Path) -> World:
    made = World(spark, model, tmp_path, lake.split(".")[1])
    made.make_tables("shipment_events", "conflicts", "shipments")
    return made


def test_repeats_conflicts_and_late_days_end_as_one_row_per_identity(world: World) -> None:
    world.archive(
        "shipment-event",
        [
            statement("e1"),
            statement("e2", "S2", eventTime="2026-11-08T10:00:00Z", weightKg=-1, quantity=3),
            statement("e1", sourceEventCode="another code, the same content"),
            statement("e3", eventTime="2026-11-08T11:00:00Z", publishedTime="2026-11-08T12:00:00Z"),
        ],
    )
    (first,) = world.load().runs
    assert (first.outcome.counts.new, first.outcome.counts.duplicates, first.outcome.counts.conflicts) == (3, 1, 0)
    assert first.outcome.touched == ("S1", "S2")
    # A field out of its range is empty; lineage leads to the object and the record.
    lineage = world.rows("shipment_events", "event_id", "weight_kg", "quantity", "stream_sequence", "load_run", "bronze_key")
    key = next(iter(world.bronze.list("shipment-event/"))).key
    assert [row[:4] for row in lineage] == [("e1", None, None, "1"), ("e2", None, 3.0, "2"), ("e3", None, None, "4")]
    assert {row[4:] for row in lineage} == {(first.run, key)}
    assert world.ledger.day_versions("shipment_events", ["2026-11-07", "2026-11-08", "2026-11-09"]) == {"2026-11-08": 1, "2026-11-09": 1}

    # e1 with another, later published event time: a conflict, and one row that has moved to its new day.
    world.archive(
        "shipment-event",
        [
            statement("e1", eventTime="2026-11-06T10:00:00Z", publishedTime="2026-11-09T00:00:00Z"),
            statement("e3", eventTime="2026-11-08T11:00:00Z", publishedTime="2026-11-08T13:00:00Z", quantity=9),
            statement("e2", "S2", eventTime="2026-11-08T10:00:00Z"),
            statement("e4", eventTime="2026-09-01T00:00:00Z"),
        ],
    )
    (second,) = world.load().runs
    counts = second.outcome.counts
    assert (counts.identities, counts.new, counts.conflicts, counts.duplicates, counts.parked) == (4, 1, 1, 2, 0)
    assert second.outcome.days == ("2026-09-01", "2026-11-06", "2026-11-08", "2026-11-09")
    assert second.outcome.business_dates == ("2026-09-01", "2026-11-06", "2026-11-08", "2026-11-09")
    days = world.rows("shipment_events", "event_id", "cast(event_time as string)", "quantity")
    assert days == [
        ("e1", "2026-11-06 10:00:00", None),
        ("e2", "2026-11-08 10:00:00", 3.0),
        ("e3", "2026-11-08 11:00:00", 9.0),
        ("e4", "2026-09-01 00:00:00", None),
    ]
    hashes = dict(world.rows("shipment_events", "event_id", "content_hash"))
    shipment = "get_json_object(payload, '$.event.shipment_id')"
    lost = world.rows("conflicts", "event_id", "cast(event_time as string)", "winner_content_hash", shipment)
    assert lost == [("e1", "2026-11-09 10:00:00", hashes["e1"], "S1")]

    # The first content of e1 again, published last of all: it wins back, and the two change places. Nothing else: no other row is written.
    again = [statement("e1", publishedTime="2026-11-09T12:00:00Z"), statement("e4", eventTime="2026-09-01T00:00:00Z")]
    world.archive("shipment-event", again)
    (third,) = world.load().runs
    assert (third.outcome.counts.new, third.outcome.counts.conflicts, third.outcome.counts.duplicates) == (0, 0, 2)
    assert world.rows("shipment_events", "event_id", "cast(event_time as string)")[0] == ("e1", "2026-11-09 10:00:00")
    assert [row[1] for row in world.rows("conflicts", "event_id", "cast(event_time as string)")] == ["2026-11-06 10:00:00"]
    assert dict(world.rows("shipment_events", "event_id", "load_run"))["e3"] == second.run

    # What is known changes nothing: no commit, and the objects are done.
    world.archive("shipment-event", [statement("e1", publishedTime="2026-11-09T12:00:00Z")])
    (fourth,) = world.load().runs
    assert (fourth.state, fourth.outcome.counts.duplicates, fourth.snapshot) == ("no-commit", 1, None)
    assert list(world.ledger.open_objects("shipment-event")) == []


def test_torn_missing_and_foreign_objects_stop_no_other(world: World) -> None:
    good = world.archive("shipment-event", [statement("e1")])
    torn = world.archive("shipment-event", [statement("e2")])
    gone = world.archive("shipment-event", [statement("e3")])
    foreign = world.archive("shipment-event", [statement("e4")], major=2)
    Path(world.bronze.folder, torn.key).write_bytes(world.bronze.get(torn.key)[:-9])  # type: ignore[index]
    Path(world.bronze.folder, gone.key).unlink()
    untyped = world.archive("shipment-event", [statement("e5", eventTime="yesterday"), statement("e6")])
    (run,) = world.load().runs
    counts = run.outcome.counts
    assert (counts.identities, counts.new, counts.parked) == (3, 2, 1)
    assert (run.outcome.missing, run.outcome.corrupt) == ((gone.key,), (torn.key,))
    states = {row.sort_key: (row.state, row.reason[:16]) for row in world.ledger.rows_of_shard("shipment-event", good.shard)}
    assert states[good.sort_key] == states[untyped.sort_key] == ("loaded", "")
    assert states[torn.sort_key] == ("parked", "the object is to")
    assert states[gone.sort_key] == ("missing", "the object is no")
    assert states[foreign.sort_key] == ("parked", "contract major 2")
    # All rows are settled, so the gate may pass; what is parked is for it to judge.
    assert world.ledger.shards("shipment-event")[good.shard].loaded_through == untyped.sort_key

    # Another cut of records that are loaded, and one that is not: only that one is an identity of this run.
    world.archive("shipment-event", [statement("e1"), statement("e2")], first=1)
    (again,) = world.load().runs
    assert (again.outcome.counts.identities, again.outcome.counts.new) == (1, 1)
    assert [row[0] for row in world.rows("shipment_events", "event_id")] == ["e1", "e2", "e6"]


class Stop(Exception):  # noqa: N818
    """What a test raises where a job would have been killed."""


class StopAt:
    def __init__(self, step: str) -> None:
        self.step = step

    def reached(self, step: str) -> None:
        if step == self.step:
            raise Stop(step)


KILLED_AT = (protocol.BEGIN, protocol.DERIVED, protocol.COUNTS, protocol.MARKS)
"""The others: test_killed_load.py."""


@pytest.mark.full
def test_a_load_that_is_killed_at_any_step_is_finished_by_the_next(world: World) -> None:
    world.archive("shipment-event", [statement("e0")])
    world.load()
    for number, step in enumerate(KILLED_AT, start=1):
        # One new identity, one conflict that wins over the one before, one repeat.
        published = f"2026-11-09T{number:02}:00:00Z"
        winner = statement("e0", eventTime=f"2026-11-0{1 + number % 9}T10:00:00Z", publishedTime=published)
        world.archive("shipment-event", [statement(f"n{number}"), winner, winner])
        with pytest.raises(Stop):
            world.load(owner=f"killed-{number}", steps=StopAt(step))
        held = world.load(owner=f"early-{number}")
        assert held.state == "held", "the lease of the killed one still runs"
        world.clock_ms += 1_000_000
        (run,) = world.load(owner=f"after-{number}").runs
        counts = run.outcome.counts
        assert (step, counts.new, counts.conflicts, counts.duplicates) == (step, 1, 1, 1)
        record = world.ledger.read_run("shipment-event", run.run)
        assert record is not None
        assert (record["state"], record["new"], record["conflicts"]) == ("committed", 1, 1)
    ids = [row[0] for row in world.rows("shipment_events", "event_id")]
    assert ids == ["e0", *[f"n{number}" for number in range(1, len(KILLED_AT) + 1)]]
    assert len(world.rows("conflicts", "content_hash")) == len(KILLED_AT)
    assert {row[0] for row in world.rows("conflicts", "winner_content_hash")} == {
        content for event, content in world.rows("shipment_events", "event_id", "content_hash") if event == "e0"
    }


class Overtake:
    """Lets another loader do the whole run while this one stands at a step, its lease gone."""

    def __init__(self, world: World, step: str) -> None:
        self.world, self.step = world, step
        self.state = ""

    def reached(self, step: str) -> None:
        if step == self.step:
            self.step = ""
            self.world.clock_ms += 1_000_000
            contract = self.world.model.contract("shipment-event")
            self.state = load_contract(self.world.parts(owner="overtaker"), contract).state


@pytest.mark.full
def test_a_loader_that_was_overtaken_is_refused_and_nothing_is_doubled(world: World) -> None:
    for number, step in enumerate((protocol.STAGE, protocol.COMMIT)):
        world.archive("shipment-event", [statement(f"e{number}"), statement("c", eventTime=f"2026-11-0{number + 1}T00:00:00Z")])
        overtake = Overtake(world, step)
        late = world.load(owner="late", steps=overtake)
        assert (overtake.state, late.state, late.runs) == ("loaded", "fenced", [])
        world.clock_ms += 1_000_000
    assert [row[0] for row in world.rows("shipment_events", "event_id")] == ["c", "e0", "e1"]
    assert len(world.rows("conflicts", "content_hash")) == 1
