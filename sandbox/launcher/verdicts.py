"""What a CloudFormation type does in the sandbox. A type without a verdict fails a test and is named by ``waybill doctor``.

``real``     behaves: the control plane or the edge does what the type promises, as far as the note says
``stored``   deploys and does nothing; properties can be read
``native``   a custom resource of CDK's, run by us instead of by its function

Usage: python verdicts.py [folder with *.template.json …]   prints JSON
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

_EDGE = "run by the edge"
_UNENFORCED = "kept and readable; rights are not enforced here"

#: Types of which something behaves, with what there is to know.
REAL: dict[str, str] = {
    "AWS::ApiGatewayV2::Api": "HTTP API; address leads through the edge",
    "AWS::ApiGatewayV2::Authorizer": "JWT and Lambda authorizers behave",
    "AWS::ApiGatewayV2::Integration": "Lambda proxy behaves; replaced on change",
    "AWS::ApiGatewayV2::Route": "behaves, IAM authorization is not enforced; replaced on change",
    "AWS::ApiGatewayV2::Stage": "behaves, throttling by route included; access logs are not written",
    "AWS::Athena::NamedQuery": "kept; queries do not run yet",
    "AWS::Athena::PreparedStatement": "kept; queries do not run yet",
    "AWS::Athena::WorkGroup": "kept; queries do not run yet",
    "AWS::CloudFront::Distribution": "served by the edge at its site port: bucket and HTTP API origins, behaviours, error pages, headers, compression; nothing is cached",
    "AWS::CloudFront::ResponseHeadersPolicy": "set on the answers of the site; its CORS part is ignored",
    "AWS::CloudWatch::Alarm": f"{_EDGE}, metric math included",
    "AWS::CloudWatch::CompositeAlarm": "kept; evaluated as far as the edge does",
    "AWS::Cognito::UserPool": "users, sign-in and signed tokens behave; id stays on change",
    "AWS::Cognito::UserPoolClient": "behaves; id stays on change",
    "AWS::Cognito::UserPoolDomain": "kept",
    "AWS::Cognito::UserPoolGroup": "behaves",
    "AWS::Cognito::UserPoolResourceServer": "kept",
    "AWS::DynamoDB::GlobalTable": "one region; items survive changes",
    "AWS::DynamoDB::Table": "items and changes on its stream survive updates",
    "AWS::Events::EventBus": "behaves",
    "AWS::Events::Rule": "event patterns and schedules reach functions",
    "AWS::Glue::Database": "catalog only",
    "AWS::Glue::Job": f"{_EDGE} as one Spark process (type glueetl)",
    "AWS::Glue::SecurityConfiguration": "kept",
    "AWS::Glue::Table": "catalog only; Iceberg metadata is written by its first writer",
    "AWS::Glue::Trigger": "kept",
    "AWS::Kinesis::Stream": "records survive changes; no throttling, on-demand means four shards",
    "AWS::Kinesis::StreamConsumer": "registered; no push delivery",
    "AWS::Lambda::Alias": "behaves",
    "AWS::Lambda::EventInvokeConfig": "kept",
    "AWS::Lambda::EventSourceMapping": f"{_EDGE}: Kinesis, streams of tables, queues",
    "AWS::Lambda::Function": f"{_EDGE} on Node 24",
    "AWS::Lambda::LayerVersion": "kept",
    "AWS::Lambda::Url": "kept",
    "AWS::Lambda::Version": "behaves",
    "AWS::Logs::LogGroup": "behaves; the newest events stay, by count",
    "AWS::Logs::MetricFilter": "kept",
    "AWS::Logs::SubscriptionFilter": "behaves",
    "AWS::S3::Bucket": "objects and versions behave; lifecycle, encryption and public access settings are only kept in the template",
    "AWS::SNS::Subscription": "Lambda, SQS and HTTP endpoints with filters behave",
    "AWS::SNS::Topic": "behaves; subscriptions survive changes",
    "AWS::SQS::Queue": "behaves; messages survive changes",
    "AWS::SSM::Parameter": "behaves",
    "AWS::Scheduler::Schedule": f"{_EDGE}; flexible windows are ignored; what cannot fire is refused at deploy",
    "AWS::SecretsManager::Secret": "behaves",
    "AWS::StepFunctions::StateMachine": f"{_EDGE}, JSONata machines; what cannot run is refused at deploy",
}

#: Provided by ministack, but nothing acts on them.
STOCK_STORED: dict[str, str] = {
    "AWS::CDK::Metadata": "nothing to do",
    "AWS::CloudFormation::Stack": "nested stacks deploy",
    "AWS::CloudWatch::Dashboard": "kept",
    "AWS::IAM::ManagedPolicy": _UNENFORCED,
    "AWS::IAM::Policy": _UNENFORCED,
    "AWS::IAM::Role": _UNENFORCED,
    "AWS::KMS::Alias": "kept",
    "AWS::KMS::Key": "calls to KMS behave; other services do not encrypt",
    "AWS::Lambda::Permission": _UNENFORCED,
    "AWS::Logs::ResourcePolicy": _UNENFORCED,
    "AWS::S3::BucketPolicy": _UNENFORCED,
    "AWS::SNS::TopicPolicy": _UNENFORCED,
    "AWS::SQS::QueuePolicy": _UNENFORCED,
    "AWS::Scheduler::ScheduleGroup": "kept",
    "AWS::WAFv2::WebACL": "kept",
}

NATIVE: dict[str, str] = {
    "Custom::CDKBucketDeployment": "assets are unzipped into the bucket",
    "Custom::S3BucketNotifications": "notifications are set",
}
_KEPT_BY_US = "properties are kept, nothing acts on them"
_CUSTOM = "its function runs at the edge"


def verdict(type_name: str) -> dict[str, str] | None:
    """``{"verdict", "note"}``, or ``None`` for a type that nobody has judged."""
    from cfn.types_stored import STORED_TYPES

    if type_name in NATIVE:
        return {"verdict": "native", "note": NATIVE[type_name]}
    if type_name in REAL:
        return {"verdict": "real", "note": REAL[type_name]}
    if type_name in STOCK_STORED:
        return {"verdict": "stored", "note": STOCK_STORED[type_name]}
    if type_name in STORED_TYPES:
        return {"verdict": "stored", "note": _KEPT_BY_US}
    if type_name.startswith("Custom::") or type_name == "AWS::CloudFormation::CustomResource":
        return {"verdict": "real", "note": _CUSTOM}
    return None


def as_json() -> dict[str, dict[str, str]]:
    """Verdict per known type."""
    from cfn.types_stored import STORED_TYPES

    known = sorted({*REAL, *STOCK_STORED, *NATIVE, *STORED_TYPES})
    return {type_name: found for type_name in known if (found := verdict(type_name))}


def of_templates(folders: list[str]) -> dict[str, Any]:
    """Types in every ``*.template.json`` below the folders: how many, and the verdict (``null``: none)."""
    counts: dict[str, int] = {}
    for file in sorted({file for folder in folders for file in Path(folder).rglob("*.template.json")}):
        for resource in json.loads(file.read_text()).get("Resources", {}).values():
            counts[resource["Type"]] = counts.get(resource["Type"], 0) + 1
    return {name: {"count": count, "known": verdict(name)} for name, count in sorted(counts.items())}


if __name__ == "__main__":
    import settings

    sys.path.insert(0, str(Path(__file__).parent))
    settings.apply(settings.read({}))
    folders = sys.argv[1:]
    print(json.dumps(of_templates(folders) if folders else as_json(), indent=1))
