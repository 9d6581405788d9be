"""Named points of a job at which it may be stopped. A job passes them for nothing; tests stop, kill or wait there."""

from __future__ import annotations

from typing import Protocol


class Steps(Protocol):
    def reached(self, step: str) -> None:
        """Called right after `step` is done, for example `staged`. What it raises ends the job as a crash would."""


class NoSteps:
    def reached(self, step: str) -> None:
        """Goes on."""
