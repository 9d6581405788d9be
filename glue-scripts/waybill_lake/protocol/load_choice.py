"""Which objects a run takes, and how far a shard is loaded: decided from rows alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from waybill_lake.ledger.rows import BRONZE, LOADED, MARKER, MISSING, NEW, PARKED, QUARANTINE, LedgerObject, ShardRow

_SETTLED = frozenset({LOADED, PARKED, MISSING})


@dataclass(frozen=True)
class Choice:
    """What a run takes. All but `seen` are marked when it is closed."""

    bronze: tuple[LedgerObject, ...] = ()
    quarantine: tuple[LedgerObject, ...] = ()
    markers: tuple[LedgerObject, ...] = ()
    parked: tuple[LedgerObject, ...] = ()
    """Of a contract major that the tables do not know: not read, kept, alarmed."""
    seen: tuple[LedgerObject, ...] = ()
    """Loaded before, overlapping with objects of this run: their identities are left out."""
    has_overlap: bool = False
    """Whether identities of this run's own objects may repeat."""

    @property
    def is_empty(self) -> bool:
        return not (self.bronze or self.quarantine or self.markers or self.parked)


def choose(
    candidates: Iterable[LedgerObject],
    *,
    majors: Sequence[int],
    max_bytes: int,
    shards: Mapping[str, ShardRow],
    overlapping: Callable[[LedgerObject], Sequence[LedgerObject]],
) -> Choice:
    """Objects up to `max_bytes` (compressed; at least one), the oldest first, so that a long queue drains in stream order.

    `overlapping` is asked only for an object that begins before its shard's high mark: nothing else can overlap a loaded one.
    """
    bronze: list[LedgerObject] = []
    others: dict[str, list[LedgerObject]] = {QUARANTINE: [], MARKER: []}
    parked: list[LedgerObject] = []
    seen: dict[tuple[str, str], LedgerObject] = {}
    has_overlap = False
    highest: dict[str, str] = {}
    taken = 0
    for row in sorted(candidates, key=lambda row: (row.arrival, row.shard, row.sort_key)):
        if row.kind != BRONZE:
            others.setdefault(row.kind, []).append(row)
            continue
        if bronze and taken + row.bytes > max_bytes:
            continue
        if row.first <= shards.get(row.shard, ShardRow(row.shard)).high_last:
            stored = overlapping(row)
            # The index may still show what is loaded by now.
            if not any(other.sort_key == row.sort_key and other.state == NEW for other in stored):
                continue
            seen |= {(other.shard, other.sort_key): other for other in stored if other.state == LOADED}
        if row.major and row.major not in majors:
            parked.append(row)
            continue
        has_overlap = has_overlap or row.first <= highest.get(row.shard, "")
        highest[row.shard] = max(highest.get(row.shard, ""), row.last)
        bronze.append(row)
        taken += row.bytes
    return Choice(tuple(bronze), tuple(others[QUARANTINE]), tuple(others[MARKER]), tuple(parked), tuple(seen.values()), has_overlap)


def loaded_through(rows_after: Iterable[LedgerObject], through: str) -> str:
    """The sort key up to which nothing of a shard waits: rows are those after `through`, in order.

    A row that is only announced does not hold it up. A shard is archived in order, so the row of a later batch shows that the
    announced one was replaced by other cuts, which have rows of their own.
    """
    for row in rows_after:
        if row.state == NEW:
            break
        if row.state in _SETTLED:
            through = row.sort_key
    return through


def high_marks(objects: Iterable[LedgerObject]) -> dict[str, str]:
    """Greatest last sequence of the objects by shard."""
    marks: dict[str, str] = {}
    for row in objects:
        marks[row.shard] = max(marks.get(row.shard, ""), row.last)
    return marks
