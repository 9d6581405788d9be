"""Byte for byte the hashes of domain/shipment/hashes.ts: test/domain/shipment/content-hash-cases.test.ts reads the same cases."""

from __future__ import annotations

import json
from pathlib import Path

from pyspark.sql import SparkSession

from waybill_lake.model import LakeModel
from waybill_lake.transforms.bronze import LINES, well_formed
from waybill_lake.transforms.events import to_events

CASES = json.loads((Path(__file__).resolve().parents[2] / "fixtures" / "content-hashes" / "cases.json").read_text())


def test_hashes_are_those_of_the_stream_road(spark: SparkSession, model: LakeModel) -> None:
    rows = []
    for number, case in enumerate(CASES):
        line = json.dumps({"k": str(number), "i": 0, "t": 1_762_000_000_000, "v": "1.0", "e": case["event"]}, separators=(",", ":"))
        rows.append(("key", "shard", False, None, well_formed(line.encode()).decode()))
    events = to_events(spark.createDataFrame(rows, LINES), model.contract("shipment-event"), model, "r1")
    found = {int(row["stream_sequence"]): row["content_hash"] for row in events.select("stream_sequence", "content_hash").collect()}
    assert {case["name"]: found[number] for number, case in enumerate(CASES)} == {case["name"]: case["contentHash"] for case in CASES}
