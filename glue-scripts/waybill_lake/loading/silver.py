"""Loads one contract's new objects into its events table: the steps of the load protocol on real parts (docs/lake.md)."""

from __future__ import annotations

import time

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException

from waybill_lake.ledger import LedgerObject, LoadRow
from waybill_lake.loading.classify import Classification, Classified
from waybill_lake.loading.documents import (
    Outcome,
    load_manifest,
    load_outcome,
    losers_prefix,
    manifest_key,
    outcome_key,
    save_manifest,
    save_outcome,
)
from waybill_lake.loading.finish import Finish
from waybill_lake.loading.lease import Lease
from waybill_lake.loading.parts import LoadParts
from waybill_lake.loading.report import LoadReport, RunReport
from waybill_lake.loading.write import stage_changes
from waybill_lake.model import LakeContract
from waybill_lake.protocol import load as protocol
from waybill_lake.protocol.load_choice import Choice, choose
from waybill_lake.tables.guarded import LostLeaseError
from waybill_lake.tables.iceberg import CommitRefusedError, IcebergTable, Snapshot, is_refusal

TRIES = 30
"""Of one run in one process: others move main only by maintenance, or because the lease was lost."""


def load_contract(parts: LoadParts, contract: LakeContract) -> LoadReport:
    """Finishes a pending run, then loads the objects that are there now, run by run.

    What is archived meanwhile is the next load's: under steady traffic there would always be one more.
    """
    report = LoadReport(contract.name)
    now = parts.clock()
    row = parts.ledger.take_lease(contract.name, parts.owner, now=now, until=now + parts.lease_seconds * 1000)
    if row is None:
        return LoadReport(contract.name, "held", held_until=parts.ledger.read_load(contract.name).lease_until)
    parts.steps.reached(protocol.LEASE)
    with Lease(parts, contract.name, row.fence) as lease:
        loader = _Loader(parts, contract, lease)
        try:
            while (done := loader.next_run()) is not None:
                report.runs.append(done)
        except LostLeaseError:
            report.state = "fenced"
    return report


