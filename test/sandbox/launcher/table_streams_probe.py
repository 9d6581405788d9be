"""Streams of tables, run in process. Usage: python table_streams_probe.py <launcher folder>   prints JSON"""

from __future__ import annotations

import asyncio
import atexit
import json
import logging
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, sys.argv[1])
logging.disable(logging.CRITICAL)

import settings as settings_module  # noqa: E402

FOLDER = Path(tempfile.mkdtemp(prefix="waybill-probe-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
_settings = settings_module.read({"WAYBILL_DIR": str(FOLDER), "WAYBILL_TABLE_STREAM_RECORDS": "20"})
settings_module.apply(_settings)

import snapshot  # noqa: E402

snapshot.load_from(None)

import table_streams  # noqa: E402
from cfn.table import RefusedError, call  # noqa: E402
from install import install  # noqa: E402
from ministack.services import dynamodb  # noqa: E402
from ministack.services.cloudformation import provisioners  # noqa: E402

INSTALLED = install(_settings)
RESULTS: dict[str, Any] = {}
TABLE = {
    "TableName": "things",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
KEY = {"pk": {"S": "a"}, "sk": {"S": "1"}}


def db(operation: str, **request: Any) -> dict[str, Any]:
    return call("dynamodb", f"DynamoDB_20120810.{operation}", request)


def put(count: str) -> None:
    db("PutItem", TableName="things", Item={**KEY, "n": {"N": count}})


def sql(statement: str, *parameters: dict[str, str]) -> Any:
    return db("BatchExecuteStatement", Statements=[{"Statement": statement, "Parameters": list(parameters)}])


def changes(arn: str) -> list[list[Any]]:
    """Kind, old n, new n of every record."""
    stream = {"StreamArn": arn, "ShardId": "shardId-00000000000000000000-00000000", "ShardIteratorType": "TRIM_HORIZON"}
    token = call("dynamodbstreams", "DynamoDBStreams_20120810.GetShardIterator", stream)["ShardIterator"]
    records = call("dynamodbstreams", "DynamoDBStreams_20120810.GetRecords", {"ShardIterator": token})["Records"]
    n = lambda image: (image or {}).get("n", {}).get("N")  # noqa: E731
    return [[record["eventName"], n(record["dynamodb"].get("OldImage")), n(record["dynamodb"].get("NewImage"))] for record in records]


# A table that has items gets its stream by a stack update, then another change.
physical_id, attributes = provisioners._provision_resource("AWS::DynamoDB::Table", "X", TABLE, "probe")
put("0")
with_stream = {**TABLE, "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"}}
_, on = provisioners._update_resource("AWS::DynamoDB::Table", physical_id, TABLE, with_stream, "probe", "X", attributes)
ARN = on["StreamArn"]
put("1")
with_expiry = {**with_stream, "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "expiresAt"}}
_, later = provisioners._update_resource("AWS::DynamoDB::Table", physical_id, with_stream, with_expiry, "probe", "X", on)
described = db("DescribeTable", TableName="things")["Table"]
RESULTS["stream turned on"] = {
    "before": "StreamArn" in attributes,
    "same": later["StreamArn"] == ARN == described["LatestStreamArn"],
    "items": db("Scan", TableName="things")["Count"],
    "changes": changes(ARN),
}

# Every way to write; what changes nothing is no change.
put("1")
db("UpdateItem", TableName="things", Key=KEY, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": {"N": "2"}})
sql('UPDATE "things" SET "n" = ? WHERE "pk" = ? AND "sk" = ?', {"N": "3"}, {"S": "a"}, {"S": "1"})
sql('UPDATE "things" SET "n" = ? WHERE "pk" = ? AND "sk" = ?', {"N": "3"}, {"S": "a"}, {"S": "1"})
sql('UPDATE "things" SET "n" = ? WHERE "pk" = ? AND "sk" = ? AND "n" = ?', {"N": "4"}, {"S": "a"}, {"S": "1"}, {"N": "9"})
sql('DELETE FROM "things" WHERE "pk" = ? AND "sk" = ?', {"S": "a"}, {"S": "1"})
sql("INSERT INTO \"things\" VALUE {'pk': ?, 'sk': ?, 'n': ?}", {"S": "a"}, {"S": "1"}, {"N": "5"})
db("BatchWriteItem", RequestItems={"things": [{"PutRequest": {"Item": {**KEY, "n": {"N": "6"}}}}]})
db("TransactWriteItems", TransactItems=[{"Put": {"TableName": "things", "Item": {**KEY, "n": {"N": "7"}}}}])
RESULTS["writes"] = changes(ARN)[1:]

# Transactions of statements: all records or none.
transaction = [
    {"Statement": 'UPDATE "things" SET "n" = ? WHERE "pk" = ? AND "sk" = ?', "Parameters": [{"N": "8"}, {"S": "a"}, {"S": "1"}]},
    {"Statement": 'UPDATE "things" SET "n" = ? WHERE "pk" = ? AND "sk" = ?', "Parameters": [{"N": "8"}, {"S": "b"}, {"S": "1"}]},
]
count = len(changes(ARN))
try:
    db("ExecuteTransaction", TransactStatements=transaction)
    refused = False
except RefusedError:
    refused = True
after_failure = len(changes(ARN))
db("ExecuteTransaction", TransactStatements=transaction[:1])
RESULTS["transaction"] = {"refused": refused, "left": after_failure - count, "done": changes(ARN)[-1]}

# Snapshot: the records and their place survive.
asyncio.run(snapshot.save({table_streams.STATE: table_streams.state}, FOLDER / "1"))
before = changes(ARN)
dynamodb._stream_records.clear()
dynamodb._stream_trimmed.clear()
snapshot.load_from(FOLDER / "1")
table_streams.restore()
RESULTS["restored"] = changes(ARN) == before and len(before) > 0

# What everybody has read goes; a reader that stood in the middle goes on there; the cap takes the oldest and says so.
records = dynamodb._stream_records["things"]
middle = records[3]["dynamodb"]["SequenceNumber"]
position = dynamodb.stream_start_position("things") + 4
rest = [record["eventID"] for record in records[4:]]
dropped = table_streams.drop_read({ARN: middle})
again = table_streams.drop_read({ARN: middle})
seen = [record["eventID"] for record in dynamodb.stream_records_since("things", position, 100)]
RESULTS["read"] = {"dropped": dropped, "again": again, "rest": seen == rest}
for number in range(30):
    put(str(100 + number))
RESULTS["cap"] = {"held": len(dynamodb._stream_records["things"]) <= 22, "newest": changes(ARN)[-1], "trimmed": INSTALLED.records.trimmed.get("table things", 0) > 0}

# Counted when asked: a write leaves the stored number alone.
held = sum(len(items) for items in dynamodb._tables["things"]["items"].values())
RESULTS["counted"] = {"described": db("DescribeTable", TableName="things")["Table"]["ItemCount"] == held, "some": held > 0}

print(json.dumps(RESULTS, indent=1))
