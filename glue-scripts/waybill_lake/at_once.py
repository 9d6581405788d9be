"""Works side by side: most of a Spark action over few rows is planning, which one core does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

AT_ONCE = 4

Answer = TypeVar("Answer")


def at_once(works: Iterable[Callable[[], Answer]]) -> list[Answer]:
    """Runs all, some at a time; answers in the order of the works. The first error is raised when all have ended.

    Works that are made one by one (a generator) begin as soon as they are made, while this thread makes the next.
    """
    if isinstance(works, Sequence) and len(works) == 1:
        return [works[0]()]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [future.result() for future in [pool.submit(work) for work in works]]
