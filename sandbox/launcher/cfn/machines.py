"""State machines: kept by the control plane, run by the edge. A definition that cannot run there is refused, with the edge's words."""

from __future__ import annotations

from ministack.core.responses import new_uuid
from ministack.services import stepfunctions

from edge_link import EdgeLink

from .table import Attributes, Handler, Properties, RefusedError, TABLE

_TYPE = "AWS::StepFunctions::StateMachine"


def state_machine(stock: Handler, edge: EdgeLink | None) -> Handler:
    """The stock handler, then a check of what it made; a refused machine leaves what was there before."""

    def put(logical_id: str, props: Properties, stack: str, old_arn: str | None = None) -> tuple[str, Attributes]:
        machines = stepfunctions._state_machines
        before = dict(machines.get(old_arn) or {}) if old_arn else {}
        arn, attributes = stock["create"](logical_id, props, stack)
        made = machines[arn]
        problem = edge.refused_definition(made["definition"], made["type"]) if edge else None
        if problem:
            if arn == old_arn:
                machines[arn] = before
            else:
                machines.pop(arn, None)
            raise RefusedError(problem)
        kept = {key: before[key] for key in ("creationDate", "lastVersionNumber") if key in before and arn == old_arn}
        machines[arn] = {"lastVersionNumber": 0, **made, **kept, "revisionId": new_uuid()}
        return arn, {**attributes, "StateMachineRevisionId": machines[arn]["revisionId"]}

    def update(physical_id: str, _old: Properties, new: Properties, stack: str, logical_id: str) -> tuple[str, Attributes]:
        return put(logical_id, new, stack, physical_id)

    return {**stock, "create": put, "update": update, "update_with_logical_id": True}


def install(edge: EdgeLink | None) -> None:
    TABLE[_TYPE] = state_machine(TABLE[_TYPE], edge)
