"""Alarms with metric math and composite alarms: stored whole, because the edge evaluates them."""

from __future__ import annotations

from typing import Any

from ministack.core.responses import get_account_id, get_region
from ministack.services import cloudwatch

from .table import Attributes, Handler, Properties, RefusedError, TABLE, physical_name

#: What the stock handler demands and a metric-math alarm does not have; taken out again after it has run.
_PLACEHOLDER = "(metric math)"


def metric_alarm(stock: Handler) -> Handler:
    """The stock handler refuses ``Metrics``: it runs on a shadow, then the true shape is put in."""

    def create(logical_id: str, props: Properties, stack: str) -> tuple[str, Attributes]:
        metrics = props.get("Metrics")
        if not metrics:
            made: tuple[str, Attributes] = stock["create"](logical_id, props, stack)
            return made
        shadow = {key: value for key, value in props.items() if key != "Metrics"}
        shadow.update(MetricName=_PLACEHOLDER, Namespace=_PLACEHOLDER)
        name, attributes = stock["create"](logical_id, shadow, stack)
        cloudwatch._alarms[name].update(Metrics=metrics, MetricName=None, Namespace=None, Statistic=None, Period=None)
        return name, attributes

    return {**stock, "create": create}


def composite_alarm() -> Handler:
    def create(logical_id: str, props: Properties, stack: str) -> tuple[str, Attributes]:
        name = props.get("AlarmName") or physical_name(stack, logical_id)
        status, _headers, body = cloudwatch._put_composite_alarm({}, {**props, "AlarmName": name}, False, True)
        if status >= 400:
            raise RefusedError(body.decode())
        suppressor: dict[str, Any] = {key: value for key, value in props.items() if key.startswith("ActionsSuppressor")}
        cloudwatch._composite_alarms[name].update(suppressor)
        return name, {"Arn": f"arn:aws:cloudwatch:{get_region()}:{get_account_id()}:alarm:{name}"}

    def delete(physical_id: str, _props: Properties) -> None:
        cloudwatch._composite_alarms.pop(physical_id, None)

    return {"create": create, "delete": delete}


def install() -> None:
    TABLE["AWS::CloudWatch::Alarm"] = metric_alarm(TABLE["AWS::CloudWatch::Alarm"])
    TABLE["AWS::CloudWatch::CompositeAlarm"] = composite_alarm()
