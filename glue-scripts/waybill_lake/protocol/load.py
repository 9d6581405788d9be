"""The load protocol's decisions, without input or output: what a loader does next from what it has read (docs/lake.md).

`waybill_lake.loading` runs them on real parts; test/glue/protocol explores every interleaving of two loaders that use them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

LEASE: Final = "lease"
RESOLVE: Final = "resolve"
BEGIN: Final = "begin"
PIN: Final = "pin"
CLASSIFY: Final = "classify"
STAGE: Final = "stage"
COMMIT: Final = "commit"
CONFLICTS: Final = "conflicts"
DERIVED: Final = "derived"
COUNTS: Final = "counts"
DAYS: Final = "days"
MARKS: Final = "marks"
CLOSE: Final = "close"

FINISH: Final = (CONFLICTS, DERIVED, COUNTS, DAYS, MARKS, CLOSE)
"""What follows a commit, in order; each may be repeated, and a loader that takes over begins with the first."""


@dataclass(frozen=True)
class FencedOff:
    """Another loader holds the lease: stop, it finishes the run."""


@dataclass(frozen=True)
class Resume:
    """A run is pending: the same run, the same manifest."""

    run: str
    manifest: str


@dataclass(frozen=True)
class Choose:
    """No run is pending: choose objects and begin one."""

    run_number: int


def resolve(*, fence: int, row_fence: int, run: str, manifest: str, next_run: int) -> FencedOff | Resume | Choose:
    """What to do with the row `load#<contract>` under one's own fence."""
    if row_fence != fence:
        return FencedOff()
    return Resume(run, manifest) if run else Choose(next_run)


def wap_id(run: str, fence: int, attempt: int) -> str:
    """Under which a load is staged: an attempt of another loader is never taken for one's own."""
    return f"{run}#{fence}#{attempt}"


def fence_of(wap: str) -> int:
    """The fence under which a snapshot was staged: names the outcome that was saved with it."""
    return int(wap.split("#")[1])


def committed_under(run: str, wap_ids: Iterable[str]) -> str | None:
    """The wap.id under which `run` was committed, looked for in the ancestry of the pinned snapshot."""
    return next((wap for wap in wap_ids if wap.startswith(f"{run}#")), None)


def after_pin(committed: str | None, *, recorded: bool) -> str:
    """A run that is in the history of the base, or is recorded as having changed nothing, only has to be finished."""
    return CONFLICTS if committed is not None or recorded else CLASSIFY


def after_classify(*, has_changes: bool) -> str:
    """Nothing to write: no commit. The run is recorded first, since the history will not prove it."""
    return STAGE if has_changes else COUNTS


def after_stage(*, base: int | None, parent: int | None) -> str:
    """The staged rows were decided on `base`; on any other parent they prove nothing."""
    return COMMIT if parent == base else RESOLVE


def after_commit(*, accepted: bool) -> str:
    """Refused: `main` has moved, so the whole is decided again, under the same run."""
    return CONFLICTS if accepted else RESOLVE


def equation_holds(*, identities: int, new: int, conflicts: int, duplicates: int, parked: int) -> bool:
    """Every identity of the manifest is accounted for, once."""
    return identities == new + conflicts + duplicates + parked
