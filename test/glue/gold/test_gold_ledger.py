"""What every ledger of the publish protocol does, asked of the one in memory and of DynamoDB in a running sandbox."""

from __future__ import annotations

import itertools

import pytest

from waybill_lake.clients import dynamodb_client
from waybill_lake.protocol.publish_builder import Builder, Current, Step
from waybill_lake.protocol.publish_set import Member, SetRow, SetState
from waybill_lake.publish.ledger_dynamodb import DynamoGoldLedger
from waybill_lake.publish.ledger_memory import MemoryGoldLedger
from waybill_lake.publish.rows import Attempt, GoldLedger

T, DAY = "shipment_daily", "2026-11-10"
_names = itertools.count(1)


@pytest.fixture(params=["memory", "dynamodb"])
def ledger(request: pytest.FixtureRequest) -> GoldLedger:
    if request.param == "memory":
        return MemoryGoldLedger()
    request.getfixturevalue("sandbox")
    name = f"gold-ledger-{next(_names)}"
    dynamodb_client().create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute in ("pk", "sk")],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    return DynamoGoldLedger(name)


def opened(ledger: GoldLedger, inputs: str = "i", logic: str = "v2") -> int:
    return ledger.open_attempt(T, DAY, Attempt("r", logic, inputs))


def test_an_attempt_is_numbered_staged_audited_granted_and_recorded(ledger: GoldLedger) -> None:
    assert ledger.read_current(T, DAY) == Current()
    assert ledger.read_attempt(T, DAY, 1) is None
    number = opened(ledger)
    ledger.note_staged(T, DAY, number, 9_007_199_254_740_993)
    ledger.note_audited(T, DAY, number, "audited", '[{"rule": "x"}]')

    assert (number, opened(ledger), ledger.read_current(T, "2026-11-11")) == (1, 2, Current())
    assert ledger.read_attempt(T, DAY, number) == Attempt("r", "v2", "i", "audited", 9_007_199_254_740_993, '[{"rule": "x"}]')
    assert ledger.grant(T, DAY, number, before=0, logic="v2")
    assert ledger.read_current(T, DAY) == Current(0, None, number)
    assert ledger.record(T, DAY, number, "i")
    assert ledger.read_current(T, DAY) == Current(number, "i", 0)
    found = ledger.read_attempt(T, DAY, number)
    assert found is not None
    assert found.state == "published"


def test_the_grant_goes_to_one_attempt_that_began_from_what_is_published(ledger: GoldLedger) -> None:
    first, second = opened(ledger), opened(ledger)

    assert ledger.grant(T, DAY, first, before=0, logic="v2")
    # Again, as after an answer that was lost.
    assert ledger.grant(T, DAY, first, before=0, logic="v2")
    assert not ledger.grant(T, DAY, second, before=0, logic="v2")
    assert not ledger.record(T, DAY, second, "i")
    ledger.release(T, DAY, second)
    assert ledger.read_current(T, DAY).grant == first
    assert ledger.record(T, DAY, first, "i")
    assert not ledger.grant(T, DAY, second, before=0, logic="v2")
    assert ledger.grant(T, DAY, second, before=first, logic="v2")
    ledger.release(T, DAY, second)
    assert ledger.read_current(T, DAY) == Current(first, "i", 0)


def test_only_the_logic_in_force_is_granted(ledger: GoldLedger) -> None:
    number = opened(ledger)
    assert ledger.read_logic() is None
    ledger.set_logic("v2")

    assert ledger.read_logic() == "v2"
    assert not ledger.grant(T, DAY, number, before=0, logic="v1")
    assert ledger.read_current(T, DAY).grant == 0
    assert ledger.grant(T, DAY, number, before=0, logic="v2")


def test_a_found_grant_is_settled_either_way_and_only_once(ledger: GoldLedger) -> None:
    first, second = opened(ledger, "one"), opened(ledger, "two")
    ledger.grant(T, DAY, first, before=0, logic="v2")
    ledger.settle(T, DAY, second, published=True)
    assert ledger.read_current(T, DAY) == Current(0, None, first)
    ledger.settle(T, DAY, first, published=True)
    assert ledger.read_current(T, DAY) == Current(first, "one", 0)

    ledger.grant(T, DAY, second, before=first, logic="v2")
    ledger.settle(T, DAY, second, published=False)
    assert ledger.read_current(T, DAY) == Current(first, "one", 0)


def test_equal_rows_count_as_a_publish_if_nothing_happened_since(ledger: GoldLedger) -> None:
    first, second, third = opened(ledger), opened(ledger), opened(ledger)

    assert ledger.note_equal(T, DAY, first, before=0, inputs="one")
    assert ledger.read_current(T, DAY) == Current(first, "one", 0)
    assert not ledger.note_equal(T, DAY, second, before=0, inputs="two")
    ledger.grant(T, DAY, third, before=first, logic="v2")
    assert not ledger.note_equal(T, DAY, second, before=first, inputs="two")
    ledger.note_failed(T, DAY, "bad")
    assert ledger.read_current(T, DAY) == Current(first, "one", third, "bad")


def test_sets_are_decided_one_after_the_other(ledger: GoldLedger) -> None:
    builder = Builder(step=Step.GRANT, inputs="i", pins="p", published_before=3, attempt=4, snapshot=5)
    row = SetRow(1, SetState.PUBLISHING, (Member(T, builder), Member("cost_daily", builder)))
    other = SetRow(1, SetState.PUBLISHING, (Member("cost_daily", builder),))

    assert ledger.read_set(DAY) == SetRow()
    assert ledger.decide(DAY, row)
    assert not ledger.decide(DAY, other)
    assert ledger.read_set(DAY) == row
    assert not ledger.decide(DAY, SetRow(2, SetState.PUBLISHING, row.members))
    ledger.complete(DAY, 2, SetState.COMPLETE)
    assert ledger.read_set(DAY).state is SetState.PUBLISHING
    ledger.complete(DAY, 1, SetState.COMPLETE)
    ledger.complete(DAY, 1, SetState.MIXED)
    assert ledger.read_set(DAY) == SetRow(1, SetState.COMPLETE, row.members)
    assert ledger.decide(DAY, SetRow(2, SetState.PUBLISHING, row.members))
