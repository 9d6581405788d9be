"""How one table of one day is published: the decisions, without Spark, clock or store (docs/lake.md, Gold and publishing).

A builder is a value. `take_step` makes exactly one call of the port, which is one atomic effect on the world, and answers the next
value. A builder may die between any two steps and another may work beside it: test/glue/protocol explores every interleaving.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol


class Step(StrEnum):
    """What a builder does next."""

    BEGIN = "begin"
    LOOK = "look"
    REVOKE = "revoke"
    LOOK_AGAIN = "look-again"
    SETTLE_PUBLISHED = "settle-published"
    SETTLE_CLEARED = "settle-cleared"
    READ_VERSIONS = "read-versions"
    OPEN = "open"
    PIN = "pin"
    COMPARE = "compare"
    NOTE_EQUAL = "note-equal"
    STAGE = "stage"
    AUDIT = "audit"
    NOTE_FAILED = "note-failed"
    GRANT = "grant"
    PICK = "pick"
    RECORD = "record"
    RELEASE = "release"
    END = "end"


class Outcome(StrEnum):
    """How a builder ended: `superseded` says that another one changed the table meanwhile, so that one has to start again."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    SUPERSEDED = "superseded"


class Picked(StrEnum):
    """What the catalog says to the publishing of a staged snapshot."""

    DONE = "done"
    ALREADY = "already"
    GONE = "gone"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Current:
    """The row of a table's day: the published attempt (0: none) with the inputs it was made of, the attempt that may publish (0: none)
    and the inputs whose audit failed last. Inputs are one text: day versions, logic, reference files, rules.
    """

    published: int = 0
    inputs: str | None = None
    grant: int = 0
    failed: str | None = None


