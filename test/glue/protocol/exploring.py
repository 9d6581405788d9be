"""Every interleaving of a small world: breadth first, with a check of each state and of the road to a good end."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

State = TypeVar("State", bound=Hashable)


@dataclass(frozen=True)
class Explored(Generic[State]):
    """`problem` is None when every state is sound and a good end can be reached from each; else `path` leads to the first bad one."""

    states: int
    problem: str | None = None
    path: tuple[str, ...] = ()


def explore(
    first: State,
    steps: Callable[[State], Iterable[tuple[str, State]]],
    problem_of: Callable[[State], str | None],
    is_good_end: Callable[[State], bool],
    cap: int = 2_000_000,
) -> Explored[State]:
    came_from: dict[State, tuple[State, str] | None] = {first: None}
    before: dict[State, list[State]] = {}
    waiting = deque([first])
    good: list[State] = []
    while waiting:
        state = waiting.popleft()
        problem = problem_of(state)
        if problem is not None:
            return Explored(len(came_from), problem, _path(came_from, state))
        if is_good_end(state):
            good.append(state)
        for label, following in steps(state):
            before.setdefault(following, []).append(state)
            if following not in came_from:
                came_from[following] = (state, label)
                waiting.append(following)
        if len(came_from) > cap:
            raise AssertionError(f"more than {cap} states")
    saved = set(good)
    waiting = deque(good)
    while waiting:
        for earlier in before.get(waiting.popleft(), ()):
            if earlier not in saved:
                saved.add(earlier)
                waiting.append(earlier)
    for state in came_from:
        if state not in saved:
            return Explored(len(came_from), "stuck: no good end can be reached", _path(came_from, state))
    return Explored(len(came_from))


def _path(came_from: dict[State, tuple[State, str] | None], state: State) -> tuple[str, ...]:
    labels: list[str] = []
    step = came_from[state]
    while step is not None:
        labels.append(step[1])
        step = came_from[step[0]]
    return tuple(reversed(labels))
