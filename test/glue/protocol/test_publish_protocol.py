"""The publish protocol in every interleaving of two builders, late changes, compaction and crashes; refuted designs must fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest

from protocol.exploring import Explored, explore
from protocol.publish_world import BAD, SPECIFIED, Day, Design, Silver, WorldPort
from waybill_lake.protocol.publish_builder import Builder, Picked, Step, TablePort, take_step

IDLE = None
Walk = Callable[[Builder, TablePort], Builder]


class World(NamedTuple):
    day: Day = Day()
    silver: Silver = Silver()
    builders: tuple[Builder | None, ...] = (IDLE, IDLE)
    changes: int = 2
    crashes: int = 1
    overlaps: int = 1
    """How often a builder may start while the other one is at work."""
    compactions: int = 1


def steps_of(world: World, design: Design, walk: Walk) -> Iterator[tuple[str, World]]:
    silver = world.silver
    if world.changes and silver.version == silver.noted:
        yield "late event in silver", world._replace(silver=silver._replace(version=silver.version + 1), changes=world.changes - 1)
    if silver.noted < silver.version:
        yield "day version written", world._replace(silver=silver._replace(noted=silver.version))
    if world.compactions and world.day.on_main:
        yield "compaction", world._replace(compactions=world.compactions - 1, day=world.day._replace(revision=world.day.revision + 1))
    for index, builder in enumerate(world.builders):
        name = f"B{index + 1}"
        if builder is not None:
            port = WorldPort(world.day, silver, design)
            following = walk(builder, port)
            yield f"{name} {builder.step}", _with(world._replace(day=port.day), index, None if following.step is Step.END else following)
            if world.crashes:
                yield f"{name} crashes", _with(world._replace(crashes=world.crashes - 1), index, IDLE)
        elif _is_work(world):
            busy = any(other is not None for other in world.builders)
            if not busy or world.overlaps:
                yield f"{name} starts", _with(world._replace(overlaps=world.overlaps - busy), index, Builder())


def _with(world: World, index: int, builder: Builder | None) -> World:
    return world._replace(builders=tuple(builder if at == index else other for at, other in enumerate(world.builders)))


def _is_work(world: World) -> bool:
    return world.day.grant != 0 or str(world.silver.noted) not in (world.day.inputs, world.day.failed)


def is_quiet(world: World) -> bool:
    silver = world.silver
    return not _is_work(world) and silver.version == silver.noted and all(builder is None for builder in world.builders)


def problem_of(world: World) -> str | None:
    day = world.day
    if day.readers == BAD:
        return "unaudited content before readers"
    if day.worse:
        return day.worse
    if is_quiet(world):
        if day.contents[day.published] != day.readers:
            return f"ledger says attempt {day.published}, readers see {day.readers}"
        content = world.silver.contents[world.silver.version]
        if content not in (day.readers, BAD):
            return f"change missed for ever: silver {content}, readers {day.readers}"
    return None


def run(world: World, design: Design = SPECIFIED, walk: Walk = take_step) -> Explored[World]:
    return explore(world, lambda state: steps_of(state, design, walk), problem_of, is_quiet)


@pytest.mark.parametrize(
    "world",
    [
        pytest.param(World(changes=2, crashes=2), id="two changes, two crashes, a compaction"),
        pytest.param(World(changes=3, crashes=0, compactions=0), id="three changes"),
    ],
)
def test_the_protocol_holds_in_every_interleaving(world: World) -> None:
    explored = run(world)

    assert explored.problem is None, explored.path
    assert explored.states > 10_000


def test_the_catalogs_own_check_is_only_the_second_line() -> None:
    explored = run(World(changes=2, crashes=1), replace(SPECIFIED, iceberg_checks=False))

    assert explored.problem is None, explored.path


def pin_first(builder: Builder, port: TablePort) -> Builder:
    """Refuted: silver is pinned before its day version is read."""
    if builder.step is Step.READ_VERSIONS and not builder.pins:
        return replace(builder, pins=port.pin())
    return take_step(builder, port)


def look_then_revoke(builder: Builder, port: TablePort) -> Builder:
    """Refuted: what the look saw may be over when the snapshot is revoked."""
    following = take_step(builder, port)
    return replace(following, step=Step.SETTLE_CLEARED) if builder.step is Step.REVOKE else following


def clear_unrevoked(builder: Builder, port: TablePort) -> Builder:
    """Refuted: the grant of another is taken away while it may still publish."""
    following = take_step(builder, port)
    return replace(following, step=Step.SETTLE_CLEARED) if following.step is Step.LOOK else following


def record_refused(builder: Builder, port: TablePort) -> Builder:
    """Refuted: a refused publish taken for success."""
    following = take_step(builder, port)
    return replace(following, step=Step.RECORD) if following.step is Step.RELEASE else following


PLAIN = World(changes=3, crashes=1)
LIVELY = World(changes=2, crashes=0, compactions=0)
"""Nobody dies: what goes wrong here goes wrong between two living builders."""
BACK_AGAIN = LIVELY._replace(silver=Silver(contents=(0, 1, 0)))
"""The second change takes the first one back, so that its rows are before readers already."""


@pytest.mark.parametrize(
    ("world", "design", "walk", "problem"),
    [
        pytest.param(PLAIN, replace(SPECIFIED, wap_has_attempt=False), take_step, "unaudited", id="wap.id without attempt"),
        pytest.param(PLAIN, replace(SPECIFIED, publishes_audited=False), take_step, "unaudited", id="latest staged, not the audited"),
        pytest.param(PLAIN, SPECIFIED, pin_first, "change missed", id="silver pinned before the day version"),
        pytest.param(PLAIN, replace(SPECIFIED, grant_compares=False), take_step, "older input", id="granted when attempt > published"),
        pytest.param(
            BACK_AGAIN, replace(SPECIFIED, equal_counts_as_publish=False), take_step, "older input", id="equal rows, same attempt"
        ),
        pytest.param(LIVELY, SPECIFIED, look_then_revoke, "ledger says", id="look, then revoke"),
        pytest.param(LIVELY, SPECIFIED, clear_unrevoked, "ledger says", id="grant cleared without revoking"),
        pytest.param(PLAIN, SPECIFIED, record_refused, "ledger says", id="a refused publish recorded"),
    ],
)
def test_a_refuted_design_still_fails(world: World, design: Design, walk: Walk, problem: str) -> None:
    explored = run(world, design, walk)

    assert explored.problem is not None
    assert problem in explored.problem, (explored.problem, explored.path)


@pytest.mark.parametrize("world", [pytest.param(LIVELY, id="nobody dies"), pytest.param(BACK_AGAIN, id="a change that is taken back")])
def test_the_specified_design_holds_in_the_worlds_that_refute_others(world: World) -> None:
    explored = run(world)

    assert explored.problem is None, explored.path


def test_a_builder_that_ended_takes_no_step() -> None:
    port = WorldPort(Day(), Silver())
    ended = take_step(take_step(Builder(), port), port)

    assert ended.step is Step.END
    with pytest.raises(ValueError, match="takes no step"):
        take_step(ended, port)


def test_a_snapshot_that_is_published_already_is_a_success() -> None:
    port = WorldPort(Day(on_main=(4,)), Silver())

    assert port.pick(4) is Picked.ALREADY
    assert take_step(Builder(step=Step.PICK, attempt=4, snapshot=4), port).step is Step.RECORD
