"""Rules that cannot be understood stop with a sentence that says which and why."""

from __future__ import annotations

from typing import Any

import pytest

from quality.readings import model_with, rule
from waybill_lake.model import LakeModel
from waybill_lake.quality.rules import CHECKS, KINDS, QualityRuleError, rules_of

NOT_NULL = {"is": "notNull", "columns": ["device"]}


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (rule(NOT_NULL, kind="beauty"), "reading: rule the-rule is of kind beauty; allowed: completeness"),
        (rule(NOT_NULL, severity="explode"), "has severity explode; allowed: halt, quarantine, warn"),
        (rule({"is": "pretty"}), "rule the-rule checks pretty; checks: notNull, inSet"),
        (rule({"is": "inSet", "columns": ["level"]}), "check inSet has no values"),
        ({"id": "half"}, "rule half has no kind, severity, check, says"),
    ],
)
def test_a_rule_that_cannot_be_understood_is_named(broken: dict[str, Any], message: str) -> None:
    with pytest.raises(QualityRuleError, match=message):
        rules_of(model_with([broken]).contracts[0])


def test_a_contract_without_rules_stops_and_says_what_to_write() -> None:
    with pytest.raises(QualityRuleError, match=r"contract reading has no quality\.json.*npm run generate"):
        rules_of(model_with(None).contracts[0])


def test_all_rules_of_the_repository_are_understood_and_every_kind_is_among_them(model: LakeModel) -> None:
    sets = [rules_of(contract) for contract in model.contracts]
    assert {rule.kind for rules in sets for rule in rules.rules} == set(KINDS)
    assert {rule.check["is"] for rules in sets for rule in rules.rules} <= set(CHECKS)
    assert len({rules.digest for rules in sets}) == len(sets)


def test_another_severity_by_order_replaces_that_of_the_file() -> None:
    contract = model_with([rule(NOT_NULL, severity="halt")]).contracts[0]
    assert rules_of(contract, {"the-rule": "warn"}).rules[0].severity == "warn"
    # It is an order for one run: the rules are what they were.
    assert rules_of(contract, {"the-rule": "warn"}).digest == rules_of(contract).digest
