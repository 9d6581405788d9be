"""Maintenance on real Iceberg: few files, few snapshots, no orphans, and nothing that hurts a load beside it."""

from __future__ import annotations

import datetime as dt
import os
import time
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from lake_world import World, statement
from waybill_lake.loading.silver import load_contract
from waybill_lake.model import LakeModel
from waybill_lake.protocol import load as protocol
from waybill_lake.tables.iceberg import IcebergTable
from waybill_lake.tables.maintain import KEEP_SNAPSHOTS_DAYS, Maintained, maintain_table

DAYS = ("2026-11-08", "2026-11-09")


@pytest.fixture
def world(spark: SparkSession, lake: str, model: LakeModel, tmp_path: Path) -> World:
    made = World(spark, model, tmp_path, lake.split(".")[1])
    made.make_tables("shipment_events", "conflicts", "shipments")
    return made


def maintain(world: World, *, keep_days: int = KEEP_SNAPSHOTS_DAYS, compact: bool = True) -> Maintained:
    # Files and snapshots of this test are made by the real clock.
    now = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)
    return maintain_table(world.spark, world.table("shipment_events"), now=now, compact=compact, keep_days=keep_days)


def folder_of(world: World) -> Path:
    return Path(IcebergTable(world.spark, world.table("shipment_events")).location().removeprefix("file:"))


def make_old(world: World, days: int) -> None:
    moment = time.time() - days * 86_400
    for path in folder_of(world).rglob("*"):
        os.utime(path, (moment, moment))


def files_by_partition(world: World) -> list[int]:
    rows = world.spark.sql(f"SELECT partition, count(*) AS n FROM {world.table('shipment_events')}.files GROUP BY partition").collect()
    return sorted(row["n"] for row in rows)


def data_files(world: World) -> set[str]:
    return {path.name for path in folder_of(world).rglob("*.parquet")}


def known_files(world: World) -> set[str]:
    rows = world.spark.sql(f"SELECT file_path FROM {world.table('shipment_events')}.all_files").collect()
    return {Path(row["file_path"]).name for row in rows}


class Killed(Exception):  # noqa: N818
    """Where a job would have been killed."""


class Meanwhile:
    """Does something once, when a load stands at a step; or ends it there."""

    def __init__(self, step: str, world: World, *, ends: bool = False) -> None:
        self.step, self.world, self.ends = step, world, ends
        self.done: Maintained | None = None

    def reached(self, step: str) -> None:
        if step != self.step or self.done is not None:
            return
        if self.ends:
            raise Killed(step)
        self.done = maintain(self.world)


def test_one_small_file_a_partition_is_left_and_readers_notice_nothing(world: World) -> None:
    for number in range(3):
        world.archive("shipment-event", [statement(f"{day}-{number}", eventTime=f"{day}T10:0{number}:00Z") for day in DAYS])
        world.load()
    before = world.rows("shipment_events", "*")
    assert files_by_partition(world) == [3, 3]
    done = maintain(world)
    assert (done.rewritten_files, done.added_files) == (6, 2)
    assert files_by_partition(world) == [1, 1]
    assert world.rows("shipment_events", "*") == before
    # Nothing is left to do; history of the last days stays, for runs that must be proved and for readers that have begun.
    assert maintain(world).rewritten_files == 0
    assert len(list(IcebergTable(world.spark, world.table("shipment_events")).ancestry())) == 4

    later = maintain(world, keep_days=0)
    assert later.rewritten_files == 0
    assert len(list(IcebergTable(world.spark, world.table("shipment_events")).ancestry())) == 1
    assert len(data_files(world)) == 2, "what only old snapshots knew is gone"
    assert world.rows("shipment_events", "*") == before


@pytest.mark.full
def test_what_a_killed_run_left_goes_when_nobody_can_need_it_any_more(world: World) -> None:
    world.archive("shipment-event", [statement("e1")])
    world.load()
    kept = data_files(world)
    world.archive("shipment-event", [statement("e2")])
    with pytest.raises(Killed):
        world.load(steps=Meanwhile(protocol.STAGE, world, ends=True))
    staged = data_files(world) - kept
    assert len(staged) == 1
    # A file that was written and never came into any snapshot: Spark was killed in the middle of a write.
    stray = folder_of(world) / "data" / "stray.parquet"
    stray.write_bytes(b"PAR1")

    # Too young: both may belong to a run that is under way. Gold asks for no compaction, and still gets the rest.
    assert maintain(world, compact=False).orphans == 0
    assert data_files(world) == kept | staged | {"stray.parquet"}
    # The next loader stages anew, what was staged before expires, and the stray file is an orphan.
    world.clock_ms += 1_000_000
    world.load(owner="two")
    make_old(world, 4)
    assert maintain(world, compact=False).orphans == 1
    maintain(world, keep_days=0, compact=False)
    assert data_files(world) == known_files(world)
    assert data_files(world).isdisjoint({*staged, "stray.parquet"})
    assert [row[0] for row in world.rows("shipment_events", "event_id")] == ["e1", "e2"]


@pytest.mark.full
@pytest.mark.parametrize("step", [protocol.CLASSIFY, protocol.STAGE])
def test_a_compaction_in_the_middle_of_a_load_costs_it_a_second_try_and_nothing_else(world: World, step: str) -> None:
    for number in range(2):
        world.archive("shipment-event", [statement(f"e{number}", publishedTime="2026-11-09T10:00:00Z")])
        world.load()
    # One new row, one that replaces a row which the compaction moves to another file.
    world.archive("shipment-event", [statement("e2"), statement("e0", publishedTime="2026-11-09T11:00:00Z", quantity=7)])
    meanwhile = Meanwhile(step, world)
    (run,) = load_contract(world.parts(steps=meanwhile), world.model.contract("shipment-event")).runs
    assert meanwhile.done is not None
    assert meanwhile.done.rewritten_files == 2
    assert (run.outcome.counts.new, run.outcome.counts.duplicates) == (1, 1)
    assert world.rows("shipment_events", "event_id", "quantity") == [("e0", 7.0), ("e1", None), ("e2", None)]


@pytest.mark.full
def test_a_compaction_that_meets_a_load_starts_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from waybill_lake.tables import maintain as module  # noqa: PLC0415

    for number in range(2):
        world.archive("shipment-event", [statement(f"e{number}", publishedTime="2026-11-09T10:00:00Z")])
        world.load()
    compact, tries = module._compact, []

    def refused_once(spark: SparkSession, name: str, target: int) -> object:
        tries.append(name)
        if len(tries) > 1:
            return compact(spark, name, target)
        # A real refusal: a commit that was prepared on what the table was before somebody else's.
        late = IcebergTable(spark, name)._load().operations()
        base = late.current()
        IcebergTable(spark, name)._load().updateProperties().set("k", "1").commit()
        late.refresh()
        late.commit(base, base.replaceProperties({"k": "2"}))
        raise AssertionError("the second was accepted")

    monkeypatch.setattr(module, "_compact", refused_once)
    done = maintain(world)
    assert (len(tries), done.rewritten_files) == (2, 2)
