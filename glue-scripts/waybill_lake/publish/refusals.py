"""Why days were refused, for programs and for people: day, table, rule, what was counted, what is allowed, whose rule it is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from waybill_lake.protocol.publish_builder import Outcome
from waybill_lake.publish.audit import AuditResult
from waybill_lake.publish.build import DayResult
from waybill_lake.publish.silver_look import GOLD_PREFIX

REFUSED = Outcome.FAILED
"""A rule's no is an answer, not a failure: the same rows would get it again, so nobody is to try again."""


@dataclass(frozen=True)
class Refusal:
    """`severity_name`: by which `--severity` lets the rule pass; `text`: one sentence. `rule` is empty where an earlier run has it."""

    day: str
    table: str
    rule: str
    severity_name: str
    text: str


def refusals_of(days: Sequence[DayResult]) -> list[dict[str, Any]]:
    """One entry for each rule that kept a day from its readers, as JSON."""
    found: list[Refusal] = []
    for day in days:
        if day.state != REFUSED:
            continue
        of_day = [
            _refusal(day.day.isoformat(), table.table, audit, of_gold=_is_gold(table.attempt))
            for table in day.tables
            for audit in table.audits
            if not audit.passed and audit.severity == "halt"
        ]
        found += of_day or [_known(day)]
    return [asdict(each) for each in found]


def advice_on(refusals: Sequence[Mapping[str, Any]]) -> str:
    """What a person does about them, a line for each way; empty for none."""
    if not refusals:
        return ""
    day = str(refusals[0]["day"])
    orders = " ".join(f"--severity {each['severity_name']}=warn" for each in refusals if each["day"] == day and each["rule"])
    again = f"npx waybill run publish-day --date {day} --restate-days 0"
    lines = [
        "Readers keep what was published before. Nothing is tried again by itself.",
        f"To see more: npx waybill quality report --date {day}",
        f"When rows, rules or reference files have changed: {again}",
        *([f"To publish it as it is, when the rule is wrong about this day: {again} {orders}"] if orders else []),
        *(["The same for each of the other days."] if any(each["day"] != day for each in refusals) else []),
    ]
    return "\n".join(lines)


def _is_gold(attempt: int) -> bool:
    # What was judged before anything was staged is silver.
    return attempt > 0


def _refusal(day: str, table: str, audit: AuditResult, *, of_gold: bool) -> Refusal:
    name = f"{GOLD_PREFIX}{table}" if of_gold else table
    told = _told(audit.details)
    owner = f", owner {told['owner']}" if "owner" in told else ""
    example = f"; for example {told['example']}" if told.get("example") else ""
    text = f"{day}: {name} broke {audit.rule} ({audit.severity}{owner}): {_counted(audit, told)}; allowed: {audit.threshold}{example}"
    return Refusal(day, name, audit.rule, audit.rule if of_gold else f"{table}.{audit.rule}", text)


def _counted(audit: AuditResult, told: Mapping[str, Any]) -> str:
    if "received" in told:
        bad = f"{told['quarantined']} in quarantine, {told['parked']} parked, {told['broken']} of {told['rows']} rows bad"
        return f"{100 * float(audit.value or 0):.2f} % of {told['received']} records ({bad})"
    if "broken" in told:
        return f"{told['broken']} of {told['rows']} rows"
    got = "nothing" if audit.value is None else f"{audit.value:g}"
    # An audit of gold tells what differs, by column.
    apart = "" if "says" in told or not told else f" ({', '.join(f'{name}: {value}' for name, value in told.items())})"
    return f"{got}{apart}"


def _told(details: str) -> Mapping[str, Any]:
    try:
        told = json.loads(details) if details else {}
    except json.JSONDecodeError:
        return {}
    return told if isinstance(told, dict) else {}


def _known(day: DayResult) -> Refusal:
    date = day.day.isoformat()
    tables = ", ".join(f"{GOLD_PREFIX}{table.table}" for table in day.tables)
    return Refusal(date, tables, "", "", f"{date}: an audit refused these rows of {tables} before, and they are what they were")
