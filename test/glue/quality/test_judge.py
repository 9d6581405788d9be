"""Days judged on real Iceberg tables: what halts, what only warns, what is not judged twice."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

import pytest
from pyspark.sql import SparkSession

from quality.readings import DAY, NIGHT, NOON, Lab, model_with, row, rule
from waybill_lake.publish.audit import AuditResult
from waybill_lake.quality import QualityRuleError, TableVerdict, judge_days
from waybill_lake.quality.loads import Reconciliation
from waybill_lake.tables.iceberg import IcebergTable

ASIDE = rule({"is": "range", "columns": ["amount"], "max": 10}, "amount-plausible", severity="quarantine")
RULES = [
    ASIDE,
    rule({"is": "notNull", "columns": ["device"]}, "device-known", severity="halt", threshold=0.5, kind="completeness"),
    rule({"is": "unique", "columns": ["source", "event_id"]}, "one-row", severity="halt", kind="uniqueness"),
    rule({"is": "minRows", "ofWeekdayMedian": 0.5, "weeks": 4}, "volume", kind="volume", severity="halt"),
    rule({"is": "fresh", "minutes": 900}, "fresh", kind="freshness"),
    rule({"is": "reconciles"}, "nothing-lost", severity="halt", kind="reconciliation"),
]


def by_rule(verdict: TableVerdict) -> dict[str, AuditResult]:
    return {result.rule: result for result in verdict.results}


def failed(verdicts: Sequence[TableVerdict]) -> set[str]:
    return {f"{result.rule}:{result.severity}" for verdict in verdicts for result in verdict.results if not result.passed}


def test_over_five_percent_of_bad_records_halt_and_below_they_warn(spark: SparkSession, lake: str) -> None:
    lab = Lab(spark, lake, model_with([ASIDE]))
    # 1,000 received: 41 in quarantine, and 8 of 959 rows bad (0.8 % of what is left): 4.9 % in all.
    lab.load([row(f"{n}", amount=99.0 if n < 8 else 1.0) for n in range(959)], quarantined=41)
    verdict = judge_days(lab.parts("r1"), [DAY])[0]
    share = by_rule(verdict)["bad-share"]
    assert share.value == pytest.approx(0.049)
    assert (share.severity, share.passed, verdict.halts) == ("warn", False, False)

    # Two more bad ones, in a load that brings no row and so touches no day: 51 of 1,002 by the window. The day's rows are as they were,
    # so the verdict stands until a row comes, too.
    lab.load([], quarantined=2)
    assert judge_days(lab.parts("r2"), [DAY])[0].known
    lab.load([row("one-more")], quarantined=0)
    verdict = judge_days(lab.parts("r3"), [DAY])[0]
    share = by_rule(verdict)["bad-share"]
    assert share.value == pytest.approx(51 / 1003, abs=1e-4)
    assert (share.severity, share.passed, verdict.halts) == ("halt", False, True)
    assert json.loads(share.details)["owner"] == "labs"

    # A person may order it to be published nevertheless.
    ordered = judge_days(lab.parts("r4", severities={"readings.bad-share": "warn"}), [DAY])[0]
    assert (ordered.halts, by_rule(ordered)["bad-share"].passed) == (False, False)
    # The order stands for what it was given for: the day is not refused each night anew, until a row comes.
    kept = judge_days(lab.parts("r5"), [DAY])[0]
    assert (kept.known, kept.halts) == (True, False)
    lab.load([row("and-another")])
    assert judge_days(lab.parts("r6"), [DAY])[0].halts
    with pytest.raises(QualityRuleError, match=r"no rule readings\.bad-shape; a rule is <table>\.<rule>: readings\.amount-plausible"):
        judge_days(lab.parts("r7", severities={"readings.bad-shape": "warn"}), [DAY])


def test_every_kind_holds_on_a_good_day_and_breaks_on_a_bad_one(spark: SparkSession, lake: str) -> None:
    lab = Lab(spark, lake, model_with(RULES))
    history = [row(f"w{week}-{n}", NOON - dt.timedelta(weeks=week)) for week in (1, 2) for n in range(4)]
    lab.load([*history, *[row(f"{n}") for n in range(3)]])
    good = judge_days(lab.parts("r1"), [DAY])
    assert (failed(good), len(good[0].results), good[0].rows) == (set(), len(RULES) + 1, 3)
    written = lab.recorded()
    assert {(each["business_date"], each["table_name"], each["run"]) for each in written} == {(DAY, "readings", "r1")}
    assert {each["rule"] for each in written} == {"bad-share", *[each["id"] for each in RULES]}

    # Judged again, nothing has changed: the verdict is the same, and nothing is written.
    again = judge_days(lab.parts("r2"), [DAY])
    assert (again[0].known, sorted(again[0].results, key=str)) == (True, sorted(good[0].results, key=str))
    assert len(lab.recorded()) == len(written)

    # The day after: one row twice, no device, too few rows; and one identity fewer than the loads counted.
    bad = row("x", NOON + dt.timedelta(days=7), device=None, amount=50.0)
    lab.load([bad, {**bad, "event_time": NOON + dt.timedelta(days=6)}], identities=3)
    day = DAY + dt.timedelta(days=7)
    later = judge_days(lab.parts("r3", now=NIGHT + dt.timedelta(days=7, hours=6)), [day])
    everything = {"amount-plausible:quarantine", "device-known:halt", "one-row:halt", "volume:halt", "fresh:warn", "nothing-lost:halt"}
    assert failed(later) == {*everything, "bad-share:halt"}
    assert (by_rule(later[0])["nothing-lost"].value, by_rule(later[0])["one-row"].value) == (1, 1)
    assert json.loads(by_rule(later[0])["device-known"].details)["example"] == "LAB/x"

    # What halted is judged again, though nothing has changed.
    assert not judge_days(lab.parts("r4", now=NIGHT + dt.timedelta(days=7, hours=6)), [day])[0].known


def test_what_is_said_of_a_whole_table_does_not_depend_on_which_days_a_run_takes(spark: SparkSession, lake: str) -> None:
    lab = Lab(spark, lake, model_with(RULES[4:]))
    days = [DAY - dt.timedelta(days=back) for back in (2, 1, 0)]
    lab.load([row(f"{day}", dt.datetime.combine(day, NOON.timetz())) for day in days])

    together = judge_days(lab.parts("r1"), days)
    said = [{rule: result.passed for rule, result in by_rule(verdict).items()} for verdict in together]
    of_the_past = {"bad-share": True, "nothing-lost": True}
    assert said == [of_the_past, of_the_past, {**of_the_past, "fresh": True}]

    # A row that vanished may be of any day: none of them is published over it, in one run or each by its own.
    spark.sql(f"DELETE FROM {lake}.readings WHERE event_id = '{DAY}'")
    lab.load([row(f"later-{day}", dt.datetime.combine(day, NOON.timetz())) for day in days])
    assert [verdict.halts for verdict in judge_days(lab.parts("r2"), days)] == [True] * 3
    assert [judge_days(lab.parts(f"alone-{day}"), [day])[0].halts for day in days] == [True] * 3


def test_reconciliation_leaves_out_a_load_that_is_under_way(spark: SparkSession, lake: str) -> None:
    lab = Lab(spark, lake, model_with([RULES[5]]))

    books = Reconciliation(spark, lab.ledger, load_runs=f"{lake}.load_runs", conflicts=f"{lake}.conflicts")

    def missing() -> int:
        return books.balance("reading", f"{lake}.readings").missing

    lab.load([row("a"), row("b")], identities=5, duplicates=1, parked=1, conflicts=1)
    lab.lose("b", "r1")
    assert missing() == 0

    # Under way: rows and a conflict are there, nothing says so yet.
    run = lab.load([row("c")], recorded=False)
    lab.lose("c", run)
    assert missing() == 0
    # Maintenance on top of it makes it no more finished.
    spark.sql(f"CALL lake.system.rewrite_manifests(table => '{lake.split('.', 1)[1]}.readings')").collect()
    newest = IcebergTable(spark, f"{lake}.readings").main()
    assert newest is not None
    assert newest.wap_id == ""
    assert missing() == 0

    # It has ended, and died before load_runs had its row: the ledger knows it.
    lab.ledger.record_run("reading", run, {"identities": 2, "duplicates": 0, "parked": 0}, expires_at=0)
    assert missing() == 0

    # A row that vanished is found.
    spark.sql(f"DELETE FROM {lake}.readings WHERE event_id = 'a'")
    assert missing() == 1


def test_without_rules_nothing_is_judged_and_nothing_written(spark: SparkSession, lake: str) -> None:
    lab = Lab(spark, lake, model_with([ASIDE]))
    lab.load([row("a")])
    for model, message in (
        (model_with(None), "no quality.json"),
        (model_with([ASIDE, rule({"is": "sql", "true": "colour = 1"}, "odd")]), "rule odd cannot be evaluated"),
        (model_with([rule({"is": "references", "columns": ["place"], "table": "silver.gone", "column": "x"})]), "silver has no table gone"),
    ):
        with pytest.raises(QualityRuleError, match=message):
            judge_days(lab.parts(model=model), [DAY])
    assert lab.recorded() == []
