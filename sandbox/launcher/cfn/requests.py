"""CloudFormation requests that ministack 1.4.21 answers otherwise than AWS, and functions behind custom resources that fail."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

from ministack.services import cloudformation, lambda_svc
from ministack.services.cloudformation import changesets, custom_resource, handlers, stacks
from ministack.services.cloudformation.helpers import _xml

from .engine import deploy_stack

Handler = Callable[[dict[str, Any]], Any]

#: ``cdk destroy`` and others send the stack's ARN where ministack looks for a name.
_BY_ARN = (
    "DeleteStack", "DescribeStackResource", "DescribeStackResources", "UpdateStack", "CreateChangeSet",
    "DescribeChangeSet", "ExecuteChangeSet", "DeleteChangeSet", "ListChangeSets",
)


def by_arn(handler: Handler) -> Handler:
    def inner(params: dict[str, Any]) -> Any:
        given = params.get("StackName")
        name = given[0] if isinstance(given, list) else given
        if name and name.startswith("arn:"):
            params = {**params, "StackName": [name.split("/")[1]]}
        return handler(params)

    return inner


def deleting_nothing_succeeds(handler: Handler) -> Handler:
    """cdk deletes the change set of its last try before it makes one; there may be none."""

    def inner(params: dict[str, Any]) -> Any:
        reply = handler(params)
        return reply if reply[0] < 400 else _xml(200, "DeleteChangeSetResponse", "<DeleteChangeSetResult/>")

    return inner


def keep_retained(delete: Callable[[str, str], Awaitable[None]]) -> Callable[[str, str], Awaitable[None]]:
    """Resources with ``DeletionPolicy: Retain`` survive DeleteStack."""

    async def inner(stack_name: str, stack_id: str) -> None:
        stack = cloudformation._stacks.get(stack_name) or {}
        for logical_id, spec in (stack.get("_template") or {}).get("Resources", {}).items():
            if spec.get("DeletionPolicy") == "Retain":
                stack["_resources"].pop(logical_id, None)
        await delete(stack_name, stack_id)

    return inner


def fail_fast() -> None:
    """A custom resource whose function fails before it answers fails at once, not after its time-out of an hour."""
    execute = lambda_svc._execute_function_with_config_scope

    def inner(record: dict[str, Any], event: Any) -> Any:
        result = execute(record, event)
        failed = isinstance(result, dict) and result.get("error")
        if failed and isinstance(event, dict) and "ResponseURL" in event:
            token = event["ResponseURL"].rsplit("/", 1)[1]
            custom_resource.deliver_response(token, {"Status": "FAILED", "Reason": json.dumps(result.get("body"))[:500]})
        return result

    lambda_svc._execute_function_with_config_scope = inner


def install() -> None:
    for module in (stacks, changesets, handlers):
        module._deploy_stack_async = deploy_stack
    handlers._delete_stack_async = stacks._delete_stack_async = keep_retained(stacks._delete_stack_async)
    for action in _BY_ARN:
        handlers._ACTION_HANDLERS[action] = by_arn(handlers._ACTION_HANDLERS[action])
    handlers._ACTION_HANDLERS["DeleteChangeSet"] = deleting_nothing_succeeds(handlers._ACTION_HANDLERS["DeleteChangeSet"])
    fail_fast()
