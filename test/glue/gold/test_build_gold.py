"""Days of gold on real Iceberg: staged, audited, published; unchanged, changed, failed; crashed anywhere and repaired."""

from __future__ import annotations

import datetime as dt
import json
import threading
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from gold.small_lake import SmallLake, customer, shipment
from waybill_lake.compare.tolerances import load_tolerances
from waybill_lake.objects import FolderStore
from waybill_lake.protocol.publish_builder import Current
from waybill_lake.protocol.publish_set import SetState
from waybill_lake.publish.audit import load_rules
from waybill_lake.publish.build import DayResult, GoldBuild, GoldParts
from waybill_lake.publish.daily_figures import KEY as LAST_DAY
from waybill_lake.publish.daily_figures import tell_last_day
from waybill_lake.publish.day_notes import day_notes, write_reports
from waybill_lake.publish.results import record_audits, result_of, summary_of
from waybill_lake.publish.weigh import weigher
from waybill_lake.tables.definitions import CARRIERS, CUSTOMERS, OPS_TABLES, ORDERS, SHIPMENTS
from waybill_lake.transforms.gold import GOLD_TABLES

DAY = "2026-11-10"
DATE = dt.date(2026, 11, 10)
NEXT = "2026-11-11"
QUALITY_RESULTS = next(table for table in OPS_TABLES if table.name == "quality_results")
PAIR = ("shipment_daily", "cost_daily")


def delivered(shipment_id: str, day: str = DAY, **more: Any) -> dict[str, Any]:
    usual = {"picked_up_time": "2026-11-09T09:00:00+00:00", "delivered_time": f"{day}T09:30:00+00:00", "weight_kg": 100.0}
    return shipment(shipment_id, **{**usual, **more})


def begun(spark: SparkSession, lake: str, tables: Sequence[str], *shipments: dict[str, Any]) -> SmallLake:
    small = SmallLake(spark, lake, tables)
    small.write(CUSTOMERS, [customer("CUS-1", "RETAIL", "2026-01-01T00:00:00+00:00")])
    small.write(SHIPMENTS, shipments)
    small.touch(DAY, NEXT)
    return small


def build(parts: GoldParts, *dates: dt.date) -> list[DayResult]:
    return GoldBuild(parts).run(dates or [DATE])


def states(results: Sequence[DayResult]) -> list[tuple[str, ...]]:
    return [(result.state, *[table.state for table in result.tables]) for result in results]


@pytest.mark.full
def test_a_day_is_published_unchanged_restated_and_the_rows_stay_equal(spark: SparkSession, lake: str, tmp_path: Path) -> None:
    small = begun(spark, lake, PAIR, delivered("S1"), delivered("S2", NEXT))
    first = build(small.parts("r1"), DATE, dt.date(2026, 11, 11))

    assert states(first) == [("published",) * 3] * 2
    assert [(table.attempt, table.rows) for table in first[0].tables] == [(1, 1), (1, 1)]
    assert {audit.rule for audit in first[0].tables[0].audits} == {rule.rule for rule in load_rules()}
    row = small.readers("shipment_daily", DAY)[0]
    assert (row["delivered"], row["customer_segment"], row["shipping_cost"]) == (1, "RETAIL", Decimal("43.32"))
    files = spark.sql(f"SELECT partition.business_date AS day, count(*) AS n FROM {lake}.shipment_daily.files GROUP BY 1").collect()
    assert [file["n"] for file in files] == [1, 1]
    # Both days were written in one go; what they were written under is gone, each day has its own snapshot.
    assert small.snapshots("shipment_daily") == 2

    # The dashboard hears of the last day, and of an older one nothing.
    store, now = FolderStore(str(tmp_path)), dt.datetime(2026, 11, 12, 4, 30, tzinfo=dt.UTC)
    tell_last_day(spark, small.parts("r1").names, store, first, now)
    tell_last_day(spark, small.parts("r1").names, store, first[:1], now)
    assert json.loads(store.get(LAST_DAY) or b"") == {
        "businessDate": NEXT,
        "publishedAt": "2026-11-12T04:30:00Z",
        "delivered": 1,
        "onTime": 0,
        "late": 0,
        "exceptions": 0,
    }

    # Nothing has changed: nothing is written, neither a snapshot nor an attempt.
    before = small.snapshots("shipment_daily"), small.snapshots("data_versions")
    assert states(build(small.parts("r2"))) == [("unchanged",) * 3]
    assert (small.snapshots("shipment_daily"), small.snapshots("data_versions")) == before
    assert small.ledger.read_attempt("shipment_daily", DAY, 2) is None

    # A load touched the day, but its rows stay what they were: readers keep their snapshot.
    small.touch(DAY)
    main = spark.sql(f"SELECT snapshot_id FROM {lake}.shipment_daily.refs").collect()
    assert states(build(small.parts("r3"))) == [("unchanged",) * 3]
    assert spark.sql(f"SELECT snapshot_id FROM {lake}.shipment_daily.refs").collect() == main
    assert states(build(small.parts("r4"))) == [("unchanged",) * 3]

    # A customer's segment was corrected, which no day version tells: the digest of the versions does.
    small.write(CUSTOMERS, [customer("CUS-1", "WHOLESALE", "2026-01-01T00:00:00+00:00")])
    assert states(build(small.parts("r5"))) == [("published",) * 3]
    assert [row["customer_segment"] for row in small.readers("shipment_daily", DAY)] == ["WHOLESALE"]
    assert [row["customer_segment"] for row in small.readers("shipment_daily", NEXT)] == ["RETAIL"]

    versions = spark.table(f"{lake}.data_versions").where(f"business_date = DATE '{DAY}' AND run = 'r5'").collect()
    assert sorted((row["table_name"], row["state"], row["attempt"], row["set_id"]) for row in versions) == [
        (table, state, 3, f"{DAY}#2") for table in sorted(PAIR) for state in ("complete", "publishing")
    ]

    # Two days at once that readers have already: each is replaced, nothing of the rows before is left or counted.
    small.write(CUSTOMERS, [customer("CUS-1", "PUBLIC", "2026-01-01T00:00:00+00:00")])
    assert states(build(small.parts("r6"), DATE, dt.date(2026, 11, 11))) == [("published",) * 3] * 2
    assert [row["customer_segment"] for day in (DAY, NEXT) for row in small.readers("shipment_daily", day)] == ["PUBLIC"] * 2


