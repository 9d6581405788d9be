"""The deployment of one stack, in place of ministack 1.4.21's, which deletes every touched resource when an update fails.

Here a failed update goes back to the properties before it, removed resources go in reverse order of dependency, a replaced
resource's old physical id is deleted after success, and custom resources run off the event loop (they wait for an HTTP answer).
"""

from __future__ import annotations

import asyncio
import copy
import logging
from collections.abc import Callable
from typing import Any

from ministack.core.responses import now_iso
from ministack.services import cloudformation
from ministack.services.cloudformation import engine, provisioners, stacks

log = logging.getLogger("cloudformation")

Resource = dict[str, Any]

#: These wait for a function's answer over HTTP, so they must not hold the loop that receives it.
_BLOCKING = ("Custom::", "AWS::CloudFormation::CustomResource", "AWS::CloudFormation::Stack")
_STACK = "AWS::CloudFormation::Stack"
#: A new physical id of these is an addition, not a replacement.
_NEVER_OBSOLETE = (_STACK, "AWS::Lambda::Version", "AWS::Lambda::Permission")
#: What becomes of an output's value before it is shown; ``sites`` makes addresses reachable.
OUTPUT_VALUE: Callable[[str], str] = str
#: What a rolled back stack gets back from the one before.
_RESTORED = ("_template", "_template_body", "_resolved_params", "Outputs")


async def run(type_name: str, work: Callable[..., Any], *arguments: Any) -> Any:
    """Calls ``work``, in a thread where it may block."""
    return await asyncio.to_thread(work, *arguments) if type_name.startswith(_BLOCKING) else work(*arguments)


class ResourceFailure(Exception):
    """One resource could not be created or updated."""

    def __init__(self, logical_id: str, cause: Exception) -> None:
        super().__init__(f"Resource {logical_id} failed: {cause}")


