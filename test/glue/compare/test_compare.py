"""What a candidate would change: found by table, column and key, within tolerances, without a trace in gold."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession

from gold.small_lake import ZONE, SmallLake, customer, reference, shipment
from waybill_lake.compare.differences import TableDifference, compare_tables
from waybill_lake.compare.report import markdown_of, report_of
from waybill_lake.compare.tolerances import ToleranceError, load_tolerances
from waybill_lake.jobs.compare_logic import PUBLISHED, Comparison, tables_to_compare
from waybill_lake.settings import SettingsError
from waybill_lake.tables.definitions import CUSTOMERS, SHIPMENTS
from waybill_lake.transforms.gold import GOLD_TABLES
from waybill_lake.transforms.gold_facts import Days

DAY = "2026-11-10"
DATE = dt.date(2026, 11, 10)
SCHEMA = "day date, carrier string, cost decimal(14,2), delay double, name string, reasons map<string,int>"
Row = tuple[Any, ...]
ABOUT = {"run": "r", "candidate": "v2", "current": "v1", "from": DAY, "to": DAY, "days": 1, "alarmAbovePercent": 1.0}


def test_rows_are_matched_by_their_grain_and_differ_beyond_their_tolerance(spark: SparkSession) -> None:
    def compared(text: str | None = None) -> TableDifference:
        current: list[Row] = [
            (DATE, "A", Decimal("10.00"), 1.0, "x", {"a": 1, "b": 2}),
            (DATE, "B", Decimal("100.00"), None, "x", {"a": 1}),
            (DATE, None, Decimal("5.00"), 2.0, None, None),
            (DATE, "gone", Decimal("1.00"), 2.0, "x", None),
        ]
        candidate: list[Row] = [
            (DATE, "A", Decimal("10.00"), 1.0, "x", {"b": 2, "a": 1}),
            (DATE, "B", Decimal("100.50"), 0.0, "x", {"a": 2}),
            (DATE, None, Decimal("5.00"), 2.0, "y", None),
            (DATE, "new", Decimal("1.00"), 2.0, "x", None),
        ]
        frames = [spark.createDataFrame(rows, SCHEMA) for rows in (current, candidate)]
        return compare_tables("t", frames[0], frames[1], ("day", "carrier"), load_tolerances(text))

    exact = compared()
    assert (exact.rows, exact.changed, exact.only_current, exact.only_candidate) == (5, 2, 1, 1)
    assert exact.mismatch_percent == 80
    by_name = {column.column: column for column in exact.columns}
    assert (by_name["cost"].rows, by_name["cost"].largest, by_name["cost"].current, by_name["cost"].candidate) == (1, 0.5, 116.0, 116.5)
    assert (by_name["name"].rows, by_name["name"].current) == (1, None)
    assert [(row["key"]["carrier"], row["kind"]) for row in exact.sample] == [
        (None, "changed"),
        ("B", "changed"),
        ("gone", "only current"),
        ("new", "only candidate"),
    ]
    assert exact.sample[1]["values"] == {"cost": ["100.00", "100.50"], "delay": [None, 0.0], "reasons": [{"a": 1}, {"a": 2}]}

    # Within 1 % the cost counts as equal; a value where there was none never does.
    lenient = compared('{"tables": {"t": {"cost": {"relative": 0.01}, "delay": {"absolute": 9}}}}')
    assert {column.column: column.rows for column in lenient.columns} == {"cost": 0, "delay": 1, "name": 1, "reasons": 1}
    assert "cost" not in lenient.sample[1]["values"]

    report = report_of(ABOUT, [exact], ["exceptions_daily"])
    assert (report["mismatchPercent"], report["exceeds"]) == (80.0, True)
    assert "| cost | 1 | 0.50 | 116.00 | 116.50 |" in markdown_of(report)
    assert "cost 100.00 → 100.50" in markdown_of(report)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", '"default", "alarmAbovePercent", "sums" and "tables" and nothing else'),
        ("{", "is no JSON"),
        ('{"tables": {"t": {"c": {"percent": 1}}}}', r"tables\.t\.c: got \{\"percent\": 1\}; allowed"),
        ('{"default": {"relative": -1}}', r"default\.relative: got -1; allowed: a number from 0"),
    ],
)
def test_a_tolerance_file_that_cannot_be_understood_is_refused(text: str, message: str) -> None:
    with pytest.raises(ToleranceError, match=message):
        load_tolerances(text)


def test_between_two_versions_only_tables_are_built_that_the_logic_is_an_input_of() -> None:
    assert tables_to_compare(GOLD_TABLES, (), "logic") == (
        ["shipment_daily", "carrier_performance_daily", "cost_daily"],
        ["lane_performance_daily", "exceptions_daily", "data_quality_daily"],
    )
    assert tables_to_compare(GOLD_TABLES, ("exceptions_daily",), PUBLISHED) == (["exceptions_daily"], [])
    with pytest.raises(SettingsError, match="no gold table x; tables: shipment_daily"):
        tables_to_compare(GOLD_TABLES, ("x",), "logic")


def test_a_comparison_shows_exactly_the_affected_rows_and_leaves_gold_as_it_was(spark: SparkSession, lake: str) -> None:
    small = SmallLake(spark, lake, ("cost_daily",))
    times = {"picked_up_time": "2026-11-09T09:00:00+00:00", "delivered_time": f"{DAY}T09:30:00+00:00"}
    small.write(CUSTOMERS, [customer("CUS-1", "RETAIL", "2026-01-01T00:00:00+00:00")])
    # Only the first lies below the minimum charge, where the versions differ.
    heavy = shipment("S2", weight_kg=2000.5, carrier="DSVF", **times)
    small.write(SHIPMENTS, [shipment("S1", weight_kg=100.0, **times), heavy])
    before = small.snapshots("cost_daily")
    comparison = Comparison(spark, small.names, Days((DATE,), ZONE), reference(), small.tables)

    (found,) = comparison.run(["cost_daily"], "v2", "v1", load_tolerances())
    assert (found.rows, found.changed, found.mismatch_percent) == (2, 1, 50.0)
    assert [row["values"]["shipping_cost"] for row in found.sample] == [["-25.44", "43.32"]]
    assert [row["key"]["carrier"] for row in found.sample] == ["FDEG"]

    # Readers have nothing of that day: all rows are only the candidate's.
    (empty,) = comparison.run(["cost_daily"], "v2", PUBLISHED, load_tolerances())
    assert (empty.rows, empty.only_candidate) == (2, 2)
    assert small.snapshots("cost_daily") == before
