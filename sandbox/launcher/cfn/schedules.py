"""Schedules: kept by the control plane with all their fields, fired by the edge. What cannot fire there is refused, with its words.

The stock handler leaves out time zone, start, end and completion, and an update of a schedule changes nothing.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.services import scheduler
from ministack.services.cloudformation import provisioners

from edge_link import EdgeLink

from .table import Attributes, Handler, Properties, RefusedError, TABLE

_TYPE = "AWS::Scheduler::Schedule"
_NAME_LENGTH = 64


def schedule(stock: Handler, edge: EdgeLink | None) -> Handler:
    def put(name: str, props: Properties, is_new: bool) -> tuple[str, Attributes]:
        problem = edge.refused(_TYPE, props) if edge else None
        if problem:
            raise RefusedError(problem)
        scheduler._ensure_default_group()
        body = {"FlexibleTimeWindow": {"Mode": "OFF"}, **props}
        write = scheduler._create_schedule if is_new else scheduler._update_schedule
        status, _headers, data = write(name, body)
        if status >= 400:
            answer: dict[str, Any] = json.loads(data)
            raise RefusedError(f"{answer.get('__type')}: {answer.get('Message')}")
        return name, {"Arn": scheduler._schedule_arn(props.get("GroupName", "default"), name)}

    def create(logical_id: str, props: Properties, stack: str) -> tuple[str, Attributes]:
        name = props.get("Name") or provisioners._physical_name(stack, logical_id, max_len=_NAME_LENGTH)
        return put(name, props, is_new=True)

    def update(physical_id: str, old: Properties, new: Properties, stack: str, logical_id: str) -> tuple[str, Attributes]:
        same_group = old.get("GroupName", "default") == new.get("GroupName", "default")
        if same_group and new.get("Name", physical_id) == physical_id:
            return put(physical_id, new, is_new=False)
        stock["delete"](physical_id, old)
        return create(logical_id, new, stack)

    return {**stock, "create": create, "update": update, "update_with_logical_id": True}


def install(edge: EdgeLink | None) -> None:
    TABLE[_TYPE] = schedule(TABLE[_TYPE], edge)