class Deployment:
    """One create or update of one stack."""

    def __init__(self, name: str, stack_id: str, template: dict[str, Any], parameters: dict[str, Any], previous: dict[str, Any] | None, is_update: bool) -> None:
        self.name, self.stack_id, self.template, self.parameters = name, stack_id, template, parameters
        self.previous = previous or {}
        self.is_update = is_update
        self.verb = "UPDATE" if is_update else "CREATE"
        self.stack = cloudformation._stacks[name]
        self.conditions = engine._evaluate_conditions(template, parameters)
        self.before: dict[str, Resource] = copy.deepcopy(self.previous.get("_resources", {}))
        self.now: dict[str, Resource] = dict(self.before)
        self.touched: list[str] = []
        self.replaced: list[tuple[str, Resource]] = []

    async def deploy(self, disable_rollback: bool) -> None:
        try:
            order = engine._topological_sort(self.template.get("Resources", {}), self.conditions)
        except ValueError as error:
            self._finish(f"{self.verb}_FAILED", str(error))
            return
        try:
            for logical_id in order:
                await self._apply(logical_id)
        except ResourceFailure as failure:
            if disable_rollback:
                self._finish(f"{self.verb}_FAILED", str(failure))
            else:
                await self._roll_back(str(failure))
            return
        await self._remove_leftovers(order)
        self.stack.update(_resources=self.now, _template=self.template, _resolved_params=self.parameters, Outputs=self._outputs())
        self._finish(f"{self.verb}_COMPLETE")

    async def _apply(self, logical_id: str) -> None:
        spec = self.template["Resources"][logical_id]
        if not self._wanted(spec):
            return
        type_name = spec.get("Type", "AWS::CloudFormation::CustomResource")
        old = self.before.get(logical_id)
        verb = "UPDATE" if old else "CREATE"
        try:
            props = {key: value for key, value in (self._resolve(spec.get("Properties", {})) or {}).items() if value is not engine._NO_VALUE}
            if old and old["Properties"] == props and type_name != _STACK:
                return  # untouched, and without an event, as on AWS
            self._event(logical_id, type_name, f"{verb}_IN_PROGRESS")
            physical_id, attributes = await self._provision(logical_id, type_name, props, old)
        except Exception as error:
            log.error("%s (%s): %s", logical_id, type_name, error)
            self._event(logical_id, type_name, f"{verb}_FAILED", str(error))
            self.stack["_resources"] = self.now
            raise ResourceFailure(logical_id, error) from error

        if old and old["PhysicalResourceId"] != physical_id and type_name not in _NEVER_OBSOLETE:
            self.replaced.append((logical_id, old))
        self.now[logical_id] = {
            "PhysicalResourceId": physical_id,
            "ResourceType": type_name,
            "ResourceStatus": f"{verb}_COMPLETE",
            "LogicalResourceId": logical_id,
            "Properties": props,
            "Attributes": attributes,
            "Timestamp": now_iso(),
        }
        self.touched.append(logical_id)
        self.stack["_resources"] = self.now
        self._event(logical_id, type_name, f"{verb}_COMPLETE", "", physical_id)

    async def _provision(self, logical_id: str, type_name: str, props: dict[str, Any], old: Resource | None) -> tuple[str, dict[str, Any]]:
        if old is None:
            made: tuple[str, dict[str, Any]] = await run(type_name, provisioners._provision_resource, type_name, logical_id, props, self.name)
            return made
        updated: tuple[str, dict[str, Any]] = await run(
            type_name, provisioners._update_resource, type_name, old["PhysicalResourceId"], old["Properties"], props,
            self.name, logical_id, old.get("Attributes", {}),
        )
        return updated

    async def _roll_back(self, why: str) -> None:
        prefix = "UPDATE_" if self.is_update else ""
        self._finish(f"{prefix}ROLLBACK_IN_PROGRESS", why)
        for logical_id in reversed(self.touched):
            await self._undo(logical_id)
        if self.is_update:
            self.stack.update({key: self.previous[key] for key in _RESTORED if key in self.previous}, _resources=self.before)
        else:
            self.stack["_resources"] = {}
        self._finish(f"{prefix}ROLLBACK_COMPLETE", why)

    async def _undo(self, logical_id: str) -> None:
        new, old = self.now[logical_id], self.before.get(logical_id)
        if old is None:
            await self._remove(logical_id, new)
            return
        if old["Properties"] == new["Properties"]:
            return
        type_name, physical_id = new["ResourceType"], new["PhysicalResourceId"]
        try:
            await run(
                type_name, provisioners._update_resource, type_name, physical_id, new["Properties"], old["Properties"],
                self.name, logical_id, new["Attributes"],
            )
            self._event(logical_id, type_name, "UPDATE_COMPLETE", "rolled back", old["PhysicalResourceId"])
        except Exception as error:  # noqa: BLE001 - the rollback goes on, the event names the failure
            self._event(logical_id, type_name, "UPDATE_FAILED", str(error), physical_id)

    async def _remove_leftovers(self, order: list[str]) -> None:
        """Deletes what the update replaced, then what the new template no longer has."""
        template = self.previous.get("_template") or {}
        was = template.get("Resources") or {}
        ordered = engine._topological_sort(was, engine._evaluate_conditions(template, self.parameters)) if was else []
        gone = [logical_id for logical_id in reversed(ordered) if logical_id in self.before and logical_id not in order]
        for logical_id, resource in [*self.replaced, *((logical_id, self.before[logical_id]) for logical_id in gone)]:
            if was.get(logical_id, {}).get("DeletionPolicy") != "Retain":
                await self._remove(logical_id, resource)
        for logical_id in gone:
            self.now.pop(logical_id, None)

    async def _remove(self, logical_id: str, resource: Resource) -> None:
        type_name, physical_id = resource["ResourceType"], resource["PhysicalResourceId"]
        try:
            await run(type_name, provisioners._delete_resource, type_name, physical_id, resource.get("Properties", {}), self.name, logical_id)
            self._event(logical_id, type_name, "DELETE_COMPLETE", "", physical_id)
        except Exception as error:  # noqa: BLE001 - as on AWS the stack goes on and the event names what stayed
            self._event(logical_id, type_name, "DELETE_FAILED", str(error), physical_id)

    def _outputs(self) -> list[dict[str, str]]:
        outputs = []
        for key, spec in self.template.get("Outputs", {}).items():
            if not self._wanted(spec):
                continue
            value = OUTPUT_VALUE(str(self._resolve(spec.get("Value", ""))))
            output = {"OutputKey": key, "OutputValue": value, "Description": spec.get("Description", "")}
            if spec.get("Export"):
                export = str(self._resolve(spec["Export"]["Name"]))
                output["ExportName"] = export
                cloudformation._exports[export] = {"StackId": self.stack_id, "Name": export, "Value": value}
            outputs.append(output)
        return outputs

    def _wanted(self, spec: dict[str, Any]) -> bool:
        return not spec.get("Condition") or bool(self.conditions.get(spec["Condition"], True))

    def _resolve(self, value: Any) -> Any:
        mappings = self.template.get("Mappings", {})
        return engine._resolve_refs(copy.deepcopy(value), self.now, self.parameters, self.conditions, mappings, self.name, self.stack_id)

    def _event(self, logical_id: str, type_name: str, status: str, why: str = "", physical_id: str = "") -> None:
        stacks._add_event(self.stack_id, self.name, logical_id, type_name, status, why, physical_id)

    def _finish(self, status: str, why: str = "") -> None:
        self.stack.update(StackStatus=status, StackStatusReason=why)
        self._event(self.name, _STACK, status, why, self.stack_id)


async def deploy_stack(
    stack_name: str, stack_id: str, template: dict[str, Any], param_values: dict[str, Any], disable_rollback: bool,
    tags: list[Any], is_update: bool = False, previous_stack: dict[str, Any] | None = None,
) -> None:
    """Same signature as ``stacks._deploy_stack_async``, which it replaces."""
    await Deployment(stack_name, stack_id, template, param_values, previous_stack, is_update).deploy(disable_rollback)
