"""What a build says afterwards: the job's result, one sentence for people, and the audits as rows of quality_results."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from pyspark.sql import SparkSession

from waybill_lake.publish.build import HELD, DayResult
from waybill_lake.publish.refusals import advice_on, refusals_of
from waybill_lake.publish.silver_look import GOLD_PREFIX, LakeNames
from waybill_lake.quality.results_table import append_results

SHOWN = 50
"""Refusals that a state machine is told of."""


def result_of(run: str, logic: str, days: Sequence[DayResult], *, flagged: bool) -> dict[str, Any]:
    """The JSON of `runs/build-gold/<run>/result.json`; `state` is the worst of the days."""
    refused = refusals_of(days)
    worst = next(
        (state for state in ("failed", "superseded", "held", "published", "staged") if any(day.state == state for day in days)), "unchanged"
    )
    return {
        "run": run,
        "logic": logic,
        "state": worst,
        "flagged": flagged,
        "summary": summary(days),
        "refused": refused,
        "advice": advice_on(refused),
        "held": held_back(days),
        "days": [{"date": day.day.isoformat(), "state": day.state, "tables": [asdict(table) for table in day.tables]} for day in days],
    }


def summary_of(result: Mapping[str, Any]) -> dict[str, Any]:
    """What a state machine reads of it: as small for many days as for one."""
    small = {name: result[name] for name in ("run", "logic", "state", "flagged", "summary", "advice")}
    return {**small, "refused": result["refused"][:SHOWN], "held": result["held"][:SHOWN]}


def held_back(days: Sequence[DayResult]) -> list[str]:
    """A sentence for each day that would have changed more than is allowed."""
    return [f"{day.day}: {'; '.join(day.weighed.reasons)}" for day in days if day.state == HELD and day.weighed is not None]


def summary(days: Sequence[DayResult]) -> str:
    """For example `2 days published (12 rows), 34 unchanged.`; failed rules by name."""
    counted = Counter(day.state for day in days)
    rows = sum(table.rows for day in days for table in day.tables if table.state == "published")
    parts = [f"{counted[state]} {state}" + (f" ({rows} rows)" if state == "published" else "") for state in sorted(counted, key=_order)]
    broken = [
        f"{day.day} {table.table}: {audit.rule}"
        for day in days
        for table in day.tables
        for audit in table.audits
        if not audit.passed and audit.severity == "halt"
    ]
    return f"Days: {', '.join(parts)}." + (f" Rules that did not hold: {'; '.join(broken)}." if broken else "")


def _order(state: str) -> int:
    return ("published", "staged", "unchanged", "held", "superseded", "failed").index(state)


def record_audits(spark: SparkSession, names: LakeNames, days: Sequence[DayResult], run: str, now: dt.datetime) -> None:
    """Adds the verdicts to quality_results, with table names that begin with `gold.`."""
    results = [(day.day, f"{GOLD_PREFIX}{table.table}", audit) for day in days for table in day.tables for audit in table.audits]
    append_results(spark, names.ops_table("quality_results"), results, run=run, now=now)
