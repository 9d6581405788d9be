"""How the tables of one day are published together: every audit passes before the first table is published, the rest rolls forward.

The decision is one conditional write of the set's row. Whoever finds a set in state `publishing` finishes it first, beside its owner
if that one still lives; so decided sets follow each other, and a day is mixed only between decision and completion.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Protocol

from waybill_lake.protocol.publish_builder import Builder, Outcome, Step, TablePort, take_step

RESTARTS = 3
"""How often a decided set begins again with a table that was refused before it ends mixed. Each table has its own: one that the
set's owner recorded before it died is refused once to whoever rolls forward, however many there are of them."""
_LATER = ((Step.PIN, Step.COMPARE, Step.NOTE_EQUAL), (Step.STAGE,), (Step.AUDIT, Step.NOTE_FAILED))
"""Building goes on in phases, each for all tables: what a phase reads is read for all of them at once. All else comes first."""


class SetState(StrEnum):
    """`mixed`: a decided table could not be published (its new audit failed, or others kept changing its day), so the day's tables are
    of different inputs until the next set.
    """

    PUBLISHING = "publishing"
    COMPLETE = "complete"
    MIXED = "mixed"


class SetStep(StrEnum):
    READ = "read"
    BUILD = "build"
    DECIDE = "decide"
    PUBLISH = "publish"
    COMPLETE = "complete"
    END = "end"


@dataclass(frozen=True, slots=True)
class Member:
    """A table of a set and its builder. In a decided set the builder stands before its grant."""

    table: str
    builder: Builder = field(default_factory=Builder)
    restarts: int = 0
    """How often it was begun again since the set was decided."""


@dataclass(frozen=True, slots=True)
class SetRow:
    """The newest decided set of a day; number 0 says that there was none."""

    number: int = 0
    state: SetState = SetState.COMPLETE
    members: tuple[Member, ...] = ()


class SetPort(Protocol):
    def table(self, name: str) -> TablePort: ...
    def read_set(self) -> SetRow: ...
    def decide(self, row: SetRow) -> bool:
        """Writes the row if the newest set is still the one before it and is not publishing."""
        ...

    def complete(self, number: int, state: SetState) -> None:
        """Ends the publishing of this set, if it is still publishing."""
        ...


@dataclass(frozen=True, slots=True)
class SetBuilder:
    """One builder of a day's tables. `rolling`: it finishes a set that it found; then it begins with its own."""

    tables: tuple[str, ...]
    step: SetStep = SetStep.READ
    number: int = 0
    members: tuple[Member, ...] = ()
    rolling: bool = False
    checked: bool = False
    """A table is staged again: the set was looked at after the table's published attempt was read."""
    most_restarts: int = RESTARTS
    """Of each table."""
    outcome: Outcome | None = None


def take_set_step(state: SetBuilder, port: SetPort) -> SetBuilder:
    """One atomic effect on the world and the next value."""
    match state.step:
        case SetStep.READ:
            return _read(state, port.read_set())
        case SetStep.BUILD:
            return _build(state, port)
        case SetStep.DECIDE:
            row = SetRow(
                state.number + 1, SetState.PUBLISHING, tuple(member for member in state.members if member.builder.step is Step.GRANT)
            )
            decided = port.decide(row)
            return replace(state, step=SetStep.PUBLISH, number=row.number) if decided else _ended(state, Outcome.SUPERSEDED)
        case SetStep.PUBLISH:
            return _publish(state, port)
        case SetStep.COMPLETE:
            outcome = _worst(state)
            port.complete(state.number, SetState.COMPLETE if outcome is Outcome.PUBLISHED else SetState.MIXED)
            return _with_own(state) if state.rolling else _ended(state, outcome)
        case _:
            raise ValueError("A set builder that has ended takes no step.")


def _worst(state: SetBuilder) -> Outcome:
    outcomes = {member.builder.outcome for member in state.members}
    return next((outcome for outcome in (Outcome.FAILED, Outcome.SUPERSEDED) if outcome in outcomes), Outcome.PUBLISHED)


def _with_own(state: SetBuilder) -> SetBuilder:
    """What it found is settled: it begins with its own set."""
    return SetBuilder(state.tables, most_restarts=state.most_restarts)


def _ended(state: SetBuilder, outcome: Outcome) -> SetBuilder:
    return replace(state, step=SetStep.END, outcome=outcome)


def _read(state: SetBuilder, row: SetRow) -> SetBuilder:
    if row.state is SetState.PUBLISHING:
        return replace(state, step=SetStep.PUBLISH, number=row.number, members=row.members, rolling=True)
    return replace(state, step=SetStep.BUILD, number=row.number, members=tuple(Member(table) for table in state.tables), rolling=False)


def _with_builder(state: SetBuilder, index: int, builder: Builder) -> SetBuilder:
    return _with_member(state, index, replace(state.members[index], builder=builder))


def _with_member(state: SetBuilder, index: int, member: Member) -> SetBuilder:
    return replace(state, members=(*state.members[:index], member, *state.members[index + 1 :]))


def _build(state: SetBuilder, port: SetPort) -> SetBuilder:
    """All tables read their day versions, then all are pinned: one set is made of one look at silver."""
    builders = [member.builder for member in state.members]
    waiting = [index for index, builder in enumerate(builders) if builder.step not in (Step.GRANT, Step.END)]
    if waiting:
        index = min(waiting, key=lambda at: _phase(builders[at].step))
        return _with_builder(state, index, take_step(builders[index], port.table(state.members[index].table)))
    if _worst(state) is not Outcome.PUBLISHED:
        return _ended(state, _worst(state))
    if any(builder.step is Step.GRANT for builder in builders):
        return replace(state, step=SetStep.DECIDE)
    return _ended(state, Outcome.UNCHANGED)


def _phase(step: Step) -> int:
    return next((number for number, steps in enumerate(_LATER, 1) if step in steps), 0)


def has_looked(state: SetBuilder) -> bool:
    """Its tables know what they are made of, some are to be made, and none has pinned silver."""
    steps = [member.builder.step for member in state.members if member.builder.step is not Step.END]
    return state.step is SetStep.BUILD and bool(steps) and all(_phase(step) > 0 for step in steps)


def _publish(state: SetBuilder, port: SetPort) -> SetBuilder:
    for index, member in enumerate(state.members):
        builder = member.builder
        if builder.outcome is Outcome.SUPERSEDED and member.restarts < state.most_restarts:
            # Found published, or staged again from the same inputs and the same silver, so that the set stays one.
            restarted = Member(member.table, Builder(inputs=builder.inputs, pins=builder.pins), member.restarts + 1)
            return replace(_with_member(state, index, restarted), checked=False)
        if builder.step is Step.OPEN and not state.checked:
            # The published attempt was read before this look: a newer set would change it, and the grant would be refused.
            if _is_still_ours(state, port.read_set()):
                return replace(state, checked=True)
            return _with_own(state) if state.rolling else _ended(state, Outcome.SUPERSEDED)
        if builder.step is not Step.END:
            return _with_builder(state, index, take_step(builder, port.table(member.table)))
    return replace(state, step=SetStep.COMPLETE)


def _is_still_ours(state: SetBuilder, row: SetRow) -> bool:
    return row.number == state.number and row.state is SetState.PUBLISHING
