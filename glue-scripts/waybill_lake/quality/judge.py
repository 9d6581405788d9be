"""Judges the days of silver that gold is about to be made of: what `build-gold` asks before it publishes."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from waybill_lake.at_once import at_once
from waybill_lake.ledger.port import Ledger
from waybill_lake.model import LakeContract, LakeModel
from waybill_lake.publish.audit import AuditResult
from waybill_lake.quality import verdicts as V
from waybill_lake.quality.days import elapsed_share, is_newest, start_of, utc_days, within
from waybill_lake.quality.loads import Reconciliation, aside_of, loads_since, window_of
from waybill_lake.quality.row_rules import NOTHING, Sources, count_rows
from waybill_lake.quality.rules import QualityRule, QualityRuleError, RuleSet, rules_of
from waybill_lake.quality.set_rules import doubled_by_day, newest_arrival, same_weekdays, volume_of
from waybill_lake.reference import Reference
from waybill_lake.session import CATALOG
from waybill_lake.transforms.gold_facts import business_date

_EARLY = dt.timedelta(days=1)
_ROWS, _LOADS = "all rows", "all loads"
"""What is seen beside what rules of sets ask for; no rule's name has a blank."""
_OF_SETS = ("unique", "minRows", "fresh", "reconciles")


@dataclass(frozen=True)
class QualityParts:
    """What a judgement works with. `severities`: `<table>.<rule>` to another severity, by a person's order."""

    spark: SparkSession
    silver_database: str
    ops_database: str
    ledger: Ledger
    model: LakeModel
    reference: Reference
    time_zone: str
    horizon_days: int
    run: str
    now: dt.datetime
    severities: Mapping[str, str] = field(default_factory=dict)

    def silver(self, table: str) -> str:
        return f"{CATALOG}.{self.silver_database}.{table}"

    def ops(self, table: str) -> str:
        return f"{CATALOG}.{self.ops_database}.{table}"


def judge_days(parts: QualityParts, dates: Sequence[dt.date], contracts: Sequence[str] = ()) -> list[V.TableVerdict]:
    """The verdicts of all contracts (or of some) for each day, new ones recorded in quality_results.

    A day whose rows, rules and reference files are those of its newest verdict is not judged again, unless that halts. So what a person
    let pass by other severities stays let pass until one of them changes.

    :raises QualityRuleError: rules are missing or cannot be understood; nothing is recorded.
    """
    days = tuple(sorted(set(dates)))
    wanted = [parts.model.contract(name) for name in contracts] or list(parts.model.contracts)
    sets = {contract.name: rules_of(contract, _own(parts.severities, contract.table.name)) for contract in wanted}
    _must_exist(parts.severities, list(sets.values()))
    known = V.known_verdicts(parts.spark, parts.ops("quality_results"), [contract.table.name for contract in wanted], days)
    found: list[V.TableVerdict] = []
    judgements: list[_Judgement] = []
    for contract in wanted:
        inputs = _inputs(parts, sets[contract.name], days)
        earlier = {day: known.get((day, contract.table.name), ("", None)) for day in days}
        ordered = bool(_own(parts.severities, contract.table.name))
        kept = [verdict for day, (of, verdict) in earlier.items() if verdict and of == inputs[day] and not (verdict.halts or ordered)]
        to_judge = [day for day in days if day not in {verdict.day for verdict in kept}]
        found += kept
        if to_judge:
            judgements.append(_Judgement(parts, contract, sets[contract.name], to_judge, inputs))
    for judged in at_once([judgement.run for judgement in judgements]):
        found += judged
    V.record(parts.spark, parts.ops("quality_results"), found, run=parts.run, now=parts.now)
    return sorted(found, key=lambda verdict: (verdict.day, verdict.table))


