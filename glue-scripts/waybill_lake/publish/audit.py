"""Audits of rows: one pass over the rows of all days answers every rule. Rules lie in gold-rules.json; an unknown kind stops the job."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from importlib import resources
from typing import Any, Literal

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

Severity = Literal["halt", "quarantine", "warn"]
KINDS = ("unique", "not-negative", "reconciled", "not-empty", "only-day")


class RuleError(Exception):
    """A rule cannot be understood; the message names it and says what is allowed."""


@dataclass(frozen=True)
class Rule:
    """`tables`: names, or `*` for all. `columns`: for not-negative; those that a table has count."""

    rule: str
    kind: str
    severity: Severity
    tables: tuple[str, ...]
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class AuditResult:
    """What a rule said: `value` was measured, `threshold` was allowed."""

    rule: str
    kind: str
    severity: Severity
    passed: bool
    value: float | None
    threshold: str
    details: str = ""


@dataclass(frozen=True)
class Measured:
    """A look at rows: what the rules need, and a digest in which the order of rows does not show."""

    values: Mapping[str, Any]
    rows: int
    digest: str
    others: int = 0
    """Rows of other days, in what was staged as one day."""

    @classmethod
    def of_nothing(cls) -> Measured:
        """A day without rows."""
        return cls({}, 0, "0")

    def beside(self, written: int) -> Measured:
        """The same, of a snapshot that so many rows were written to."""
        return replace(self, others=written - self.rows)


def load_rules(severities: Mapping[str, str] | None = None) -> tuple[Rule, ...]:
    """The rules of gold; `severities` replaces those of rules by name.

    :raises RuleError: an unknown kind, severity or rule name.
    """
    return parse_rules(json.loads(resources.files(__package__).joinpath("gold-rules.json").read_text("utf-8")), severities or {})


def parse_rules(values: Iterable[Mapping[str, Any]], severities: Mapping[str, str]) -> tuple[Rule, ...]:
    """:raises RuleError: an unknown kind, severity or rule name."""
    rules = tuple(Rule(v["rule"], v["kind"], v["severity"], tuple(v["tables"]), tuple(v.get("columns", ()))) for v in values)
    unknown = set(severities) - {rule.rule for rule in rules}
    if unknown:
        raise RuleError(f"no rule {', '.join(sorted(unknown))}; rules: {', '.join(rule.rule for rule in rules)}")
    rules = tuple(replace(rule, severity=severities.get(rule.rule, rule.severity)) for rule in rules)  # type: ignore[arg-type]
    for rule in rules:
        if rule.kind not in KINDS:
            raise RuleError(f"rule {rule.rule} is of kind {rule.kind}; kinds: {', '.join(KINDS)}")
        if rule.severity not in ("halt", "quarantine", "warn"):
            raise RuleError(f"rule {rule.rule} has severity {rule.severity}; severities: halt, quarantine, warn")
    return rules


def measure_days(
    rows: DataFrame, grain: Sequence[str], rules: Sequence[Rule], totals: Sequence[str]
) -> Callable[[], Mapping[dt.date, Measured]]:
    """One action over rows of a table, to be called: what they are by day; a day without rows is left out."""
    wanted: list[Column] = [F.count(F.lit(1)).alias("rows"), F.sum(row_hash(rows.schema).cast("decimal(20,0)")).alias("digest")]
    if any(rule.kind == "unique" for rule in rules):
        # A day's keys as one set: exact, and without the shuffles of a distinct count.
        wanted.append(F.size(F.collect_set(F.struct(*grain))).alias("distinct"))
    wanted += [F.count_if(F.col(column) < 0).alias(f"negative {column}") for column in _numbers(rows.schema, rules)]
    wanted += [F.sum(column).alias(f"total {column}") for column in totals]
    counted = rows.groupBy("business_date").agg(*wanted)

    def run() -> Mapping[dt.date, Measured]:
        found = [row.asDict() for row in counted.collect()]
        return {values["business_date"]: Measured(values, int(values["rows"]), f"{values['rows']}:{values['digest']}") for values in found}

    return run


def row_hash(schema: T.StructType) -> Column:
    """Hash of all columns of a row; of a map by its sorted entries."""
    return F.xxhash64(*[_hashable(field) for field in schema.fields])


def judge(rules: Sequence[Rule], table: str, measured: Measured, expected: Mapping[str, Any]) -> list[AuditResult]:
    """The verdict of each rule for this table; `expected`: totals of silver by column."""
    return [_verdict(rule, measured, expected) for rule in rules if "*" in rule.tables or table in rule.tables]


def passed(results: Iterable[AuditResult]) -> bool:
    """Whether nothing that halts has failed."""
    return all(result.passed or result.severity != "halt" for result in results)


def _verdict(rule: Rule, measured: Measured, expected: Mapping[str, Any]) -> AuditResult:
    values = measured.values
    match rule.kind:
        case "unique":
            doubled = measured.rows - int(values.get("distinct", 0))
            return AuditResult(rule.rule, rule.kind, rule.severity, doubled == 0, doubled, "0 rows beside the first of their grain")
        case "not-negative":
            negative = {name.removeprefix("negative "): count for name, count in values.items() if name.startswith("negative ") and count}
            negative = {name: count for name, count in negative.items() if name in rule.columns}
            total = sum(negative.values())
            return AuditResult(rule.rule, rule.kind, rule.severity, total == 0, total, "0 values below 0", _listed(negative))
        case "reconciled":
            apart = {name: f"gold {_plain(values.get(f'total {name}')):f}, silver {_plain(total):f}" for name, total in expected.items()}
            apart = {name: text for name, text in apart.items() if _plain(values.get(f"total {name}")) != _plain(expected[name])}
            return AuditResult(rule.rule, rule.kind, rule.severity, not apart, len(apart), "0 sums that differ from silver", _listed(apart))
        case "not-empty":
            return AuditResult(rule.rule, rule.kind, rule.severity, measured.rows > 0, measured.rows, "at least 1 row")
        case _:
            return AuditResult(rule.rule, rule.kind, rule.severity, measured.others == 0, measured.others, "0 rows of another day")


def _numbers(schema: T.StructType, rules: Sequence[Rule]) -> list[str]:
    named = {column for rule in rules for column in rule.columns}
    return [field.name for field in schema.fields if field.name in named]


def _plain(value: Any) -> Decimal:
    """A sum as one comparable number; the sum of no rows is 0."""
    return Decimal(str(value or 0)).normalize()


def _listed(values: Mapping[str, Any]) -> str:
    return json.dumps({name: str(value) for name, value in sorted(values.items())}) if values else ""


def _hashable(field: T.StructField) -> Column:
    column = F.col(field.name)
    if isinstance(field.dataType, T.MapType):
        return F.array_sort(F.map_entries(column))
    # A hash skips nulls: without this, moving a value to the next column would not show.
    return F.coalesce(column.cast("string"), F.lit("∅")) if isinstance(field.dataType, T.AtomicType) else column
