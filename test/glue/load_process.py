"""A load in a process of its own, on Glue's API, S3 and DynamoDB, that can be killed at a step. Started by test_killed_load.py.

Argument: JSON of `Order`. Prints one JSON line with what readers saw before it began, and one with what it did.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from lake_world import NOW
from waybill_lake.ledger import DynamoLedger
from waybill_lake.loading.parts import LoadParts
from waybill_lake.loading.silver import load_contract
from waybill_lake.model import load_model
from waybill_lake.objects import S3Store
from waybill_lake.protocol import load as protocol
from waybill_lake.tables.definitions import all_tables
from waybill_lake.tables.ensure import ensure_table
from waybill_lake.tables.iceberg import IcebergTable
from waybill_lake.tables.maintain import maintain_table

CONTRACT = "shipment-event"
TABLES = ("shipment_events", "conflicts", "shipments")
IN_COMMIT = "in-commit"
"""Not a step of the protocol: metadata is written, the catalog does not name it yet."""
HOUR_MS = 3_600_000


@dataclass(frozen=True)
class Order:
    conf: dict[str, str]
    """Settings of Spark."""
    model: str
    database: str
    ledger: str
    bronze: str
    lake: str
    owner: str
    die_at: str = ""
    """Step of the first run that this process begins itself; empty: none."""
    clock_hours: int = 0
    """Ahead of the real clock: leases of those who came before are over."""
    gate: str = ""
    """URL that is told when the commit begins, for `IN_COMMIT`."""
    meet_at: str = ""
    """Folder in which loaders meet before they begin; empty: they do not."""
    make_tables: bool = False
    maintain: bool = False


@dataclass
class KillsAt:
    """SIGKILL for this process and Spark's, at a step of a run that it began itself."""

    order: Order
    begun: list[str] = field(default_factory=list)

    def reached(self, step: str) -> None:
        if step == protocol.RESOLVE:
            self.begun.append(step)
        if not self.begun:
            return
        if step == protocol.STAGE and self.order.die_at == IN_COMMIT:
            urllib.request.urlopen(self.order.gate, timeout=60).close()
        if step == self.order.die_at:
            os.killpg(0, signal.SIGKILL)


def session(conf: dict[str, str]) -> SparkSession:
    builder = SparkSession.builder.appName("load-process")
    for key, value in conf.items():
        builder = builder.config(key, value)
    found = builder.getOrCreate()
    found.sparkContext.setLogLevel("ERROR")
    return found


def seen(parts: LoadParts) -> dict[str, Any]:
    """What a reader finds: ids of events, the event time of the one that is told again and again, losers, counts of the shipment."""
    events = parts.spark.table(parts.table("shipment_events")).selectExpr("event_id", "cast(event_time AS string) AS at").collect()
    losers = parts.spark.table(parts.table("conflicts")).count()
    shipments = parts.spark.table(parts.table("shipments")).selectExpr("event_count", "conflict_count").collect()
    told = {row["event_id"]: row["at"] for row in events}
    return {
        "ids": sorted(row["event_id"] for row in events),
        "again": told.get("again", ""),
        "losers": losers,
        "shipments": [list(row) for row in shipments],
    }


def meet(folder: str, owner: str) -> None:
    Path(folder, owner).touch()
    while len(list(Path(folder).iterdir())) < 2:
        time.sleep(0.02)


def load(parts: LoadParts) -> dict[str, Any]:
    report = load_contract(parts, parts.model.contract(CONTRACT))
    return {"state": report.state, "runs": [run.run for run in report.runs]}


def maintain(parts: LoadParts, order: Order) -> dict[str, Any]:
    """Maintenance; then files below the table's location that no snapshot knows, however young."""
    name = parts.table("shipment_events")
    done = maintain_table(parts.spark, name, now=dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1), keep_days=0)
    java: Any = parts.spark._jvm
    found = java.org.apache.iceberg.spark.actions.SparkActions.get(parts.spark._jsparkSession).deleteOrphanFiles(
        IcebergTable(parts.spark, name)._load()
    )
    removed = found.usePrefixListing(True).olderThan(time.time_ns() // 1_000_000 + 1_000).execute().orphanFileLocations()
    known = {row[0] for row in parts.spark.sql(f"SELECT file_path FROM {name}.all_files").collect()}
    prefix = IcebergTable(parts.spark, name).location().removeprefix(f"s3://{order.lake}/")
    stored = {f"s3://{order.lake}/{item.key}" for item in S3Store(order.lake).list(prefix) if item.key.endswith(".parquet")}
    return {"rewritten": done.rewritten_files, "orphans": sorted(str(path) for path in removed), "unknown": sorted(stored - known)}


def say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def main(order: Order) -> None:
    spark = session(order.conf)
    model = load_model(Path(order.model))
    parts = LoadParts(
        spark=spark,
        ledger=DynamoLedger(order.ledger),
        bronze=S3Store(order.bronze),
        quarantine=S3Store(order.lake),
        lake=S3Store(order.lake),
        model=model,
        silver_database=order.database,
        owner=order.owner,
        invocation=order.owner,
        now=NOW,
        clock=lambda: time.time_ns() // 1_000_000 + order.clock_hours * HOUR_MS,
        steps=KillsAt(order),
    )
    if order.make_tables:
        spark.sql(f"CREATE NAMESPACE lake.{order.database}")
        for definition in all_tables(model):
            if definition.name in TABLES:
                ensure_table(spark, parts.table(definition.name), definition)
    say(seen(parts))
    if order.meet_at:
        meet(order.meet_at, order.owner)
    done = load(parts)
    if order.maintain:
        done |= {"seen": seen(parts), "maintained": maintain(parts, order)}
    say(done)


if __name__ == "__main__":
    main(Order(**json.loads(sys.argv[1])))
