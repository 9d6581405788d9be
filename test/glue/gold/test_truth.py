"""Gold equals what is true of a simulated world: counts, cents, percentiles, whatever the order in which its events arrive.

Events come twice, out of order, contradicted, taken back, corrected, once a third of them 40 days late; one of the days has 25 hours.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import Row, SparkSession

from conftest import PROJECT
from gold.expected_gold import Count, Rows
from gold.small_lake import REFERENCE_FOLDER, ZONE, reference
from lake_world import World
from waybill_lake.model import LakeModel
from waybill_lake.publish.audit import load_rules
from waybill_lake.publish.build import GoldBuild, GoldParts
from waybill_lake.publish.ledger_memory import MemoryGoldLedger
from waybill_lake.publish.silver_look import LakeNames
from waybill_lake.tables.ensure import ensure_table
from waybill_lake.transforms.gold import GOLD_TABLES, GoldSource
from waybill_lake.transforms.gold_facts import Days, SilverInputs
from waybill_lake.transforms.gold_schemas import gold_tables

pytestmark = pytest.mark.full

END = "2026-10-31T00:00:00Z"
LONG_DAY = dt.date(2026, 10, 25)
PUBLISHED = (dt.date(2026, 10, 24), LONG_DAY, dt.date(2026, 10, 27))
ORDERS = ("as told", "backwards", "shuffled")
SILVER = (
    "shipment_events",
    "conflicts",
    "shipments",
    "order_changes",
    "orders",
    "customers",
    "carriers",
    "quality_results",
    "data_versions",
)
CONTRACTS = ("shipment-event", "order-change")
JUDGED = ("shipment_daily", "carrier_performance_daily", "lane_performance_daily", "exceptions_daily", "cost_daily")


@dataclass
class Told:
    records: list[tuple[str, dict[str, Any]]]
    expected: dict[str, Rows]

    @property
    def dates(self) -> tuple[dt.date, ...]:
        return tuple(sorted({grain[0] for rows in self.expected.values() for grain in rows}))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("told")
    node = PROJECT / "node_modules" / "node" / "bin" / "node"
    subprocess.run([node, Path(__file__).with_name("make_world.ts"), folder, "7", END, "11", "120"], check=True)
    records = [tuple(json.loads(line)) for line in (folder / "records.ndjson").read_text().splitlines()]
    return Told(records, Count(json.loads((folder / "truth.json").read_text()), REFERENCE_FOLDER, ZONE).tables())


def arrive(world: World, told: Told, order: str) -> None:
    """Loads all events: those of the last batch arrive 40 days late."""
    roll = random.Random(ORDERS.index(order))
    for contract in CONTRACTS:
        events = [event for name, event in told.records if name == contract]
        if order == "backwards":
            events.reverse()
        elif order == "shuffled":
            roll.shuffle(events)
        late = len(events) // 3 if contract == "shipment-event" and order == "backwards" else 0
        for batch, days in ((events[late:], 1), (events[:late], 40)):
            if batch:
                world.now = dt.datetime.fromisoformat(END) + dt.timedelta(days=days)
                world.clock_ms = int(world.now.timestamp() * 1000)
                world.archive(contract, batch)
                world.load(contract)


@pytest.fixture(scope="module")
def worlds(spark: SparkSession, model: LakeModel, told: Told, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, World]]:
    made = {}
    for number, order in enumerate(ORDERS):
        database = f"truth_{number}"
        spark.sql(f"CREATE NAMESPACE lake.{database}")
        made[order] = World(spark, model, tmp_path_factory.mktemp(database), database)
        made[order].make_tables(*SILVER)
        arrive(made[order], told, order)
    yield made
    for world in made.values():
        for row in spark.sql(f"SHOW TABLES IN lake.{world.silver}").collect():
            spark.sql(f"DROP TABLE lake.{world.silver}.`{row['tableName']}` PURGE")
        spark.sql(f"DROP NAMESPACE lake.{world.silver}")


def plain(value: Any) -> Any:
    """Structs as tuples, so that they compare with what was counted."""
    return [tuple(one) for one in value] if isinstance(value, list) and value and isinstance(value[0], Row) else value


def assert_equal(table: str, found: list[Row], expected: Rows) -> None:
    """Every column of every row: whole numbers and decimals are equal, fractions to the last digits of a double."""
    grain = GOLD_TABLES[table].grain
    rows = {tuple(row[name] for name in grain): row for row in found}
    assert len(rows) == len(found)
    assert set(rows) == set(expected), table
    for key, row in rows.items():
        measures = {name: plain(row[name]) for name in row.__fields__ if name not in grain}
        assert measures.keys() == expected[key].keys()
        for name, value in expected[key].items():
            assert (table, key, name, measures[name]) == (table, key, name, approximately(value))


def approximately(value: Any) -> Any:
    if isinstance(value, float):
        return pytest.approx(value, rel=1e-12)
    if isinstance(value, list):
        return [tuple(approximately(part) for part in one) for one in value]
    return value


def test_the_world_has_everything_that_makes_counting_hard(told: Told, worlds: dict[str, World]) -> None:
    assert (len(told.records) > 1_500, len(told.dates) > 10, LONG_DAY in told.dates) == (True, True, True)
    world = worlds["shuffled"]
    assert len(world.rows("conflicts", "event_id")) >= 5
    assert len(world.rows("shipment_events", "event_id")) < len([name for name, _ in told.records if name == "shipment-event"]) - 30
    assert len({row[0] for row in world.rows("customers", "customer_id")}) < len(world.rows("customers", "customer_id"))
    assert len(told.expected["exceptions_daily"]) > 10


@pytest.mark.parametrize("order", ORDERS)
def test_every_row_of_gold_is_what_is_true(worlds: dict[str, World], told: Told, spark: SparkSession, order: str) -> None:
    world = worlds[order]
    silver = SilverInputs(
        **{name: spark.table(world.table(name)) for name in SilverInputs.__dataclass_fields__ if name != "events"}  # type: ignore[arg-type]
    )
    source = GoldSource(silver, reference(), Days(told.dates, ZONE), "v2")
    try:
        for table in JUDGED:
            assert_equal(table, GOLD_TABLES[table].build(source).collect(), told.expected[table])
    finally:
        source.release()


def test_days_that_were_published_are_what_is_true(worlds: dict[str, World], told: Told, spark: SparkSession) -> None:
    world = worlds["backwards"]
    for definition in gold_tables():
        ensure_table(spark, world.table(definition.name), definition)
    parts = GoldParts(
        spark=spark,
        names=LakeNames(world.silver, world.silver, world.silver),
        ledger=MemoryGoldLedger(),
        load_ledger=world.ledger,
        tables=GOLD_TABLES,
        rules=load_rules(),
        reference=reference(),
        time_zone=ZONE,
        run="r1",
        logic="v2",
        now=world.now,
    )
    days = GoldBuild(parts).run(PUBLISHED)

    assert [day.state for day in days] == ["published"] * len(PUBLISHED)
    assert not [audit for day in days for table in day.tables for audit in table.audits if not audit.passed]
    for table in JUDGED:
        found = spark.table(world.table(table)).collect()
        assert_equal(table, found, {grain: row for grain, row in told.expected[table].items() if grain[0] in PUBLISHED})
