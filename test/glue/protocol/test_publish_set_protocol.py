"""Sets of two tables in every interleaving of two builders: all or nothing is decided once, and what is decided rolls forward.
Sets as wide as gold's with an owner that dies after each of its steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import NamedTuple

import pytest

from protocol.exploring import Explored, explore
from protocol.publish_world import BAD, Day, Silver, WorldPort
from waybill_lake.protocol.publish_builder import Outcome, TablePort
from waybill_lake.protocol.publish_set import SetBuilder, SetPort, SetRow, SetState, SetStep, take_set_step

TABLES = ("a", "b", "c", "d", "e", "f", "g")
"""By place in a world's days."""
Walk = Callable[[SetBuilder, SetPort], SetBuilder]


class World(NamedTuple):
    days: tuple[Day, ...] = (Day(), Day())
    """Table `b` alone fails the audit of a bad version: table `a` must not be published then, either."""
    silver: Silver = Silver()
    row: SetRow = SetRow()
    builders: tuple[SetBuilder | None, ...] = (None, None)
    changes: int = 2
    crashes: int = 1
    overlaps: int = 1
    compactions: int = 0
    most_attempts: int = 2
    """Of a table's day: worlds with more are not followed, or two builders could refuse each other without end."""
    is_tolerant: bool = True
    """Table `a` passes its audit of a bad version."""


class WorldSetPort:
    def __init__(self, world: World, *, decides_by_number: bool = True) -> None:
        self.row = world.row
        self._decides_by_number = decides_by_number
        lenient = world.silver._replace(contents=tuple(abs(content) for content in world.silver.contents))
        first = TolerantPort(world.days[0], lenient) if world.is_tolerant else WorldPort(world.days[0], world.silver)
        self.ports = (first, *(WorldPort(day, world.silver) for day in world.days[1:]))

    def table(self, name: str) -> TablePort:
        return self.ports[TABLES.index(name)]

    def read_set(self) -> SetRow:
        return self.row

    def decide(self, row: SetRow) -> bool:
        is_next = self.row.number == row.number - 1 or not self._decides_by_number
        if not is_next or self.row.state is SetState.PUBLISHING:
            return False
        self.row = row
        return True

    def complete(self, number: int, state: SetState) -> None:
        if self.row.number == number and self.row.state is SetState.PUBLISHING:
            # What a completed set held is of no use to anybody.
            self.row = SetRow(number, state)


class TolerantPort(WorldPort):
    def audit(self, attempt: int, snapshot: int) -> bool:  # noqa: ARG002
        return any(staged.attempt == attempt for staged in self.day.staged)


def steps_of(world: World, walk: Walk, *, decides_by_number: bool) -> Iterator[tuple[str, World]]:
    if _is_given_up(world):
        return
    silver = world.silver
    if world.changes and silver.version == silver.noted:
        yield "late event in silver", world._replace(silver=silver._replace(version=silver.version + 1), changes=world.changes - 1)
    if silver.noted < silver.version:
        yield "day version written", world._replace(silver=silver._replace(noted=silver.version))
    if world.compactions and world.days[0].on_main:
        compacted = world.days[0]._replace(revision=world.days[0].revision + 1)
        yield "compaction of a", world._replace(compactions=world.compactions - 1, days=(compacted, world.days[1]))
    for index, builder in enumerate(world.builders):
        if builder is not None:
            port = WorldSetPort(world, decides_by_number=decides_by_number)
            following = walk(builder, port)
            moved = world._replace(days=tuple(table.day for table in port.ports), row=port.row)
            yield f"B{index + 1} {builder.step}", _with(moved, index, None if following.step is SetStep.END else following)
            if world.crashes:
                yield f"B{index + 1} crashes", _with(world._replace(crashes=world.crashes - 1), index, None)
        elif _is_work(world):
            busy = any(other is not None for other in world.builders)
            if not busy or world.overlaps:
                yield (
                    f"B{index + 1} starts",
                    _with(world._replace(overlaps=world.overlaps - busy), index, SetBuilder(TABLES[: len(world.days)], most_restarts=1)),
                )


def _is_given_up(world: World) -> bool:
    return any(len(day.attempts) > world.most_attempts for day in world.days)


def _with(world: World, index: int, builder: SetBuilder | None) -> World:
    return world._replace(builders=tuple(builder if at == index else other for at, other in enumerate(world.builders)))


def _is_work(world: World) -> bool:
    inputs = str(world.silver.noted)
    failed = inputs in {day.failed for day in world.days}
    done = all(day.inputs == inputs for day in world.days)
    return world.row.state is SetState.PUBLISHING or any(day.grant for day in world.days) or not (done or failed)


