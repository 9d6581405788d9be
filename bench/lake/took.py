"""CPU and wall of a piece of work."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TICK = os.sysconf("SC_CLK_TCK")


def tree_cpu() -> float:
    """CPU seconds of this process, what it started, and what of that has ended."""
    stats: dict[int, tuple[int, float]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                fields = Path(f"/proc/{name}/stat").read_text().rsplit(") ", 1)[1].split()
            except OSError:
                continue
            stats[int(name)] = (int(fields[1]), sum(int(field) for field in fields[11:15]) / TICK)
    mine = {os.getpid()}
    while grown := {pid for pid, (parent, _) in stats.items() if parent in mine and pid not in mine}:
        mine |= grown
    return sum(stats[pid][1] for pid in mine if pid in stats)


def measured(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    wall, cpu = time.monotonic(), tree_cpu()
    answer = work()
    return answer, {"cpu": round(tree_cpu() - cpu, 2), "wall": round(time.monotonic() - wall, 2)}


def mean_of(times: int, work: Callable[[], Any]) -> dict[str, float]:
    """Of several: the system counts CPU in hundredths of a second, and a question takes DuckDB no more than a few of these."""
    _, took = measured(lambda: [work() for _ in range(times)])
    return {name: round(value / times, 4) for name, value in took.items()}
