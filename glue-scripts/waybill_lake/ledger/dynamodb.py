"""The ledger in DynamoDB. Conditions do the work: a refused condition is an answer, every other error is raised."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from waybill_lake.ledger.items import load_row, marker_row, marshal, object_item, object_key_of, object_row, shard_row, unmarshal
from waybill_lake.ledger.rows import (
    ANNOUNCED,
    BRONZE,
    MISSING,
    NEW,
    PARKED,
    LedgerObject,
    LoadRow,
    MarkerRow,
    ShardRow,
    object_partition,
    open_bucket,
    open_partitions,
    waiting_partition,
)
from waybill_lake.ledger.table import DynamoTable

_WRITERS = 8
_FAR_ENOUGH = 1_000
"""Rows without overlap after which the search backwards ends: cuts of one batch lie closer together than this."""


class DynamoLedger:
    def __init__(self, table: str, client: Any | None = None) -> None:
        self._table = DynamoTable(table, client)

    # The load row

    def take_lease(self, contract: str, owner: str, *, now: int, until: int) -> LoadRow | None:
        answer = self._table.update(
            f"load#{contract}",
            "row",
            "SET fence = if_not_exists(fence, :zero) + :one, #owner = :owner, leaseUntil = :until",
            "attribute_not_exists(pk) OR #owner = :none OR leaseUntil <= :now",
            {":zero": 0, ":one": 1, ":owner": owner, ":until": until, ":now": now, ":none": ""},
            {"#owner": "owner"},
        )
        if answer is not None:
            return load_row(answer)
        row = self.read_load(contract)
        # A write whose answer was lost is retried and refused by itself.
        return row if row.owner == owner and row.lease_until == until else None

    def read_load(self, contract: str) -> LoadRow:
        return load_row(self._table.read(f"load#{contract}", "row"))

    def renew(self, contract: str, fence: int, until: int) -> bool:
        return self._change_load(contract, fence, "SET leaseUntil = :until", {":until": until})

    def begin_run(self, contract: str, fence: int, run: str, manifest: str) -> bool:
        """Begins a run. A retried write that meets itself is recognised by what stands there (a lost answer is normal)."""
        change = "SET #run = :run, manifest = :manifest, nextRun = if_not_exists(nextRun, :one) + :one"
        values = {":run": run, ":manifest": manifest, ":one": 1, ":none": ""}
        if self._change_load(contract, fence, change, values, "(attribute_not_exists(#run) OR #run = :none)", {"#run": "run"}):
            return True
        row = self.read_load(contract)
        return row.fence == fence and row.run == run

    def close_run(self, contract: str, fence: int, run: str) -> bool:
        values = {":run": run, ":none": ""}
        if self._change_load(contract, fence, "SET #run = :none, manifest = :none", values, "#run = :run", {"#run": "run"}):
            return True
        row = self.read_load(contract)
        return row.fence == fence and row.run == ""

    def release(self, contract: str, fence: int) -> bool:
        values = {":none": "", ":zero": 0}
        return self._change_load(contract, fence, "SET #owner = :none, leaseUntil = :zero", values, names={"#owner": "owner"})

    def _change_load(
        self, contract: str, fence: int, change: str, values: Mapping[str, Any], more: str = "", names: Mapping[str, str] | None = None
    ) -> bool:
        condition = "fence = :mine" + (f" AND {more}" if more else "")
        return self._table.update(f"load#{contract}", "row", change, condition, {**values, ":mine": fence}, names) is not None

    # Objects

    def open_objects(self, contract: str) -> Iterator[LedgerObject]:
        for partition in open_partitions(contract):
            yield from map(object_row, self._table.query("#open = :p", {":p": partition}, {"#open": "open"}, index="open"))

    def waiting_objects(self, contract: str) -> Iterator[LedgerObject]:
        values = {":p": waiting_partition(contract)}
        yield from map(object_row, self._table.query("#open = :p", values, {"#open": "open"}, index="open"))

    def rows_of_shard(self, contract: str, shard: str, *, after: str = "", through: str = "~") -> Iterator[LedgerObject]:
        values = {":p": object_partition(contract, shard), ":after": after or " ", ":through": through}
        for row in map(object_row, self._table.query("pk = :p AND sk BETWEEN :after AND :through", values)):
            if row.sort_key != after:
                yield row

    def overlapping(self, row: LedgerObject) -> Sequence[LedgerObject]:
        values = {":p": object_partition(row.contract, row.shard), ":last": f"{row.last}#~"}
        found: list[LedgerObject] = []
        apart = 0
        for other in map(object_row, self._table.query("pk = :p AND sk <= :last", values, backwards=True)):
            if other.last < row.first:
                apart += 1
                if apart >= _FAR_ENOUGH:
                    break
            elif other.kind == BRONZE:
                found.append(other)
        return found[::-1]

    def mark(self, objects: Iterable[LedgerObject], *, state: str, run: str, reason: str, expires_at: int | None) -> None:
        change = "SET #state = :state, #run = :run"
        values: dict[str, Any] = {":state": state, ":run": run}
        names = {"#state": "state", "#run": "run", "#open": "open"}
        if reason:
            change, values, names = f"{change}, #reason = :reason", {**values, ":reason": reason}, {**names, "#reason": "reason"}
        if expires_at is not None:
            change, values = f"{change}, expiresAt = :expires", {**values, ":expires": expires_at}

        def mark_one(row: LedgerObject) -> None:
            partition = object_partition(row.contract, row.shard)
            # What needs a person stays in the index, apart from what is to be loaded: people ask for it.
            stays = state in (PARKED, MISSING)
            full = f"{change}, #open = :waiting" if stays else f"{change} REMOVE #open"
            with_index = {**values, ":waiting": waiting_partition(row.contract)} if stays else values
            self._table.update(partition, row.sort_key, full, "attribute_exists(pk)", with_index, names)

        with ThreadPoolExecutor(_WRITERS) as pool:
            list(pool.map(mark_one, objects))

    def put_if_absent(self, row: LedgerObject) -> bool:
        return self._table.put(object_item(row), "attribute_not_exists(pk)")

    def settle(self, row: LedgerObject, *, exists: bool) -> bool:
        names, values = {"#state": "state"}, {":announced": ANNOUNCED}
        if exists:
            change = "SET #state = :new, #open = :open"
            more = {**values, ":new": NEW, ":open": open_bucket(row.contract, row.shard)}
            partition = object_partition(row.contract, row.shard)
            return self._table.update(partition, row.sort_key, change, "#state = :announced", more, {**names, "#open": "open"}) is not None
        call = {"TableName": self._table.name, "Key": object_key_of(row), "ConditionExpression": "#state = :announced"}
        return (
            self._table.allowed(
                self._table.client.delete_item, **call, ExpressionAttributeNames=names, ExpressionAttributeValues=marshal(values)
            )
            is not None
        )

    # Progress

    def shards(self, contract: str) -> Mapping[str, ShardRow]:
        rows = map(shard_row, self._table.query("pk = :p", {":p": f"shard#{contract}"}))
        return {row.shard: row for row in rows}

    def raise_shard(self, contract: str, row: ShardRow) -> None:
        for name, value in (("loadedThrough", row.loaded_through), ("highLast", row.high_last)):
            if value:
                condition = f"attribute_not_exists({name}) OR {name} < :value"
                self._table.update(f"shard#{contract}", row.shard, f"SET {name} = :value", condition, {":value": value})

    def record_run(self, contract: str, run: str, attributes: Mapping[str, Any], *, expires_at: int) -> bool:
        item = marshal({**attributes, "pk": f"run#{contract}", "sk": run, "expiresAt": expires_at})
        return self._table.put(item, "attribute_not_exists(pk)")

    def read_run(self, contract: str, run: str) -> Mapping[str, Any] | None:
        return unmarshal(self._table.read(f"run#{contract}", run)) or None

    def raise_days(self, table: str, days: Iterable[str], version: int) -> None:
        for day in days:
            condition = "attribute_not_exists(#version) OR #version < :version"
            self._table.update(f"day#{table}", day, "SET #version = :version", condition, {":version": version}, {"#version": "version"})

    def day_versions(self, table: str, days: Iterable[str]) -> Mapping[str, int]:
        wanted = set(days)
        if not wanted:
            return {}
        values = {":p": f"day#{table}", ":first": min(wanted), ":last": max(wanted)}
        rows = map(unmarshal, self._table.query("pk = :p AND sk BETWEEN :first AND :last", values))
        return {row["sk"]: int(row["version"]) for row in rows if row["sk"] in wanted}

    def first_day(self, table: str) -> str | None:
        first = next(self._table.query("pk = :p", {":p": f"day#{table}"}, most=1), None)
        return None if first is None else str(unmarshal(first)["sk"])

    def expect_marker(self, contract: str, day: str, shard: str, marker_id: str) -> None:
        self._table.update(f"marker#{contract}#{day}", shard, "SET markerId = :id", "", {":id": marker_id})

    def see_marker(self, marker: LedgerObject, *, now: int) -> None:
        condition = "attribute_not_exists(seenAt) OR (markerId = :id AND seenMarkerId <> :id)"
        change = "SET seenMarkerId = :id, seenSequence = :sequence, seenAt = :now"
        values = {":id": marker.marker_id, ":sequence": marker.sort_key, ":now": now}
        self._table.update(f"marker#{marker.contract}#{marker.day}", marker.shard, change, condition, values)

    def markers(self, contract: str, day: str) -> Mapping[str, MarkerRow]:
        rows = map(marker_row, self._table.query("pk = :p", {":p": f"marker#{contract}#{day}"}))
        return {row.shard: row for row in rows}