def test_a_failed_audit_leaves_readers_on_the_old_rows_of_all_tables_and_keeps_the_staged_ones(spark: SparkSession, lake: str) -> None:
    small = begun(spark, lake, PAIR, delivered("S1", customer_id=None))
    build(small.parts("r1"))
    before = small.readers("shipment_daily", DAY), small.readers("cost_daily", DAY)
    # Two versions of a customer that overlap would count a delivery twice.
    small.write(CUSTOMERS, [customer("CUS-1", segment, "2026-01-01T00:00:00+00:00") for segment in ("RETAIL", "WHOLESALE")])
    small.write(SHIPMENTS, [delivered("S1")])
    small.touch(DAY)
    failed = build(small.parts("r2"))

    assert states(failed) == [("failed", "failed", "failed")]
    assert [audit.rule for audit in failed[0].tables[0].audits if not audit.passed] == ["reconciled-with-silver"]
    assert "gold 2" in failed[0].tables[0].audits[2].details
    assert (small.readers("shipment_daily", DAY), small.readers("cost_daily", DAY)) == before
    tagged = spark.sql(f"SELECT name, max_reference_age_in_ms FROM {lake}.shipment_daily.refs WHERE type = 'TAG'").collect()
    assert [(row[0], row[1]) for row in tagged] == [("failed_2026_11_10_2", 30 * 86_400_000)]
    assert spark.sql(f"SELECT sum(delivered) FROM {lake}.shipment_daily VERSION AS OF 'failed_2026_11_10_2'").collect()[0][0] == 2
    result = result_of("r2", "v2", failed, flagged=False)
    assert (result["state"], "2026-11-10 shipment_daily: reconciled-with-silver" in result["summary"]) == ("failed", True)
    told = result["refused"][0]
    counted = "2 (delivered: gold 2, silver 1, weight_kg: gold 200, silver 100)"
    assert told["text"].startswith(f"2026-11-10: gold.shipment_daily broke reconciled-with-silver (halt): {counted}; allowed: 0 sums")
    assert "--severity reconciled-with-silver=warn" in result["advice"]
    record_audits(spark, small.names, failed, "r2", small.parts("r2").now)
    assert spark.table(f"{lake}.quality_results").where("NOT passed AND table_name LIKE 'gold.%'").count() == 2
    json.dumps(result)

    # The same inputs are known to fail: nothing is staged again.
    known = build(small.parts("r3"))
    assert states(known) == [("failed", "failed", "failed")]
    assert [each["text"] for each in result_of("r3", "v2", known, flagged=False)["refused"]] == [
        "2026-11-10: an audit refused these rows of gold.shipment_daily, gold.cost_daily before, and they are what they were"
    ]
    assert small.ledger.read_attempt("shipment_daily", DAY, 3) is None


