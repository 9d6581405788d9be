"""What the catalog does with staged days: published by id, refused when the day moved, gone when revoked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession

from waybill_lake.protocol.publish_builder import Picked
from waybill_lake.publish.gold_store import GoldStore
from waybill_lake.publish.ledger_memory import MemoryGoldLedger
from waybill_lake.publish.rows import Attempt

FIRST, SECOND = "2026-11-01", "2026-11-02"


class Shelf:
    """A table with one column beside the day."""

    def __init__(self, spark: SparkSession, name: str) -> None:
        self.spark = spark
        self.name = name
        columns = "(business_date DATE, n BIGINT) USING iceberg PARTITIONED BY (business_date)"
        spark.sql(f"CREATE TABLE {name} {columns} TBLPROPERTIES ('write.wap.enabled'='true')")
        self.store = GoldStore(spark, name)

    def rows(self, day: str, *values: int) -> DataFrame:
        return self.spark.createDataFrame([(day, value) for value in values], "day string, n bigint").selectExpr(
            "to_date(day) AS business_date", "n"
        )

    def stage(self, day: str, attempt: int, *values: int) -> int:
        return self.store.stage(self.rows(day, *values), day, f"r/t/{day}/{attempt}")

    def read(self, day: str) -> list[int]:
        return sorted(row["n"] for row in self.store.rows([day]).collect())


@pytest.fixture
def shelf(spark: SparkSession, lake: str) -> Shelf:
    return Shelf(spark, f"{lake}.t")


def test_what_is_staged_is_published_once_and_an_older_attempt_never(shelf: Shelf) -> None:
    first, second = shelf.stage(FIRST, 1, 1), shelf.stage(FIRST, 2, 2, 2)
    assert (shelf.read(FIRST), shelf.store.is_on_main(second)) == ([], False)

    assert shelf.store.pick(second) is Picked.DONE
    assert (shelf.read(FIRST), shelf.store.is_on_main(second)) == ([2, 2], True)
    assert shelf.store.pick(second) is Picked.ALREADY
    # Staged on the state before: the day has moved.
    assert shelf.store.pick(first) is Picked.CHANGED
    # Revoking what readers have does not take it away.
    shelf.store.revoke(second)
    assert (shelf.read(FIRST), shelf.store.is_on_main(second)) == ([2, 2], True)


class Overtaken:
    """A pick on its way while another builder revokes what it picks: stands for the table and for the calls on it, up to the commit."""

    def __init__(self, java: Any, revoke: Callable[[], None]) -> None:
        self._java = java
        self._revoke = revoke

    def manageSnapshots(self) -> Overtaken:  # noqa: N802
        return Overtaken(self._java.manageSnapshots(), self._revoke)

    def cherrypick(self, snapshot: int) -> Overtaken:
        return Overtaken(self._java.cherrypick(snapshot), self._revoke)

    def commit(self) -> None:
        self._revoke()
        self._java.commit()


def test_what_is_revoked_between_the_look_and_the_commit_is_gone(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    staged, other = shelf.stage(FIRST, 1, 1), GoldStore(shelf.spark, shelf.name)
    java = shelf.store._java()
    monkeypatch.setattr(shelf.store, "_java", lambda: Overtaken(java, lambda: other.revoke(staged)))
    assert shelf.store.pick(staged) is Picked.GONE
    assert shelf.read(FIRST) == []


def test_days_do_not_disturb_each_other_and_a_copy_on_main_is_known(shelf: Shelf) -> None:
    one, other = shelf.stage(FIRST, 1, 1), shelf.stage(SECOND, 1, 5)
    assert [shelf.store.pick(one), shelf.store.pick(other)] == [Picked.DONE, Picked.DONE]
    assert (shelf.read(FIRST), shelf.read(SECOND)) == ([1], [5])
    # The second was published as a copy, since main had moved.
    assert shelf.store.is_on_main(other)
    assert shelf.store.pick(other) is Picked.ALREADY


def test_a_day_compacted_in_between_refuses_and_another_day_does_not(shelf: Shelf) -> None:
    for day in (FIRST, SECOND):
        shelf.rows(day, 1).writeTo(shelf.name).append()
        shelf.rows(day, 2).writeTo(shelf.name).append()
    one, other = shelf.stage(FIRST, 1, 7), shelf.stage(SECOND, 1, 8)

    assert shelf.store.compact(SECOND)
    assert shelf.store.pick(one) is Picked.DONE
    assert shelf.store.pick(other) is Picked.CHANGED
    assert (shelf.read(FIRST), shelf.read(SECOND)) == ([7], [1, 2])
    assert not shelf.store.compact(SECOND)


def test_a_revoked_snapshot_is_gone_and_may_be_revoked_again(shelf: Shelf) -> None:
    staged = shelf.stage(FIRST, 1, 1)
    shelf.store.revoke(staged)
    shelf.store.revoke(staged)

    assert shelf.store.pick(staged) is Picked.GONE
    assert (shelf.read(FIRST), shelf.store.is_on_main(staged)) == ([], False)


def test_a_day_can_become_empty(shelf: Shelf) -> None:
    shelf.store.pick(shelf.stage(FIRST, 1, 1, 2))
    shelf.store.pick(shelf.stage(SECOND, 1, 3))
    empty = shelf.stage(FIRST, 2)
    assert (shelf.read(FIRST), [*shelf.store.rows([FIRST], empty).collect()]) == ([1, 2], [])

    assert shelf.store.pick(empty) is Picked.DONE
    assert (shelf.read(FIRST), shelf.read(SECOND)) == ([], [3])


def test_older_input_staged_after_a_newer_publish_is_refused_by_the_ledger_alone(shelf: Shelf) -> None:
    ledger = MemoryGoldLedger()
    attempts = [ledger.open_attempt("t", FIRST, Attempt("r", "v2", inputs)) for inputs in ("old", "new")]
    newer = shelf.stage(FIRST, 2, 20)
    assert ledger.grant("t", FIRST, attempts[1], before=0, logic="v2")
    assert shelf.store.pick(newer) is Picked.DONE
    assert ledger.record("t", FIRST, attempts[1], "new")

    older = shelf.stage(FIRST, 1, 10)
    assert not ledger.grant("t", FIRST, attempts[0], before=0, logic="v2")
    # Without asking the ledger the catalog would take it.
    assert shelf.store.pick(older) is Picked.DONE


def test_days_written_in_one_go_are_staged_published_and_revoked_each_by_itself(shelf: Shelf) -> None:
    shelf.store.pick(shelf.stage(FIRST, 1, 9))
    written, files = shelf.store.write_days(shelf.rows(FIRST, 1, 2).union(shelf.rows(SECOND, 5)), "r/t/files")
    assert (sorted(files), shelf.read(FIRST), shelf.read(SECOND)) == ([FIRST, SECOND], [9], [])
    assert sorted(row["n"] for row in shelf.store.rows([FIRST, SECOND], written).collect()) == [1, 2, 5]

    one, other = (shelf.store.stage_files(files[day], f"r/t/{day}/2") for day in (FIRST, SECOND))
    paths, rows = shelf.store.look_into(one, FIRST)
    assert (paths, rows) == (frozenset(str(file.location()) for file in files[FIRST]), 2)
    assert shelf.store.pick(one) is Picked.DONE
    assert (shelf.read(FIRST), shelf.read(SECOND)) == ([1, 2], [])
    assert shelf.store.days_with_rows("2026-10-01", SECOND) == {FIRST}
    assert shelf.store.days_with_rows(SECOND, SECOND) == frozenset()

    # The snapshot of both goes, and takes no file with it; a day that is revoked does.
    shelf.store.forget(written)
    assert shelf.read(FIRST) == [1, 2]
    assert [row["n"] for row in shelf.store.rows([SECOND], other).collect()] == [5]
    shelf.store.revoke(other)
    assert shelf.store.pick(other) is Picked.GONE
    assert shelf.read(FIRST) == [1, 2]
