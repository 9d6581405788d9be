"""Builds and publishes gold for some days: the protocol's steps, driven on Spark, catalog and ledger."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from waybill_lake.ledger.port import Ledger
from waybill_lake.protocol.publish_builder import Outcome
from waybill_lake.protocol.publish_set import Member, SetBuilder, SetRow, SetStep, take_set_step
from waybill_lake.publish.audit import AuditResult, Measured, Rule, judge, measure
from waybill_lake.publish.gold_store import GoldStore
from waybill_lake.publish.ports import DaySetPort, Making, TableDayPort, Witness
from waybill_lake.publish.rows import GoldLedger
from waybill_lake.publish.silver_look import LakeNames, SilverLook, read_pinned, short_digest
from waybill_lake.reference import Reference
from waybill_lake.steps import NoSteps, Steps
from waybill_lake.transforms.gold import GoldSource, GoldTable, silver_totals
from waybill_lake.transforms.gold_facts import Days

TRIES = 5
"""How often a day is begun again because somebody else published it meanwhile."""


@dataclass(frozen=True)
class GoldParts:
    """What a build works with. `tables`: all that there are, by name; `wanted`: those to build, in order, all when empty."""

    spark: SparkSession
    names: LakeNames
    ledger: GoldLedger
    load_ledger: Ledger
    tables: Mapping[str, GoldTable]
    rules: Sequence[Rule]
    reference: Reference
    time_zone: str
    run: str
    logic: str
    now: dt.datetime
    wanted: Sequence[str] = ()
    steps: Steps = field(default_factory=NoSteps)


@dataclass(frozen=True)
class TableResult:
    """`state`: published, unchanged, failed, superseded, or staged when nothing was to be published."""

    table: str
    state: str
    attempt: int
    rows: int
    snapshot: int
    audits: tuple[AuditResult, ...]


@dataclass(frozen=True)
class DayResult:
    day: dt.date
    state: str
    tables: tuple[TableResult, ...]


class GoldBuild:
    """One run over some days. Silver is looked at once for all of them; a day that was superseded is looked at anew."""

    def __init__(self, parts: GoldParts) -> None:
        self.parts = parts
        self._sources: dict[tuple[str, tuple[dt.date, ...]], GoldSource] = {}
        self._built: dict[tuple[str, str, tuple[dt.date, ...]], DataFrame] = {}
        self._totals: dict[tuple[str, tuple[dt.date, ...]], Mapping[dt.date, Mapping[str, object]]] = {}
        self._days_of_pins: dict[str, tuple[dt.date, ...]] = {}

    def run(
        self, dates: Sequence[dt.date], *, stage_only: bool = False, ended: Callable[[DayResult], None] | None = None
    ) -> list[DayResult]:
        """`ended` is told of each day as soon as it has ended."""
        days = tuple(sorted(set(dates)))
        look = self._look(days)
        results: list[DayResult] = []
        try:
            for day in days:
                results.append(self._day(day, look, stage_only=stage_only))
                if ended is not None:
                    ended(results[-1])
            return results
        finally:
            for frame in self._built.values():
                frame.unpersist()
            for source in self._sources.values():
                source.release()

    def _look(self, days: tuple[dt.date, ...]) -> SilverLook:
        ledger = self.parts.load_ledger
        near = sorted({day + dt.timedelta(days=more) for day in days for more in (-1, 0, 1)})
        events = {table.events for table in self.parts.tables.values() if table.events is not None}
        versions = {table: ledger.day_versions(table, [day.isoformat() for day in near]) for table in ("shipments", *sorted(events))}
        return SilverLook(self.parts.spark, self.parts.names, Days(days, self.parts.time_zone), versions, self.parts.logic)

    def _day(self, day: dt.date, look: SilverLook, *, stage_only: bool) -> DayResult:
        for attempt in range(TRIES):
            if not stage_only and self.parts.ledger.read_logic() not in (None, self.parts.logic):
                # The grant would refuse it all the same; here nothing is built for it.
                return DayResult(day, Outcome.SUPERSEDED, ())
            result = self._try(day, look if attempt == 0 else self._look((day,)), stage_only=stage_only)
            if result.state != Outcome.SUPERSEDED:
                return result
        return result

    def _try(self, day: dt.date, look: SilverLook, *, stage_only: bool) -> DayResult:
        parts = self.parts
        making = Making(
            parts.run,
            parts.logic,
            lambda table, of: self._inputs(table, look.versions(of)),
            lambda: self._pinned(look),
            self._stage,
            self._measure,
            self._judge,
        )
        ports = {name: TableDayPort(name, day, self._store(name), parts.ledger, making) for name in parts.tables}
        world = DaySetPort(day, ports, parts.ledger, lambda row: self._note_version(day, row))
        wanted = tuple(parts.wanted or parts.tables)
        # Who only stages leaves open sets to others.
        state = SetBuilder(wanted, SetStep.BUILD, members=tuple(Member(table) for table in wanted)) if stage_only else SetBuilder(wanted)
        while state.step is not SetStep.END and not (stage_only and state.step is SetStep.DECIDE):
            before = state
            state = take_set_step(state, world)
            parts.steps.reached(_label(before, state))
        return _result(day, state, {name: port.witness for name, port in ports.items()})

    def _inputs(self, table: str, versions: Mapping[str, str]) -> str:
        parts = self.parts
        made = parts.tables[table]
        known = {**versions, "reference": parts.reference.digest, "logic": parts.logic}
        declared = {"declaration": short_digest(made.declaration)} if made.declaration else {}
        rules = short_digest([rule.__dict__ for rule in parts.rules])
        return json.dumps({**{name: known[name] for name in made.inputs}, **declared, "rules": rules}, sort_keys=True)

    def _pinned(self, look: SilverLook) -> str:
        self._days_of_pins.setdefault(look.pins, look.days.dates)
        return look.pins

    def _source(self, pins: str, day: dt.date) -> tuple[GoldSource, tuple[dt.date, ...]]:
        # Pins of a set that another run decided are known for its day only.
        days = self._days_of_pins.get(pins, (day,))
        days = days if day in days else (day,)
        key = (pins, days)
        if key not in self._sources:
            silver = read_pinned(self.parts.spark, self.parts.names, pins)
            self._sources[key] = GoldSource(silver, self.parts.reference, Days(days, self.parts.time_zone), json.loads(pins)["logic"])
        return self._sources[key], days

    def _stage(self, table: str, day: dt.date, pins: str, wap_id: str) -> int:
        source, days = self._source(pins, day)
        key = (table, pins, days)
        if key not in self._built:
            self._built[key] = self.parts.tables[table].build(source).persist()
        rows = self._built[key].where(F.col("business_date") == F.lit(day))
        return self._store(table).stage(rows, day.isoformat(), wap_id)

    def _measure(self, table: str, day: dt.date, snapshot: int | None) -> Measured:
        made, text = self.parts.tables[table], day.isoformat()
        return measure(self._store(table).rows(text, snapshot), made.grain, self.parts.rules, tuple(made.reconciled), text)

    def _judge(self, table: str, day: dt.date, pins: str, measured: Measured) -> list[AuditResult]:
        source, days = self._source(pins, day)
        if (pins, days) not in self._totals:
            self._totals[(pins, days)] = {row["business_date"]: row.asDict() for row in silver_totals(source).collect()}
        totals = self._totals[(pins, days)].get(day, {})
        expected = {column: totals.get(total) for column, total in self.parts.tables[table].reconciled.items()}
        return judge(self.parts.rules, table, measured, expected)

    def _store(self, table: str) -> GoldStore:
        return GoldStore(self.parts.spark, self.parts.names.gold_table(table))

    def _note_version(self, day: dt.date, row: SetRow) -> None:
        parts = self.parts
        rows = [
            (day, m.table, f"{day}#{row.number}", str(row.state), m.builder.attempt, parts.logic, m.builder.inputs, parts.run, parts.now)
            for m in row.members
        ]
        name = parts.names.ops_table("data_versions")
        parts.spark.createDataFrame(rows, parts.spark.table(name).schema).writeTo(name).append()


def _label(before: SetBuilder, after: SetBuilder) -> str:
    """The step that was done: of the set, or of the table whose builder moved."""
    for one, other in zip(before.members, after.members, strict=False):
        if one != other:
            return f"{one.table}:{one.builder.step}"
    return f"set:{before.step}"


def _result(day: dt.date, state: SetBuilder, witnesses: Mapping[str, Witness]) -> DayResult:
    outcome = str(state.outcome) if state.outcome is not None else "staged"
    tables = []
    for member in state.members:
        witness = witnesses[member.table]
        ended = member.builder.outcome
        tables.append(
            TableResult(
                member.table, str(ended) if ended is not None else "staged", witness.attempt, witness.rows, witness.snapshot, witness.audits
            )
        )
    return DayResult(day, outcome, tuple(tables))
