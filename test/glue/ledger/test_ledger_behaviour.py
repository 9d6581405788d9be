"""What every ledger does, asked of the one in memory and of DynamoDB in a running sandbox."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace

import pytest

from sandbox_process import make_ledger_table
from waybill_lake.ledger import DynamoLedger, Ledger, LedgerObject, MemoryLedger, ShardRow
from waybill_lake.ledger.rows import ANNOUNCED, LOADED, NEW, PARKED, object_sort_key, open_bucket

CONTRACT = "shipment-event"
SHARD = "shardId-000000000000"
_names = itertools.count(1)


@pytest.fixture(params=["memory", "dynamodb"])
def ledger(request: pytest.FixtureRequest) -> Ledger:
    if request.param == "memory":
        return MemoryLedger()
    request.getfixturevalue("sandbox")
    name = f"ledger-{next(_names)}"
    make_ledger_table(name)
    return DynamoLedger(name)


def row(first: int, last: int, *, shard: str = SHARD, state: str = NEW, kind: str = "bronze") -> LedgerObject:
    key = f"{CONTRACT}/x/{shard}-{first}-{last}.gz"
    sort_key = object_sort_key(str(first), str(last), last - first + 1, "00000000")
    return LedgerObject(CONTRACT, shard, sort_key, kind, last - first + 1, 1_000 + first, state, key, 10, 1)


def marker(sequence: int, marker_id: str) -> LedgerObject:
    sort_key = object_sort_key(str(sequence), str(sequence), 1, "11111111")
    return LedgerObject(
        CONTRACT, SHARD, sort_key, "marker", 1, 5, NEW, marker_id=marker_id, day="2026-11-09", put_at="2026-11-10T00:00:00Z"
    )


def test_a_lease_is_held_by_one_until_it_ends_and_each_taking_raises_the_fence(ledger: Ledger) -> None:
    first = ledger.take_lease(CONTRACT, "one", now=100, until=200)
    assert first is not None
    assert (first.fence, first.next_run, first.run) == (1, 1, "")
    assert ledger.take_lease(CONTRACT, "two", now=199, until=300) is None
    second = ledger.take_lease(CONTRACT, "two", now=200, until=300)
    assert second is not None
    assert second.fence == 2
    assert not ledger.renew(CONTRACT, 1, 900)
    assert ledger.renew(CONTRACT, 2, 400)
    assert ledger.read_load(CONTRACT).lease_until == 400
    assert not ledger.release(CONTRACT, 1)
    assert ledger.release(CONTRACT, 2)
    third = ledger.take_lease(CONTRACT, "one", now=201, until=300)
    assert third is not None
    assert third.fence == 3


def test_a_run_begins_and_closes_only_under_the_fence(ledger: Ledger) -> None:
    ledger.take_lease(CONTRACT, "one", now=0, until=10)
    assert not ledger.begin_run(CONTRACT, 9, "r1", "m")
    assert ledger.begin_run(CONTRACT, 1, "r1", "manifest")
    assert not ledger.begin_run(CONTRACT, 1, "r2", "other"), "a run is pending"
    pending = ledger.read_load(CONTRACT)
    assert (pending.run, pending.manifest, pending.next_run) == ("r1", "manifest", 2)
    ledger.take_lease(CONTRACT, "two", now=10, until=20)
    assert not ledger.close_run(CONTRACT, 1, "r1"), "fenced off"
    assert not ledger.close_run(CONTRACT, 2, "r0"), "another run is pending"
    assert ledger.close_run(CONTRACT, 2, "r1")
    assert (ledger.read_load(CONTRACT).run, ledger.read_load(CONTRACT).owner) == ("", "two")


def test_new_objects_are_found_until_they_are_marked(ledger: Ledger) -> None:
    rows = [row(1, 5), row(6, 9, shard="shardId-000000000001"), row(10, 12, state=ANNOUNCED)]
    assert [ledger.put_if_absent(each) for each in rows] == [True, True, True]
    assert not ledger.put_if_absent(replace(rows[0], n=99)), "a row that is there stays"
    assert {each.sort_key for each in ledger.open_objects(CONTRACT)} == {rows[0].sort_key, rows[1].sort_key}
    assert list(ledger.open_objects("vehicle-position")) == []
    ledger.mark([rows[0]], state=LOADED, run="r1", reason="", expires_at=99)
    ledger.mark([rows[1]], state=PARKED, run="r1", reason="major 2", expires_at=None)
    assert list(ledger.open_objects(CONTRACT)) == []
    parked = list(ledger.rows_of_shard(CONTRACT, "shardId-000000000001"))
    assert [(each.state, each.reason, each.n, each.key, each.major) for each in parked] == [(PARKED, "major 2", 4, rows[1].key, 1)]
    assert list(ledger.waiting_objects(CONTRACT)) == parked
    assert list(ledger.waiting_objects("vehicle-position")) == []


def test_rows_of_a_shard_come_in_stream_order_and_after_a_given_one(ledger: Ledger) -> None:
    for each in (row(100, 120), row(9, 99), row(1, 8)):
        ledger.put_if_absent(each)
    assert [each.first.lstrip("0") for each in ledger.rows_of_shard(CONTRACT, SHARD)] == ["1", "9", "100"]
    assert [each.first.lstrip("0") for each in ledger.rows_of_shard(CONTRACT, SHARD, after=row(1, 8).sort_key)] == ["9", "100"]


def test_overlapping_objects_of_a_shard_are_found_also_the_one_that_began_before(ledger: Ledger) -> None:
    for each in (row(1, 8), row(9, 99), row(20, 25), row(100, 120), row(15, 30, kind="quarantine")):
        ledger.put_if_absent(each)
    assert [each.first.lstrip("0") for each in ledger.overlapping(row(22, 100))] == ["9", "20", "100"]


@pytest.mark.parametrize(("exists", "left"), [(True, [NEW]), (False, [])])
def test_an_announced_row_is_settled_once(ledger: Ledger, exists: bool, left: list[str]) -> None:
    announced = row(1, 2, state=ANNOUNCED)
    ledger.put_if_absent(announced)
    assert ledger.settle(announced, exists=exists)
    assert not ledger.settle(announced, exists=exists)
    assert [each.state for each in ledger.rows_of_shard(CONTRACT, SHARD)] == left
    assert [each.state for each in ledger.open_objects(CONTRACT)] == left


def test_progress_of_a_shard_and_versions_of_days_only_grow(ledger: Ledger) -> None:
    ledger.raise_shard(CONTRACT, ShardRow(SHARD, "b", "5"))
    ledger.raise_shard(CONTRACT, ShardRow(SHARD, "a", "7"))
    ledger.raise_shard(CONTRACT, ShardRow(SHARD, "", ""))
    assert ledger.shards(CONTRACT) == {SHARD: ShardRow(SHARD, "b", "7")}
    ledger.raise_days("shipment_events", ["2026-11-08", "2026-11-09"], 9)
    ledger.raise_days("shipment_events", ["2026-11-09"], 10)
    ledger.raise_days("shipment_events", ["2026-11-09"], 8)
    days = ["2026-11-07", "2026-11-08", "2026-11-09"]
    assert ledger.day_versions("shipment_events", days) == {"2026-11-08": 9, "2026-11-09": 10}
    assert ledger.day_versions("shipment_events", ["2026-11-07", "2026-11-09"]) == {"2026-11-09": 10}
    assert ledger.day_versions("shipment_events", []) == {}
    assert (ledger.first_day("shipment_events"), ledger.first_day("shipments")) == ("2026-11-08", None)


def test_the_first_record_of_a_run_stays(ledger: Ledger) -> None:
    assert ledger.read_run(CONTRACT, "r1") is None
    assert ledger.record_run(CONTRACT, "r1", {"new": 3, "outcome": "first"}, expires_at=10)
    assert not ledger.record_run(CONTRACT, "r1", {"new": 0, "outcome": "second"}, expires_at=10)
    stored = ledger.read_run(CONTRACT, "r1")
    assert stored is not None
    assert (int(stored["new"]), stored["outcome"]) == (3, "first")


@pytest.mark.parametrize("order", ["expected first", "seen first"])
def test_only_the_marker_that_was_put_counts_and_its_first_sighting_stays(ledger: Ledger, order: str) -> None:
    def expect() -> None:
        ledger.expect_marker(CONTRACT, "2026-11-09", SHARD, "m1")

    def see() -> None:
        ledger.see_marker(marker(7, "m1"), now=100)

    see_strange: Callable[[], None] = lambda: ledger.see_marker(marker(3, "strange"), now=50)  # noqa: E731
    for step in (expect, see_strange, see) if order == "expected first" else (see, see_strange, expect):
        step()
    ledger.see_marker(marker(9, "m1"), now=200)
    found = ledger.markers(CONTRACT, "2026-11-09")[SHARD]
    assert found.is_seen
    assert (found.seen_sort_key, found.seen_at) == (marker(7, "m1").sort_key, 100)


def test_a_marker_that_nobody_put_is_not_seen(ledger: Ledger) -> None:
    ledger.see_marker(marker(3, "strange"), now=50)
    assert not ledger.markers(CONTRACT, "2026-11-09")[SHARD].is_seen


def test_a_shard_is_always_in_the_same_bucket_as_archive_events_puts_it() -> None:
    assert open_bucket("shipment-event", "shardId-000000000000") == "shipment-event#6"