class CrashError(Exception):
    pass


class StopAt:
    """Ends the run right after a step, as a kill would."""

    def __init__(self, step: str) -> None:
        self._step = step

    def reached(self, step: str) -> None:
        if step == self._step:
            raise CrashError(step)


@pytest.mark.full
@pytest.mark.parametrize(
    ("step", "readers_after_crash"),
    [
        # The others: test_killed_build.py, where Spark is killed.
        ("shipment_daily:grant", [1, 1]),
        ("cost_daily:pick", [2, 2]),
    ],
)
def test_a_run_that_dies_anywhere_is_repaired_by_the_next(
    spark: SparkSession, lake: str, step: str, readers_after_crash: list[int]
) -> None:
    small = begun(spark, lake, PAIR, delivered("S1"))
    build(small.parts("r1"))
    small.write(SHIPMENTS, [delivered("S1"), delivered("S2")])
    small.touch(DAY)
    with pytest.raises(CrashError):
        build(small.parts("r2", steps=StopAt(step)))
    assert [small.readers(table, DAY)[0]["delivered"] for table in PAIR] == readers_after_crash

    repaired = build(small.parts("r3"))

    assert repaired[0].state in ("published", "unchanged")
    assert [small.readers(table, DAY)[0]["delivered"] for table in PAIR] == [2, 2]
    for table in PAIR:
        current = small.ledger.read_current(table, DAY)
        assert (current.grant, current.published > 1) == (0, True)
    assert small.ledger.read_set(DAY).state is SetState.COMPLETE
    assert states(build(small.parts("r4"))) == [("unchanged",) * 3]


def test_the_first_logic_stays_out_when_the_second_is_in_force_and_comparing_publishes_nothing(spark: SparkSession, lake: str) -> None:
    small = begun(spark, lake, ("cost_daily",), delivered("S1"))
    lenient = load_rules({"amounts-not-negative": "warn"})
    strict = build(small.parts("r1", logic="v1"))
    assert (strict[0].state, [audit.rule for audit in strict[0].tables[0].audits if not audit.passed]) == (
        "failed",
        ["amounts-not-negative"],
    )
    assert build(small.parts("r2", logic="v1", rules=lenient))[0].state == "published"
    assert small.readers("cost_daily", DAY)[0]["shipping_cost"] == Decimal("-25.44")

    shadow = GoldBuild(small.parts("r3", rules=lenient)).run([DATE], stage_only=True)
    assert (shadow[0].state, shadow[0].tables[0].state) == ("staged", "staged")
    assert small.readers("cost_daily", DAY)[0]["shipping_cost"] == Decimal("-25.44")
    rows = spark.read.option("snapshot-id", str(shadow[0].tables[0].snapshot)).table(f"{lake}.cost_daily").collect()
    assert rows[0]["shipping_cost"] == Decimal("43.32")

    small.ledger.set_logic("v2")
    small.touch(DAY)
    assert build(small.parts("r4", logic="v1", rules=lenient))[0].state in ("unchanged", "superseded")
    assert build(small.parts("r5", rules=lenient))[0].state == "published"
    assert small.readers("cost_daily", DAY)[0]["shipping_cost"] == Decimal("43.32")


@pytest.mark.full
def test_a_reader_in_a_loop_never_sees_a_partial_day(spark: SparkSession, lake: str) -> None:
    small = begun(spark, lake, ("shipment_daily",), delivered("S0"))
    build(small.parts("r0"))
    seen: set[tuple[int, int]] = set()
    done = threading.Event()

    def read() -> None:
        session = spark.newSession()
        while not done.is_set():
            row = session.sql(
                f"SELECT count(*) AS n, sum(delivered) AS d FROM {lake}.shipment_daily WHERE business_date = DATE '{DAY}'"
            ).collect()[0]
            seen.add((row["n"], row["d"]))

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in (2, 3):
            # As many rows as shipments: each has a segment of its own.
            small.write(CUSTOMERS, [customer(f"C{n}", f"SEGMENT-{n}", "2026-01-01T00:00:00+00:00") for n in range(number)])
            small.write(SHIPMENTS, [delivered(f"S{n}", customer_id=f"C{n}") for n in range(number)])
            small.touch(DAY)
            assert build(small.parts(f"r{number}"))[0].state == "published"
    finally:
        done.set()
        reader.join()

    assert seen <= {(1, 1), (2, 2), (3, 3)}
    assert len(seen) > 1


