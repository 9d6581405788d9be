"""Stack updates that keep data.

ministack 1.4.21 has no update handler for most types and creates the record again: a changed property of a table, stream or topic
empties it, a function loses its permissions, an API gets a new id (measured). Every stateful type that our templates use has a
rule here, and ``test/sandbox/launcher/update_probe.py`` shows that it holds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import apigateway, cloudwatch_logs, cognito, dynamodb, iam, kinesis, lambda_svc, sns, sqs
from ministack.services.cloudformation import provisioners

from .table import Attributes, Properties, TABLE

Record = dict[str, Any]
Merge = Callable[[Record, Record], None]

_TABLE_FIELDS = ("items", "ItemCount", "TableSizeBytes", "TableId", "CreationDateTime")
_TABLE_ATTRIBUTES = {"StreamArn": "LatestStreamArn"}
_FUNCTION_FIELDS = (
    "versions", "next_version", "aliases", "policy", "event_invoke_config", "event_invoke_configs",
    "concurrency", "provisioned_concurrency", "tags",
)
_POOL_FIELDS = (
    "Name", "Policies", "Schema", "AutoVerifiedAttributes", "MfaConfiguration", "AdminCreateUserConfig", "LambdaConfig", "UserPoolTags",
)
#: A hash range that no partition key falls into: the shard keeps its records and takes no new ones.
_CLOSED_RANGE = {"starting_hash_key": "1", "ending_hash_key": "0"}


class ReplacementRefusedError(ValueError):
    """The update would replace a resource that has a fixed name; AWS refuses that too."""


def keep(type_name: str, store: Any, *fields: str, merge: Merge | None = None, told: dict[str, str] | None = None) -> None:
    """Creates the record again and puts the fields that live at run time back. ``told``: attribute -> field that it must agree with."""
    create = TABLE[type_name]["create"]

    def update(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> tuple[str, Attributes]:
        before = dict(store.get(physical_id) or {})
        refuse_new_keys(before, old, new)
        made, attributes = create(logical_id, new, stack)
        if made == physical_id and before:
            record = store[physical_id]
            record.update({field: before[field] for field in fields if field in before})
            if merge:
                merge(before, record)
            attributes |= {name: record[field] for name, field in (told or {}).items() if record.get(field)}
        return made, attributes

    TABLE[type_name].update(update=update, update_with_logical_id=True)


def same_id(type_name: str, move: Callable[[str, str, Properties], None]) -> None:
    """Creates under a new id, then moves the new settings to the old id: references, users and addresses stay valid."""
    create = TABLE[type_name]["create"]

    def update(physical_id: str, _old: Properties, new: Properties, stack: str, logical_id: str) -> tuple[str, Attributes]:
        made, attributes = create(logical_id, new, stack)
        if made != physical_id:
            move(physical_id, made, new)
        renamed = {key: value.replace(made, physical_id) if isinstance(value, str) else value for key, value in attributes.items()}
        return physical_id, renamed

    TABLE[type_name].update(update=update, update_with_logical_id=True)


def refuse_new_keys(before: Record, old: Properties, new: Properties) -> None:
    """Another key schema replaces a table, and a table with a fixed name cannot be replaced."""
    if before and old.get("KeySchema") != new.get("KeySchema") and new.get("TableName") == old.get("TableName"):
        raise ReplacementRefusedError(
            "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
            f"Rename {new.get('TableName')} and update the stack again."
        )


def _same_stream(before: Record, record: Record) -> None:
    """A table's change stream keeps its ARN, so its readers keep their place."""
    if before.get("LatestStreamArn") and record.get("LatestStreamArn"):
        record["LatestStreamArn"] = before["LatestStreamArn"]
        record["LatestStreamLabel"] = before["LatestStreamLabel"]


def _same_shards(before: Record, record: Record) -> None:
    """Shards keep their records. With another shard count the hash ranges are dealt anew; surplus shards are closed, not dropped."""
    if len(before["shards"]) == len(record["shards"]):
        record["shards"] = before["shards"]
        return
    for shard_id, shard in before["shards"].items():
        if shard_id in record["shards"]:
            record["shards"][shard_id]["records"] = shard["records"]
        else:
            record["shards"][shard_id] = {**shard, **_CLOSED_RANGE}


def _same_policy(before: Record, record: Record) -> None:
    policy = before.get("attributes", {}).get("Policy")
    if policy is not None:
        record["attributes"]["Policy"] = policy


def _same_policies(before: Record, record: Record) -> None:
    """Policies of ``AWS::IAM::Policy`` resources hang on the role and are not created again with it."""
    record["InlinePolicies"] = {**before["InlinePolicies"], **record["InlinePolicies"]}
    names = {policy["PolicyArn"] for policy in record["AttachedPolicies"]}
    record["AttachedPolicies"] += [policy for policy in before["AttachedPolicies"] if policy["PolicyArn"] not in names]


def _move_api(kept: str, made: str, _props: Properties) -> None:
    fresh = apigateway._apis.pop(made)
    settings = {key: value for key, value in fresh.items() if key not in ("apiId", "apiEndpoint", "createdDate")}
    apigateway._apis[kept] = {**apigateway._apis[kept], **settings}


