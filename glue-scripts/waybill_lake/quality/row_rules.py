"""Rules of single rows, compiled to columns of Spark: one aggregation answers all rules of a table for all its days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, cast

from pyspark.errors import PySparkException
from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F
from pyspark.sql import types as T

from waybill_lake.quality.rules import SILVER, QualityRule, QualityRuleError, RuleSet
from waybill_lake.reference import Reference
from waybill_lake.transforms.sentinels import without_sentinels

_DAY = "__business_date"


@dataclass(frozen=True)
class Sources:
    """Where the values of `references` stand: reference files, and tables of silver by name (without `silver.`)."""

    reference: Reference
    silver: Callable[[str], DataFrame]


@dataclass(frozen=True)
class RowCount:
    """Of one rule on one day: rows it looked at, rows that broke it, one of them."""

    looked_at: int = 0
    broken: int = 0
    example: str = ""

    @property
    def share(self) -> float:
        return self.broken / self.looked_at if self.looked_at else 0.0


@dataclass(frozen=True)
class DayCounts:
    rows: int
    by_rule: Mapping[str, RowCount]
    bad_rows: int
    """Rows in the table that break at least one rule of severity `quarantine`: they were loaded before the rule was there."""

    def of(self, rule: QualityRule) -> RowCount:
        return self.by_rule.get(rule.id, RowCount())

    def with_aside(self, aside: Mapping[str, int]) -> DayCounts:
        """The same with the rows that the rules kept out of the table, by rule: they were looked at and found broken."""
        own = {name: self.by_rule.get(name, RowCount(self.rows)) for name in aside}
        more = {
            name: replace(count, looked_at=count.looked_at + aside[name], broken=count.broken + aside[name]) for name, count in own.items()
        }
        return replace(self, by_rule={**self.by_rule, **more})


NOTHING = DayCounts(0, {}, 0)


def count_rows(rows: DataFrame, day: Column, rules: RuleSet, sources: Sources) -> Mapping[dt.date, DayCounts]:
    """One Spark action: the counts of every row rule by `day`. A day without rows is absent.

    :param rows: rows of the events table; columns as in the table.
    :param day: the business date of a row.
    :raises QualityRuleError: a rule names what the table does not have, or its expression cannot be read.
    """
    frame, compiled = rows.withColumn(_DAY, day), []
    for index, rule in enumerate(rules.of_rows):
        with _naming(rule, rules):
            frame, broken = _compile(frame, rule, rules, sources, f"__known_{index}")
            looked, hit = _looks_at(rule), F.coalesce(broken, F.lit(False))
            # Spark analyses now, not at the action: what it refuses is of this rule.
            frame.select(looked & hit)
            compiled.append((rule, looked, hit))
    wanted: list[Column] = [F.count(F.lit(1)).alias("rows")]
    aside = F.lit(False)
    name = _name_of_row(rows)
    for index, (rule, looked, broken) in enumerate(compiled):
        hit = looked & broken
        wanted += [F.count_if(looked).alias(f"n{index}"), F.count_if(hit).alias(f"b{index}"), F.min(F.when(hit, name)).alias(f"e{index}")]
        aside = aside | hit if rule.severity == "quarantine" else aside
    answers = frame.groupBy(_DAY).agg(*wanted, F.count_if(aside).alias("aside")).collect()
    return {row[_DAY]: _counts(row.asDict(), [rule for rule, _, _ in compiled]) for row in answers}


def broken_rules(rows: DataFrame, rules: RuleSet, reference: Reference | None) -> Column:
    """The names of the rules of severity `quarantine` that a row breaks, as an array: what keeps it out of silver.

    :param rows: rows as the events table has them.
    :raises QualityRuleError: as of `count_rows`; also for a rule that looks into silver, where a row may come later.
    """
    names: list[Column] = []
    for rule in rules.put_aside:
        if rule.looks_into_silver:
            raise QualityRuleError(f"{_named(rule, rules)} looks into silver, so it cannot put rows aside; allowed: halt or warn")
        if rule.check["is"] == "references" and reference is None:
            raise QualityRuleError(f"{_named(rule, rules)} needs the reference files, and the load has none")
        with _naming(rule, rules):
            sources = Sources(cast(Reference, reference), rows.sparkSession.table)
            _, broken = _compile(rows, rule, rules, sources, "")
            hit = _looks_at(rule) & F.coalesce(broken, F.lit(False))
            rows.select(hit)
            names.append(F.when(hit, F.lit(rule.id)))
    return F.array_compact(F.array(*names)) if names else F.array().cast("array<string>")


def _counts(row: Mapping[str, Any], rules: Sequence[QualityRule]) -> DayCounts:
    by_rule = {rule.id: RowCount(row[f"n{index}"], row[f"b{index}"], row[f"e{index}"] or "") for index, rule in enumerate(rules)}
    return DayCounts(row["rows"], by_rule, row["aside"])


def _looks_at(rule: QualityRule) -> Column:
    return F.lit(True) if rule.where is None else F.coalesce(F.expr(rule.where), F.lit(False))


def _compile(frame: DataFrame, rule: QualityRule, rules: RuleSet, sources: Sources, marker: str) -> tuple[DataFrame, Column]:
    """The frame, with what the rule needs joined to it, and what is true for a row that breaks the rule (null: it does not)."""
    check = rule.check
    absent = [name for name in rule.columns if name not in frame.columns]
    if absent:
        raise QualityRuleError(f"{_named(rule, rules)}: the table has no column {', '.join(absent)}")
    values = [_value(frame, name, rules) for name in rule.columns]
    match check["is"]:
        case "notNull":
            return frame, _any([value.isNull() for value in values])
        case "inSet":
            return frame, _any([~value.isin(list(check["values"])) for value in values])
        case "range":
            return frame, _any([_outside(value, check) for value in values])
        case "regex":
            return frame, _any([~value.rlike(f"^(?:{check['pattern']})$") for value in values])
        case "references":
            return _references(frame, rule, rules, sources, marker)
        case _:
            return frame, ~F.expr(f"({check['true']})")


def _references(frame: DataFrame, rule: QualityRule, rules: RuleSet, sources: Sources, marker: str) -> tuple[DataFrame, Column]:
    table, column = str(rule.check["table"]), str(rule.check["column"])
    if not table.startswith(SILVER):
        known = _reference_values(table, column, rule, rules, sources.reference)
        return frame, _any([~_value(frame, name, rules).isin(known) for name in rule.columns])
    other = sources.silver(table.removeprefix(SILVER))
    if column not in other.columns:
        raise QualityRuleError(f"{_named(rule, rules)}: {table} has no column {column}")
    broken = []
    for index, name in enumerate(rule.columns):
        key, found = f"{marker}_{index}_key", f"{marker}_{index}"
        keys = other.select(F.col(column).alias(key)).where(F.col(key).isNotNull()).distinct().withColumn(found, F.lit(True))
        value = _value(frame, name, rules)
        frame = frame.join(keys, on=value == F.col(key), how="left").drop(key)
        broken.append(value.isNotNull() & F.col(found).isNull())
    return frame, _any(broken)


def _reference_values(table: str, column: str, rule: QualityRule, rules: RuleSet, reference: Reference) -> list[str]:
    rows = reference.files.get(table)
    if rows is None:
        raise QualityRuleError(f"{_named(rule, rules)}: no reference file {table}; files: {', '.join(sorted(reference.files))}")
    if rows and column not in rows[0]:
        raise QualityRuleError(f"{_named(rule, rules)}: {table} has no column {column}; columns: {', '.join(rows[0])}")
    return sorted({row[column] for row in rows if row[column]})


def _outside(value: Column, check: Mapping[str, Any]) -> Column:
    bounds = [value < check["min"]] if "min" in check else []
    return _any([*bounds, *([value > check["max"]] if "max" in check else [])])


def _value(frame: DataFrame, name: str, rules: RuleSet) -> Column:
    """The column, without the texts that mean no value: rows of silver from before a word was listed still have it."""
    column = F.col(name)
    return without_sentinels(column, F.col("source"), rules.sentinels) if isinstance(frame.schema[name].dataType, T.StringType) else column


def _any(conditions: Sequence[Column]) -> Column:
    """True when one is; an unknown one is not."""
    found = F.lit(False)
    for condition in conditions:
        found = found | F.coalesce(condition, F.lit(False))
    return found


def _name_of_row(rows: DataFrame) -> Column:
    names = [F.col(name) for name in ("source", "event_id") if name in rows.columns]
    return F.concat_ws("/", *names) if names else F.lit("")


@contextmanager
def _naming(rule: QualityRule, rules: RuleSet) -> Iterator[None]:
    try:
        yield
    except PySparkException as error:
        reason = str(error).strip().splitlines()[0][:300]
        raise QualityRuleError(f"{_named(rule, rules)} cannot be evaluated on {rules.table}: {reason}") from error


def _named(rule: QualityRule, rules: RuleSet) -> str:
    return f"{rules.contract}: rule {rule.id}"
