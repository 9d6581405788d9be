"""Storage limits and snapshots of the launcher, run in process. Usage: python storage_probe.py <launcher folder>   prints JSON"""

from __future__ import annotations

import asyncio
import atexit
import base64
import json
import logging
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, sys.argv[1])
logging.disable(logging.CRITICAL)

import settings as settings_module  # noqa: E402

FOLDER = Path(tempfile.mkdtemp(prefix="waybill-probe-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
_settings = settings_module.read({"WAYBILL_DIR": str(FOLDER), "WAYBILL_STREAM_RECORDS": "100", "WAYBILL_LOG_EVENTS": "50"})
settings_module.apply(_settings)

import snapshot  # noqa: E402

snapshot.load_from(None)

import ministack.app as ministack  # noqa: E402
from admin import changes_something  # noqa: E402
from cfn.table import STORED, call  # noqa: E402
from install import install  # noqa: E402
from ministack.services import cloudwatch_logs, kinesis  # noqa: E402
from ministack.services.cloudformation import provisioners  # noqa: E402

INSTALLED = install(_settings)
RESULTS: dict[str, Any] = {}


def kinesis_call(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    return call("kinesis", f"Kinesis_20131202.{operation}", request)


def put(stream: str, names: list[str]) -> None:
    for begin in range(0, len(names), 500):
        records = [{"PartitionKey": "k", "Data": base64.b64encode(name.encode()).decode()} for name in names[begin : begin + 500]]
        kinesis_call("PutRecords", {"StreamName": stream, "Records": records})


def iterator(stream: str, kind: str = "TRIM_HORIZON") -> str:
    request = {"StreamName": stream, "ShardId": "shardId-000000000000", "ShardIteratorType": kind}
    return str(kinesis_call("GetShardIterator", request)["ShardIterator"])


def read(token: str, limit: int = 10_000) -> tuple[list[str], str, list[Any]]:
    answer = kinesis_call("GetRecords", {"ShardIterator": token, "Limit": limit})
    names = [base64.b64decode(record["Data"]).decode() for record in answer["Records"]]
    return names, answer["NextShardIterator"], [record["ApproximateArrivalTimestamp"] for record in answer["Records"]]


def stream(name: str) -> str:
    provisioners._provision_resource("AWS::Kinesis::Stream", name, {"Name": name, "ShardCount": 1}, "probe")
    return name


# A reader in the middle of a stream whose oldest records go must neither skip nor repeat one.
name = stream("capped")
put(name, [f"a{number}" for number in range(100)])
read_first, token, _ = read(iterator(name), 90)
put(name, [f"b{number}" for number in range(50)])
put(name, ["last"])
read_next, _, stamps = read(token)
RESULTS["cap"] = {
    "read": len(read_first),
    "next": [read_next[0], read_next[-1]],
    "nextCount": len(read_next),
    "held": len(kinesis._streams[name]["shards"]["shardId-000000000000"]["records"]),
    "trimmed": INSTALLED.records.trimmed,
}
RESULTS["stamps"] = {"fractional": any(stamp != int(stamp) for stamp in stamps), "near": abs(time.time() - stamps[-1]) < 5}

# The same when records go because their retention is over.
name = stream("expired")
put(name, ["old1", "old2", "young1", "young2"])
first, token, _ = read(iterator(name), 3)
for record in kinesis._streams[name]["shards"]["shardId-000000000000"]["records"][:2]:
    record["ApproximateArrivalTimestamp"] -= 25 * 3600
RESULTS["retention"] = {"first": first, "next": read(token)[0], "all": read(iterator(name))[0]}

for made in kinesis._shard_iterators._data.values():
    made["created_at"] -= 301
young = iterator(name)
RESULTS["iterators"] = {"left": len(kinesis._shard_iterators), "youngIsLeft": young in kinesis._shard_iterators}

# Logs: the newest stay.
logs = lambda operation, request: call("logs", f"Logs_20140328.{operation}", request)  # noqa: E731
logs("CreateLogGroup", {"logGroupName": "g"})
for log_stream, base in (("old", 0), ("new", 1000)):
    logs("CreateLogStream", {"logGroupName": "g", "logStreamName": log_stream})
    events = [{"timestamp": base + number, "message": f"{log_stream}{number}"} for number in range(40)]
    logs("PutLogEvents", {"logGroupName": "g", "logStreamName": log_stream, "logEvents": events})
streams = cloudwatch_logs._log_groups["g"]["streams"]
RESULTS["logs"] = {
    "old": [event["message"] for event in streams["old"]["events"]][:1] + [len(streams["old"]["events"])],
    "new": len(streams["new"]["events"]),
    "pointers": len(cloudwatch_logs._log_records.keys()),
}

# Snapshots: whole, loadable, carried over; a failing one leaves the one before in place.
provisioners._provision_resource("AWS::Glue::Registry", "R", {"Name": "registry"}, "probe")


def states() -> dict[str, Any]:
    return {**ministack._build_persistence_save_dict(), "waybill-stored": lambda: STORED}


def fails() -> Any:
    raise RuntimeError("on purpose")


one, two, three = FOLDER / "1", FOLDER / "2", FOLDER / "3"
report = asyncio.run(snapshot.save(states(), one))
# As another process that starts from the first and has loaded nothing but its queues.
snapshot.load_from(one)
asyncio.run(snapshot.save({"sqs": states()["sqs"]}, two))
try:
    asyncio.run(snapshot.save({"kinesis": fails}, three))
    failed = "no"
except snapshot.SnapshotError:
    failed = "yes"
loaded = snapshot.load("kinesis")
RESULTS["snapshot"] = {
    "forked": report["forked"],
    "streams": sorted(key[2] for key in loaded["streams"]._data),
    "carriedOver": (two / "kinesis.json").exists(),
    "failed": failed,
    "failedLeft": three.exists(),
    "stored": [key[2] for key in snapshot.load("waybill-stored")._data],
    "deepCopyIntact": __import__("copy").deepcopy([1]) is not None and __import__("copy").deepcopy(STORED) is not STORED,
}


def scope(method: str, target: str | None) -> dict[str, Any]:
    headers = [] if target is None else [(b"x-amz-target", target.encode())]
    return {"method": method, "headers": headers}


RESULTS["changes"] = {
    "PutRecord": changes_something(scope("POST", "Kinesis_20131202.PutRecord")),
    "GetRecords": changes_something(scope("POST", "Kinesis_20131202.GetRecords")),
    "BatchGetItem": changes_something(scope("POST", "DynamoDB_20120810.BatchGetItem")),
    "BatchWriteItem": changes_something(scope("POST", "DynamoDB_20120810.BatchWriteItem")),
    "GET object": changes_something(scope("GET", None)),
    "PUT object": changes_something(scope("PUT", None)),
}

print(json.dumps(RESULTS, indent=1))
