"""The builder's world made of the ledger and the catalog: one table's day, and the set of a day's tables."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace

from waybill_lake.protocol.publish_builder import Current, Picked, TablePort
from waybill_lake.protocol.publish_set import SetRow, SetState
from waybill_lake.publish.audit import AuditResult, Measured, passed
from waybill_lake.publish.gold_store import GoldStore
from waybill_lake.publish.rows import Attempt, GoldLedger


@dataclass
class Witness:
    """What a run saw of one table's day, for its result."""

    attempt: int = 0
    rows: int = 0
    audits: tuple[AuditResult, ...] = ()
    snapshot: int = 0


@dataclass(frozen=True)
class Making:
    """How a run makes and judges rows. `inputs` and `pins` belong to one look at silver; `stage` and the rest take any pins."""

    run: str
    logic: str
    inputs: Callable[[str, dt.date], str]
    pins: Callable[[], str]
    stage: Callable[[str, dt.date, str, str], int]
    """(table, day, pins, wap.id) to the staged snapshot."""
    audit: Callable[[str, dt.date, int], Measured]
    """(table, day, snapshot) to what is in it."""
    compare: Callable[[str, dt.date, str], tuple[Measured, Measured]]
    """(table, day, pins) to the rows made of them, and those that readers have."""
    judge: Callable[[str, dt.date, str, Measured], list[AuditResult]]
    """(table, day, pins, measured)"""


class TableDayPort:
    """One table's day (`publish_builder.TablePort`)."""

    def __init__(self, table: str, day: dt.date, store: GoldStore, ledger: GoldLedger, making: Making) -> None:
        self.witness = Witness()
        self._table = table
        self._day = day
        self._text = day.isoformat()
        self._store = store
        self._ledger = ledger
        self._making = making
        self._pins_of_attempt: dict[int, str] = {}

    def read_current(self) -> Current:
        return self._ledger.read_current(self._table, self._text)

    def revoke(self, attempt: int) -> None:
        snapshot = self._snapshot_of(attempt)
        if snapshot:
            self._store.revoke(snapshot)

    def is_on_main(self, attempt: int) -> bool:
        snapshot = self._snapshot_of(attempt)
        return bool(snapshot) and self._store.is_on_main(snapshot)

    def settle(self, attempt: int, published: bool) -> None:
        self._ledger.settle(self._table, self._text, attempt, published=published)

    def read_versions(self) -> str:
        return self._making.inputs(self._table, self._day)

    def open_attempt(self, inputs: str) -> int:
        # A set that another run decided is staged again with its own logic.
        logic = json.loads(inputs).get("logic", self._making.logic)
        number = self._ledger.open_attempt(self._table, self._text, Attempt(self._making.run, logic, inputs))
        self.witness = Witness(attempt=number)
        return number

    def pin(self) -> str:
        return self._making.pins()

    def stage(self, attempt: int, pins: str) -> int:
        self._pins_of_attempt[attempt] = pins
        snapshot = self._making.stage(self._table, self._day, pins, f"{self._making.run}/{self._table}/{self._text}/{attempt}")
        self._ledger.note_staged(self._table, self._text, attempt, snapshot)
        self.witness.snapshot = snapshot
        return snapshot

    def audit(self, attempt: int, snapshot: int) -> bool:
        measured = self._making.audit(self._table, self._day, snapshot)
        results = self._making.judge(self._table, self._day, self._pins_of_attempt[attempt], measured)
        self.witness.rows, self.witness.audits = measured.rows, tuple(results)
        good = passed(results)
        self._ledger.note_audited(
            self._table, self._text, attempt, "audited" if good else "failed", json.dumps([asdict(result) for result in results])
        )
        return good

    def note_failed(self, attempt: int, inputs: str) -> None:
        self._store.keep(self.witness.snapshot, f"failed_{self._text.replace('-', '_')}_{attempt}")
        self._ledger.note_failed(self._table, self._text, inputs)

    def equals_main(self, attempt: int, pins: str) -> bool:  # noqa: ARG002
        made, readers = self._making.compare(self._table, self._day, pins)
        if made.digest != readers.digest:
            return False
        # A rule that is new may be against rows that readers have: then they are staged, judged and kept as any others.
        results = self._making.judge(self._table, self._day, pins, made)
        self.witness.rows, self.witness.audits = made.rows, tuple(results)
        return passed(results)

    def note_equal(self, attempt: int, published_before: int, inputs: str) -> bool:
        return self._ledger.note_equal(self._table, self._text, attempt, before=published_before, inputs=inputs)

    def grant(self, attempt: int, published_before: int) -> bool:
        row = self._ledger.read_attempt(self._table, self._text, attempt)
        return row is not None and self._ledger.grant(self._table, self._text, attempt, before=published_before, logic=row.logic)

    def pick(self, snapshot: int) -> Picked:
        return self._store.pick(snapshot)

    def record(self, attempt: int, inputs: str) -> bool:
        # Under the grant: nobody else publishes this day while its files are rewritten.
        self._store.compact(self._text)
        self.witness.attempt = attempt
        return self._ledger.record(self._table, self._text, attempt, inputs)

    def release(self, attempt: int) -> None:
        self._ledger.release(self._table, self._text, attempt)

    def _snapshot_of(self, attempt: int) -> int:
        row = self._ledger.read_attempt(self._table, self._text, attempt)
        return 0 if row is None else row.snapshot


class DaySetPort:
    """The set of a day's tables (`publish_set.SetPort`). `note_version` tells analysts which tables are being changed."""

    def __init__(self, day: dt.date, ports: Mapping[str, TableDayPort], ledger: GoldLedger, note_version: Callable[[SetRow], None]) -> None:
        self._day = day.isoformat()
        self._ports = ports
        self._ledger = ledger
        self._note_version = note_version
        self._row = SetRow()

    def table(self, name: str) -> TablePort:
        return self._ports[name]

    def read_set(self) -> SetRow:
        self._row = self._ledger.read_set(self._day)
        return self._row

    def decide(self, row: SetRow) -> bool:
        if not self._ledger.decide(self._day, row):
            return False
        self._row = row
        self._note_version(row)
        return True

    def complete(self, number: int, state: SetState) -> None:
        attempts = {name: port.witness.attempt for name, port in self._ports.items()}
        members = tuple(replace(m, builder=replace(m.builder, attempt=attempts[m.table] or m.builder.attempt)) for m in self._row.members)
        self._note_version(SetRow(number, state, members))
        self._ledger.complete(self._day, number, state)
