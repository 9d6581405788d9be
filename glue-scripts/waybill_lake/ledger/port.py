"""What the load asks of the ledger. Every write to the row `load#<contract>` is conditional on the fence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from waybill_lake.ledger.rows import LedgerObject, LoadRow, MarkerRow, ShardRow


class Ledger(Protocol):
    # The load row
    def take_lease(self, contract: str, owner: str, *, now: int, until: int) -> LoadRow | None:
        """Raises the fence and returns the row as it is now; None while another owner's lease runs (`now` < leaseUntil)."""

    def read_load(self, contract: str) -> LoadRow:
        """Consistent."""

    def renew(self, contract: str, fence: int, until: int) -> bool:
        """False: the fence has moved on."""

    def begin_run(self, contract: str, fence: int, run: str, manifest: str) -> bool:
        """Makes `run` the pending one and raises nextRun. False: the fence has moved on, or a run is pending."""

    def close_run(self, contract: str, fence: int, run: str) -> bool:
        """Empties run and keeps the lease. False: the fence has moved on, or another run is pending."""

    def release(self, contract: str, fence: int) -> bool:
        """Empties owner. False: the fence has moved on."""

    # Objects
    def open_objects(self, contract: str) -> Iterator[LedgerObject]:
        """Rows that are `new`, by the sparse index: it may lag, in both directions."""

    def waiting_objects(self, contract: str) -> Iterator[LedgerObject]:
        """Rows that need a person: parked, or their object is missing; by the same index."""

    def rows_of_shard(self, contract: str, shard: str, *, after: str = "", through: str = "~") -> Iterator[LedgerObject]:
        """Rows with `after` < sort key <= `through`, in order; consistent."""

    def overlapping(self, row: LedgerObject) -> Sequence[LedgerObject]:
        """Rows of bronze in the same shard whose sequence numbers overlap those of `row`, itself among them; consistent."""

    def mark(self, objects: Iterable[LedgerObject], *, state: str, run: str, reason: str, expires_at: int | None) -> None:
        """Sets the state and takes the rows out of the index. `expires_at`: epoch seconds, None keeps the row for ever."""

    def put_if_absent(self, row: LedgerObject) -> bool:
        """Adds a row; False when one is there."""

    def settle(self, row: LedgerObject, *, exists: bool) -> bool:
        """An announced row becomes `new` (its object exists) or goes. False: it is no longer announced."""

    # Progress
    def shards(self, contract: str) -> Mapping[str, ShardRow]: ...

    def raise_shard(self, contract: str, row: ShardRow) -> None:
        """Sets each value that is greater than the stored one."""

    def record_run(self, contract: str, run: str, attributes: Mapping[str, Any], *, expires_at: int) -> bool:
        """Put if absent; False when it was there."""

    def read_run(self, contract: str, run: str) -> Mapping[str, Any] | None: ...

    def raise_days(self, table: str, days: Iterable[str], version: int) -> None:
        """Row `day#<table>`: sets the version of each day (`YYYY-MM-DD`) where it is greater."""

    def day_versions(self, table: str, days: Iterable[str]) -> Mapping[str, int]:
        """Consistent; a day that no load touched is absent."""

    def first_day(self, table: str) -> str | None:
        """The earliest day (`YYYY-MM-DD`) that a load has touched; None when none has touched any."""

    def expect_marker(self, contract: str, day: str, shard: str, marker_id: str) -> None:
        """Notes the marker that was put to a shard; the note of an earlier sighting stays."""

    def see_marker(self, marker: LedgerObject, *, now: int) -> None:
        """Notes that a marker has come by; the first sighting of the known marker stays."""

    def markers(self, contract: str, day: str) -> Mapping[str, MarkerRow]:
        """By shard; consistent."""
