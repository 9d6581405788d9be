"""Streams of tables: what ministack 1.4.21 leaves out, bounded memory, and records that survive a restart.

- A write by PartiQL reaches the stream, and a transaction that failed leaves nothing on it.
- A write that changes nothing leaves no record.
- Records are part of the snapshot. What every event source has read is dropped when the snapshot is taken; the rest is capped.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ministack.services import dynamodb

import snapshot

#: Name of the records' file in a snapshot.
STATE = "waybill-table-streams"
#: Dropping records moves the whole list, so the cap is enforced in steps of this share.
TRIM_SHARE = 0.1

STREAM_ARN = re.compile(r"^arn:aws:dynamodb:([^:]+):([^:]+):table/([^/]+)/stream/.+$")

Item = dict[str, Any]
Reply = tuple[int, dict[str, str], bytes]
Change = tuple[str, str, Item | None, Item | None]


class StreamKeeper:
    """Writes the change records of tables; counts what the cap removed before its retention was over."""

    def __init__(self, most_per_table: int, trimmed: dict[str, int]) -> None:
        self._most = most_per_table
        #: Name of the stream -> records removed by the cap, since start.
        self._trimmed = trimmed
        self._write: Callable[[str, str, Item | None, Item | None], None] = dynamodb._emit_stream_event
        #: Changes of the transaction that is running.
        self._pending: list[Change] | None = None

    def emit(self, table_name: str, event_name: str, old: Item | None, new: Item | None) -> None:
        """Writes one change. A write that left the item as it was is none."""
        if old is not None and old == new:
            return
        if self._pending is not None:
            self._pending.append((table_name, event_name, old, new))
            return
        self._write(table_name, event_name, old, new)
        self._cap(table_name)

    def transaction(self, run: Callable[[Any], Reply]) -> Callable[[Any], Reply]:
        """Its changes are written when all of it was done."""

        def inner(data: Any) -> Reply:
            self._pending = pending = []
            try:
                reply = run(data)
            finally:
                self._pending = None
            if reply[0] == 200:
                for change in pending:
                    self.emit(*change)
            return reply

        return inner

    def _cap(self, table_name: str) -> None:
        records: list[Any] = dynamodb._stream_records.get(table_name) or []
        if len(records) <= self._most * (1 + TRIM_SHARE):
            return
        excess = len(records) - self._most
        del records[:excess]
        dynamodb._stream_trimmed[table_name] = dynamodb._stream_trimmed.get(table_name, 0) + excess
        name = f"table {table_name}"
        self._trimmed[name] = self._trimmed.get(name, 0) + excess


def by_partiql(keeper: StreamKeeper, run: Callable[[Any, Any], Reply]) -> Callable[[Any, Any], Reply]:
    """A PartiQL write that tells the stream. The stock code changes the item in place, which would change records that hold it."""

    def inner(table: Any, parsed: dict[str, Any]) -> Reply:
        if not (table.get("StreamSpecification") or {}).get("StreamEnabled"):
            return run(table, parsed)
        partition, sort = key_of(table, parsed)
        before: Item | None = table["items"].get(partition, {}).get(sort)
        if before is not None:
            table["items"][partition][sort] = dict(before)
        reply = run(table, parsed)
        after: Item | None = table["items"].get(partition, {}).get(sort)
        if reply[0] == 200 and not before == after:
            keeper.emit(table["TableName"], "REMOVE" if after is None else "MODIFY" if before else "INSERT", before, after)
        return reply

    return inner


def key_of(table: Any, parsed: dict[str, Any]) -> tuple[Any, Any]:
    """Partition and sort key that a statement names, as the table's store has them; ``None`` where it names none."""
    item = parsed.get("item")
    if item is None:
        partition, sort, _condition, _error = dynamodb._partiql_key_target(table, parsed)
        return partition, sort
    sort_name = table["sk_name"]
    sort = dynamodb._extract_key_val(item.get(sort_name)) if sort_name else "__no_sort__"
    return dynamodb._extract_key_val(item.get(table["pk_name"])), sort


def drop_read(read: dict[str, str]) -> int:
    """Drops what all readers of a stream have finished. ``read``: stream ARN -> last sequence number. Returns how many went."""
    dropped = 0
    for arn, number in read.items():
        match = STREAM_ARN.match(arn)
        if match is None:
            raise ValueError(f"{arn} is no stream of a table")
        region, account, table = match.groups()
        records = dynamodb._stream_records.get_scoped(account, region, table) or []
        count = 0
        while count < len(records) and records[count]["dynamodb"]["SequenceNumber"] <= number:
            count += 1
        del records[:count]
        before = dynamodb._stream_trimmed.get_scoped(account, region, table, 0)
        dynamodb._stream_trimmed.set_scoped(account, region, table, before + count)
        dropped += count
    return dropped


def state() -> dict[str, Any]:
    """For the snapshot. Positions count from the stream's first record, so the number of those that are gone belongs to it."""
    return {"records": dynamodb._stream_records, "gone": dynamodb._stream_trimmed}


def restore() -> None:
    """Puts the records of the snapshot back."""
    saved = snapshot.load(STATE)
    if saved is not None:
        dynamodb._stream_records.update(saved["records"])
        dynamodb._stream_trimmed.update(saved["gone"])


def install(most_per_table: int, trimmed: dict[str, int]) -> None:
    keeper = StreamKeeper(most_per_table, trimmed)
    dynamodb._emit_stream_event = keeper.emit
    for name in ("_partiql_insert", "_partiql_update", "_partiql_delete"):
        setattr(dynamodb, name, by_partiql(keeper, getattr(dynamodb, name)))
    dynamodb._execute_transaction = keeper.transaction(dynamodb._execute_transaction)
    restore()
