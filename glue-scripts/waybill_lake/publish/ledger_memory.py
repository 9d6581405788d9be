"""The publish protocol's ledger in memory: for tests and for looking at the rules in one place."""

from __future__ import annotations

from dataclasses import replace

from waybill_lake.protocol.publish_builder import Current
from waybill_lake.protocol.publish_set import SetRow, SetState
from waybill_lake.publish.rows import Attempt, set_members, set_text


class MemoryGoldLedger:
    def __init__(self) -> None:
        self._currents: dict[tuple[str, str], Current] = {}
        self._attempts: dict[tuple[str, str], list[Attempt]] = {}
        self._sets: dict[str, tuple[int, SetState, str]] = {}
        self._logic: str | None = None

    def read_current(self, table: str, day: str) -> Current:
        return self._currents.get((table, day), Current())

    def open_attempt(self, table: str, day: str, attempt: Attempt) -> int:
        attempts = self._attempts.setdefault((table, day), [])
        attempts.append(attempt)
        return len(attempts)

    def read_attempt(self, table: str, day: str, number: int) -> Attempt | None:
        attempts = self._attempts.get((table, day), [])
        return attempts[number - 1] if 0 < number <= len(attempts) else None

    def note_staged(self, table: str, day: str, number: int, snapshot: int) -> None:
        self._change(table, day, number, state="staged", snapshot=snapshot)

    def note_audited(self, table: str, day: str, number: int, state: str, audits: str) -> None:
        self._change(table, day, number, state=state, audits=audits)

    def settle(self, table: str, day: str, number: int, *, published: bool) -> None:
        attempt = self.read_attempt(table, day, number)
        if published and attempt is not None:
            self.record(table, day, number, attempt.inputs)
        else:
            self.release(table, day, number)

    def note_failed(self, table: str, day: str, inputs: str) -> None:
        self._currents[(table, day)] = replace(self.read_current(table, day), failed=inputs)

    def note_equal(self, table: str, day: str, number: int, *, before: int, inputs: str) -> bool:
        current = self.read_current(table, day)
        if current.published != before or current.grant:
            return False
        self._currents[(table, day)] = replace(current, published=number, inputs=inputs)
        return True

    def grant(self, table: str, day: str, number: int, *, before: int, logic: str) -> bool:
        current = self.read_current(table, day)
        if current.published != before or current.grant not in (0, number) or self._logic not in (None, logic):
            return False
        self._currents[(table, day)] = replace(current, grant=number)
        return True

    def record(self, table: str, day: str, number: int, inputs: str) -> bool:
        current = self.read_current(table, day)
        if current.grant != number:
            return False
        self._currents[(table, day)] = replace(current, grant=0, published=number, inputs=inputs)
        self._change(table, day, number, state="published")
        return True

    def release(self, table: str, day: str, number: int) -> None:
        current = self.read_current(table, day)
        if current.grant == number:
            self._currents[(table, day)] = replace(current, grant=0)

    def read_set(self, day: str) -> SetRow:
        number, state, members = self._sets.get(day, (0, SetState.COMPLETE, "[]"))
        return SetRow(number, state, set_members(members))

    def decide(self, day: str, row: SetRow) -> bool:
        before = self.read_set(day)
        if before.number != row.number - 1 or before.state is SetState.PUBLISHING:
            return False
        self._sets[day] = (row.number, row.state, set_text(row))
        return True

    def complete(self, day: str, number: int, state: SetState) -> None:
        stored = self._sets.get(day)
        if stored is not None and stored[:2] == (number, SetState.PUBLISHING):
            self._sets[day] = (number, state, stored[2])

    def read_logic(self) -> str | None:
        return self._logic

    def set_logic(self, logic: str) -> None:
        self._logic = logic

    def _change(self, table: str, day: str, number: int, **changes: object) -> None:
        attempts = self._attempts[(table, day)]
        attempts[number - 1] = replace(attempts[number - 1], **changes)  # type: ignore[arg-type]
