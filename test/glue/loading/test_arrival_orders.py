"""Silver is a function of what was told, not of how it arrived; and its shipments are those of live state.

The same events are loaded in three orders, cut and repeated differently, up to 40 days late. The cases are those that live state
is tested with (test/domain/shipment/cases.test.ts, row-cases.test.ts).
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from pyspark.sql import SparkSession

from conftest import PROJECT
from lake_world import Event, World
from waybill_lake.model import LakeModel

pytestmark = pytest.mark.full
FIXTURES = PROJECT / "test" / "fixtures"
ROWS: Mapping[str, Any] = json.loads((FIXTURES / "shipment-rows" / "rows.json").read_text())
LINEAGE = {"arrival_time", "stream_shard", "stream_sequence", "frame_index", "bronze_key", "load_run"}
"""Columns that say how a row arrived."""
TABLES = ("shipment_events", "conflicts", "shipments", "order_changes", "orders", "customers", "carriers")
ORDERS = ("as told", "backwards", "shuffled")


def told_events() -> list[Event]:
    """The events of all cases and histories. Shipments must not share an identity, so each case has a source of its own."""
    events: list[Event] = [event for history in ROWS["histories"] for event in history["events"]]
    for name in ROWS["cases"]:
        case = json.loads((FIXTURES / "shipment-cases" / f"{name}.json").read_text())
        events += [{**event, "shipmentId": name, "source": f"{event['source']}/{name}"} for event in case["events"]]
    return events


def changes() -> list[Event]:
    """Rows of three tables that are made, changed, deleted and made again; of one position two tellings; a table that is emptied."""

    def change(position: int, table: str, key: str, op: str, after: Mapping[str, Any] | None, day: str) -> Event:
        field = f"{table[:-1]}_id"
        found = {
            "schemaVersion": "1.0", "source": "CDC:orders", "op": op, "schema": "sales", "table": table, "key": {field: key},
            "sourceTs": f"{day}T12:00:00.000Z", "position": f"{position:016x}",
        }  # fmt: skip
        return found if after is None else {**found, "after": {field: key, **after}}

    told = [
        change(1, "customers", "C1", "c", {"name": "One", "segment": "SME", "country": "NL", "priority": 3}, "2026-10-01"),
        change(2, "carriers", "RABN", "c", {"name": "Raben", "mode": "ROAD", "country": "PL"}, "2026-10-01"),
        change(3, "orders", "O1", "c", {"customer_id": "C1", "status": "PLACED", "goods_value": "18250.40"}, "2026-10-02"),
        change(4, "customers", "C1", "u", {"name": "One", "segment": "ENTERPRISE", "country": "NL", "priority": 2}, "2026-10-20"),
        change(5, "orders", "O1", "u", {"customer_id": "C1", "status": "DELIVERED", "goods_value": "18250.41"}, "2026-11-01"),
        change(6, "carriers", "RABN", "d", None, "2026-11-02"),
        change(7, "carriers", "RABN", "c", {"name": "Raben Group", "mode": "ROAD", "country": "PL"}, "2026-11-05"),
        change(8, "orders", "O2", "c", {"customer_id": "C1", "status": "PLACED"}, "2026-11-05"),
        change(9, "orders", "O2", "d", None, "2026-11-06"),
        change(10, "customers", "C1", "u", {"name": "Uno", "segment": "ENTERPRISE", "country": "NL", "priority": 2}, "2026-11-07"),
        change(10, "customers", "C1", "u", {"name": "Eins", "segment": "ENTERPRISE", "country": "NL", "priority": 2}, "2026-11-07"),
        change(12, "carriers", "MAEU", "c", {"name": "Maersk", "mode": "OCEAN", "country": "DK"}, "2026-11-09"),
    ]  # fmt: skip
    emptied = {**change(11, "carriers", "", "t", None, "2026-11-08")}
    del emptied["key"]
    return [*told, emptied]


def deliveries(events: Sequence[Event], order: str) -> list[list[Event]]:
    """How they arrive: batches, one a load; some events again, in the same batch or a later one."""
    roll = random.Random(ORDERS.index(order))
    again = roll.sample(list(events), len(events) // 4)
    if order == "as told":
        return [[*events, *again]]
    if order == "shuffled":
        return [roll.sample([*events, *again], len(events) + len(again))]
    backwards = [*again, *reversed(events)]
    return [backwards[: len(events) // 2], backwards[len(events) // 2 :]]


def fill(world: World, order: str) -> None:
    for contract, told in (("shipment-event", told_events()), ("order-change", changes())):
        identities: dict[str, int] = {"identities": 0, "new": 0, "conflicts": 0, "duplicates": 0}
        for batch in deliveries(told, order):
            for major in (1, 2):
                if own := [event for event in batch if str(event["schemaVersion"]).startswith(f"{major}.")]:
                    world.archive(contract, own, major=major)
            for run in world.load(contract).runs:
                for name in identities:
                    identities[name] += getattr(run.outcome.counts, name)
        rows, lost = (world.spark.table(world.table(name)) for name in (world.model.contract(contract).table.name, "conflicts"))
        stored = (rows.count(), lost.where(f"contract = '{contract}'").count())
        assert (identities["new"], identities["conflicts"]) == stored, "counted is what is there, whatever the order"
        assert identities["identities"] == sum(stored) + identities["duplicates"] == len([*told, *told[: len(told) // 4]])


@pytest.fixture(scope="module")
def worlds(spark: SparkSession, model: LakeModel, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, World]]:
    both_majors = [
        replace(contract, majors=(1, 2), versions={1: "1.0", 2: "2.0"}) if contract.name == "shipment-event" else contract
        for contract in model.contracts
    ]
    made = {}
    for number, order in enumerate(ORDERS):
        database = f"arrival_{number}"
        spark.sql(f"CREATE NAMESPACE lake.{database}")
        made[order] = World(spark, replace(model, contracts=tuple(both_majors)), tmp_path_factory.mktemp(database), database)
        made[order].make_tables(*TABLES)
        fill(made[order], order)
    yield made
    for world in made.values():
        for name in TABLES:
            spark.sql(f"DROP TABLE {world.table(name)} PURGE")
        spark.sql(f"DROP NAMESPACE lake.{world.silver}")


def rows_of(world: World, table: str) -> list[str]:
    columns = [column for column in world.spark.table(world.table(table)).columns if column not in LINEAGE]
    return [row[0] for row in world.rows(table, f"to_json(struct({', '.join(columns)}))")]


@pytest.mark.parametrize("table", TABLES)
def test_every_order_of_arrival_gives_the_same_rows(worlds: dict[str, World], table: str) -> None:
    first, *others = (rows_of(world, table) for world in worlds.values())
    assert len(first) > 0
    for other in others:
        assert other == first


def shipments(world: World) -> dict[str, dict[str, Any]]:
    """By shipment, as rows.json has them: times in ms, exceptions as lists."""
    table = world.spark.table(world.table("shipments"))
    columns = {
        name: f"unix_millis({name})" if kind == "timestamp" else name for name, kind in table.dtypes if name in ROWS["histories"][0]["row"]
    }
    columns["exceptions"] = "transform(exceptions, one -> struct(one.type, one.reason, unix_millis(one.event_time) AS at, one.place))"
    found = table.selectExpr("shipment_id", *[f"{value} AS {name}" for name, value in columns.items()]).collect()
    rows = {row["shipment_id"]: {name: row[name] for name in columns} for row in found}
    return {shipment: {**row, "exceptions": [[*one] for one in row["exceptions"]]} for shipment, row in rows.items()}


def test_the_row_of_a_shipment_is_what_live_state_says(worlds: dict[str, World]) -> None:
    expected = {**ROWS["cases"], **{history["name"]: history["row"] for history in ROWS["histories"]}}
    found = shipments(worlds["backwards"])
    assert set(found) == set(expected)
    for name, row in expected.items():
        assert (name, found[name]) == (name, row)


def test_a_table_that_is_emptied_ends_each_row_that_was_there_and_says_nothing_of_later_ones(worlds: dict[str, World]) -> None:
    columns = ("carrier_id", "date_format(valid_from, 'MM-dd') AS since", "name", "is_deleted", "is_current")
    for world in worlds.values():
        found = sorted(tuple(row) for row in world.spark.table(world.table("carriers")).selectExpr(*columns).collect())
        assert found == [
            ("MAEU", "11-09", "Maersk", False, True),
            ("RABN", "10-01", "Raben", False, False),
            ("RABN", "11-02", "Raben", True, False),
            ("RABN", "11-05", "Raben Group", False, False),
            ("RABN", "11-08", "Raben Group", True, True),
        ]
