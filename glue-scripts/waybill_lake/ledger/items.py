"""Rows of the ledger as DynamoDB items and back (docs/bronze.md, docs/lake.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

from waybill_lake.ledger.rows import NEW, LedgerObject, LoadRow, MarkerRow, ShardRow, object_partition, open_bucket

Item = dict[str, Any]

_serializer = TypeSerializer()
_deserializer = TypeDeserializer()


def marshal(values: Mapping[str, Any]) -> Item:
    return {name: _serializer.serialize(value) for name, value in values.items()}


def unmarshal(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _deserializer.deserialize(value) for name, value in item.items()}


def object_key_of(row: LedgerObject) -> Item:
    return marshal({"pk": object_partition(row.contract, row.shard), "sk": row.sort_key})


def object_item(row: LedgerObject) -> Item:
    """As archive-events writes it."""
    values: dict[str, Any] = {
        "pk": object_partition(row.contract, row.shard),
        "sk": row.sort_key,
        "kind": row.kind,
        "n": row.n,
        "arrival": row.arrival,
        "state": row.state,
    }
    optional = {
        "key": row.key,
        "bytes": row.bytes,
        "majorVersion": row.major,
        "markerId": row.marker_id,
        "day": row.day,
        "putAt": row.put_at,
    }
    values |= {name: value for name, value in optional.items() if value}
    if row.state == NEW:
        values["open"] = open_bucket(row.contract, row.shard)
    return marshal(values)


def object_row(item: Mapping[str, Any]) -> LedgerObject:
    values = unmarshal(item)
    _, contract, shard = str(values["pk"]).split("#", 2)
    return LedgerObject(
        contract=contract,
        shard=shard,
        sort_key=str(values["sk"]),
        kind=str(values["kind"]),
        n=int(values["n"]),
        arrival=int(values["arrival"]),
        state=str(values["state"]),
        key=str(values.get("key", "")),
        bytes=int(values.get("bytes", 0)),
        major=int(values.get("majorVersion", 0)),
        marker_id=str(values.get("markerId", "")),
        day=str(values.get("day", "")),
        put_at=str(values.get("putAt", "")),
        reason=str(values.get("reason", "")),
    )


def load_row(item: Mapping[str, Any]) -> LoadRow:
    values = unmarshal(item)
    return LoadRow(
        fence=int(values.get("fence", 0)),
        owner=str(values.get("owner", "")),
        lease_until=int(values.get("leaseUntil", 0)),
        run=str(values.get("run", "")),
        manifest=str(values.get("manifest", "")),
        next_run=int(values.get("nextRun", 1)),
    )


def shard_row(item: Mapping[str, Any]) -> ShardRow:
    values = unmarshal(item)
    return ShardRow(str(values["sk"]), str(values.get("loadedThrough", "")), str(values.get("highLast", "")))


def marker_row(item: Mapping[str, Any]) -> MarkerRow:
    values = unmarshal(item)
    return MarkerRow(
        shard=str(values["sk"]),
        marker_id=str(values.get("markerId", "")),
        seen_marker_id=str(values.get("seenMarkerId", "")),
        seen_sort_key=str(values.get("seenSequence", "")),
        seen_at=int(values.get("seenAt", 0)),
    )
