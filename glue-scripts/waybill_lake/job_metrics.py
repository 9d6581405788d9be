"""Metrics of jobs, for alarms: one call at the end of a run. The names stand in contracts/metrics.ts, too."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from waybill_lake.clients import cloudwatch_client
from waybill_lake.ledger.port import Ledger

DAYS_PUBLISHED = "DaysPublished"
DAYS_REFUSED = "DaysRefused"
OBJECTS_WAITING = "ObjectsWaiting"
CONTRACT = "Contract"


@dataclass(frozen=True)
class Metric:
    name: str
    value: float
    contract: str | None = None


def put_metrics(namespace: str, metrics: Sequence[Metric], now: dt.datetime, client: Any | None = None) -> None:
    """Puts counts into `namespace`. A refusal is told on standard error: a run whose data is safe does not fail for a count."""
    data = [
        {
            "MetricName": metric.name,
            "Value": metric.value,
            "Unit": "Count",
            "Timestamp": now,
            **({} if metric.contract is None else {"Dimensions": [{"Name": CONTRACT, "Value": metric.contract}]}),
        }
        for metric in metrics
    ]
    try:
        (client or cloudwatch_client()).put_metric_data(Namespace=namespace, MetricData=data)
    except (BotoCoreError, ClientError) as error:
        print(f"metrics were not put into {namespace}: {error}", file=sys.stderr)  # noqa: T201


def days_metrics(states: Sequence[str]) -> list[Metric]:
    """Of build-gold: days that readers have as they should be, and days that a rule kept from them."""
    published = sum(state in ("published", "unchanged") for state in states)
    return [Metric(DAYS_PUBLISHED, published), Metric(DAYS_REFUSED, sum(state == "failed" for state in states))]


def waiting_metrics(ledger: Ledger, contracts: Iterable[str]) -> list[Metric]:
    """Of load-silver: objects that wait for a person, by contract."""
    return [Metric(OBJECTS_WAITING, sum(1 for _ in ledger.waiting_objects(contract)), contract) for contract in contracts]
