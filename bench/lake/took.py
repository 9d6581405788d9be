"""CPU and wall of a piece of work."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TICK = os.sysconf("SC_CLK_TCK")
LOOK_SECONDS = 1.0


class TreeCpu:
    """CPU seconds of this process and of all that it started, those that have ended included.

    Every process counts for what it had when last looked at. The system's own sum of ended children would not do: PySpark's daemon does
    not wait for its workers, and the CPU of a worker that is sent away after a minute without work would be gone from the sum.
    """

    def __init__(self) -> None:
        self._seen: dict[tuple[int, int], float] = {}
        self._lock = threading.Lock()
        threading.Thread(target=self._keep_looking, daemon=True).start()

    def seconds(self) -> float:
        with self._lock:
            self._look()
            return sum(self._seen.values())

    def _keep_looking(self) -> None:
        while True:
            with self._lock:
                self._look()
            time.sleep(LOOK_SECONDS)

    def _look(self) -> None:
        running = {pid: fields for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if (fields := stat_of(pid)) is not None}
        # A worker whose daemon has ended belongs to nobody's tree any more, but has been seen in this one.
        mine = {os.getpid(), *(pid for pid, fields in running.items() if (pid, fields[BEGUN]) in self._seen)}
        while grown := {pid for pid, fields in running.items() if fields[PARENT] in mine and pid not in mine}:
            mine |= grown
        for pid in mine & running.keys():
            fields = running[pid]
            self._seen[pid, fields[BEGUN]] = (fields[USER] + fields[SYSTEM]) / TICK


PARENT, USER, SYSTEM, BEGUN = 0, 10, 11, 18
"""Places in what `stat_of` answers."""


def stat_of(pid: int) -> list[int] | None:
    """Numbers of /proc/<pid>/stat from the parent on; None: it has ended."""
    try:
        return [int(field) for field in Path(f"/proc/{pid}/stat").read_text().rsplit(") ", 1)[1].split()[1:]]
    except OSError:
        return None


CPU = TreeCpu()


def measured(work: Callable[[], Any]) -> tuple[Any, dict[str, float]]:
    wall, cpu = time.monotonic(), CPU.seconds()
    answer = work()
    return answer, {"cpu": round(CPU.seconds() - cpu, 2), "wall": round(time.monotonic() - wall, 2)}


def mean_of(times: int, work: Callable[[], Any]) -> dict[str, float]:
    """Of several: the system counts CPU in hundredths of a second, and a question takes DuckDB no more than a few of these."""
    _, took = measured(lambda: [work() for _ in range(times)])
    return {name: round(value / times, 4) for name, value in took.items()}
