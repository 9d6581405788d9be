"""Rows of the publish protocol in the ledger, and what is asked of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Protocol

from waybill_lake.protocol.publish_builder import Builder, Current, Step
from waybill_lake.protocol.publish_set import Member, SetRow, SetState


@dataclass(frozen=True)
class Attempt:
    """Row `gold#<table>#<day>` / `attempt#<n>`: what was staged, of what, and what the audit said."""

    run: str
    logic: str
    inputs: str
    state: str = "planned"
    snapshot: int = 0
    """Id of the staged snapshot; 0 until there is one."""
    audits: str = "[]"
    """JSON: list of audit results."""


class GoldLedger(Protocol):
    """Every write is conditional where two builders could meet; a day is `YYYY-MM-DD`."""

    def read_current(self, table: str, day: str) -> Current:
        """Consistent."""

    def open_attempt(self, table: str, day: str, attempt: Attempt) -> int:
        """Number of a new attempt; numbers may have gaps."""

    def read_attempt(self, table: str, day: str, number: int) -> Attempt | None: ...
    def note_staged(self, table: str, day: str, number: int, snapshot: int) -> None: ...
    def note_audited(self, table: str, day: str, number: int, state: str, audits: str) -> None: ...
    def settle(self, table: str, day: str, number: int, *, published: bool) -> None:
        """If the grant is still of this attempt: clears it, and makes the attempt the published one if `published`."""

    def note_failed(self, table: str, day: str, inputs: str) -> None: ...
    def note_equal(self, table: str, day: str, number: int, *, before: int, inputs: str) -> bool:
        """Makes the attempt the published one if `before` still is and nobody has the grant."""

    def grant(self, table: str, day: str, number: int, *, before: int, logic: str) -> bool:
        """Gives the grant if `before` is still published, nobody else has it, and `logic` is not out of force; in one transaction."""

    def record(self, table: str, day: str, number: int, inputs: str) -> bool:
        """Makes the attempt the published one if it still has the grant."""

    def release(self, table: str, day: str, number: int) -> None: ...
    def read_set(self, day: str) -> SetRow:
        """Consistent."""

    def decide(self, day: str, row: SetRow) -> bool:
        """Writes the row if the newest set is the one before it and not publishing."""

    def complete(self, day: str, number: int, state: SetState) -> None: ...
    def read_logic(self) -> str | None:
        """The logic version in force; None: any may publish."""

    def set_logic(self, logic: str) -> None:
        """From now on only this version is granted."""


def set_text(row: SetRow) -> str:
    """The members of a set as JSON."""
    return json.dumps([{"table": member.table, **_kept(member.builder)} for member in row.members])


def set_members(text: str) -> tuple[Member, ...]:
    """Each member stands before its grant."""
    return tuple(Member(entry.pop("table"), Builder(step=Step.GRANT, **entry)) for entry in json.loads(text))


def _kept(builder: Builder) -> dict[str, object]:
    values = asdict(builder)
    return {name: values[name] for name in ("inputs", "pins", "published_before", "attempt", "snapshot")}
