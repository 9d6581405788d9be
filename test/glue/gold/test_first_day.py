"""Days before the lake began are not built: nothing ever touched them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest

from waybill_lake.ledger.memory import MemoryLedger
from waybill_lake.publish.first_day import before_the_lake
from waybill_lake.transforms.gold import GOLD_TABLES


def days(*numbers: int) -> list[dt.date]:
    return [dt.date(2026, 11, number) for number in numbers]


DECLARED = "vehicle_positions"
TABLES = (GOLD_TABLES["shipment_daily"], replace(GOLD_TABLES["shipment_daily"], events=DECLARED))


@pytest.mark.parametrize(
    ("touched", "expected"),
    [
        ({}, days(1, 2, 3, 4, 5, 6)),
        ({"shipments": ["2026-11-05"]}, days(1, 2, 3)),
        ({"shipments": ["2026-11-05"], DECLARED: ["2026-11-04", "2026-11-06"]}, days(1, 2)),
        ({"shipments": ["2026-10-01"]}, []),
        ({"shipments": ["2026-12-24"]}, days(1, 2, 3, 4, 5, 6)),
        ({"of no gold table": ["2026-10-01"], "shipments": ["2026-11-07"]}, days(1, 2, 3, 4, 5)),
    ],
)
def test_days_before_the_first_that_was_touched_but_never_the_newest(
    touched: Mapping[str, Sequence[str]], expected: Sequence[dt.date]
) -> None:
    ledger = MemoryLedger()
    for table, of in touched.items():
        ledger.raise_days(table, of, 3)
    assert before_the_lake(ledger, TABLES, days(7, 6, 5, 4, 3, 2, 1)) == expected
