"""Kinesis storage: bounded costs, bounded memory, arrival times in milliseconds.

ministack 1.4.21 walks every record and every iterator on each call (PutRecord took 28 ms at 90,000 records, and reading four
shards cost half a core after five minutes). Records and iterators are made in time order, so only the front can have expired.

An iterator holds an index into the record list. Whoever drops records from the front must move these indexes, or the reader skips
records that it has never seen.
"""

from __future__ import annotations

import bisect
import time
from typing import Any

from ministack.services import kinesis

#: Dropping records costs a walk over the iterators, so the cap is enforced in steps of this share.
TRIM_SHARE = 0.1

Record = dict[str, Any]
Stream = dict[str, Any]


def arrival(record: Record) -> float:
    """Seconds since the epoch."""
    return float(record["ApproximateArrivalTimestamp"])


class RecordKeeper:
    """Replaces the two expiry functions; counts what the cap removed before its retention was over."""

    def __init__(self, most_per_stream: int) -> None:
        self.most_per_stream = most_per_stream
        #: Stream name -> records removed by the cap, since start.
        self.trimmed: dict[str, int] = {}

    def expire_records(self, stream: Stream) -> None:
        """Drops records older than the stream's retention, then the oldest beyond the cap."""
        cutoff = time.time() - stream["RetentionPeriodHours"] * 3600
        for shard_id, shard in stream["shards"].items():
            records: list[Record] = shard["records"]
            stamp_new(records)
            if records and arrival(records[0]) < cutoff:
                drop_front(stream, shard_id, bisect.bisect_left(records, cutoff, key=arrival))
            self._cap(stream, shard_id)

    def _cap(self, stream: Stream, shard_id: str) -> None:
        records = stream["shards"][shard_id]["records"]
        most = max(1, self.most_per_stream // len(stream["shards"]))
        if len(records) <= most * (1 + TRIM_SHARE):
            return
        excess = len(records) - most
        drop_front(stream, shard_id, excess)
        name = stream["StreamName"]
        self.trimmed[name] = self.trimmed.get(name, 0) + excess


def stamp_new(records: list[Record]) -> None:
    """Arrival in milliseconds instead of whole seconds, from the sequence number that carries them."""
    for record in reversed(records):
        if isinstance(record["ApproximateArrivalTimestamp"], float):
            return
        record["ApproximateArrivalTimestamp"] = int(record["SequenceNumber"][:20]) / 1000


def drop_front(stream: Stream, shard_id: str, count: int) -> None:
    """Removes the oldest records and keeps every iterator on the record that it stood before."""
    del stream["shards"][shard_id]["records"][:count]
    for iterator in kinesis._shard_iterators._data.values():
        if iterator["shard_id"] == shard_id and iterator.get("stream_arn") == stream["StreamARN"]:
            iterator["position"] = max(0, iterator["position"] - count)


def expire_iterators() -> None:
    """Drops iterators older than five minutes."""
    made = kinesis._shard_iterators._data
    cutoff = time.time() - kinesis.ITERATOR_EXPIRY_SECONDS
    while made:
        oldest = next(iter(made))
        if made[oldest]["created_at"] >= cutoff:
            return
        made.pop(oldest, None)


def install(most_per_stream: int) -> RecordKeeper:
    keeper = RecordKeeper(most_per_stream)
    kinesis._expire_records = keeper.expire_records
    kinesis._expire_iterators = expire_iterators
    return keeper
