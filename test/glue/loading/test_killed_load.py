"""Real loads in real processes on the sandbox's Glue, S3 and DynamoDB, killed with SIGKILL: Python, Java, workers and all.

Each process finishes what the one before it left, then begins a run of its own and is killed in it. Steps between those of this
test are killed without a process of their own in test_load_silver.py; every interleaving is explored in test/glue/protocol.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from conftest import PROJECT
from lake_world import World, statement
from load_process import CONTRACT, IN_COMMIT, Order
from sandbox_process import make_ledger_table
from waybill_lake.clients import s3_client
from waybill_lake.ledger import DynamoLedger
from waybill_lake.model import LakeModel
from waybill_lake.protocol import load as protocol

pytestmark = pytest.mark.full
BRONZE, LAKE, DATABASE, LEDGER = "killed-bronze", "killed-lake", "killed_silver", "killed-ledger"
DEATHS = (protocol.CLASSIFY, protocol.STAGE, IN_COMMIT, protocol.COMMIT, protocol.CONFLICTS, protocol.DAYS)
COMMITTED = (protocol.COMMIT, protocol.CONFLICTS, protocol.DAYS)
"""Deaths after which readers of the events table see the new rows."""
PLATFORM_KEYS = ("spark.app", "spark.driver.port", "spark.executor.id", "spark.sql.warehouse", "spark.sql.catalog")


class Gate:
    """Between Spark and Glue. Once closed, the next change of the events table kills its sender and never arrives: its metadata is in
    the bucket, the catalog does not name it.
    """

    def __init__(self, glue: str) -> None:
        self.is_closed = False
        self.killed = 0
        self.child: subprocess.Popen[str] | None = None
        gate = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                gate.is_closed = True
                self.send_response(204)
                self.end_headers()

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                wanted = json.loads(body).get("TableInput", {}).get("Name") if gate.is_closed else None
                if self.headers["x-amz-target"] == "AWSGlue.UpdateTable" and wanted == "shipment_events":
                    gate.is_closed = False
                    gate.killed += 1
                    assert gate.child is not None
                    os.killpg(gate.child.pid, signal.SIGKILL)
                    return
                own = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "content-length", "connection")}
                try:
                    answer = urllib.request.urlopen(urllib.request.Request(glue, body, own), timeout=60)
                except urllib.error.HTTPError as error:
                    answer = error
                with answer:
                    content = answer.read()
                    self.send_response(answer.status or 500)
                    for name in ("content-type", "x-amzn-requestid", "x-amzn-errortype"):
                        if name in answer.headers:
                            self.send_header(name, answer.headers[name])
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def gate(sandbox: str) -> Iterator[Gate]:
    made = Gate(sandbox)
    yield made
    made.server.shutdown()
    made.server.server_close()


@dataclass
class Loads:
    """The processes of a test, one after another or two at once."""

    order: Order
    gate: Gate
    number: int = 0
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    def start(self, **more: Any) -> subprocess.Popen[str]:
        self.number += 1
        order = replace(self.order, owner=f"load-{self.number}", clock_hours=self.number, **more)
        command = [sys.executable, str(PROJECT / "test" / "glue" / "load_process.py"), json.dumps(asdict(order))]
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
        self.started.append(child)
        self.gate.child = child
        return child

    def finish(self, child: subprocess.Popen[str], *, killed: bool = False) -> list[dict[str, Any]]:
        """What it said."""
        out, errors = child.communicate(timeout=400)
        assert child.returncode == (-signal.SIGKILL if killed else 0), errors[-4000:]
        return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


@pytest.fixture
def loads(spark: SparkSession, sandbox: str, gate: Gate) -> Iterator[Loads]:
    own = {key: value for key, value in spark.sparkContext.getConf().getAll() if not key.startswith(PLATFORM_KEYS)}
    catalog = "spark.sql.catalog.lake"
    conf = {
        **own,
        catalog: "org.apache.iceberg.spark.SparkCatalog",
        f"{catalog}.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
        f"{catalog}.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        f"{catalog}.warehouse": f"s3://{LAKE}/warehouse",
        f"{catalog}.cache-enabled": "false",
        f"{catalog}.glue.endpoint": gate.url,
        f"{catalog}.s3.endpoint": sandbox,
        f"{catalog}.s3.path-style-access": "true",
        f"{catalog}.client.region": "us-east-1",
    }
    for bucket in (BRONZE, LAKE):
        s3_client().create_bucket(Bucket=bucket)
    make_ledger_table(LEDGER)
    model = str(PROJECT / "contracts" / "generated" / "lake.json")
    made = Loads(Order(conf, model, DATABASE, LEDGER, BRONZE, LAKE, owner="", gate=gate.url), gate)
    yield made
    for child in made.started:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)


def test_a_killed_load_is_finished_by_the_next_and_two_at_once_lose_nothing(
    spark: SparkSession, model: LakeModel, loads: Loads, gate: Gate, tmp_path: Path
) -> None:
    world, ledger = World(spark, model, tmp_path, "unused"), DynamoLedger(LEDGER)

    def archive(number: int) -> None:
        """One new event, a content of `again` that wins over those before it, and a repeat of it."""
        hour = f"{number:02}:00:00Z"
        winner = statement("again", eventTime=f"2026-11-08T{hour}", publishedTime=f"2026-11-09T{hour}")
        stored = world.archive(CONTRACT, [statement(f"n{number}"), winner, winner], row=False)
        s3_client().put_object(Bucket=BRONZE, Key=stored.key, Body=world.bronze.get(stored.key))
        ledger.put_if_absent(stored)

    def state_after(number: int) -> dict[str, Any]:
        """What readers see when the objects up to `number` are loaded."""
        ids = [] if number == 0 else sorted(["again", *[f"n{one}" for one in range(1, number + 1)]])
        return {"ids": ids, "again": f"2026-11-08 {number:02}:00:00" if number else ""}

    for number, death in enumerate(DEATHS, start=1):
        archive(number)
        before, *_ = loads.finish(loads.start(die_at=death, make_tables=number == 1), killed=True)
        # Readers after the death before this one: the old or the new, never something between.
        seen = number - 1 if number > 1 and DEATHS[number - 2] in COMMITTED else max(0, number - 2)
        assert (death, {name: before[name] for name in ("ids", "again")}) == (death, state_after(seen))
    assert gate.killed == 1

    # Two at once, neither with a lease that the other respects: the second takes over whatever the first does.
    number = len(DEATHS) + 1
    archive(number)
    meeting = tmp_path / "meeting"
    meeting.mkdir()
    both = [loads.start(meet_at=str(meeting)) for _ in range(2)]
    reports = [loads.finish(child)[-1] for child in both]
    assert {report["state"] for report in reports} <= {"loaded", "fenced", "held"}
    assert "loaded" in [report["state"] for report in reports]

    last = loads.finish(loads.start(maintain=True))[-1]
    assert last["runs"] == [], "nothing was left to do"
    final = last["seen"]
    assert {name: final[name] for name in ("ids", "again")} == state_after(number)
    assert (final["losers"], final["shipments"]) == (number - 1, [[number + 1, number - 1]])
    # The equation, over all runs as the ledger has them: each object was counted once.
    runs = [ledger.read_run(CONTRACT, f"20261110T120000-{run:06d}") for run in range(1, number + 1)]
    assert [(run["identities"], run["new"], run["conflicts"], run["duplicates"]) for run in runs if run is not None] == [
        (3, 2, 0, 1),
        *[(3, 1, 1, 1)] * (number - 1),
    ]
    assert list(ledger.open_objects(CONTRACT)) == []
    # What the dead left behind is gone: the metadata of the commit that never arrived, and rows that were staged for nothing.
    assert last["maintained"]["unknown"] == []
    assert any(path.endswith(".metadata.json") for path in last["maintained"]["orphans"])
