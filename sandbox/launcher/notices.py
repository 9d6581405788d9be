"""Topics: filter policies as AWS documents them, and functions that are asked as SNS asks them.

ministack 1.4.21 lets every message through a policy on the body, knows four operators and no missing attribute, and gives a message to
a function once, whatever comes of it.
"""

from __future__ import annotations

import fnmatch
import json
import logging
from collections.abc import Callable
from typing import Any

from ministack.services import sns

from cfn.table import Attributes, Properties, TABLE
from edge_link import EdgeLink

logger = logging.getLogger("notices")

Check = Callable[[Any, Any], bool]


class UnknownOperatorError(ValueError):
    """A filter policy uses an operator that is not built; guessing would lose or leak messages."""


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def same(value: Any, wanted: Any) -> bool:
    """Equal and of one kind: 1 is neither "1" nor true."""
    if is_number(value) and is_number(wanted):
        return bool(value == wanted)
    return type(value) is type(wanted) and value == wanted


def in_range(value: Any, bounds: list[Any]) -> bool:
    compare: dict[str, Check] = {
        "=": lambda one, other: one == other,
        "<": lambda one, other: one < other,
        "<=": lambda one, other: one <= other,
        ">": lambda one, other: one > other,
        ">=": lambda one, other: one >= other,
    }
    return is_number(value) and all(compare[sign](value, bound) for sign, bound in zip(bounds[::2], bounds[1::2], strict=True))


def anything_but(value: Any, excluded: Any) -> bool:
    if isinstance(excluded, dict):
        return not rule_matches(excluded, [value])
    return not any(same(value, one) for one in (excluded if isinstance(excluded, list) else [excluded]))


OPERATORS: dict[str, Check] = {
    "prefix": lambda value, text: isinstance(value, str) and value.startswith(text),
    "suffix": lambda value, text: isinstance(value, str) and value.endswith(text),
    "equals-ignore-case": lambda value, text: isinstance(value, str) and value.lower() == text.lower(),
    "wildcard": lambda value, text: isinstance(value, str) and fnmatch.fnmatchcase(value, text.replace("[", "[[]").replace("?", "[?]")),
    "anything-but": anything_but,
    "numeric": in_range,
}


def rule_matches(rule: Any, values: list[Any]) -> bool:
    """``values``: what the message has under the rule's name; none when it has nothing."""
    if not isinstance(rule, dict):
        return any(same(value, rule) for value in values)
    ((operator, argument),) = rule.items()
    if operator == "exists":
        return bool(values) == argument
    if operator not in OPERATORS:
        raise UnknownOperatorError(f'Filter policies with "{operator}" are not built into the sandbox; {", ".join(OPERATORS)} and exists are.')
    return any(OPERATORS[operator](value, argument) for value in values)


def policy_matches(policy: dict[str, Any], message: dict[str, Any]) -> bool:
    """All names of the policy must match, each by one of its rules. Nested policies look into nested messages."""
    for name, rules in policy.items():
        if name == "$or" and isinstance(rules, list) and all(isinstance(one, dict) for one in rules):
            if not any(policy_matches(one, message) for one in rules):
                return False
            continue
        found = message.get(name, [])
        values = found if isinstance(found, list) else [found]
        if isinstance(rules, dict):
            if not any(isinstance(value, dict) and policy_matches(rules, value) for value in values):
                return False
        elif not any(rule_matches(rule, values) for rule in rules):
            return False
    return True


def plain(attribute: dict[str, Any]) -> Any:
    """The value of a message attribute: a number, a list, or text."""
    text, kind = attribute.get("StringValue", ""), attribute.get("DataType", "")
    if kind.startswith("Number") or kind == "String.Array":
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            return text
    return text


def wanted(subscription: dict[str, Any], message: str, attributes: dict[str, Any]) -> bool:
    """Whether the subscription's policy lets the message through. A body that is no JSON object matches no policy on the body."""
    settings = subscription.get("attributes", {})
    policy = json.loads(settings.get("FilterPolicy") or "{}")
    if not policy:
        return True
    if settings.get("FilterPolicyScope") != "MessageBody":
        return policy_matches(policy, {name: plain(value) for name, value in attributes.items()})
    try:
        body = json.loads(message)
    except json.JSONDecodeError:
        return False
    return isinstance(body, dict) and policy_matches(policy, body)


class Topics:
    """Holds the message that is being handed out: the stock code asks about policies without it."""

    def __init__(self, edge: EdgeLink | None) -> None:
        self._edge = edge
        self._message = ""
        self._hand_out: Callable[..., None] = sns._fanout

    def hand_out(self, topic: str, message_id: str, message: str, *rest: Any, **named: Any) -> None:
        self._message = message
        self._hand_out(topic, message_id, message, *rest, **named)

    def matches(self, subscription: dict[str, Any], attributes: dict[str, Any]) -> bool:
        try:
            return wanted(subscription, self._message, attributes)
        except (UnknownOperatorError, ValueError) as error:
            logger.error("%s gets nothing: %s", subscription.get("arn"), error)
            return False

    def ask_function(self, endpoint: str, envelope: str, _topic: str, subscription: str, *_rest: Any) -> None:
        """An asynchronous invocation, as on AWS: accepted at once, tried again by the edge after errors and throttles."""
        record = {"EventVersion": "1.0", "EventSubscriptionArn": subscription, "EventSource": "aws:sns", "Sns": json.loads(envelope)}
        name = endpoint.split(":function:")[1]
        if self._edge is not None and not self._edge.accept(name, {"Records": [record]}):
            logger.error("SNS did not reach function %s", name)


def refuse_unknown_operators() -> None:
    """A stack with a policy that cannot be honoured fails at deploy, by name."""
    create = TABLE["AWS::SNS::Subscription"]["create"]

    def inner(logical_id: str, props: Properties, stack: str) -> tuple[str, Attributes]:
        check(props.get("FilterPolicy") or {})
        made: tuple[str, Attributes] = create(logical_id, props, stack)
        return made

    TABLE["AWS::SNS::Subscription"]["create"] = inner


def check(policy: Any) -> None:
    """Walks a policy's rules with a value that none of them minds."""
    parsed = json.loads(policy) if isinstance(policy, str) else policy
    for name, rules in parsed.items():
        if isinstance(rules, dict):
            check(rules)
        elif name == "$or":
            for one in rules:
                check(one)
        else:
            for rule in rules:
                rule_matches(rule, [""])


def install(edge: EdgeLink | None) -> None:
    """Before ``updates``, which keeps the create that it finds."""
    topics = Topics(edge)
    sns._fanout = topics.hand_out
    sns._matches_filter_policy = topics.matches
    sns._deliver_to_lambda = topics.ask_function
    refuse_unknown_operators()
