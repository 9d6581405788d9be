"""Steps 7 to 10 of a load: all that follows from a committed run. Each step may be repeated, by anybody who finishes the run."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from waybill_lake.ledger import LedgerObject, ShardRow
from waybill_lake.ledger.rows import LOADED, MISSING, PARKED
from waybill_lake.loading.derived import refresh_derived
from waybill_lake.loading.documents import Outcome
from waybill_lake.loading.lease import Lease
from waybill_lake.loading.losers import upsert_losers
from waybill_lake.loading.parts import OBJECT_ROW_DAYS, RUN_ROW_DAYS, LoadParts
from waybill_lake.loading.report import RunReport
from waybill_lake.model import LakeContract
from waybill_lake.protocol import load as protocol
from waybill_lake.protocol.load_choice import Choice, high_marks, loaded_through
from waybill_lake.tables.guarded import LostLeaseError
from waybill_lake.tables.iceberg import Snapshot

COMMITTED = "committed"
NO_COMMIT = "no-commit"
SHIPMENTS = "shipments"


class Finish:
    def __init__(self, parts: LoadParts, contract: LakeContract, lease: Lease, run: str) -> None:
        self._parts = parts
        self._contract = contract
        self._lease = lease
        self._run = run

    def run_steps(self, choice: Choice, outcome: Outcome, outcome_key: str, snapshot: Snapshot | None, manifest: str) -> RunReport:
        """:raises LostLeaseError: another loader has taken over, and does the rest."""
        parts, reached = self._parts, self._parts.steps.reached
        if outcome.losers:
            upsert_losers(parts, self._lease, self._wap("conflicts"), outcome.losers)
        reached(protocol.CONFLICTS)
        derived = refresh_derived(parts, self._contract, self._lease, self._run, outcome.touched)
        reached(protocol.DERIVED)
        self.record(outcome, outcome_key, snapshot, objects=len(choice.bronze), manifest=manifest)
        reached(protocol.COUNTS)
        self._raise_days(outcome, snapshot, derived)
        reached(protocol.DAYS)
        self._mark(choice, outcome)
        reached(protocol.MARKS)
        if not parts.ledger.close_run(self._contract.name, self._lease.fence, self._run):
            raise LostLeaseError(self._contract.name)
        reached(protocol.CLOSE)
        return RunReport(
            run=self._run,
            state=NO_COMMIT if snapshot is None else COMMITTED,
            outcome=outcome,
            objects=len(choice.bronze),
            parked_objects=len(choice.parked),
            quarantined_lines=sum(row.n for row in choice.quarantine),
            snapshot=None if snapshot is None else snapshot.id,
            manifest=manifest,
        )

    def _wap(self, what: str) -> str:
        # The table is shared, and runs of two contracts may have one name.
        return f"{self._contract.name}#{self._run}#{self._lease.fence}#{what}"

    def record(self, outcome: Outcome, outcome_key: str, snapshot: Snapshot | None, **more: Any) -> None:
        """The row `run#<contract>`: put if absent, so the first record of a run is its record."""
        attributes = {
            **asdict(outcome.counts),
            **more,
            "state": NO_COMMIT if snapshot is None else COMMITTED,
            "outcome": outcome_key,
            "days": list(outcome.days),
            "invocation": self._parts.invocation,
            "finishedAt": self._parts.now.isoformat(),
        }
        if snapshot is not None:
            attributes["snapshot"] = snapshot.id
        expires_at = self._parts.expires_after(RUN_ROW_DAYS)
        self._parts.ledger.record_run(self._contract.name, self._run, attributes, expires_at=expires_at)

    def _raise_days(self, outcome: Outcome, snapshot: Snapshot | None, derived: dict[str, int]) -> None:
        ledger = self._parts.ledger
        if snapshot is not None:
            ledger.raise_days(self._contract.table.name, outcome.days, snapshot.sequence)
        if SHIPMENTS in derived:
            ledger.raise_days(SHIPMENTS, outcome.business_dates, derived[SHIPMENTS])

    def _mark(self, choice: Choice, outcome: Outcome) -> None:
        """Objects first, then how far the shards are loaded: the gate reads the second and relies on the first."""
        ledger, loaded = self._parts.ledger, (*choice.quarantine, *choice.markers)
        missing, corrupt = set(outcome.missing), set(outcome.corrupt)
        by_state: dict[tuple[str, str], list[LedgerObject]] = {}
        for row in choice.bronze:
            state = MISSING if row.key in missing else PARKED if row.key in corrupt else LOADED
            reason = {MISSING: "the object is not in bronze", PARKED: "the object is torn: its lines are not those of its name"}.get(
                state, ""
            )
            by_state.setdefault((state, reason), []).append(row)
        by_state.setdefault((LOADED, ""), []).extend(loaded)
        majors = ", ".join(map(str, self._contract.majors))
        for row in choice.parked:
            reason = f"contract major {row.major}; the tables know {majors}"
            by_state.setdefault((PARKED, reason), []).append(row)
        for (state, reason), rows in by_state.items():
            expires_at = self._parts.expires_after(OBJECT_ROW_DAYS) if state == LOADED else None
            ledger.mark(rows, state=state, run=self._run, reason=reason, expires_at=expires_at)
        for marker in choice.markers:
            ledger.see_marker(marker, now=int(self._parts.now.timestamp() * 1000))
        self._raise_shards(choice)

    def _raise_shards(self, choice: Choice) -> None:
        ledger, contract = self._parts.ledger, self._contract.name
        known = ledger.shards(contract)
        taken = (*choice.bronze, *choice.quarantine, *choice.markers, *choice.parked)
        marks = high_marks(choice.bronze)
        for shard in sorted({row.shard for row in taken}):
            before = known.get(shard, ShardRow(shard)).loaded_through
            through = loaded_through(ledger.rows_of_shard(contract, shard, after=before), before)
            ledger.raise_shard(contract, ShardRow(shard, through, marks.get(shard, "")))