class TablePort(Protocol):
    """The world as one table's day sees it. Every method is atomic; a method that takes an attempt may be repeated."""

    def read_current(self) -> Current: ...
    def revoke(self, attempt: int) -> None:
        """Expires the staged snapshot of an attempt, so that nobody can publish it any more."""
        ...

    def is_on_main(self, attempt: int) -> bool: ...
    def settle(self, attempt: int, published: bool) -> None:
        """If the grant is still of this attempt: takes it away, and records the attempt as the published one if it is on main."""
        ...

    def read_versions(self) -> str: ...
    def open_attempt(self, inputs: str) -> int: ...
    def pin(self) -> str:
        """Names of the silver snapshots that the rows are made of."""
        ...

    def equals_main(self, attempt: int, pins: str) -> bool:
        """Whether readers have the very rows already, and no rule is against them."""
        ...

    def stage(self, attempt: int, pins: str) -> int:
        """Writes the day aside and answers the snapshot's id."""
        ...

    def audit(self, attempt: int, snapshot: int) -> bool: ...
    def note_failed(self, attempt: int, inputs: str) -> None: ...
    def note_equal(self, attempt: int, published_before: int, inputs: str) -> bool:
        """Makes the attempt the published one although its rows were there already, if nothing was published or granted since."""
        ...

    def grant(self, attempt: int, published_before: int) -> bool:
        """Allows the attempt to publish, if the published attempt is still that one, no other has the grant and the logic is still
        the one in force.
        """
        ...

    def pick(self, snapshot: int) -> Picked: ...
    def record(self, attempt: int, inputs: str) -> bool: ...
    def release(self, attempt: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Builder:
    """One builder's memory. `inputs` and `pins` are given when a set of tables already decided on them (see publish_set)."""

    step: Step = Step.BEGIN
    inputs: str = ""
    pins: str = ""
    published_before: int = 0
    published_inputs: str | None = None
    failed_inputs: str | None = None
    found: int = 0
    attempt: int = 0
    snapshot: int = 0
    outcome: Outcome | None = None

    def ended(self, outcome: Outcome) -> Builder:
        return replace(self, step=Step.END, outcome=outcome)


def take_step(builder: Builder, port: TablePort) -> Builder:
    """One call of the port and the next value of the builder."""
    if builder.step in (Step.LOOK, Step.REVOKE, Step.LOOK_AGAIN, Step.SETTLE_PUBLISHED, Step.SETTLE_CLEARED):
        return _resolve_found_grant(builder, port)
    if builder.step in (Step.BEGIN, Step.READ_VERSIONS, Step.OPEN, Step.PIN):
        return _prepare(builder, port)
    if builder.step in (Step.COMPARE, Step.NOTE_EQUAL, Step.STAGE, Step.AUDIT, Step.NOTE_FAILED):
        return _make(builder, port)
    return _publish(builder, port)


def _resolve_found_grant(builder: Builder, port: TablePort) -> Builder:
    """Another attempt may publish. The look that decides comes after the revocation: before it, the other could still publish between
    look and clearing. The first look only spares a published snapshot the expiry.
    """
    match builder.step:
        case Step.LOOK:
            return replace(builder, step=Step.SETTLE_PUBLISHED if port.is_on_main(builder.found) else Step.REVOKE)
        case Step.REVOKE:
            port.revoke(builder.found)
            return replace(builder, step=Step.LOOK_AGAIN)
        case Step.LOOK_AGAIN:
            return replace(builder, step=Step.SETTLE_PUBLISHED if port.is_on_main(builder.found) else Step.SETTLE_CLEARED)
        case _:
            port.settle(builder.found, published=builder.step is Step.SETTLE_PUBLISHED)
            return replace(builder, step=Step.BEGIN, found=0)


def _prepare(builder: Builder, port: TablePort) -> Builder:
    match builder.step:
        case Step.BEGIN:
            return _begun(builder, port.read_current())
        case Step.READ_VERSIONS:
            return _decide_on_inputs(replace(builder, inputs=port.read_versions()))
        case Step.OPEN:
            # Versions are read before silver is pinned: a change between the two costs one rebuild too many, never one too few.
            return replace(builder, step=Step.COMPARE if builder.pins else Step.PIN, attempt=port.open_attempt(builder.inputs))
        case _:
            return replace(builder, step=Step.COMPARE, pins=port.pin())


def _begun(builder: Builder, current: Current) -> Builder:
    if current.grant:
        return replace(builder, step=Step.LOOK, found=current.grant)
    builder = replace(builder, published_before=current.published, published_inputs=current.inputs, failed_inputs=current.failed)
    return _decide_on_inputs(builder) if builder.inputs else replace(builder, step=Step.READ_VERSIONS)


def _decide_on_inputs(builder: Builder) -> Builder:
    if builder.inputs == builder.published_inputs:
        return builder.ended(Outcome.UNCHANGED)
    if builder.inputs == builder.failed_inputs:
        return builder.ended(Outcome.FAILED)
    return replace(builder, step=Step.OPEN)


def _make(builder: Builder, port: TablePort) -> Builder:
    match builder.step:
        case Step.COMPARE:
            # Before anything is written: a day that is asked for each night is mostly what it was.
            return replace(builder, step=Step.NOTE_EQUAL if port.equals_main(builder.attempt, builder.pins) else Step.STAGE)
        case Step.NOTE_EQUAL:
            noted = port.note_equal(builder.attempt, builder.published_before, builder.inputs)
            return builder.ended(Outcome.UNCHANGED if noted else Outcome.SUPERSEDED)
        case Step.STAGE:
            return replace(builder, step=Step.AUDIT, snapshot=port.stage(builder.attempt, builder.pins))
        case Step.AUDIT:
            return replace(builder, step=Step.GRANT if port.audit(builder.attempt, builder.snapshot) else Step.NOTE_FAILED)
        case _:
            port.note_failed(builder.attempt, builder.inputs)
            return builder.ended(Outcome.FAILED)


def _publish(builder: Builder, port: TablePort) -> Builder:
    match builder.step:
        case Step.GRANT:
            granted = port.grant(builder.attempt, builder.published_before)
            return replace(builder, step=Step.PICK) if granted else builder.ended(Outcome.SUPERSEDED)
        case Step.PICK:
            picked = port.pick(builder.snapshot)
            return replace(builder, step=Step.RECORD if picked in (Picked.DONE, Picked.ALREADY) else Step.RELEASE)
        case Step.RECORD:
            # Refused when the next builder found it on main and recorded it: published all the same.
            port.record(builder.attempt, builder.inputs)
            return builder.ended(Outcome.PUBLISHED)
        case Step.RELEASE:
            port.release(builder.attempt)
            return builder.ended(Outcome.SUPERSEDED)
        case _:
            raise ValueError(f"A builder that has ended ({builder.outcome}) takes no step.")
