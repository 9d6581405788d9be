"""Works side by side: most of a Spark action over few rows is planning, which one core does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

AT_ONCE = 4

Answer = TypeVar("Answer")


def at_once(works: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Runs all, some at a time; answers in the order of the works. The first error is raised when all have ended."""
    if len(works) == 1:
        return [works[0]()]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [future.result() for future in [pool.submit(work) for work in works]]
