"""Tables follow the contracts, also when nobody ran ensure-tables: on real Iceberg."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from conftest import PROJECT
from waybill_lake.model import Column, LakeModel
from waybill_lake.objects import FolderStore
from waybill_lake.reference import Reference, load_reference
from waybill_lake.settings import JobSettings
from waybill_lake.tables import ensure
from waybill_lake.tables.definitions import ColumnDefinition, TableDefinition
from waybill_lake.tables.ensure import MODEL_KEY, TableChangeError, ensure_all, ensure_current, ensure_model, ensure_table
from waybill_lake.tables.wanted import origin_of, wanted_tables

ORIGINAL = TableDefinition(
    "silver",
    "things",
    "Things.",
    (ColumnDefinition("id", "string", "Id.", required=True), ColumnDefinition("n", "int", "A number.")),
    sort=("id",),
)


def with_column(model: LakeModel, column: Column) -> LakeModel:
    first, *others = model.contracts
    return replace(model, contracts=(replace(first, table=replace(first.table, columns=(*first.table.columns, column))), *others))


@pytest.fixture
def settings(lake: str) -> JobSettings:
    database = lake.split(".")[1]
    bucket = "unused"
    return JobSettings(
        environment="test", silver_database=database, gold_database=database, ops_database=database, ledger_table=bucket,
        bronze_bucket=bucket, quarantine_bucket=bucket, lake_bucket=bucket, business_time_zone="UTC", horizon_days=45,
        metric_namespace="Waybill", run="one", now=dt.datetime(2026, 11, 10, tzinfo=dt.UTC),
    )  # fmt: skip


@pytest.fixture(scope="module")
def reference() -> Reference:
    return load_reference(PROJECT / "contracts" / "reference")


def test_the_first_job_after_a_change_of_the_model_brings_the_tables_to_it(
    spark: SparkSession, settings: JobSettings, model: LakeModel, reference: Reference, tmp_path: Path
) -> None:
    store = FolderStore(str(tmp_path))

    def follow(wanted: LakeModel) -> bool:
        return ensure_current(spark, settings, store, wanted, reference)

    assert follow(model)
    made = {row["tableName"] for row in spark.sql(f"SHOW TABLES IN lake.{settings.silver_database}").collect()}
    assert made == {definition.name for _, definition in wanted_tables(spark, settings, model, reference)}
    assert {"shipment_events", "shipments", "shipment_daily", "vehicle_daily", "load_runs"} <= made
    assert not follow(model), "the note says that the tables follow this model"

    events = f"lake.{settings.silver_database}.{model.contracts[0].table.name}"
    grown = with_column(model, Column("colour", "string", ("/colour",), False, "Colour.", False))
    assert follow(grown)
    assert spark.table(events).schema["colour"].metadata["comment"] == "Colour."
    assert not follow(grown)

    # What cannot be done changes neither table nor note, and a note that nobody can read is written anew.
    noted = store.get(MODEL_KEY)
    with pytest.raises(TableChangeError, match="column colour would go"):
        follow(model)
    assert store.get(MODEL_KEY) == noted
    store.put(MODEL_KEY, b"{")
    assert follow(grown)
    assert json.loads(store.get(MODEL_KEY) or b"")["tables"] == len(made)
    assert ensure_model(spark, settings, store, grown, reference) == {f"lake.{settings.silver_database}.{name}": [] for name in made}


def test_that_nothing_changed_is_known_without_spark(
    spark: SparkSession, settings: JobSettings, model: LakeModel, reference: Reference, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, planned = FolderStore(str(tmp_path)), list[str]()

    def planning(*given: Any) -> Any:
        planned.append("planned")
        return wanted_tables(*given)

    monkeypatch.setattr(ensure, "wanted_tables", planning)
    ensure_model(spark, settings, store, model, reference)
    noted = json.loads(store.get(MODEL_KEY) or b"")
    planned.clear()
    assert (ensure_current(spark, settings, store, model, reference), planned) == (False, [])

    # A column of a reference file that no declaration speaks of: the tables are the same, and one look at the plan says so.
    service_levels = tuple({**row, "colour": "red"} for row in reference.files["service-levels"])
    other = replace(reference, files={**reference.files, "service-levels": service_levels})
    for expected in (["planned"], []):
        planned.clear()
        assert (ensure_current(spark, settings, store, model, other), planned) == (False, expected)
    assert {**json.loads(store.get(MODEL_KEY) or b""), "origin": ""} == {**noted, "origin": ""}

    # The note of an older version: no origin.
    store.put(MODEL_KEY, json.dumps({name: noted[name] for name in ("digest", "tables", "run")}).encode())
    for expected in (["planned"], []):
        planned.clear()
        assert (ensure_current(spark, settings, store, model, reference), planned) == (False, expected)


@pytest.mark.parametrize(
    "change",
    [
        lambda table: {**table, "measures": [{**table["measures"][0], "description": "Other words."}, *table["measures"][1:]]},
        lambda table: {**table, "where": "lat IS NOT NULL"},
        lambda table: {**table, "name": "other_daily"},
    ],
)
def test_the_origin_changes_with_each_declaration(
    settings: JobSettings, model: LakeModel, reference: Reference, change: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> None:
    declaring = next(contract for contract in model.contracts if contract.gold is not None)
    gold = {**(declaring.gold or {}), "tables": [change((declaring.gold or {})["tables"][0]), *(declaring.gold or {})["tables"][1:]]}
    changed = replace(model, contracts=tuple(replace(each, gold=gold) if each is declaring else each for each in model.contracts))
    before = origin_of(settings, model, reference, ensure.PROPERTIES)
    assert origin_of(settings, model, reference, ensure.PROPERTIES) == before
    grown = with_column(model, Column("colour", "string", ("/colour",), False, "Colour.", False))
    others = (
        origin_of(settings, changed, reference, ensure.PROPERTIES),
        origin_of(settings, grown, reference, ensure.PROPERTIES),
        origin_of(settings, model, reference, {**ensure.PROPERTIES, "format-version": "3"}),
        origin_of(replace(settings, gold_database="elsewhere"), model, reference, ensure.PROPERTIES),
    )
    assert len({before, *others}) == 1 + len(others)


def test_a_table_grows_and_nothing_else(spark: SparkSession, lake: str) -> None:
    name = f"{lake}.things"
    assert ensure_table(spark, name, ORIGINAL) == ["created"]
    spark.sql(f"INSERT INTO {name} VALUES ('a', 1)")
    wider = replace(
        ORIGINAL,
        columns=(
            ColumnDefinition("id", "string", "The id's own text.", required=True),
            ColumnDefinition("n", "bigint", "A number."),
            ColumnDefinition("more", "array<string>", "New."),
        ),
    )
    statements = ensure_table(spark, name, wider)
    assert len(statements) == 3, statements
    assert [tuple(row) for row in spark.table(name).collect()] == [("a", 1, None)]
    assert ensure_table(spark, name, wider) == []

    wrong: dict[str, Callable[[], TableDefinition]] = {
        "column n is bigint and would become string": lambda: _with(wider, ColumnDefinition("n", "string", "A number.")),
        "column n is bigint and would become int": lambda: _with(wider, ColumnDefinition("n", "int", "A number.")),
        "column n would become required": lambda: _with(wider, ColumnDefinition("n", "bigint", "A number.", required=True)),
        "new column late is required": lambda: replace(
            wider, columns=(*wider.columns, ColumnDefinition("late", "string", "Late.", required=True))
        ),
        "column more would go": lambda: replace(wider, columns=wider.columns[:-1]),
    }
    for words, make in wrong.items():
        # The other table of the same call must not be made, either.
        with pytest.raises(TableChangeError, match=words):
            ensure_all(spark, [(f"{lake}.other", ORIGINAL), (name, make())])
    assert not spark.catalog.tableExists(f"{lake}.other")


def _with(definition: TableDefinition, column: ColumnDefinition) -> TableDefinition:
    return replace(definition, columns=tuple(column if known.name == column.name else known for known in definition.columns))


def test_two_jobs_make_the_same_tables_at_once_and_a_half_made_one_is_finished(spark: SparkSession, lake: str) -> None:
    name = f"{lake}.things"
    with ThreadPoolExecutor(2) as both:
        made = list(both.map(lambda _: ensure_all(spark, [(name, ORIGINAL)]), range(2)))
    assert ["created"] in [tables[name] for tables in made]
    assert ensure_all(spark, [(name, ORIGINAL)]) == {name: []}
    # As if its maker had been killed before it said how the table is sorted.
    spark.sql(f"ALTER TABLE {name} WRITE UNORDERED")
    assert ensure_all(spark, [(name, ORIGINAL)])[name] == [f"ALTER TABLE {name} WRITE LOCALLY ORDERED BY id"]
