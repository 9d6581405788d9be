"""All gold tables: what each is made of and how. A pure function of pinned silver, reference files, days and logic version."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from waybill_lake.metrics import load_metrics
from waybill_lake.model import LakeModel
from waybill_lake.reference import Reference
from waybill_lake.transforms.gold_cost import delivery_costs
from waybill_lake.transforms.gold_declared import declared_gold, declared_grain, declared_table
from waybill_lake.transforms.gold_facts import DELIVERED, Days, SilverInputs, business_date, shipment_facts
from waybill_lake.transforms.gold_lanes import lane_performance_daily
from waybill_lake.transforms.gold_quality import data_quality_daily
from waybill_lake.transforms.gold_shipments import carrier_performance_daily, cost_daily, exceptions_daily, shipment_daily

_MOMENT = "struct<kind:string,at:timestamp,weight_kg:decimal(12,3)>"
_FACTS = ("shipments", "customers", "carriers", "orders", "reference", "logic")


class GoldSource:
    """Everything gold is made of, for some days; what several tables share is made once."""

    def __init__(self, silver: SilverInputs, reference: Reference, days: Days, logic: str) -> None:
        self.silver = silver
        self.reference = reference
        self.days = days
        self.logic = logic

    @cached_property
    def facts(self) -> DataFrame:
        facts = shipment_facts(self.silver, self.reference, self.days)
        return delivery_costs(facts, self.silver.orders, self.reference, self.days.time_zone, self.logic).persist()

    def release(self) -> None:
        if "facts" in self.__dict__:
            self.facts.unpersist()


@dataclass(frozen=True)
class GoldTable:
    """`inputs`: names of silver tables, and `reference`, `logic`; `reconciled`: own column to the total of silver that it adds up to;
    `events`: events table that a declared table is made of.
    """

    build: Callable[[GoldSource], DataFrame]
    inputs: Sequence[str]
    reconciled: Mapping[str, str]
    grain: tuple[str, ...]
    events: str | None = None
    declaration: str = ""


def _platform(
    name: str, build: Callable[[GoldSource], DataFrame], inputs: Sequence[str], reconciled: Mapping[str, str]
) -> tuple[str, GoldTable]:
    grain = next(table.grain for table in load_metrics().tables if table.name == name)
    return name, GoldTable(build, inputs, reconciled, grain)


_COUNTS = {"created": "created", "picked_up": "picked_up", "delivered": "delivered", "exceptions": "exceptions", "weight_kg": "weight_kg"}
_ALL = {**_COUNTS, "shipping_cost": "shipping_cost"}
_COSTS = {"delivered": "delivered", "shipping_cost": "shipping_cost"}
_LANES = ("shipments", "reference")

GOLD_TABLES: Mapping[str, GoldTable] = MappingProxyType(
    dict(
        (
            _platform("shipment_daily", lambda s: shipment_daily(s.facts), _FACTS, _ALL),
            _platform("carrier_performance_daily", lambda s: carrier_performance_daily(s.facts), _FACTS, _ALL),
            _platform(
                "lane_performance_daily", lambda s: lane_performance_daily(s.facts, s.silver, s.days), _LANES, {"delivered": "delivered"}
            ),
            _platform("exceptions_daily", lambda s: exceptions_daily(s.facts), ("shipments", "customers"), {"exceptions": "exceptions"}),
            _platform("cost_daily", lambda s: cost_daily(s.facts, s.reference.currency), _FACTS, _COSTS),
            _platform("data_quality_daily", lambda s: data_quality_daily(s.silver.quality_results, s.days), ("quality_results",), {}),
        )
    )
)
"""The platform's own tables."""


def gold_with_declared(model: LakeModel) -> Mapping[str, GoldTable]:
    """The platform's own tables and those that contracts declare."""
    return {**GOLD_TABLES, **{str(table["name"]): _declared(contract.table.name, table) for contract, table in declared_gold(model)}}


def _declared(events: str, table: Mapping[str, Any]) -> GoldTable:
    def build(source: GoldSource) -> DataFrame:
        return declared_table(source.silver.events[events], table, source.reference, source.days)

    return GoldTable(
        build,
        (events, *(("reference",) if table.get("joins") else ())),
        {},
        declared_grain(table),
        events,
        json.dumps(table, sort_keys=True),
    )


def silver_totals(source: GoldSource) -> DataFrame:
    """One row per business date: what gold must add up to. Counted from silver by another road than the tables: no join, no dimension.

    The cost is summed over priced deliveries; their joins are checked by `delivered` and `weight_kg`.
    """
    days = source.days
    dates = list(days.dates)
    kinds = {"created": "created_time", "picked_up": "picked_up_time", "delivered": "delivered_time"}
    shipments = source.silver.shipments
    nothing = F.lit(None).cast("decimal(12,3)")
    moments = [
        F.struct(F.lit(kind), F.col(time), F.col("weight_kg").cast("decimal(12,3)") if kind == "delivered" else nothing).cast(_MOMENT)
        for kind, time in kinds.items()
    ]
    held = F.coalesce("exceptions", F.array())
    exceptions = F.transform(held, lambda one: F.struct(F.lit("exceptions"), one["event_time"], nothing).cast(_MOMENT))
    all_facts = shipments.select(F.inline(F.concat(F.array(*moments), exceptions)))
    all_facts = all_facts.withColumn("business_date", business_date(F.col("at"), days.time_zone))
    counted = (
        all_facts.where(F.col("business_date").isin(dates))
        .groupBy("business_date")
        .agg(*[F.count_if(F.col("kind") == kind).alias(kind) for kind in (*kinds, "exceptions")], F.sum("weight_kg").alias("weight_kg"))
    )
    priced = source.facts.where(F.col("kind") == DELIVERED).groupBy("business_date").agg(F.sum("shipping_cost").alias("shipping_cost"))
    return counted.join(priced, on="business_date", how="left")
