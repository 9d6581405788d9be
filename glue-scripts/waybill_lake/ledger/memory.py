"""The ledger in memory: for tests, and to try a load without AWS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from waybill_lake.ledger.rows import ANNOUNCED, BRONZE, MISSING, NEW, PARKED, LedgerObject, LoadRow, MarkerRow, ShardRow


class MemoryLedger:
    def __init__(self, objects: Iterable[LedgerObject] = ()) -> None:
        self._loads: dict[str, LoadRow] = {}
        self._objects: dict[tuple[str, str], dict[str, LedgerObject]] = {}
        self._shards: dict[str, dict[str, ShardRow]] = {}
        self._runs: dict[tuple[str, str], dict[str, Any]] = {}
        self._days: dict[tuple[str, str], int] = {}
        self._markers: dict[tuple[str, str], dict[str, MarkerRow]] = {}
        for row in objects:
            self.put_if_absent(row)

    def take_lease(self, contract: str, owner: str, *, now: int, until: int) -> LoadRow | None:
        row = self.read_load(contract)
        if row.owner and now < row.lease_until:
            return None
        self._loads[contract] = replace(row, fence=row.fence + 1, owner=owner, lease_until=until)
        return self._loads[contract]

    def read_load(self, contract: str) -> LoadRow:
        return self._loads.get(contract, LoadRow())

    def _change(self, contract: str, fence: int, **changes: Any) -> bool:
        row = self.read_load(contract)
        if row.fence != fence:
            return False
        self._loads[contract] = replace(row, **changes)
        return True

    def renew(self, contract: str, fence: int, until: int) -> bool:
        return self._change(contract, fence, lease_until=until)

    def begin_run(self, contract: str, fence: int, run: str, manifest: str) -> bool:
        row = self.read_load(contract)
        return row.run == "" and self._change(contract, fence, run=run, manifest=manifest, next_run=row.next_run + 1)

    def close_run(self, contract: str, fence: int, run: str) -> bool:
        return self.read_load(contract).run == run and self._change(contract, fence, run="", manifest="")

    def release(self, contract: str, fence: int) -> bool:
        return self._change(contract, fence, owner="", lease_until=0)

    def open_objects(self, contract: str) -> Iterator[LedgerObject]:
        for (name, _), rows in sorted(self._objects.items()):
            yield from (row for _, row in sorted(rows.items()) if name == contract and row.state == NEW)

    def waiting_objects(self, contract: str) -> Iterator[LedgerObject]:
        for (of, _), rows in sorted(self._objects.items()):
            yield from [row for row in rows.values() if of == contract and row.state in (PARKED, MISSING)]

    def rows_of_shard(self, contract: str, shard: str, *, after: str = "", through: str = "~") -> Iterator[LedgerObject]:
        rows = self._objects.get((contract, shard), {})
        yield from (row for key, row in sorted(rows.items()) if after < key <= through)

    def overlapping(self, row: LedgerObject) -> Sequence[LedgerObject]:
        rows = self.rows_of_shard(row.contract, row.shard)
        return [other for other in rows if other.kind == BRONZE and other.first <= row.last and other.last >= row.first]

    def mark(self, objects: Iterable[LedgerObject], *, state: str, run: str, reason: str, expires_at: int | None) -> None:  # noqa: ARG002
        for row in objects:
            self._objects.setdefault((row.contract, row.shard), {})[row.sort_key] = replace(row, state=state, reason=reason)

    def put_if_absent(self, row: LedgerObject) -> bool:
        rows = self._objects.setdefault((row.contract, row.shard), {})
        return rows.setdefault(row.sort_key, row) is row

    def settle(self, row: LedgerObject, *, exists: bool) -> bool:
        rows = self._objects.get((row.contract, row.shard), {})
        stored = rows.get(row.sort_key)
        if stored is None or stored.state != ANNOUNCED:
            return False
        if exists:
            rows[row.sort_key] = replace(stored, state=NEW)
        else:
            del rows[row.sort_key]
        return True

    def shards(self, contract: str) -> Mapping[str, ShardRow]:
        return dict(self._shards.get(contract, {}))

    def raise_shard(self, contract: str, row: ShardRow) -> None:
        rows = self._shards.setdefault(contract, {})
        stored = rows.get(row.shard, ShardRow(row.shard))
        through, high = max(stored.loaded_through, row.loaded_through), max(stored.high_last, row.high_last)
        rows[row.shard] = replace(stored, loaded_through=through, high_last=high)

    def record_run(self, contract: str, run: str, attributes: Mapping[str, Any], *, expires_at: int) -> bool:  # noqa: ARG002
        mine = dict(attributes)
        return self._runs.setdefault((contract, run), mine) is mine

    def read_run(self, contract: str, run: str) -> Mapping[str, Any] | None:
        return self._runs.get((contract, run))

    def raise_days(self, table: str, days: Iterable[str], version: int) -> None:
        for day in days:
            self._days[(table, day)] = max(self._days.get((table, day), 0), version)

    def day_versions(self, table: str, days: Iterable[str]) -> Mapping[str, int]:
        return {day: self._days[(table, day)] for day in days if (table, day) in self._days}

    def first_day(self, table: str) -> str | None:
        return min((day for of, day in self._days if of == table), default=None)

    def expect_marker(self, contract: str, day: str, shard: str, marker_id: str) -> None:
        rows = self._markers.setdefault((contract, day), {})
        rows[shard] = replace(rows.get(shard, MarkerRow(shard)), marker_id=marker_id)

    def see_marker(self, marker: LedgerObject, *, now: int) -> None:
        rows = self._markers.setdefault((marker.contract, marker.day), {})
        stored = rows.get(marker.shard, MarkerRow(marker.shard))
        if stored.seen_at and (stored.is_seen or stored.marker_id != marker.marker_id):
            return
        rows[marker.shard] = replace(stored, seen_marker_id=marker.marker_id, seen_sort_key=marker.sort_key, seen_at=now)

    def markers(self, contract: str, day: str) -> Mapping[str, MarkerRow]:
        return dict(self._markers.get((contract, day), {}))
