"""Does an update of a stateful resource keep its data? Run in process, with all patches of the launcher and nothing listening.

Each case makes a resource, puts something into it, changes a property by a stack update and looks again.
Usage: python update_probe.py <launcher folder>   prints {"<case>": {"same": …, "before": …, "after": …, "changed": …}}
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, sys.argv[1])
logging.disable(logging.CRITICAL)

import settings as settings_module  # noqa: E402

FOLDER = tempfile.mkdtemp(prefix="waybill-probe-")
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
_settings = settings_module.read({"WAYBILL_DIR": FOLDER, "WAYBILL_EDGE_PORT": "4999"})
settings_module.apply(_settings)

import snapshot  # noqa: E402

snapshot.load_from(None)

from install import install  # noqa: E402

if os.environ.get("PROBE_WITHOUT_PATCHES") != "1":
    install(_settings)

from cfn.table import call  # noqa: E402
from ministack.services import apigateway, cloudwatch, cloudwatch_logs, cognito, iam, kinesis, kms, lambda_svc, s3, sns, ssm  # noqa: E402
from ministack.services.cloudformation import provisioners  # noqa: E402

Look = Callable[[str], Any]
RESULTS: dict[str, dict[str, Any]] = {}


def case(name: str, type_name: str, props: dict[str, Any], change: dict[str, Any], *, fill: Look, data: Look, setting: Look) -> None:
    """``fill`` puts something in, ``data`` must be the same before and after, ``setting`` must show the change."""
    try:
        physical_id, attributes = provisioners._provision_resource(type_name, "X", props, "probe")
        fill(physical_id)
        before = data(physical_id)
        made, _ = provisioners._update_resource(type_name, physical_id, props, {**props, **change}, "probe", "X", attributes)
        RESULTS[name] = {"same": made == physical_id, "before": before, "after": data(made), "changed": setting(made)}
    except Exception as error:  # noqa: BLE001 - the test prints what went wrong
        RESULTS[name] = {"error": f"{type(error).__name__}: {error}"}


def nothing(_physical_id: str) -> None:
    return None


def dynamodb(operation: str, request: dict[str, Any]) -> dict[str, Any]:
    return call("dynamodb", f"DynamoDB_20120810.{operation}", request)


def put_item(table: str) -> None:
    dynamodb("PutItem", {"TableName": table, "Item": {"pk": {"S": "1"}}})


def items(table: str) -> int:
    return int(dynamodb("Scan", {"TableName": table})["Count"])


TABLE = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
BY_OPEN = {
    "AttributeDefinitions": [*TABLE["AttributeDefinitions"], {"AttributeName": "open", "AttributeType": "S"}],
    "GlobalSecondaryIndexes": [
        {"IndexName": "open", "KeySchema": [{"AttributeName": "open", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}
    ],
}


def indexes(table: str) -> list[str]:
    described = dynamodb("DescribeTable", {"TableName": table})["Table"]
    return [index["IndexName"] for index in described.get("GlobalSecondaryIndexes") or []]


case("DynamoDB table, new index", "AWS::DynamoDB::Table", {"TableName": "t1", **TABLE}, BY_OPEN, fill=put_item, data=items, setting=indexes)
case(
    "DynamoDB global table, new index", "AWS::DynamoDB::GlobalTable",
    {"TableName": "t2", **TABLE, "Replicas": [{"Region": "eu-central-1"}]}, BY_OPEN,
    fill=put_item, data=items, setting=indexes,
)
case(
    "DynamoDB table, stream turned on", "AWS::DynamoDB::Table", {"TableName": "t3", **TABLE}, {"StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"}},
    fill=put_item, data=items, setting=lambda table: dynamodb("DescribeTable", {"TableName": table})["Table"]["StreamSpecification"]["StreamViewType"],
)


def put_record(stream: str) -> None:
    for key in ("a", "b", "c", "d", "e"):
        call("kinesis", "Kinesis_20131202.PutRecord", {"StreamName": stream, "Data": "YQ==", "PartitionKey": key})


def record_count(stream: str) -> int:
    return sum(len(shard["records"]) for shard in kinesis._streams[stream]["shards"].values())


def open_shards(stream: str) -> int:
    return sum(1 for shard in kinesis._streams[stream]["shards"].values() if int(shard["ending_hash_key"]) > 0)


case(
    "Kinesis stream, longer retention", "AWS::Kinesis::Stream", {"Name": "s1", "ShardCount": 2}, {"RetentionPeriodHours": 48},
    fill=put_record, data=record_count, setting=lambda stream: kinesis._streams[stream]["RetentionPeriodHours"],
)
case("Kinesis stream, more shards", "AWS::Kinesis::Stream", {"Name": "s2", "ShardCount": 2}, {"ShardCount": 4}, fill=put_record, data=record_count, setting=open_shards)
case("Kinesis stream, fewer shards", "AWS::Kinesis::Stream", {"Name": "s3", "ShardCount": 4}, {"ShardCount": 1}, fill=put_record, data=record_count, setting=open_shards)


def put_object(bucket: str) -> None:
    s3._put_object(bucket, "a/key", b"body", {})


case(
    "S3 bucket, versioning", "AWS::S3::Bucket", {"BucketName": "probe-bucket"}, {"VersioningConfiguration": {"Status": "Enabled"}},
    fill=put_object, data=lambda bucket: s3._get_object_data(bucket, "a/key").decode(), setting=lambda bucket: s3._bucket_versioning.get(bucket),
)


def subscribe(topic: str) -> None:
    provisioners._provision_resource("AWS::SNS::Subscription", "Sub", {"TopicArn": topic, "Protocol": "http", "Endpoint": "http://127.0.0.1:1/"}, "probe")
    provisioners._provision_resource("AWS::SNS::TopicPolicy", "Pol", {"Topics": [topic], "PolicyDocument": {"Statement": []}}, "probe")


case(
    "SNS topic, display name", "AWS::SNS::Topic", {"TopicName": "topic"}, {"DisplayName": "new"},
    fill=subscribe, data=lambda topic: [len(sns._topics[topic]["subscriptions"]), sns._topics[topic]["attributes"].get("Policy")],
    setting=lambda topic: sns._topics[topic]["attributes"].get("DisplayName"),
)
TOPIC = next(iter(sns._topics.keys()))


def confirm(subscription: str) -> None:
    for entry in sns._topics[TOPIC]["subscriptions"]:
        if entry["arn"] == subscription:
            entry["confirmed"] = True


def subscription_of(arn: str) -> dict[str, Any]:
    return next(entry for entry in sns._topics[TOPIC]["subscriptions"] if entry["arn"] == arn)


case(
    "SNS subscription, filter", "AWS::SNS::Subscription",
    {"TopicArn": TOPIC, "Protocol": "http", "Endpoint": "http://127.0.0.1:2/"}, {"FilterPolicy": {"severity": ["1"]}},
    fill=confirm, data=lambda arn: [subscription_of(arn)["confirmed"], len(sns._topics[TOPIC]["subscriptions"])],
    setting=lambda arn: subscription_of(arn)["attributes"]["FilterPolicy"],
)

FUNCTION = {"FunctionName": "f", "Runtime": "nodejs24.x", "Handler": "index.handler", "Code": {"ZipFile": "exports.handler=()=>1"}, "Role": "r"}


def allow(function: str) -> None:
    provisioners._provision_resource("AWS::Lambda::Permission", "P", {"FunctionName": function, "Principal": "sns.amazonaws.com"}, "probe")


case(
    "Lambda function, new code", "AWS::Lambda::Function", FUNCTION, {"Code": {"ZipFile": "exports.handler=()=>2"}, "Timeout": 20},
    fill=allow, data=lambda name: len(lambda_svc._functions[name]["policy"]["Statement"]),
    setting=lambda name: lambda_svc._functions[name]["config"]["Timeout"],
)
case(
    "Lambda permission, other principal", "AWS::Lambda::Permission", {"FunctionName": "f", "Principal": "s3.amazonaws.com"}, {"Principal": "events.amazonaws.com"},
    fill=nothing, data=lambda _pid: len(lambda_svc._functions["f"]["policy"]["Statement"]),
    setting=lambda _pid: sorted(str(entry["Principal"]) for entry in lambda_svc._functions["f"]["policy"]["Statement"])[0],
)
case(
    "Event source mapping, batch size", "AWS::Lambda::EventSourceMapping",
    {"FunctionName": "f", "EventSourceArn": kinesis._streams["s1"]["StreamARN"], "StartingPosition": "TRIM_HORIZON"}, {"BatchSize": 7},
    fill=nothing, data=lambda uuid: uuid, setting=lambda uuid: lambda_svc._esms[uuid]["BatchSize"],
)


def write_log(group: str) -> None:
    call("logs", "Logs_20140328.CreateLogStream", {"logGroupName": group, "logStreamName": "s"})
    call("logs", "Logs_20140328.PutLogEvents", {"logGroupName": group, "logStreamName": "s", "logEvents": [{"timestamp": 1, "message": "m"}]})


case(
    "Log group, retention", "AWS::Logs::LogGroup", {"LogGroupName": "g"}, {"RetentionInDays": 7},
    fill=write_log, data=lambda group: len(cloudwatch_logs._log_groups[group]["streams"]["s"]["events"]),
    setting=lambda group: cloudwatch_logs._log_groups[group]["retentionInDays"],
)


def raise_alarm(name: str) -> None:
    cloudwatch._alarms[name]["StateValue"] = "ALARM"


MATH = {
    "AlarmName": "a", "ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "Threshold": 1,
    "Metrics": [{"Id": "e", "Expression": "FILL(m, 0)"}, {"Id": "m", "ReturnData": False, "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "M"}, "Period": 60, "Stat": "Sum"}}],
}
case(
    "Metric math alarm, threshold", "AWS::CloudWatch::Alarm", MATH, {"Threshold": 5},
    fill=raise_alarm, data=lambda name: [cloudwatch._alarms[name]["StateValue"], len(cloudwatch._alarms[name]["Metrics"])],
    setting=lambda name: cloudwatch._alarms[name]["Threshold"],
)


def sign_up(pool: str) -> None:
    cognito._user_pools[pool]["_users"]["demo"] = {"Username": "demo"}


case(
    "Cognito user pool, password policy", "AWS::Cognito::UserPool", {"UserPoolName": "p"}, {"Policies": {"PasswordPolicy": {"MinimumLength": 12}}},
    fill=sign_up, data=lambda pool: len(cognito._user_pools[pool]["_users"]),
    setting=lambda pool: cognito._user_pools[pool]["Policies"]["PasswordPolicy"]["MinimumLength"],
)
POOL = next(iter(cognito._user_pools.keys()))
case(
    "Cognito client, flows", "AWS::Cognito::UserPoolClient", {"UserPoolId": POOL, "ClientName": "c"}, {"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]},
    fill=nothing, data=lambda client: [client, len(cognito._user_pools[POOL]["_clients"])],
    setting=lambda client: cognito._user_pools[POOL]["_clients"][client]["ExplicitAuthFlows"],
)
case(
    "HTTP API, name", "AWS::ApiGatewayV2::Api", {"Name": "api", "ProtocolType": "HTTP"}, {"Name": "new"},
    fill=nothing, data=lambda api: [api, len(apigateway._apis.keys())], setting=lambda api: apigateway._apis[api]["name"],
)
API = next(iter(apigateway._apis.keys()))
case(
    "HTTP API stage, auto deploy", "AWS::ApiGatewayV2::Stage", {"ApiId": API, "StageName": "$default"}, {"AutoDeploy": True},
    fill=nothing, data=lambda stage: stage, setting=lambda _stage: apigateway._stages[API]["$default"]["autoDeploy"],
)
case(
    "KMS key, description", "AWS::KMS::Key", {"KeyPolicy": {"Statement": []}}, {"Description": "new"},
    fill=nothing, data=lambda key: kms._resolve_key(key)["KeyId"], setting=lambda key: kms._resolve_key(key).get("Description"),
)
case(
    "SSM parameter, value", "AWS::SSM::Parameter", {"Name": "/p", "Type": "String", "Value": "1"}, {"Value": "2"},
    fill=nothing, data=lambda name: name, setting=lambda name: call("ssm", "AmazonSSM.GetParameter", {"Name": name})["Parameter"]["Value"],
)


def attach(role: str) -> None:
    provisioners._provision_resource("AWS::IAM::Policy", "Pol", {"PolicyName": "inline", "Roles": [role], "PolicyDocument": {"Statement": []}}, "probe")


case(
    "IAM role, description", "AWS::IAM::Role", {"RoleName": "r", "AssumeRolePolicyDocument": {}}, {"Description": "new"},
    fill=attach, data=lambda role: [iam._roles[role]["RoleId"], [policy["PolicyName"] for policy in iam._roles[role]["AttachedPolicies"]]], setting=lambda role: iam._roles[role]["Description"],
)
case(
    "Glue schema (stored)", "AWS::Glue::Schema", {"Name": "s", "DataFormat": "JSON", "Compatibility": "NONE", "SchemaDefinition": "{}"}, {"Description": "new"},
    fill=nothing, data=lambda arn: arn, setting=lambda _arn: "new",
)

print(json.dumps(RESULTS, indent=1))
