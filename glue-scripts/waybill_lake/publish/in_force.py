"""Which logic version a build uses, and what it does when that changes under it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

from waybill_lake.protocol.publish_builder import Outcome
from waybill_lake.publish.build import DayResult, GoldBuild, GoldParts
from waybill_lake.publish.rows import GoldLedger
from waybill_lake.transforms.gold_cost import check_logic
from waybill_lake.transforms.logic_split import LogicError

CUT_OVERS = 3
"""How often a run begins days again because another version came into force meanwhile."""


def logic_for(ledger: GoldLedger, asked: str | None, default: str, *, publishes: bool) -> str:
    """The version asked for, else the one in force in the ledger, else the configured one.

    :raises LogicError: no such version; or it is not the one in force, so that nothing built with it could be published.
    """
    in_force = ledger.read_logic()
    logic = check_logic(asked or in_force or default)
    if publishes and in_force is not None and logic != in_force:
        raise LogicError(
            f"logic {logic} cannot publish: {in_force} is in force. To put it into force: waybill promote {logic}; to see what it "
            f"would change: waybill compare-logic --candidate {logic}"
        )
    return logic


def build_in_force(
    parts: GoldParts,
    dates: Sequence[dt.date],
    asked: str | None,
    default: str,
    *,
    stage_only: bool = False,
    ended: Callable[[DayResult], None] | None = None,
) -> tuple[str, list[DayResult]]:
    """Builds and publishes; days that a cut-over refused are built again by the version in force then. Answers that version too.

    :raises LogicError: see `logic_for`; also when the version asked for went out of force meanwhile.
    """
    if stage_only:
        logic = logic_for(parts.ledger, asked, default, publishes=False)
        return logic, GoldBuild(replace(parts, logic=logic)).run(dates, stage_only=True, ended=ended)
    results: dict[dt.date, DayResult] = {}
    left = list(dates)
    for _ in range(CUT_OVERS):
        logic = logic_for(parts.ledger, asked, default, publishes=True)
        results |= {day.day: day for day in GoldBuild(replace(parts, logic=logic)).run(left, ended=ended)}
        left = [day for day in left if results[day].state == Outcome.SUPERSEDED]
        if not left or parts.ledger.read_logic() in (None, logic):
            break
    return logic, [results[day] for day in sorted(results)]
