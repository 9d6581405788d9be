"""The gate of build-gold: days whose silver breaks a rule that halts are not built, readers stay on what was published before."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from waybill_lake.model import LakeModel
from waybill_lake.publish.build import DayResult, TableResult
from waybill_lake.quality.judge import QualityParts, judge_days
from waybill_lake.transforms.gold import GoldTable

FAILED = "failed"
_MADE_BY = {"shipments": "shipment-event", "orders": "order-change", "customers": "order-change", "carriers": "order-change"}
"""Derived tables of silver, by the contract that they are made of."""


def refused_days(parts: QualityParts, dates: Sequence[dt.date], gold: Mapping[str, GoldTable]) -> list[DayResult]:
    """Judges the silver that these gold tables are made of; days that may not be published, with the verdicts that say why.

    :raises QualityRuleError: rules are missing or cannot be understood.
    """
    contracts = contracts_of(parts.model, gold)
    if not contracts:
        return []
    refused: dict[dt.date, list[TableResult]] = {}
    for verdict in judge_days(parts, dates, contracts):
        if verdict.halts:
            refused.setdefault(verdict.day, []).append(TableResult(verdict.table, FAILED, 0, verdict.rows, 0, verdict.results))
    return [DayResult(day, FAILED, tuple(tables)) for day, tables in sorted(refused.items())]


def contracts_of(model: LakeModel, gold: Mapping[str, GoldTable]) -> tuple[str, ...]:
    """Contracts whose events these gold tables are made of. Verdicts about quality are published also when they are bad."""
    inputs = {name for table in gold.values() for name in table.inputs}
    found = {_MADE_BY[name] for name in inputs if name in _MADE_BY}
    found |= {contract.name for contract in model.contracts if contract.table.name in inputs}
    return tuple(contract.name for contract in model.contracts if contract.name in found)