def is_quiet(world: World) -> bool:
    return _is_given_up(world) or (
        not _is_work(world) and world.silver.version == world.silver.noted and all(builder is None for builder in world.builders)
    )


def problem_of(world: World) -> str | None:
    for table, day in zip(TABLES[: len(world.days)], world.days, strict=True):
        if day.readers == BAD:
            return f"table {table}: a set with a failed audit before readers"
        if day.worse:
            return f"table {table}: {day.worse}"
    contents = {day.readers for day in world.days}
    is_mixed = len(contents) > 1
    # While a set is being published a day may be either.
    if world.row.state is (SetState.COMPLETE if is_mixed else SetState.MIXED):
        return f"{'mixed without a decision' if is_mixed else 'called mixed'}: {contents}"
    if is_quiet(world) and not _is_given_up(world):
        wanted = world.silver.contents[world.silver.version]
        if wanted != BAD and contents != {wanted}:
            return f"change missed for ever: silver {wanted}, readers {contents}"
        if any(day.contents[day.published] != day.readers for day in world.days):
            return "ledger and readers differ"
    return None


def run(world: World, walk: Walk = take_set_step, *, decides_by_number: bool = True) -> Explored[World]:
    return explore(world, lambda state: steps_of(state, walk, decides_by_number=decides_by_number), problem_of, is_quiet)


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(World(changes=1, crashes=1), id="one change, one crash"),
        pytest.param(World(changes=2, crashes=1, overlaps=0, most_attempts=3, is_tolerant=False), id="a bad change after a crash"),
        pytest.param(World(changes=1, crashes=0, compactions=1, silver=Silver(contents=(0, 1))), id="one change, a compaction"),
        pytest.param(World(changes=1, crashes=1, silver=Silver(contents=(0, BAD))), id="a change that fails its audit"),
        pytest.param(World(changes=2, crashes=2, overlaps=0, most_attempts=3), id="two changes, two crashes, one builder at a time"),
    ],
)
def test_a_set_is_published_whole_or_not_at_all(world: World) -> None:
    explored = run(world)

    assert explored.problem is None, explored.path
    assert explored.states > 100


def test_a_wide_set_is_whole_and_called_so_whenever_its_owner_dies() -> None:
    for steps_of_owner in count():
        port = WorldSetPort(World(days=tuple(Day() for _ in TABLES), silver=Silver(version=1, noted=1)))
        owner = SetBuilder(TABLES)
        for _ in range(steps_of_owner):
            owner = take_set_step(owner, port)
        next_one = SetBuilder(TABLES)
        while next_one.step is not SetStep.END:
            next_one = take_set_step(next_one, port)

        readers = [table.day.readers for table in port.ports]
        assert (steps_of_owner, port.row.state, readers) == (steps_of_owner, SetState.COMPLETE, [1] * len(TABLES))
        if owner.step is SetStep.END:
            break
    # To publish one table takes more than that.
    assert steps_of_owner > len(TABLES) * 8


def publish_undecided(state: SetBuilder, port: SetPort) -> SetBuilder:
    """Refuted: a table is published as soon as its own audit passed."""
    following = take_set_step(state, port)
    if following.step is SetStep.END and following.outcome is Outcome.FAILED:
        passed = tuple(member for member in following.members if member.builder.outcome is None)
        return replace(following, step=SetStep.PUBLISH, outcome=None, members=passed) if passed else following
    return following


def forget_the_open_set(state: SetBuilder, port: SetPort) -> SetBuilder:
    """Refuted: a set that was found publishing is not finished first."""
    following = take_set_step(state, port)
    if following.rolling and state.step is SetStep.READ:
        fresh = SetBuilder(state.tables, SetStep.BUILD, following.number)
        return replace(fresh, members=tuple(replace(member, builder=type(member.builder)()) for member in following.members))
    return following


@pytest.mark.parametrize(
    ("world", "walk", "decides_by_number", "problem"),
    [
        pytest.param(
            World(changes=2, crashes=0, overlaps=0),
            publish_undecided,
            True,
            "failed audit|mixed",
            id="published without the others' audits",
        ),
        pytest.param(
            World(changes=2, crashes=1, overlaps=0, most_attempts=3, is_tolerant=False),
            forget_the_open_set,
            True,
            "stuck",
            id="an open set is not finished",
        ),
        pytest.param(
            World(changes=2, crashes=0, silver=Silver(contents=(0, 1, 3))),
            take_set_step,
            False,
            "mixed|older",
            id="decided without looking at the set before",
        ),
    ],
)
def test_a_refuted_set_design_still_fails(world: World, walk: Walk, decides_by_number: bool, problem: str) -> None:
    explored = run(world, walk, decides_by_number=decides_by_number)

    assert explored.problem is not None
    assert any(part in explored.problem for part in problem.split("|")), (explored.problem, explored.path)
