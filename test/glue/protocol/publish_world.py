"""A small world for the publish protocol: silver with late changes, one gold table's day, its ledger row and Iceberg's checks.

A silver version has a content; content `BAD` fails its audit. A world is a value; the port changes its own copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from waybill_lake.protocol.publish_builder import Current, Picked

BAD = 2


class Staged(NamedTuple):
    wap: int
    attempt: int
    version: int
    content: int
    revision: int
    """Of main's day when it was staged: Iceberg refuses to publish it over another one."""


class Day(NamedTuple):
    """One table's day: what readers see, what Iceberg has staged, the ledger's rows."""

    readers: int = 0
    """Content before readers, and the silver version that it was made of."""
    readers_version: int = 0
    revision: int = 0
    on_main: tuple[int, ...] = ()
    staged: tuple[Staged, ...] = ()
    attempts: tuple[str, ...] = ()
    """Inputs of attempts 1, 2 …"""
    contents: tuple[int, ...] = (0,)
    """What attempt 0, 1, 2 … staged; -1: nothing yet."""
    versions: tuple[int, ...] = (0,)
    """Of silver, that attempt 0, 1, 2 … was made of; -1: nothing yet."""
    published: int = 0
    inputs: str | None = "0"
    grant: int = 0
    failed: str | None = None
    worse: str | None = None


class Silver(NamedTuple):
    version: int = 0
    noted: int = 0
    """The day version of the ledger: written after the change itself."""
    contents: tuple[int, ...] = (0, 1, BAD, 3)
    """By version."""


@dataclass(frozen=True)
class Design:
    """What of the specified design is switched off."""

    wap_has_attempt: bool = True
    publishes_audited: bool = True
    grant_compares: bool = True
    equal_counts_as_publish: bool = True
    iceberg_checks: bool = True


SPECIFIED = Design()


class WorldPort:
    """The builder's port on one `Day`; `silver` is what it reads."""

    def __init__(self, day: Day, silver: Silver, design: Design = SPECIFIED) -> None:
        self.day = day
        self.silver = silver
        self._design = design

    def read_current(self) -> Current:
        return Current(self.day.published, self.day.inputs, self.day.grant, self.day.failed)

    def revoke(self, attempt: int) -> None:
        self._set(staged=tuple(staged for staged in self.day.staged if staged.attempt != attempt))

    def is_on_main(self, attempt: int) -> bool:
        return attempt in self.day.on_main

    def settle(self, attempt: int, published: bool) -> None:
        if self.day.grant == attempt:
            self._set(grant=0)
            if published:
                self._set(published=attempt, inputs=self.day.attempts[attempt - 1])

    def read_versions(self) -> str:
        return str(self.silver.noted)

    def open_attempt(self, inputs: str) -> int:
        self._set(attempts=(*self.day.attempts, inputs), contents=(*self.day.contents, -1), versions=(*self.day.versions, -1))
        return len(self.day.attempts)

    def pin(self) -> str:
        return str(self.silver.version)

    def equals_main(self, attempt: int, pins: str) -> bool:
        self._make(attempt, int(pins))
        return self.day.contents[attempt] == self.day.readers

    def stage(self, attempt: int, pins: str) -> int:
        wap = attempt if self._design.wap_has_attempt else 1
        self._make(attempt, int(pins))
        staged = Staged(wap, attempt, int(pins), self.day.contents[attempt], self.day.revision)
        self._set(staged=(*self.day.staged, staged))
        return attempt

    def _make(self, attempt: int, version: int) -> None:
        contents, versions = self.day.contents, self.day.versions
        self._set(
            contents=(*contents[:attempt], self.silver.contents[version], *contents[attempt + 1 :]),
            versions=(*versions[:attempt], version, *versions[attempt + 1 :]),
        )

    def audit(self, attempt: int, snapshot: int) -> bool:  # noqa: ARG002
        return next((staged.content != BAD for staged in self.day.staged if staged.attempt == attempt), False)

    def note_failed(self, attempt: int, inputs: str) -> None:  # noqa: ARG002
        self._set(failed=inputs)

    def note_equal(self, attempt: int, published_before: int, inputs: str) -> bool:
        if self.day.published != published_before or self.day.grant:
            return False
        self._set(inputs=inputs, readers_version=max(self.day.readers_version, self.day.versions[attempt]))
        if self._design.equal_counts_as_publish:
            self._set(published=attempt)
        return True

    def grant(self, attempt: int, published_before: int) -> bool:
        is_next = self.day.published == published_before if self._design.grant_compares else attempt > self.day.published
        if not is_next or self.day.grant not in (0, attempt):
            return False
        self._set(grant=attempt)
        return True

    def pick(self, snapshot: int) -> Picked:
        if snapshot in self.day.on_main:
            return Picked.ALREADY
        candidates = [staged for staged in self.day.staged if staged.attempt == snapshot]
        if not self._design.wap_has_attempt:
            # Asked for by wap.id, Iceberg takes the first that has it.
            candidates = list(self.day.staged)
        if not self._design.publishes_audited:
            candidates = list(self.day.staged[-1:])
        if not candidates:
            return Picked.GONE
        picked = candidates[0]
        if self._design.iceberg_checks and picked.revision != self.day.revision:
            return Picked.CHANGED
        if picked.version < self.day.readers_version:
            self._set(worse="older input over newer")
        readers = {"readers": picked.content, "readers_version": picked.version}
        self._set(revision=self.day.revision + 1, on_main=(*self.day.on_main, snapshot), **readers)
        return Picked.DONE

    def record(self, attempt: int, inputs: str) -> bool:
        if self.day.grant != attempt:
            return False
        self._set(grant=0, published=attempt, inputs=inputs)
        return True

    def release(self, attempt: int) -> None:
        if self.day.grant == attempt:
            self._set(grant=0)

    def _set(self, **changes: object) -> None:
        self.day = self.day._replace(**changes)  # type: ignore[arg-type]