def test_all_tables_of_the_platform_build_from_an_empty_and_from_a_small_lake(spark: SparkSession, lake: str) -> None:
    small = SmallLake(spark, lake, tuple(GOLD_TABLES))
    assert states(build(small.parts("r1"))) == [("unchanged",) * 7]

    small.write(SHIPMENTS, [delivered("S1", exceptions=[["HELD", None, f"{DAY}T05:00:00+00:00", None]])])
    small.write(CARRIERS, [])
    small.write(ORDERS, [{"order_id": "O", "shipment_id": "S1", "volume_m3": 0.1, "is_deleted": False, "load_run": "r"}])
    verdict = {"business_date": DATE, "rule": "fresh", "severity": "halt", "passed": True, "run": "q", "judged_at": f"{DAY}T05:00:00+00:00"}
    small.write(QUALITY_RESULTS, [{**verdict, "table_name": name} for name in ("shipment_events", "gold.cost_daily")])
    small.touch(DAY)
    result = build(small.parts("r2"))

    assert states(result) == [("published",) * 7]
    assert [row["table_name"] for row in small.readers("data_quality_daily", DAY)] == ["shipment_events"]
    assert small.readers("lane_performance_daily", DAY)[0]["transits"] == 1
    # A day that loses its last row becomes empty for readers, too.
    small.write(SHIPMENTS, [])
    small.touch(DAY)
    gone = build(small.parts("r3", wanted=("shipment_daily",)))
    assert (states(gone), small.readers("shipment_daily", DAY)) == ([("published", "published")], [])
    assert small.ledger.read_current("shipment_daily", DAY) == replace(
        Current(), published=3, inputs=small.ledger.read_current("shipment_daily", DAY).inputs
    )


def test_a_day_that_would_change_more_than_is_allowed_is_held_and_says_what_differs(spark: SparkSession, lake: str, tmp_path: Path) -> None:
    small = begun(spark, lake, PAIR, delivered("S1"), delivered("S2", mode="AIR"))
    weigh = weigher(spark, small.names, small.tables, load_tolerances('{"alarmAbovePercent": 60, "sums": {"relative": 0.5}}'))
    # What readers do not have yet differs from nothing.
    (first,) = build(small.parts("r1", weigh=weigh))
    assert (first.state, first.weighed is not None and first.weighed.holds) == ("published", False)

    # One of two rows of each table changes, and no sum by more than half: within what is allowed.
    small.write(SHIPMENTS, [delivered("S1"), delivered("S2", mode="AIR", weight_kg=140.0)])
    small.touch(DAY)
    (second,) = build(small.parts("r2", weigh=weigh))
    assert second.state == "published"
    assert second.weighed is not None
    assert [(each.table, each.changed, each.rows) for each in second.weighed.differences] == [
        ("shipment_daily", 1, 2),
        ("cost_daily", 1, 2),
    ]

    # Both change, and the weights triple.
    small.write(SHIPMENTS, [delivered("S1", weight_kg=400.0), delivered("S2", mode="AIR", weight_kg=400.0)])
    small.touch(DAY)
    before = small.readers("shipment_daily", DAY)
    third = build(small.parts("r3", weigh=weigh))
    assert (third[0].state, small.readers("shipment_daily", DAY)) == ("held", before)
    reasons = third[0].weighed.reasons if third[0].weighed is not None else ()
    assert reasons[:2] == (
        "shipment_daily: 2 of 2 rows differ (100.00 %, allowed 60 %)",
        "shipment_daily.weight_kg: the day's sum goes from 240.00 to 800.00",
    )
    result = result_of("r3", "v2", third, flagged=False)
    assert (result["state"], summary_of(result)["held"][0].startswith("2026-11-10: shipment_daily: 2 of 2 rows differ")) == ("held", True)
    store = FolderStore(str(tmp_path))
    day_notes(store, "days/", "r3")(third[0])
    note = json.loads(store.get(f"days/failed/{DAY}.json") or b"{}")
    assert (note["state"], note["held"], note["compared"][0]["changed"]) == ("held", list(reasons), 2)
    write_reports(store, "reports/", "r3", "v2", third, 60)
    report = (store.get(f"reports/{DAY}.md") or b"").decode()
    assert "# v2 beside published" in report
    assert "Not published: shipment_daily: 2 of 2 rows differ" in report

    # Staged beside readers, for who compares all days first; and published once somebody says so.
    (shadow,) = GoldBuild(small.parts("r4", weigh=weigh)).run([DATE], stage_only=True)
    assert shadow.state == "held"
    assert build(small.parts("r5"))[0].state == "published"