class _Loader:
    def __init__(self, parts: LoadParts, contract: LakeContract, lease: Lease) -> None:
        self._parts = parts
        self._contract = contract
        self._lease = lease
        self._table = IcebergTable(parts.spark, parts.table(contract.table.name))
        self._handled: set[tuple[str, str]] = set()
        self._there_at_start: list[LedgerObject] | None = None

    def next_run(self) -> RunReport | None:
        """Steps 2 to 10 of one run; None when there is nothing to load (the lease is given back).

        :raises LostLeaseError: another loader has taken over.
        """
        name, fence = self._contract.name, self._lease.fence
        decision = self._resolve(self._parts.ledger.read_load(name))
        if isinstance(decision, protocol.Choose):
            choice = self._choose()
            if choice.is_empty:
                self._parts.ledger.release(name, fence)
                return None
            run = f"{self._parts.now:%Y%m%dT%H%M%S}-{decision.run_number:06d}"
            manifest = manifest_key(name, run, fence)
            save_manifest(self._parts.lake, manifest, choice)
            self._parts.steps.reached(protocol.RESOLVE)
            if not self._parts.ledger.begin_run(name, fence, run, manifest):
                raise LostLeaseError(name)
            decision = protocol.Resume(run, manifest)
        self._parts.steps.reached(protocol.BEGIN)
        return self._work(decision, load_manifest(self._parts.lake, decision.manifest))

    def _resolve(self, row: LoadRow) -> protocol.Resume | protocol.Choose:
        decision = protocol.resolve(fence=self._lease.fence, row_fence=row.fence, run=row.run, manifest=row.manifest, next_run=row.next_run)
        if isinstance(decision, protocol.FencedOff):
            raise LostLeaseError(self._contract.name)
        return decision

    def _choose(self) -> Choice:
        ledger = self._parts.ledger
        if self._there_at_start is None:
            self._there_at_start = list(ledger.open_objects(self._contract.name))
        candidates = [row for row in self._there_at_start if (row.shard, row.sort_key) not in self._handled]
        return choose(
            candidates,
            majors=self._contract.majors,
            max_bytes=self._parts.max_bytes,
            shards=ledger.shards(self._contract.name),
            overlapping=ledger.overlapping,
        )

    def _work(self, pending: protocol.Resume, choice: Choice) -> RunReport:
        for attempt in range(1, TRIES + 1):
            decided = self._decide(pending.run, choice, attempt)
            if decided is not None:
                outcome, key, snapshot = decided
                finish = Finish(self._parts, self._contract, self._lease, pending.run)
                report = finish.run_steps(choice, outcome, key, snapshot, pending.manifest)
                self._handled |= {
                    (row.shard, row.sort_key) for row in (*choice.bronze, *choice.quarantine, *choice.markers, *choice.parked)
                }
                return report
            time.sleep(min(2.0, 0.05 * 2**attempt))
            # The whole again, under the same run: unless somebody else finishes it by now.
            row = self._resolve(self._parts.ledger.read_load(self._contract.name))
            if not isinstance(row, protocol.Resume) or row.run != pending.run:
                raise LostLeaseError(self._contract.name)
        raise CommitRefusedError(f"{self._table.name}: main moved in each of {TRIES} tries of run {pending.run}")

    def _decide(self, run: str, choice: Choice, attempt: int) -> tuple[Outcome, str, Snapshot | None] | None:
        """Steps 3 to 6: the outcome that counts and the snapshot that proves it; None when main moved meanwhile."""
        parts, name = self._parts, self._contract.name
        ancestry = list(self._table.ancestry())
        base = ancestry[0].id if ancestry else None
        recorded = parts.ledger.read_run(name, run)
        committed = protocol.committed_under(run, (snapshot.wap_id for snapshot in ancestry))
        parts.steps.reached(protocol.PIN)
        if protocol.after_pin(committed, recorded=recorded is not None) == protocol.CONFLICTS:
            if committed is not None:
                key = outcome_key(name, run, protocol.fence_of(committed), int(committed.split("#")[2]))
                return load_outcome(parts.lake, key), key, next(snapshot for snapshot in ancestry if snapshot.wap_id == committed)
            assert recorded is not None
            return load_outcome(parts.lake, str(recorded["outcome"])), str(recorded["outcome"]), None

        key = outcome_key(name, run, self._lease.fence, attempt)
        found = self._classify(run, choice, base, losers_prefix(name, run, self._lease.fence, attempt))
        try:
            save_outcome(parts.lake, key, found.outcome)
            parts.steps.reached(protocol.CLASSIFY)
            if protocol.after_classify(has_changes=found.outcome.has_changes) == protocol.COUNTS:
                return self._record_no_commit(run, found.outcome, key)
            snapshot = self._commit(protocol.wap_id(run, self._lease.fence, attempt), found, base)
            return None if snapshot is None else (found.outcome, key, snapshot)
        finally:
            found.release()

    def _classify(self, run: str, choice: Choice, base: int | None, prefix: str) -> Classified:
        if not choice.bronze:
            return Classified(Outcome(), None, (), [])
        return Classification(self._parts, self._contract, run, base).run(choice, prefix)

    def _record_no_commit(self, run: str, outcome: Outcome, key: str) -> tuple[Outcome, str, None]:
        """Nothing proves such a run but its row, and only the first row counts: it goes before what follows from it."""
        parts, name = self._parts, self._contract.name
        Finish(parts, self._contract, self._lease, run).record(outcome, key, None)
        stored = parts.ledger.read_run(name, run)
        if stored is None or str(stored["outcome"]) == key:
            return outcome, key, None
        return load_outcome(parts.lake, str(stored["outcome"])), str(stored["outcome"]), None

    def _commit(self, wap: str, found: Classified, base: int | None) -> Snapshot | None:
        """Steps 5 and 6. None: main has moved since the base was pinned."""
        assert found.changes is not None
        try:
            with self._table.staging(wap):
                stage_changes(
                    self._parts.spark, self._table.name, found.changes, days=found.outcome.days, replaced_days=found.replaced_days
                )
        except (Py4JJavaError, PySparkException) as error:
            if is_refusal(error):
                return None
            raise
        staged = self._table.staged(wap)
        if staged is None:
            raise RuntimeError(f"{self._table.name}: nothing was staged as {wap}; is write.wap.enabled set?")
        self._parts.steps.reached(protocol.STAGE)
        if protocol.after_stage(base=base, parent=staged.parent) == protocol.RESOLVE:
            self._table.drop_staged(staged)
            return None
        try:
            self._table.advance(staged)
        except CommitRefusedError:
            return None
        self._parts.steps.reached(protocol.COMMIT)
        return staged
