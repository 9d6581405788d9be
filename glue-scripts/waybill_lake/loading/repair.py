"""The nightly listing: makes the ledger agree with the objects of the last hours."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from waybill_lake.ledger import Ledger, LedgerObject
from waybill_lake.ledger.rows import ANNOUNCED, BRONZE, NEW, object_sort_key
from waybill_lake.objects import ObjectStore
from waybill_lake.transforms.bronze import lines_of

ANNOUNCED_FOR_MS = 24 * 3600 * 1000
"""After that long nobody is about to write the object any more."""

_KEY = re.compile(
    r"^(?P<contract>[^/]+)/arrival_date=(?P<date>\d{4}-\d\d-\d\d)/arrival_hour=(?P<hour>\d\d)/"
    r"(?P<shard>[^/]+)-(?P<first>\d+)-(?P<last>\d+)-(?P<count>\d+)-(?P<hash8>[0-9a-f]{8})\.ndjson\.(?:zst|gz)$"
)


def repair_ledger(ledger: Ledger, stores: Mapping[str, ObjectStore], contract: str, *, now: dt.datetime, hours: int) -> dict[str, Any]:
    """Gives each object of the last `hours` a row, and settles rows that were announced more than a day ago.

    :param stores: bronze and quarantine, by kind.
    :return: how many rows were added, confirmed and removed.
    """
    counts = {"added": 0, "confirmed": 0, "removed": 0}
    oldest: dict[str, str] = {}
    for kind, store in stores.items():
        for folder in _hours(contract, now, hours):
            for item in store.list(folder):
                row = _row_of(item.key, kind, item.size)
                if row is None:
                    continue
                oldest[row.shard] = min(oldest.get(row.shard, row.sort_key), row.sort_key)
                counts["added"] += _add(ledger, store, row)
    now_ms = int(now.timestamp() * 1000)
    for shard in {*oldest, *ledger.shards(contract)}:
        after = _just_before(oldest.get(shard, ""))
        for row in list(ledger.rows_of_shard(contract, shard, after=after)):
            if row.state == ANNOUNCED and row.arrival < now_ms - ANNOUNCED_FOR_MS:
                exists = row.kind in stores and stores[row.kind].exists(row.key)
                if ledger.settle(row, exists=exists):
                    counts["confirmed" if exists else "removed"] += 1
    return {"contract": contract, **counts}


def _just_before(sort_key: str) -> str:
    """A sort key that sorts before the given one and after those of earlier sequences; rows announced with it are looked at."""
    return sort_key.split("#", maxsplit=1)[0] if sort_key else ""


def _hours(contract: str, now: dt.datetime, hours: int) -> Iterator[str]:
    start = now.astimezone(dt.UTC)
    for back in range(hours, -1, -1):
        hour = start - dt.timedelta(hours=back)
        yield f"{contract}/arrival_date={hour:%Y-%m-%d}/arrival_hour={hour:%H}/"


def _row_of(key: str, kind: str, size: int) -> LedgerObject | None:
    parts = _KEY.match(key)
    if parts is None:
        return None
    hour = dt.datetime.fromisoformat(f"{parts['date']}T{parts['hour']}:00:00+00:00")
    return LedgerObject(
        contract=parts["contract"],
        shard=parts["shard"],
        sort_key=object_sort_key(parts["first"], parts["last"], int(parts["count"]), parts["hash8"]),
        kind=kind,
        n=int(parts["count"]),
        arrival=int(hour.timestamp() * 1000),
        state=NEW,
        key=key,
        bytes=size,
    )


def _add(ledger: Ledger, store: ObjectStore, row: LedgerObject) -> int:
    """Adds the row of an object that has none; its arrival and major are in its lines."""
    if any(
        stored.sort_key == row.sort_key
        for stored in ledger.rows_of_shard(row.contract, row.shard, after=row.sort_key[:-1], through=row.sort_key)
    ):
        return 0
    arrival, major = row.arrival, 0
    if row.kind == BRONZE:
        lines, _ = lines_of(row.key, store.get(row.key))
        records = [json.loads(line) for line in lines]
        arrival = int(records[0]["t"]) if records else row.arrival
        major = max((int(str(record["v"]).split(".")[0]) for record in records), default=0)
    return int(ledger.put_if_absent(LedgerObject(**{**row.__dict__, "arrival": arrival, "major": major})))
