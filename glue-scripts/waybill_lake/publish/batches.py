"""Days of one table that are written in one go: one Spark action instead of one a day. Each is staged, audited and published by itself."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from waybill_lake.publish.audit import Measured
from waybill_lake.publish.gold_store import GoldStore

Measuring = Callable[[DataFrame], Callable[[], Mapping[dt.date, Measured]]]


@dataclass
class Batch:
    """What was written. `files` of a day are there until it is staged with them: whoever stages it again writes it again."""

    store: GoldStore
    days: tuple[dt.date, ...]
    snapshot: int
    files: dict[str, Sequence[Any]]
    paths: Mapping[str, frozenset[str]]
    measuring: Measuring
    found: Mapping[dt.date, Measured] | None = field(default=None)

    @classmethod
    def write(cls, store: GoldStore, rows: DataFrame, days: Sequence[dt.date], wap_id: str, measuring: Measuring) -> Batch:
        """`wap_id`: of the run and table; a run that is tried again writes under another one."""
        wanted = rows.where(F.col("business_date").isin(list(days)))
        snapshot, files = store.write_days(wanted, f"{wap_id}/{uuid.uuid4().hex}")
        paths = {day: frozenset(str(file.location()) for file in own) for day, own in files.items()}
        return cls(store, tuple(days), snapshot, dict(files), paths, measuring)

    def take(self, day: dt.date) -> Sequence[Any]:
        """The day's files, once; empty when it has none."""
        return self.files.pop(day.isoformat(), ())

    def read(self) -> None:
        """Reads what was written, all days in one action."""
        if self.found is None:
            self.found = self.measuring(self.store.rows([day.isoformat() for day in self.days], self.snapshot))()

    def measured(self, day: dt.date, snapshot: int) -> Measured | None:
        """What is in a staged snapshot of the day; None when it does not hold exactly the files that were read."""
        self.read()
        paths, written = self.store.look_into(snapshot, day.isoformat())
        if self.found is None or paths != self.paths.get(day.isoformat()):
            return None
        return self.found.get(day, Measured.of_nothing()).beside(written)

    def forget(self) -> None:
        if self.snapshot:
            self.store.forget(self.snapshot)
