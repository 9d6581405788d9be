"""A lake of a test: bronze in a folder, the ledger in memory, tables in the test's catalog."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from waybill_lake.ledger import LedgerObject, MemoryLedger
from waybill_lake.ledger.rows import NEW, object_sort_key
from waybill_lake.loading.parts import LoadParts
from waybill_lake.loading.report import LoadReport
from waybill_lake.loading.silver import load_contract
from waybill_lake.model import LakeModel
from waybill_lake.objects import FolderStore
from waybill_lake.session import CATALOG
from waybill_lake.steps import NoSteps, Steps
from waybill_lake.tables.definitions import all_tables
from waybill_lake.tables.ensure import ensure_table
from waybill_lake.transforms.bronze import packed

NOW = dt.datetime(2026, 11, 10, 12, tzinfo=dt.UTC)
SHARD = "shardId-000000000000"
Event = Mapping[str, Any]


def statement(event_id: str, /, shipment: str = "S1", **more: Any) -> dict[str, Any]:
    """A valid ACTUAL event; fields of `more` replace or, when None, remove."""
    event = {
        "schemaVersion": "1.0",
        "eventId": event_id,
        "source": "DCSA:MAEU",
        "sourceEventCode": "X",
        "shipmentId": shipment,
        "eventType": "PICKED_UP",
        "eventClassifier": "ACTUAL",
        "eventTime": "2026-11-09T10:00:00Z",
        **more,
    }
    return {name: value for name, value in event.items() if value is not None}


@dataclass
class World:
    spark: SparkSession
    model: LakeModel
    folder: Path
    silver: str
    """Database, without the catalog."""
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    now: dt.datetime = NOW
    clock_ms: int = int(NOW.timestamp() * 1000)
    _sequence: int = 0

    @property
    def bronze(self) -> FolderStore:
        return FolderStore(str(self.folder / "bronze"))

    @property
    def quarantine(self) -> FolderStore:
        return FolderStore(str(self.folder / "quarantine"))

    @property
    def lake(self) -> FolderStore:
        return FolderStore(str(self.folder / "lake"))

    def make_tables(self, *names: str) -> None:
        for definition in all_tables(self.model):
            if not names or definition.name in names:
                ensure_table(self.spark, self.table(definition.name), definition)

    def table(self, name: str) -> str:
        return f"{CATALOG}.{self.silver}.{name}"

    def rows(self, name: str, *columns: str) -> list[tuple[Any, ...]]:
        return sorted((tuple(row) for row in self.spark.table(self.table(name)).selectExpr(*columns).collect()), key=repr)

    def archive(
        self, contract: str, events: Sequence[Event], *, first: int | None = None, shard: str = SHARD, major: int = 1, row: bool = True
    ) -> LedgerObject:
        """Writes one bronze object and, with `row`, its ledger row."""
        start = self._sequence + 1 if first is None else first
        arrival = int(self.now.timestamp() * 1000)
        records = [
            {"k": str(start + index), "i": 0, "t": arrival + start + index, "v": f"{major}.0", "e": event}
            for index, event in enumerate(events)
        ]
        body = packed("".join(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n" for record in records).encode())
        last = start + len(events) - 1
        self._sequence = max(self._sequence, last)
        hash8 = hashlib.sha256(body).hexdigest()[:8]
        folder = f"{contract}/arrival_date={self.now:%Y-%m-%d}/arrival_hour={self.now:%H}/"
        key = f"{folder}{shard}-{start}-{last}-{len(events)}-{hash8}.ndjson.zst"
        self.bronze.put(key, body)
        stored = LedgerObject(
            contract=contract,
            shard=shard,
            sort_key=object_sort_key(str(start), str(last), len(events), hash8),
            kind="bronze",
            n=len(events),
            arrival=arrival + start,
            state=NEW,
            key=key,
            bytes=len(body),
            major=major,
        )
        if row:
            self.ledger.put_if_absent(stored)
        return stored

    def parts(self, *, owner: str = "one", steps: Steps | None = None, clock: Callable[[], int] | None = None) -> LoadParts:
        return LoadParts(
            spark=self.spark,
            ledger=self.ledger,
            bronze=self.bronze,
            quarantine=self.quarantine,
            lake=self.lake,
            model=self.model,
            silver_database=self.silver,
            owner=owner,
            invocation="test",
            now=self.now,
            clock=clock or (lambda: self.clock_ms),
            steps=steps or NoSteps(),
        )

    def load(self, contract: str = "shipment-event", **more: Any) -> LoadReport:
        return load_contract(self.parts(**more), self.model.contract(contract))
