"""Rows of the ledger as values. Times are ms since 1970; sequence numbers are padded so that text order is stream order."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

SEQUENCE_DIGITS = 60
OPEN_BUCKETS = 8

NEW = "new"
ANNOUNCED = "announced"
LOADED = "loaded"
PARKED = "parked"
MISSING = "missing"

BRONZE = "bronze"
QUARANTINE = "quarantine"
MARKER = "marker"


def pad_sequence(sequence: str) -> str:
    return sequence.rjust(SEQUENCE_DIGITS, "0")


def object_partition(contract: str, shard: str) -> str:
    return f"object#{contract}#{shard}"


def object_sort_key(first: str, last: str, count: int, hash8: str) -> str:
    return f"{pad_sequence(first)}#{pad_sequence(last)}#{count}#{hash8}"


def open_bucket(contract: str, shard: str) -> str:
    """Value of the sparse index: one shard is always in the same of a contract's eight partitions."""
    return f"{contract}#{int.from_bytes(hashlib.sha256(shard.encode()).digest()[:4], 'big') % OPEN_BUCKETS}"


def waiting_partition(contract: str) -> str:
    """Value of the sparse index for objects that need a person: parked, or missing from bronze."""
    return f"waiting#{contract}"


def open_partitions(contract: str) -> tuple[str, ...]:
    return tuple(f"{contract}#{bucket}" for bucket in range(OPEN_BUCKETS))


@dataclass(frozen=True)
class LedgerObject:
    """A row `object#<contract>#<shard>`: one object of bronze or quarantine, or one marker."""

    contract: str
    shard: str
    sort_key: str
    kind: str
    n: int
    """Lines; 1 for a marker."""
    arrival: int
    state: str
    key: str = ""
    bytes: int = 0
    major: int = 0
    """Greatest contract major among the lines."""
    marker_id: str = ""
    day: str = ""
    put_at: str = ""
    reason: str = ""

    @property
    def first(self) -> str:
        """Padded sequence number of the first record."""
        return self.sort_key.split("#")[0]

    @property
    def last(self) -> str:
        """Padded sequence number of the last record."""
        return self.sort_key.split("#")[1]


@dataclass(frozen=True)
class LoadRow:
    """The row `load#<contract>`: who loads, and which run is pending."""

    fence: int = 0
    owner: str = ""
    lease_until: int = 0
    run: str = ""
    """Id of the pending run; empty when there is none."""
    manifest: str = ""
    """Key of the pending run's manifest."""
    next_run: int = 1


@dataclass(frozen=True)
class ShardRow:
    """How far a shard is loaded. Both only grow."""

    shard: str
    loaded_through: str = ""
    """Sort key of the last row before which no row of the shard waits."""
    high_last: str = ""
    """Greatest padded last sequence among loaded objects: an object that begins after it overlaps none."""


@dataclass(frozen=True)
class MarkerRow:
    """Row `marker#<contract>#<day>` of one shard: what was put there and what came by."""

    shard: str
    marker_id: str = ""
    """As the gate recorded it when it put the marker; empty when nothing was recorded."""
    seen_marker_id: str = ""
    seen_sort_key: str = ""
    seen_at: int = 0

    @property
    def is_seen(self) -> bool:
        """Only the marker that the gate knows counts."""
        return self.marker_id != "" and self.marker_id == self.seen_marker_id
