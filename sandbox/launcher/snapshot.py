"""Saving and loading the control plane's state.

A snapshot is one folder of JSON files, complete or absent: it is written beside its place and renamed. On Linux a forked child
writes it from its copy of the memory, so requests wait a few milliseconds instead of seconds; elsewhere it is written in the loop.
Function code lies once, by its hash, in ``control/lambda-blobs`` and is shared by all snapshots.
"""

from __future__ import annotations

import asyncio
import copy
import json
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ministack.core import persistence

#: A child that has not finished by then hangs on a lock that another thread held at the fork.
CHILD_TIMEOUT_SECONDS = 120
SNAPSHOT_NICENESS = 19

GetState = Callable[[], Any]


class SnapshotError(RuntimeError):
    """The snapshot was not written; the one before it stays valid."""


#: Services whose state waits until our patches are in: restoring the event source mappings starts a poller of ministack's own, and
#: every record would be delivered by it a second time.
DEFERRED = {"lambda"}

#: What this process started from: modules that are imported late read their state from it, and until then each snapshot takes it
#: over. A folder of our own: whoever asks for snapshots moves and removes theirs.
_started_from: Path | None = None


def load_from(folder: Path | None) -> None:
    """Names the folder that ministack's modules read at import. Call before importing any of its services."""
    global _started_from
    _started_from = None if folder is None else _keep(folder)
    persistence.load_state = load


def _keep(folder: Path) -> Path:
    own = Path(persistence.STATE_DIR) / "started-from"
    shutil.rmtree(own, ignore_errors=True)
    own.mkdir(parents=True)
    for file in folder.glob("*.json"):
        try:
            os.link(file, own / file.name)
        except OSError:
            shutil.copy2(file, own / file.name)
    return own


def load(service: str, stock: Callable[[str], Any] = persistence.load_state) -> Any:
    """The stock loader, pointed at the snapshot that this process started from. ``STATE_DIR`` itself stays where function code lies."""
    if _started_from is None or service in DEFERRED:
        return None
    usual = persistence.STATE_DIR
    persistence.STATE_DIR = str(_started_from)
    try:
        return stock(service)
    finally:
        persistence.STATE_DIR = usual


async def save(states: dict[str, GetState], target: Path) -> dict[str, Any]:
    """Writes ``<name>.json`` per service into ``target``. Files of services that were not loaded since start are carried over.

    Returns ``{"milliseconds", "bytes", "forked"}``.
    """
    begun = time.monotonic()
    beside = target.with_name(f"{target.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)

    forked = sys.platform == "linux"
    if forked:
        await _in_child(lambda: _write(states, beside))
    else:
        _write(states, beside)

    _carry_over(beside)
    shutil.rmtree(target, ignore_errors=True)
    beside.rename(target)
    size = sum(file.stat().st_size for file in target.iterdir())
    return {"milliseconds": round((time.monotonic() - begun) * 1000), "bytes": size, "forked": forked}


def _write(states: dict[str, GetState], folder: Path) -> None:
    for name, get_state in states.items():
        wrapped = {"__ministack_format__": persistence._state_format_version(name), "payload": get_state()}
        # dumps, not dump: only the former uses the C encoder, which is ten times faster.
        (folder / f"{name}.json").write_text(json.dumps(wrapped, default=persistence._json_default))


def _carry_over(folder: Path) -> None:
    if _started_from is None:
        return
    for file in _started_from.glob("*.json"):
        if not (folder / file.name).exists():
            shutil.copy2(file, folder / file.name)


async def _in_child(work: Callable[[], None]) -> None:
    child = os.fork()
    if child == 0:
        _run_child(work)
    deadline = time.monotonic() + CHILD_TIMEOUT_SECONDS
    while True:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid == child:
            break
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise SnapshotError(f"writing took more than {CHILD_TIMEOUT_SECONDS} s and was ended")
        await asyncio.sleep(0.02)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SnapshotError(f"the writing process ended with {os.waitstatus_to_exitcode(status)}; its words are in the control log")


def _run_child(work: Callable[[], None]) -> None:
    """In the forked child: no sockets, no signal handlers of the parent, no copies of what is already a copy."""
    code = 1
    try:
        # A snapshot can wait; what it would take the core from, Spark above all, is what somebody is looking at.
        os.nice(SNAPSHOT_NICENESS)
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        os.closerange(3, 4096)
        copy.deepcopy = lambda value, memo=None: value  # type: ignore[assignment]
        work()
        code = 0
    except BaseException as error:  # noqa: BLE001 - the parent reads the exit code, a person reads the log
        os.write(2, f"snapshot: {type(error).__name__}: {error}\n".encode())
    finally:
        os._exit(code)
