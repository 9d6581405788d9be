"""Each check of rows, good and bad, in one aggregation over one small table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from quality.readings import DAY, NOON, ZONE, model_with, reference, row, rows, rule
from waybill_lake.quality.row_rules import RowCount, Sources, count_rows
from waybill_lake.quality.rules import QualityRuleError, rules_of
from waybill_lake.transforms.gold_facts import business_date

HOUR = dt.timedelta(hours=1)
ROWS = [
    row("good"),
    row("no-device", device=None),
    row("sentinel", device="N/A"),
    row("sentinel-of-other", source="OLD", device="UNKNOWN"),
    row("level", level="SOME"),
    row("place", place="XXXXX"),
    row("amount", amount=11.0),
    row("amount-less", amount=-0.5),
    row("ended", ended=NOON - HOUR),
    row("late", arrival_time=NOON + 5 * HOUR),
    row("open", ended=None, level=None, amount=None, place=None),
]


@dataclass(frozen=True)
class Case:
    rule: str
    check: dict[str, Any]
    broken: int
    example: str = ""
    looked_at: int = len(ROWS)
    more: dict[str, Any] = field(default_factory=dict)


DELIVERED = {"is": "sql", "true": "ended >= begun"}
CASES = [
    Case("completeness", {"is": "notNull", "columns": ["device"]}, 3, "LAB/no-device"),
    Case("completeness-of-known", {"is": "notNull", "columns": ["event_id"]}, 0),
    Case("vocabulary", {"is": "inSet", "columns": ["level"], "values": ["LOW", "HIGH"]}, 1, "LAB/level"),
    Case("range", {"is": "range", "columns": ["amount"], "min": 0, "max": 10}, 2, "LAB/amount"),
    Case("range-open", {"is": "range", "columns": ["amount"], "min": 0}, 1, "LAB/amount-less"),
    Case("range-ends", {"is": "range", "columns": ["amount"], "min": -0.5, "max": 11}, 0),
    Case("regex", {"is": "regex", "columns": ["device"], "pattern": "D-\\d+"}, 0),
    Case("regex-whole", {"is": "regex", "columns": ["device"], "pattern": "D"}, 8, "LAB/amount"),
    Case("consistency", DELIVERED, 1, "LAB/ended", more={"kind": "consistency"}),
    Case("timeliness", {"is": "sql", "true": "arrival_time <= event_time + interval 1 hour"}, 1, "LAB/late", more={"kind": "timeliness"}),
    Case("referential", {"is": "references", "columns": ["place"], "table": "locations", "column": "unlocode"}, 1, "LAB/place"),
    Case(
        "referential-silver", {"is": "references", "columns": ["level", "place"], "table": "silver.known", "column": "code"}, 2, "LAB/level"
    ),
    Case("where", DELIVERED, 1, "LAB/ended", looked_at=2, more={"where": "event_id in ('ended', 'good')"}),
    Case("where-unknown", {"is": "notNull", "columns": ["amount"]}, 0, looked_at=10, more={"where": "level <> ''"}),
    Case("put-aside", {"is": "sql", "true": "amount <= 10"}, 1, "LAB/amount", more={"severity": "quarantine"}),
    Case("put-aside-too", {"is": "sql", "true": "amount between 0 and 10"}, 2, "LAB/amount", more={"severity": "quarantine"}),
]
SENTINELS = {"*": ["N/A"], "OLD": ["UNKNOWN"]}


def sources(spark: SparkSession) -> Sources:
    def silver(table: str) -> DataFrame:
        assert table == "known"
        return spark.createDataFrame([("LOW",), ("NLRTM",), ("NLRTM",), (None,)], "code string")

    return Sources(reference(), silver)


def test_each_rule_finds_its_rows_and_no_other_in_one_pass(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    # The example is the first by name; each bad row breaks the rules that it was made for.
    model = model_with([rule(case.check, case.rule, **case.more) for case in CASES], SENTINELS)
    next_day = row("next-day", NOON + dt.timedelta(days=1), device=None)
    passes: list[DataFrame] = []
    collect = DataFrame.collect

    def counting(frame: DataFrame) -> list[Any]:
        passes.append(frame)
        return collect(frame)

    monkeypatch.setattr(DataFrame, "collect", counting)
    counted = count_rows(
        rows(spark, [*ROWS, next_day]), business_date(F.col("event_time"), ZONE), rules_of(model.contracts[0]), sources(spark)
    )

    found = {case.rule: counted[DAY].by_rule[case.rule] for case in CASES}
    assert found == {case.rule: RowCount(case.looked_at, case.broken, case.example) for case in CASES}
    assert (counted[DAY].rows, counted[DAY].bad_rows) == (len(ROWS), 2)
    tomorrow = counted[DAY + dt.timedelta(days=1)]
    assert (tomorrow.rows, tomorrow.by_rule["completeness"].broken, set(counted)) == (1, 1, {DAY, DAY + dt.timedelta(days=1)})
    assert len(passes) == 1


@pytest.mark.parametrize(
    ("check", "more", "message"),
    [
        ({"is": "notNull", "columns": ["colour"]}, {}, "rule the-rule: the table has no column colour"),
        ({"is": "sql", "true": "amount >"}, {}, "rule the-rule cannot be evaluated on readings: .*Syntax error"),
        ({"is": "sql", "true": "colour = 1"}, {}, "rule the-rule cannot be evaluated on readings: .*colour"),
        ({"is": "notNull", "columns": ["device"]}, {"where": "colour = 1"}, "rule the-rule cannot be evaluated on readings: .*colour"),
        ({"is": "references", "columns": ["place"], "table": "towns", "column": "x"}, {}, "no reference file towns; files: calendars"),
        (
            {"is": "references", "columns": ["place"], "table": "locations", "column": "x"},
            {},
            "locations has no column x; columns: unlocode",
        ),
    ],
)
def test_a_rule_that_does_not_fit_the_table_stops_and_is_named(
    spark: SparkSession, check: dict[str, Any], more: dict[str, Any], message: str
) -> None:
    model = model_with([rule(check, **more)])
    with pytest.raises(QualityRuleError, match=message):
        count_rows(rows(spark, [row("one")]), F.to_date("event_time"), rules_of(model.contracts[0]), sources(spark))
