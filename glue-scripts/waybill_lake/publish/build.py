"""Builds and publishes gold for some days: the protocol's steps, driven on Spark, catalog and ledger."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pyspark.sql import SparkSession

from waybill_lake.ledger.port import Ledger
from waybill_lake.protocol.publish_builder import Outcome, Step
from waybill_lake.protocol.publish_set import Member, SetBuilder, SetRow, SetStep, has_looked, take_set_step
from waybill_lake.publish.audit import AuditResult, Rule
from waybill_lake.publish.ports import DaySetPort, Making, TableDayPort, Witness
from waybill_lake.publish.rows import GoldLedger
from waybill_lake.publish.silver_look import LakeNames, SilverLook, short_digest
from waybill_lake.publish.weigh import Weigh, Weighed
from waybill_lake.publish.workshop import Workshop
from waybill_lake.reference import Reference
from waybill_lake.steps import NoSteps, Steps
from waybill_lake.tables.few_rows import append_few
from waybill_lake.tables.iceberg import LiveTable
from waybill_lake.transforms.gold import GoldTable
from waybill_lake.transforms.gold_facts import Days

HELD = "held"
"""State of a day that passed its audits and was not published, because it would have changed more than is allowed."""
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
    weigh: Weigh | None = None
    """Looks at each day between its audits and its readers; None: what passes its audits is published."""


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
    weighed: Weighed | None = None


class DayWalk:
    """A day's builder on its way."""

    def __init__(
        self,
        day: dt.date,
        state: SetBuilder,
        world: DaySetPort,
        ports: Mapping[str, TableDayPort],
        parts: GoldParts,
        *,
        stage_only: bool,
    ) -> None:
        self.day = day
        self.state = state
        self._world = world
        self._ports = ports
        self._steps = parts.steps
        self._weigh = parts.weigh
        self._weighed: Weighed | None = None
        self._stage_only = stage_only

    def go(self, until: Callable[[SetBuilder], bool]) -> None:
        while self.state.step is not SetStep.END and not until(self.state):
            before = self.state
            self.state = take_set_step(before, self._world)
            self._steps.reached(_label(before, self.state))

    def finish(self) -> DayResult:
        self.go(until=self._is_not_to_be_published)
        result = _result(self.day, self.state, {name: port.witness for name, port in self._ports.items()})
        held = self.state.step is not SetStep.END and self._weighed is not None and self._weighed.holds
        return replace(result, state=HELD if held else result.state, weighed=self._weighed)

    def _is_not_to_be_published(self, state: SetBuilder) -> bool:
        """Asked before each step; what readers would get is known at the decision."""
        if state.step is not SetStep.DECIDE:
            return False
        if self._weigh is not None:
            staged = {
                member.table: self._ports[member.table].witness.snapshot for member in state.members if member.builder.step is Step.GRANT
            }
            self._weighed = self._weigh(self.day, staged)
        return self._stage_only or (self._weighed is not None and self._weighed.holds)