class _Judgement:
    """One table for some days."""

    def __init__(
        self, parts: QualityParts, contract: LakeContract, rules: RuleSet, days: Sequence[dt.date], inputs: Mapping[dt.date, str]
    ) -> None:
        self._parts = parts
        self._contract = contract
        self._rules = rules
        self._days = days
        self._inputs = inputs
        self._table = parts.spark.table(parts.silver(rules.table))
        self._day = business_date(F.col("event_time"), parts.time_zone)

    def run(self) -> list[V.TableVerdict]:
        parts = self._parts
        rows = self._table.where(within("event_time", self._days, parts.time_zone))
        since = start_of(self._days[0], parts.time_zone) - _EARLY
        looks: dict[str, Callable[[], Any]] = {
            _ROWS: lambda: count_rows(rows, self._day, self._rules, Sources(parts.reference, self._silver)),
            _LOADS: lambda: loads_since(parts.spark.table(parts.ops("load_runs")), self._rules.contract, since),
            **{rule.id: partial(self._look_at_set, rule) for kind in _OF_SETS for rule in self._rules.of(kind)},
        }
        seen = dict(zip(looks, at_once(list(looks.values())), strict=True))
        counts, loads = seen[_ROWS], seen[_LOADS]
        of_sets = self._of_sets(seen, {day: found.rows for day, found in counts.items()})
        verdicts = []
        for day in self._days:
            found = counts.get(day, NOTHING).with_aside(aside_of(loads, day))
            window = window_of(loads, day, parts.time_zone)
            severity = parts.severities.get(f"{self._rules.table}.{V.BAD_SHARE}")
            share = V.of_bad_share(self._rules, window, found, severity=severity, inputs=self._inputs[day])
            results = [share, *[V.of_rows(rule, found) for rule in self._rules.of_rows], *of_sets[day]]
            verdicts.append(V.TableVerdict(day, self._rules.table, found.rows, tuple(results)))
        return verdicts

    def _look_at_set(self, rule: QualityRule) -> Any:
        """What a rule of a whole table needs to know of it."""
        parts = self._parts
        match rule.check["is"]:
            case "unique":
                return doubled_by_day(self._within_horizon(), rule.columns, self._day)
            case "minRows":
                return self._history(int(rule.check["weeks"]))
            case "fresh":
                return newest_arrival(parts.spark, parts.silver(self._rules.table))
            case _:
                books = Reconciliation(parts.spark, parts.ledger, load_runs=parts.ops("load_runs"), conflicts=parts.silver("conflicts"))
                return books.balance(self._rules.contract, parts.silver(self._rules.table))

    def _of_sets(self, seen: Mapping[str, Any], rows: Mapping[dt.date, int]) -> dict[dt.date, list[AuditResult]]:
        """What speaks of the table as a whole stands with every day for which it counts, whichever days a run takes together.

        Books that do not balance count for all: what was lost may be of any day. The age of the newest row says nothing of a past one.
        """
        parts = self._parts
        found: dict[dt.date, list[AuditResult]] = {day: [] for day in self._days}
        for rule in self._rules.of("unique"):
            for day in self._days:
                found[day].append(V.of_doubled(rule, seen[rule.id].get(day, 0), rows.get(day, 0)))
        for rule in self._rules.of("minRows"):
            share, weeks = float(rule.check["ofWeekdayMedian"]), int(rule.check["weeks"])
            counts = {**seen[rule.id], **rows}
            for day in self._days:
                elapsed = elapsed_share(day, parts.time_zone, parts.now)
                found[day].append(V.of_volume(rule, volume_of(day, counts, share=share, weeks=weeks, elapsed=elapsed)))
        for day in self._days:
            if is_newest(day, parts.time_zone, parts.now):
                found[day] += [V.of_freshness(rule, seen[rule.id], parts.now) for rule in self._rules.of("fresh")]
            found[day] += [V.of_balance(rule, seen[rule.id]) for rule in self._rules.of("reconciles")]
        return found

    def _within_horizon(self) -> DataFrame:
        since = start_of(self._days[0], self._parts.time_zone) - dt.timedelta(days=self._parts.horizon_days)
        return self._table.where(F.col("event_time") >= F.lit(since))

    def _history(self, weeks: int) -> Mapping[dt.date, int]:
        """Rows of the same weekdays before; only event times are read."""
        days = {before for day in self._days for before in same_weekdays(day, weeks)}
        rows = self._table.where(within("event_time", days, self._parts.time_zone)).groupBy(self._day.alias("day")).count().collect()
        return {row["day"]: row["count"] for row in rows}

    def _silver(self, table: str) -> DataFrame:
        name = self._parts.silver(table)
        if not self._parts.spark.catalog.tableExists(name):
            raise QualityRuleError(f"{self._rules.contract}: silver has no table {table} to refer to")
        return self._parts.spark.table(name)


def _inputs(parts: QualityParts, rules: RuleSet, days: Sequence[dt.date]) -> dict[dt.date, str]:
    """What the verdict about each day is made of, as text: versions of the event days, the rules, reference files."""
    of_utc = {day: utc_days(day, parts.time_zone) for day in days}
    versions = parts.ledger.day_versions(rules.table, {one for touched in of_utc.values() for one in touched})

    def text(day: dt.date) -> str:
        known = {one: versions[one] for one in of_utc[day] if one in versions}
        made_of = {"days": known, "rules": rules.digest, "reference": parts.reference.digest}
        # A day that is not over changes by the hour even where no rows come.
        is_over = elapsed_share(day, parts.time_zone, parts.now) >= 1
        return json.dumps(made_of if is_over else {**made_of, "until": parts.now.isoformat()}, sort_keys=True)

    return {day: text(day) for day in days}


def _own(severities: Mapping[str, str], table: str) -> dict[str, str]:
    prefix = f"{table}."
    return {name.removeprefix(prefix): value for name, value in severities.items() if name.startswith(prefix)}


def _must_exist(severities: Mapping[str, str], sets: Sequence[RuleSet]) -> None:
    rules = {f"{rules.table}.{name}" for rules in sets for name in (V.BAD_SHARE, *[rule.id for rule in rules.rules])}
    unknown = sorted(set(severities) - rules)
    if unknown:
        raise QualityRuleError(f"no rule {', '.join(unknown)}; a rule is <table>.<rule>: {', '.join(sorted(rules))}")
