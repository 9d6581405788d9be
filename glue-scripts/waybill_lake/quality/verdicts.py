"""From counts to verdicts, and from verdicts to rows of quality_results."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql import functions as F

from waybill_lake.publish.audit import AuditResult
from waybill_lake.quality.loads import Balance, Window, bad_share
from waybill_lake.quality.results_table import append_results
from waybill_lake.quality.row_rules import DayCounts
from waybill_lake.quality.rules import QualityRule, RuleSet
from waybill_lake.quality.set_rules import Volume

BAD_SHARE = "bad-share"
"""The rule that every contract has: of all that a window received, so much was bad."""
BAD_SHARE_HALTS = 0.05
BAD_SHARE_WARNS = 0.01


@dataclass(frozen=True)
class TableVerdict:
    """What the rules say of a table's day. `known`: they said so in an earlier run, of the same rows."""

    day: dt.date
    table: str
    rows: int
    results: tuple[AuditResult, ...]
    known: bool = False

    @property
    def halts(self) -> bool:
        return any(not result.passed and result.severity == "halt" for result in self.results)


def of_rows(rule: QualityRule, counts: DayCounts) -> AuditResult:
    count = counts.of(rule)
    allowed = f"at most {_percent(rule.threshold)} of rows" if rule.threshold else "no row"
    more = {"rows": count.looked_at, "broken": count.broken, **({"example": count.example} if count.broken else {})}
    return _result(rule, passed=count.share <= rule.threshold, value=count.share, threshold=allowed, **more)


def of_doubled(rule: QualityRule, doubled: int, rows: int) -> AuditResult:
    share = doubled / rows if rows else float(doubled > 0)
    allowed = f"at most {_percent(rule.threshold)} of rows" if rule.threshold else "no two rows of one key"
    return _result(rule, passed=share <= rule.threshold, value=doubled, threshold=allowed, rows=rows)


def of_volume(rule: QualityRule, volume: Volume) -> AuditResult:
    share, weeks = float(rule.check["ofWeekdayMedian"]), int(rule.check["weeks"])
    allowed = f"at least {_percent(share)} of the median of the weekday in {weeks} weeks"
    if volume.expected is not None:
        allowed += f": {volume.expected:.0f} rows"
    return _result(rule, passed=volume.is_enough, value=volume.rows, threshold=allowed, history=list(volume.history))


def of_freshness(rule: QualityRule, newest: dt.datetime | None, now: dt.datetime) -> AuditResult:
    minutes = None if newest is None else round((now - newest).total_seconds() / 60, 1)
    passed = minutes is not None and minutes <= float(rule.check["minutes"])
    return _result(rule, passed=passed, value=minutes, threshold=f"at most {rule.check['minutes']} min old at the run")


def of_balance(rule: QualityRule, balance: Balance) -> AuditResult:
    more = {"identities": balance.identities, "silver": balance.silver, "conflicts": balance.conflicts}
    words = "identities without duplicates and parked = silver + conflicts"
    return _result(rule, passed=balance.missing == 0, value=balance.missing, threshold=words, **more)


def of_bad_share(rules: RuleSet, window: Window, counts: DayCounts, *, severity: str | None, inputs: str) -> AuditResult:
    """Over 5 % halts, over 1 % warns. `severity` replaces `halt`, by a person's order."""
    share = bad_share(window, counts.rows, counts.bad_rows)
    over = share > BAD_SHARE_HALTS
    details = {
        "owner": rules.owner,
        "says": "Records in quarantine or parked, and rows that break a rule of severity quarantine.",
        "received": window.received,
        "quarantined": window.quarantined,
        "parked": window.parked,
        "rows": counts.rows,
        "broken": counts.bad_rows,
        "inputs": inputs,
    }
    allowed = f"over {_percent(BAD_SHARE_WARNS)} warns, over {_percent(BAD_SHARE_HALTS)} halts"
    level: Any = (severity or "halt") if over else "warn"
    return AuditResult(BAD_SHARE, "accuracy", level, share <= BAD_SHARE_WARNS, share, allowed, json.dumps(details, ensure_ascii=False))


def record(spark: SparkSession, table: str, verdicts: Sequence[TableVerdict], *, run: str, now: dt.datetime) -> None:
    """Adds what is new to quality_results (`table`: its full name), in one commit."""
    append_results(
        spark,
        table,
        [(verdict.day, verdict.table, result) for verdict in verdicts if not verdict.known for result in verdict.results],
        run=run,
        now=now,
    )


def known_verdicts(
    spark: SparkSession, results: str, tables: Sequence[str], days: Sequence[dt.date]
) -> Mapping[tuple[dt.date, str], tuple[str, TableVerdict]]:
    """The newest verdict of each table's day, with the inputs that it was made of."""
    rows = spark.table(results).where(F.col("business_date").isin(list(days)) & F.col("table_name").isin(list(tables)))
    found: dict[tuple[dt.date, str], list[Any]] = {}
    newest: dict[tuple[dt.date, str], tuple[Any, Any]] = {}
    # A handful of rows a run: chosen here, since a second scan and a join cost more to plan than all of them to read.
    for row in rows.collect():
        key, of_run = (row["business_date"], row["table_name"]), (row["judged_at"], row["run"])
        # Verdicts of one run have one moment.
        if key not in newest or of_run > newest[key]:
            newest[key], found[key] = of_run, []
        if of_run == newest[key]:
            found[key].append(row)
    return {key: _known(*key, of_day) for key, of_day in found.items()}


def _known(day: dt.date, table: str, rows: Sequence[Any]) -> tuple[str, TableVerdict]:
    share: dict[str, Any] = next((json.loads(row["details"]) for row in rows if row["rule"] == BAD_SHARE), {})
    results = tuple(
        AuditResult(row["rule"], row["kind"], row["severity"], row["passed"], row["observed"], row["threshold"], row["details"] or "")
        for row in sorted(rows, key=lambda row: row["rule"])
    )
    return str(share.get("inputs", "")), TableVerdict(day, table, int(share.get("rows", 0)), results, known=True)


def _result(rule: QualityRule, *, passed: bool, value: float | None, threshold: str, **more: Any) -> AuditResult:
    details = json.dumps({"owner": rule.owner, "says": rule.says, **more}, ensure_ascii=False)
    return AuditResult(rule.id, rule.kind, rule.severity, passed, value, threshold, details)


def _percent(share: float) -> str:
    return f"{share * 100:g}%"