class GoldBuild:
    """One run over some days. Silver is looked at once for all of them; a day that was superseded is looked at anew."""

    def __init__(self, parts: GoldParts) -> None:
        self.parts = parts
        self._data_versions = LiveTable(parts.spark, parts.names.ops_table("data_versions"))
        self._shop = Workshop(parts.spark, parts.names, parts.tables, parts.rules, parts.reference, parts.time_zone)

    def run(
        self, dates: Sequence[dt.date], *, stage_only: bool = False, ended: Callable[[DayResult], None] | None = None
    ) -> list[DayResult]:
        """`ended` is told of each day as soon as it has ended."""
        days = tuple(sorted(set(dates)))
        try:
            walks = self._looked(days, stage_only=stage_only)
            results: list[DayResult] = []
            # One after another: a day that is staged on what readers have becomes theirs as it is; one that was overtaken is copied.
            for walk in walks:
                results.append(self._day(walk, stage_only=stage_only))
                if ended is not None:
                    ended(results[-1])
            return results
        finally:
            self._shop.release()

    def _looked(self, days: tuple[dt.date, ...], *, stage_only: bool) -> list[DayWalk]:
        """All days ask what they are made of; only then silver is pinned and those that have changed are built, all together."""
        look = self._look(days)
        walks = [self._walk(day, look, stage_only=stage_only) for day in days]
        for walk in walks:
            walk.go(until=has_looked)
        changed = [walk for walk in walks if walk.state.step is SetStep.BUILD]
        if changed:
            tables = {member.table for walk in changed for member in walk.state.members if member.builder.step is not Step.END}
            self._shop.prepare(look.pins, tuple(walk.day for walk in changed), tables)
        return walks

    def _look(self, days: tuple[dt.date, ...]) -> SilverLook:
        ledger = self.parts.load_ledger
        near = sorted({day + dt.timedelta(days=more) for day in days for more in (-1, 0, 1)})
        events = {table.events for table in self.parts.tables.values() if table.events is not None}
        versions = {table: ledger.day_versions(table, [day.isoformat() for day in near]) for table in ("shipments", *sorted(events))}
        return SilverLook(self.parts.spark, self.parts.names, Days(days, self.parts.time_zone), versions, self.parts.logic)

    def _is_out_of_force(self) -> bool:
        return self.parts.ledger.read_logic() not in (None, self.parts.logic)

    def _day(self, walk: DayWalk, *, stage_only: bool) -> DayResult:
        # The grant refuses a logic that is not in force; where that is known, nothing is built for it.
        if not stage_only and self._is_out_of_force():
            return DayResult(walk.day, Outcome.SUPERSEDED, ())
        result = walk.finish()
        for _ in range(TRIES - 1):
            if result.state != Outcome.SUPERSEDED or self._is_out_of_force():
                break
            self._shop.forget_readers(walk.day)
            result = self._looked((walk.day,), stage_only=stage_only)[0].finish()
        return result

    def _walk(self, day: dt.date, look: SilverLook, *, stage_only: bool) -> DayWalk:
        parts, shop = self.parts, self._shop
        making = Making(
            run=parts.run,
            logic=parts.logic,
            inputs=lambda table, of: self._inputs(table, look.versions(of)),
            pins=lambda: look.pins,
            stage=shop.stage,
            audit=shop.staged,
            compare=lambda table, of, pins: (shop.made(table, of, pins), shop.readers(table, of)),
            judge=shop.judge,
        )
        ports = {name: TableDayPort(name, day, shop.store(name), parts.ledger, making) for name in parts.tables}
        world = DaySetPort(day, ports, parts.ledger, lambda row: self._note_version(day, row))
        wanted = tuple(parts.wanted or parts.tables)
        # Who only stages leaves open sets to others.
        state = SetBuilder(wanted, SetStep.BUILD, members=tuple(Member(table) for table in wanted)) if stage_only else SetBuilder(wanted)
        return DayWalk(day, state, world, ports, parts, stage_only=stage_only)

    def _inputs(self, table: str, versions: Mapping[str, str]) -> str:
        parts = self.parts
        made = parts.tables[table]
        known = {**versions, "reference": parts.reference.digest, "logic": parts.logic}
        declared = {"declaration": short_digest(made.declaration)} if made.declaration else {}
        rules = short_digest([rule.__dict__ for rule in parts.rules])
        return json.dumps({**{name: known[name] for name in made.inputs}, **declared, "rules": rules}, sort_keys=True)

    def _note_version(self, day: dt.date, row: SetRow) -> None:
        parts = self.parts
        rows = [
            (day, m.table, f"{day}#{row.number}", str(row.state), m.builder.attempt, parts.logic, m.builder.inputs, parts.run, parts.now)
            for m in row.members
        ]
        append_few(self._data_versions, {f"business_date={day}": rows})


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