def _move_pool(kept: str, made: str, _props: Properties) -> None:
    fresh = cognito._user_pools.pop(made)
    for field in _POOL_FIELDS:
        cognito._user_pools[kept][field] = fresh.get(field)


def _move_client(kept: str, made: str, props: Properties) -> None:
    clients = cognito._user_pools[props["UserPoolId"]]["_clients"]
    clients[kept] = {**clients.pop(made), "ClientId": kept}


def _move_subscription(kept: str, made: str, props: Properties) -> None:
    """The old subscription takes the new settings; a confirmed HTTP endpoint stays confirmed."""
    subscriptions = sns._topics[props["TopicArn"]]["subscriptions"]
    fresh = next(entry for entry in subscriptions if entry["arn"] == made)
    subscriptions.remove(fresh)
    sns._sub_arn_to_topic.pop(made, None)
    for entry in subscriptions:
        if entry["arn"] == kept:
            entry.update({key: value for key, value in fresh.items() if key not in ("arn", "confirmed")})


def _update_permission(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> tuple[str, Attributes]:
    """One statement per permission, not one more with each change."""
    function, *_rest = provisioners._lambda_function_for_cfn_ref(old.get("FunctionName", ""))
    if function:
        sid = old.get("Id") or logical_id
        function["policy"]["Statement"] = [entry for entry in function["policy"]["Statement"] if entry.get("Sid") != sid]
    TABLE["AWS::Lambda::Permission"]["create"](logical_id, new, stack)
    return physical_id, {}


def _update_event_bus(physical_id: str, _old: Properties, _new: Properties, _stack: str) -> tuple[str, Attributes]:
    arn = f"arn:aws:events:{provisioners.get_region()}:{provisioners.get_account_id()}:event-bus/{physical_id}"
    return physical_id, {"Arn": arn, "Name": physical_id}


def _numbered_version(create: Callable[..., tuple[str, Attributes]]) -> Callable[..., tuple[str, Attributes]]:
    """Ref of ``AWS::Lambda::Version`` is the ARN with the number; ministack leaves the number out."""

    def inner(logical_id: str, props: Properties, stack: str) -> tuple[str, Attributes]:
        arn, attributes = create(logical_id, props, stack)
        number = attributes["Version"]
        return (arn if arn.rsplit(":", 1)[1] == number else f"{arn}:{number}"), attributes

    return inner


def _drop_version(physical_id: str, _props: Properties) -> None:
    name = physical_id.split(":function:")[1].split(":")[0]
    function = lambda_svc._functions.get(name)
    if function:
        function["versions"].pop(physical_id.rsplit(":", 1)[1], None)


def _reachable_api(edge_port: int) -> None:
    """``ApiEndpoint`` as an address that a browser opens without DNS."""
    create = TABLE["AWS::ApiGatewayV2::Api"]["create"]

    def inner(logical_id: str, props: Properties, stack: str) -> tuple[str, Attributes]:
        api_id, attributes = create(logical_id, props, stack)
        return api_id, {**attributes, "ApiEndpoint": f"http://127.0.0.1:{edge_port}/_aws/execute-api/{api_id}"}

    TABLE["AWS::ApiGatewayV2::Api"]["create"] = inner


def install(edge_port: int) -> None:
    if edge_port:
        _reachable_api(edge_port)
    keep("AWS::DynamoDB::Table", dynamodb._tables, *_TABLE_FIELDS, merge=_same_stream, told=_TABLE_ATTRIBUTES)
    keep("AWS::DynamoDB::GlobalTable", dynamodb._tables, *_TABLE_FIELDS, merge=_same_stream, told=_TABLE_ATTRIBUTES)
    keep("AWS::Kinesis::Stream", kinesis._streams, "CreationTimestamp", "EncryptionType", "KeyId", merge=_same_shards)
    keep("AWS::SQS::Queue", sqs._queues, "messages", "dedup_cache", "fifo_seq")
    keep("AWS::SNS::Topic", sns._topics, "subscriptions", "messages", merge=_same_policy)
    keep("AWS::Lambda::Function", lambda_svc._functions, *_FUNCTION_FIELDS)
    keep("AWS::Logs::LogGroup", cloudwatch_logs._log_groups, "streams", "subscriptionFilters", "creationTime")
    keep("AWS::IAM::Role", iam._roles, "RoleId", "CreateDate", merge=_same_policies)
    same_id("AWS::ApiGatewayV2::Api", _move_api)
    same_id("AWS::Cognito::UserPool", _move_pool)
    same_id("AWS::Cognito::UserPoolClient", _move_client)
    same_id("AWS::SNS::Subscription", _move_subscription)
    TABLE["AWS::Lambda::Permission"].update(update=_update_permission, update_with_logical_id=True)
    TABLE["AWS::Lambda::Version"].update(create=_numbered_version(TABLE["AWS::Lambda::Version"]["create"]), delete=_drop_version)
    TABLE["AWS::Events::EventBus"].update(update=_update_event_bus)
