"""What must hold in every state of the load's world, and when it has come to a good end."""

from __future__ import annotations

from protocol.load_world import Counts, Row, World

WANTED_ROWS: tuple[Row, ...] = (("k1", "b"), ("k2", "a"))
WANTED_CONFLICTS: tuple[Row, ...] = (("k1", "a"),)
WANTED_COUNTS: Counts = (2, 1, 1)


def is_quiet(world: World) -> bool:
    return world.objects == ("loaded", "loaded") and not world.run and all(loader.at == "idle" for loader in world.loaders)


def problem_of(world: World) -> str | None:
    """The first thing that is wrong; None when nothing is."""
    counts = tuple(sum(outcome[1][place] for _, outcome in world.recorded) for place in range(3))
    always = {
        "duplicate key in silver": len({key for key, _ in world.rows}) != len(world.rows),
        "losers of an older run over those of a newer": world.stale,
        "identities counted twice": sum(counts) > sum(WANTED_COUNTS),
    }
    at_the_end = {
        "rows lost": world.rows != WANTED_ROWS,
        "conflict row wrong": world.conflicts != WANTED_CONFLICTS,
        "derived rows are not those of silver": world.derived != world.rows,
        "counts wrong": counts != WANTED_COUNTS,
    }
    checks = always | at_the_end if is_quiet(world) else always
    return next((problem for problem, is_so in checks.items() if is_so), None)
