"""The rules of a contract (`quality.json`, as lake.json holds it) as values. What cannot be understood stops, it is never passed over."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from waybill_lake.model import LakeContract

Severity = Literal["halt", "quarantine", "warn"]
SEVERITIES = ("halt", "quarantine", "warn")
KINDS = ("completeness", "accuracy", "consistency", "timeliness", "uniqueness", "volume", "freshness", "referential", "reconciliation")
CHECKS: Mapping[str, tuple[str, ...]] = {
    "notNull": ("columns",),
    "inSet": ("columns", "values"),
    "range": ("columns",),
    "regex": ("columns", "pattern"),
    "sql": ("true",),
    "references": ("columns", "table", "column"),
    "unique": ("columns",),
    "minRows": ("ofWeekdayMedian", "weeks"),
    "fresh": ("minutes",),
    "reconciles": (),
}
"""Fields that each check must have."""
ROW_CHECKS = ("notNull", "inSet", "range", "regex", "sql", "references")
"""Checks that are true or false for one row; all others judge a table."""
SILVER = "silver."
"""Begins the name of a table of silver in a check `references`."""


class QualityRuleError(Exception):
    """Rules are missing or cannot be understood; the message says where, what was given and what is allowed."""


@dataclass(frozen=True)
class QualityRule:
    id: str
    kind: str
    severity: Severity
    check: Mapping[str, Any]
    says: str
    owner: str
    where: str | None = None
    threshold: float = 0.0
    """Share of rows that may break it."""

    @property
    def is_of_rows(self) -> bool:
        return self.check["is"] in ROW_CHECKS

    @property
    def looks_into_silver(self) -> bool:
        return self.check["is"] == "references" and str(self.check["table"]).startswith(SILVER)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(self.check.get("columns", ()))


@dataclass(frozen=True)
class RuleSet:
    contract: str
    table: str
    owner: str
    sentinels: Mapping[str, tuple[str, ...]]
    """By source, `*` for all: texts that mean no value."""
    rules: tuple[QualityRule, ...]
    digest: str
    """16 hex; another file gives another one."""

    def of(self, check: str) -> tuple[QualityRule, ...]:
        return tuple(rule for rule in self.rules if rule.check["is"] == check)

    @property
    def of_rows(self) -> tuple[QualityRule, ...]:
        return tuple(rule for rule in self.rules if rule.is_of_rows)

    @property
    def put_aside(self) -> tuple[QualityRule, ...]:
        """Rules that keep a row out of silver."""
        return tuple(rule for rule in self.rules if rule.severity == "quarantine")


def rules_of(contract: LakeContract, severities: Mapping[str, str] | None = None) -> RuleSet:
    """The rules of a contract; `severities` replaces those of rules by name.

    :raises QualityRuleError: there are none, or one cannot be understood.
    """
    if contract.quality is None:
        raise QualityRuleError(
            f"contract {contract.name} has no quality.json: nothing says when its rows may be published. "
            'Write one (docs/contracts-lake.md), at least {"owner": "<team>", "rules": []}, then: npm run generate'
        )
    file, other = contract.quality, severities or {}
    try:
        owner, listed = str(file["owner"]), list(file["rules"])
    except (KeyError, TypeError) as error:
        raise QualityRuleError(f"{contract.name}: quality.json has no {error}; it needs owner and rules") from error
    rules = tuple(_rule(contract.name, value, owner, other) for value in listed)
    sentinels = {str(source): tuple(map(str, texts)) for source, texts in dict(file.get("sentinels", {})).items()}
    digest = hashlib.sha256(json.dumps(file, sort_keys=True).encode()).hexdigest()[:16]
    return RuleSet(contract.name, contract.table.name, owner, sentinels, rules, digest)


def _rule(contract: str, value: Any, owner: str, severities: Mapping[str, str]) -> QualityRule:
    where = f"{contract}: rule {value.get('id', value) if isinstance(value, Mapping) else value}"
    missing = [name for name in ("id", "kind", "severity", "check", "says") if not isinstance(value, Mapping) or name not in value]
    if missing:
        raise QualityRuleError(f"{where} has no {', '.join(missing)}; a rule has id, kind, severity, check and says")
    check = value["check"]
    name = str(check.get("is") if isinstance(check, Mapping) else check)
    if name not in CHECKS:
        raise QualityRuleError(f"{where} checks {name}; checks: {', '.join(CHECKS)}")
    absent = [field for field in CHECKS[name] if field not in check]
    if absent:
        raise QualityRuleError(f"{where}: check {name} has no {', '.join(absent)}")
    severity = severities.get(value["id"], value["severity"])
    for what, got, allowed in (("is of kind", value["kind"], KINDS), ("has severity", severity, SEVERITIES)):
        if got not in allowed:
            raise QualityRuleError(f"{where} {what} {got}; allowed: {', '.join(allowed)}")
    if severity == "quarantine" and name not in ROW_CHECKS:
        raise QualityRuleError(f"{where}: {name} judges a table, so there is no row to put aside; allowed: halt, warn")
    return QualityRule(
        id=value["id"],
        kind=value["kind"],
        severity=cast(Severity, severity),
        check=check,
        says=value["says"],
        owner=value.get("owner", owner),
        where=value.get("where"),
        threshold=float(value.get("threshold", 0.0)),
    )
