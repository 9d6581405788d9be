"""Spark is killed while it publishes a day, for real; and four builds at once publish days of the same tables."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from pyspark.sql import SparkSession

from gold.plain_days import NAMES, Reader, deliver, make_lake, parts
from waybill_lake.protocol.publish_set import SetState
from waybill_lake.publish.build import GoldBuild
from waybill_lake.publish.ledger_dynamodb import DynamoGoldLedger

pytestmark = pytest.mark.full

DAY = "2026-11-10"
KILLS = {
    # Staged, no audit; audits done and publishing decided: readers keep both tables.
    "plain_b:stage": (0, 0),
    "set:decide": (0, 0),
    # The catalog has the first table, the ledger does not know.
    "plain_a:pick": (1, 0),
    # The ledger has both, the set is still open.
    "plain_b:record": (1, 1),
}
"""Step after which Spark dies; whether readers of each table see the new day then."""


def conf_of(spark: SparkSession) -> dict[str, str]:
    wanted = ("spark.master", "spark.driver.", "spark.sql.", "spark.ui.")
    return {key: value for key, value in spark.sparkContext.getConf().getAll() if key.startswith(wanted) and "port" not in key}


def killed(order: dict[str, Any]) -> None:
    command = [sys.executable, str(Path(__file__).with_name("build_process.py")), json.dumps(order)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYSPARK_GATEWAY", "_PYSPARK"))}
    child = subprocess.run(command, env=environment, start_new_session=True, capture_output=True, text=True, timeout=300, check=False)
    assert child.returncode == -signal.SIGKILL, child.stderr[-3_000:]


def while_read(reader: Reader, work: Callable[[], None]) -> None:
    done = Event()
    thread = Thread(target=reader.go_on, args=(done.is_set,))
    thread.start()
    try:
        work()
    finally:
        done.set()
        thread.join()


def test_spark_killed_at_any_step_leaves_whole_days_and_the_next_run_repairs(spark: SparkSession, lake: str, sandbox: str) -> None:  # noqa: ARG001
    ledger = "gold-killed"
    make_lake(spark, lake, ledger)
    deliver(spark, lake, {DAY: 1})
    GoldBuild(parts(spark, lake, ledger, "first", 1)).run([dt.date.fromisoformat(DAY)])
    for version, (step, is_new) in enumerate(KILLS.items(), 2):
        deliver(spark, lake, {DAY: version})
        reader = Reader(spark, lake, [DAY])
        order = {"conf": conf_of(spark), "namespace": lake, "ledger": ledger, "run": f"run-{version}", "version": version, "day": DAY}
        while_read(reader, lambda order=order, step=step: killed({**order, "die_at": step}))  # type: ignore[misc]

        after = tuple(version - 1 + new for new in is_new)
        assert (step, reader.look(), reader.in_parts) == (step, after, [])
        assert reader.seen <= {(version - 1, version - 1), (version, version - 1), (version, version)}, step

        repaired = GoldBuild(parts(spark, lake, ledger, f"repair-{version}", version)).run([dt.date.fromisoformat(DAY)])
        assert (step, repaired[0].state in ("published", "unchanged"), reader.look()) == (step, True, (version, version))
        rows = DynamoGoldLedger(ledger)
        assert [rows.read_current(name, DAY).grant for name in NAMES] == [0, 0]
        assert rows.read_set(DAY).state is SetState.COMPLETE
    again = GoldBuild(parts(spark, lake, ledger, "again", len(KILLS) + 1)).run([dt.date.fromisoformat(DAY)])
    assert again[0].state == "unchanged"


@pytest.mark.parametrize("rounds", [2])
def test_four_builds_at_once_lose_no_day(spark: SparkSession, lake: str, sandbox: str, rounds: int) -> None:  # noqa: ARG001
    ledger = "gold-at-once"
    make_lake(spark, lake, ledger)
    dates = [dt.date(2026, 11, number) for number in (9, 10, 11)]
    days = [day.isoformat() for day in dates]
    # Three build a day each, one builds them all; the catalog of each session is its own.
    works = [[date] for date in dates] + [dates]
    reader = Reader(spark, lake, days)
    for version in range(1, rounds + 1):
        counts = {day: version + number for number, day in enumerate(days)}
        deliver(spark, lake, counts)
        made = [parts(spark.newSession(), lake, ledger, f"{version}-{number}", version) for number in range(len(works))]

        def build_all(made: Any = made) -> None:
            with ThreadPoolExecutor(len(works)) as pool:
                found = [pool.submit(GoldBuild(one).run, dates) for one, dates in zip(made, works, strict=True)]
                states = {day.state for future in found for day in future.result()}
            assert states <= {"published", "unchanged"}, states

        while_read(reader, build_all)
        assert reader.look() == tuple(count for count in counts.values() for _ in NAMES)

    assert reader.in_parts == []
    rows = DynamoGoldLedger(ledger)
    for day in days:
        assert rows.read_set(day).state is SetState.COMPLETE
        assert [rows.read_current(name, day).grant for name in NAMES] == [0, 0]
    for name in NAMES:
        files = spark.sql(f"SELECT partition.business_date AS day, count(*) AS n FROM {lake}.{name}.files GROUP BY 1").collect()
        assert [row["n"] for row in files] == [1, 1, 1]
