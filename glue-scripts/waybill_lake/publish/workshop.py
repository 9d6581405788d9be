"""Rows of gold in the making: built once for all days of a run, looked at together, several tables at a time."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from waybill_lake.at_once import at_once
from waybill_lake.publish.audit import AuditResult, Measured, Rule, judge, measure_days
from waybill_lake.publish.batches import Batch
from waybill_lake.publish.gold_store import GoldStore
from waybill_lake.publish.silver_look import LakeNames, read_pinned
from waybill_lake.reference import Reference
from waybill_lake.transforms.gold import GoldSource, GoldTable, silver_totals
from waybill_lake.transforms.gold_facts import Days

DaySet = tuple[dt.date, ...]


class Workshop:
    """What a run makes of pinned silver. What it knows of readers is used once: they move on."""

    def __init__(
        self,
        spark: SparkSession,
        names: LakeNames,
        tables: Mapping[str, GoldTable],
        rules: Sequence[Rule],
        reference: Reference,
        time_zone: str,
    ) -> None:
        self._spark = spark
        self._names = names
        self._tables = tables
        self._rules = rules
        self._reference = reference
        self._time_zone = time_zone
        self._days_of_pins: dict[str, DaySet] = {}
        self._sources: dict[tuple[str, DaySet], GoldSource] = {}
        self._built: dict[tuple[str, str, DaySet], DataFrame] = {}
        self._measured: dict[tuple[str, str, DaySet], Mapping[dt.date, Measured]] = {}
        self._totals: dict[tuple[str, DaySet], Mapping[dt.date, Mapping[str, object]]] = {}
        self._readers: dict[tuple[str, dt.date], Measured] = {}
        self._staged: dict[dt.date, dict[str, int]] = {}
        self._audited: dict[int, Measured] = {}
        self._to_write: dict[tuple[str, str, DaySet], DaySet] = {}
        self._batches: dict[tuple[str, str, DaySet], Batch] = {}
        self._batch_of: dict[int, Batch] = {}
        self._stores = {name: GoldStore(spark, names.gold_table(name)) for name in tables}

    def prepare(self, pins: str, days: DaySet, tables: Iterable[str]) -> None:
        """Builds these tables for all these days, and looks at what readers have of them. Without it each day is made alone."""
        self._days_of_pins.setdefault(pins, days)
        wanted = sorted(tables, key=lambda name: "shipments" not in self._tables[name].inputs)
        if not wanted:
            return
        at_once(self._looks(wanted, days, pins))
        for table in wanted:
            # Days whose rows readers do not have yet. Those without rows are staged by name, not written.
            made = self._measured[(table, pins, days)]
            other = tuple(day for day in days if day in made and made[day].digest != self._readers[(table, day)].digest)
            self._to_write[(table, pins, days)] = other if len(other) > 1 else ()

    def _looks(self, wanted: Sequence[str], days: DaySet, pins: str) -> Iterator[Callable[[], object]]:
        # Frames are made one after the other, in this thread: tables share them. A table is looked at while the next one is made, which
        # takes one core as long as the look.
        for table in wanted:
            yield self._measuring(table, days[0], pins)
        if any(self._tables[table].reconciled for table in wanted):
            yield self._totalling(days[0], pins)
        for table in wanted:
            yield self._reading(table, days)

    def forget_readers(self, day: dt.date) -> None:
        """Somebody published this day meanwhile."""
        for key in [key for key in self._readers if key[1] == day]:
            del self._readers[key]

    def stage(self, table: str, day: dt.date, pins: str, wap_id: str) -> int:
        batch = self._batch(table, day, pins, wap_id)
        files = () if batch is None else batch.take(day)
        if batch is not None and files:
            snapshot = self.store(table).stage_files(files, wap_id)
            self._batch_of[snapshot] = batch
        else:
            rows = self._rows(table, day, pins).where(F.col("business_date") == F.lit(day))
            snapshot = self.store(table).stage(rows, day.isoformat(), wap_id)
        self._staged.setdefault(day, {})[table] = snapshot
        return snapshot

    def _batch(self, table: str, day: dt.date, pins: str, wap_id: str) -> Batch | None:
        """The days of this run that are written together with this one; None when it is written alone."""
        key = (table, pins, self._days(pins, day))
        if day not in self._to_write.get(key, ()):
            return None
        if key not in self._batches:
            made = self._tables[table]

            def measuring(rows: DataFrame) -> Callable[[], Mapping[dt.date, Measured]]:
                return measure_days(rows, made.grain, self._rules, tuple(made.reconciled))

            self._batches[key] = Batch.write(self.store(table), self._rows(table, day, pins), self._to_write[key], wap_id, measuring)
        return self._batches[key]

    def made(self, table: str, day: dt.date, pins: str) -> Measured:
        """The rows of a day before they are written."""
        key = (table, pins, self._days(pins, day))
        if key not in self._measured:
            self._measuring(table, day, pins)()
        return self._measured[key].get(day, Measured.of_nothing())

    def readers(self, table: str, day: dt.date) -> Measured:
        """The rows of a day as readers see them."""
        if (table, day) not in self._readers:
            self._reading(table, (day,))()
        return self._readers.pop((table, day))

    def staged(self, table: str, day: dt.date, snapshot: int) -> Measured:
        """The rows of a day in exactly this snapshot; what else was staged of the day is looked at in the same go."""
        if snapshot not in self._audited:
            of_day = self._staged.setdefault(day, {})
            of_day.setdefault(table, snapshot)
            waiting = [(name, staged) for name, staged in of_day.items() if staged not in self._audited]
            written = [self._batch_of[staged] for _, staged in waiting if staged in self._batch_of]
            at_once([batch.read for batch in written if batch.found is None])
            at_once([self._auditing(name, day, staged) for name, staged in waiting])
        return self._audited[snapshot]

    def judge(self, table: str, day: dt.date, pins: str, measured: Measured) -> list[AuditResult]:
        reconciled = self._tables[table].reconciled
        totals: Mapping[str, Any] = {}
        if reconciled:
            key = (pins, self._days(pins, day))
            if key not in self._totals:
                self._totalling(day, pins)()
            totals = self._totals[key].get(day, {})
        return judge(self._rules, table, measured, {column: totals.get(total) for column, total in reconciled.items()})

    def store(self, table: str) -> GoldStore:
        return self._stores[table]

    def release(self) -> None:
        for frame in self._built.values():
            frame.unpersist()
        for source in self._sources.values():
            source.release()
        for batch in self._batches.values():
            batch.forget()

    def _days(self, pins: str, day: dt.date) -> DaySet:
        # Pins of a set that another run decided are known for its day only.
        days = self._days_of_pins.get(pins, (day,))
        return days if day in days else (day,)

    def _source(self, pins: str, day: dt.date) -> GoldSource:
        days = self._days(pins, day)
        if (pins, days) not in self._sources:
            silver = read_pinned(self._spark, self._names, pins)
            made = GoldSource(silver, self._reference, Days(days, self._time_zone), json.loads(pins)["logic"])
            self._sources[(pins, days)] = made
        return self._sources[(pins, days)]

    def _rows(self, table: str, day: dt.date, pins: str) -> DataFrame:
        key = (table, pins, self._days(pins, day))
        if key not in self._built:
            schema = self._spark.table(self._names.gold_table(table)).schema
            columns = [F.col(field.name).cast(field.dataType).alias(field.name) for field in schema.fields]
            self._built[key] = self._tables[table].build(self._source(pins, day)).select(*columns).persist()
        return self._built[key]

    def _measuring(self, table: str, day: dt.date, pins: str) -> Callable[[], None]:
        key = (table, pins, self._days(pins, day))
        made = self._tables[table]
        measuring = measure_days(self._rows(table, day, pins), made.grain, self._rules, tuple(made.reconciled))

        def run() -> None:
            self._measured[key] = measuring()

        return run

    def _totalling(self, day: dt.date, pins: str) -> Callable[[], None]:
        totals = silver_totals(self._source(pins, day))

        def run() -> None:
            self._totals[(pins, self._days(pins, day))] = {row["business_date"]: row.asDict() for row in totals.collect()}

        return run

    def _reading(self, table: str, days: DaySet) -> Callable[[], None]:
        def run() -> None:
            found: Mapping[dt.date, Measured] = {}
            store = self.store(table)
            full = store.days_with_rows(min(days).isoformat(), max(days).isoformat()) & {day.isoformat() for day in days}
            if full:
                rows = store.rows(sorted(full))
                found = measure_days(rows, self._tables[table].grain, (), ())()
            self._readers.update({(table, day): found.get(day, Measured.of_nothing()) for day in days})

        return run

    def _auditing(self, table: str, day: dt.date, snapshot: int) -> Callable[[], None]:
        def run() -> None:
            batch = self._batch_of.get(snapshot)
            if batch is not None and (known := batch.measured(day, snapshot)) is not None:
                self._audited[snapshot] = known
                return
            made, store, text = self._tables[table], self.store(table), day.isoformat()
            rows = store.rows([text], snapshot).coalesce(1)
            found = measure_days(rows, made.grain, self._rules, tuple(made.reconciled))().get(day, Measured.of_nothing())
            self._audited[snapshot] = found.beside(store.added_rows(snapshot))

        return run
