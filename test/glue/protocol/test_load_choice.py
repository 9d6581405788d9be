from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from waybill_lake.ledger import LedgerObject, ShardRow
from waybill_lake.ledger.rows import ANNOUNCED, LOADED, NEW, PARKED, object_sort_key, pad_sequence
from waybill_lake.protocol.load_choice import Choice, choose, loaded_through

SHARD = "shard-0"


def row(first: int, last: int, *, state: str = NEW, kind: str = "bronze", major: int = 1, size: int = 10) -> LedgerObject:
    sort_key = object_sort_key(str(first), str(last), last - first + 1, "00000000")
    return LedgerObject("c", SHARD, sort_key, kind, last - first + 1, first, state, f"key-{first}", size, major)


def chosen(rows: Sequence[LedgerObject], *, high: int = 0, stored: Sequence[LedgerObject] = (), max_bytes: int = 1_000) -> Choice:
    shards = {SHARD: ShardRow(SHARD, "", pad_sequence(str(high)))} if high else {}

    def overlapping(asked: LedgerObject) -> list[LedgerObject]:
        assert asked.first <= pad_sequence(str(high)), "asked for an object that cannot overlap"
        return [other for other in stored if other.first <= asked.last and other.last >= asked.first]

    return choose(rows, majors=(1,), max_bytes=max_bytes, shards=shards, overlapping=overlapping)


def test_takes_the_oldest_up_to_the_bytes_and_at_least_one() -> None:
    rows = [row(30, 39), row(1, 9, size=2_000), row(10, 29)]
    assert [each.key for each in chosen(rows).bronze] == ["key-1"]
    assert [each.key for each in chosen(rows, max_bytes=2_010).bronze] == ["key-1", "key-10"]


def test_parks_an_unknown_major_while_the_others_load() -> None:
    choice = chosen([row(1, 2), row(3, 4, major=2), row(5, 6)])
    assert [each.key for each in choice.bronze] == ["key-1", "key-5"]
    assert [each.key for each in choice.parked] == ["key-3"]


def test_quarantine_and_markers_are_taken_and_not_read() -> None:
    choice = chosen([row(1, 2, kind="quarantine"), row(3, 3, kind="marker")])
    assert (len(choice.bronze), len(choice.quarantine), len(choice.markers)) == (0, 1, 1)
    assert not choice.is_empty


def test_an_object_that_the_index_shows_late_is_not_taken_again() -> None:
    again = row(1, 9)
    assert chosen([again], high=20, stored=[replace(again, state=LOADED)]).is_empty


def test_what_overlaps_a_loaded_object_is_taken_with_it_beside() -> None:
    half, whole = row(5, 9), row(1, 9, state=LOADED)
    choice = chosen([half], high=9, stored=[whole, half])
    assert (choice.bronze, choice.seen, choice.has_overlap) == ((half,), (whole,), False)


def test_two_cuts_in_one_run_are_known_to_overlap() -> None:
    assert chosen([row(1, 9), row(5, 9)]).has_overlap
    assert not chosen([row(1, 9), row(10, 12)]).has_overlap


def test_a_shard_is_loaded_up_to_the_first_row_that_waits() -> None:
    rows = [
        row(1, 2, state=LOADED),
        row(3, 4, state=PARKED),
        row(5, 6, state=ANNOUNCED),
        row(7, 8, state=LOADED),
        row(9, 10),
        row(11, 12, state=LOADED),
    ]
    assert loaded_through(rows, "") == rows[3].sort_key
    assert loaded_through([], "before") == "before"
