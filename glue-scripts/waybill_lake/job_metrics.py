"""Metrics of jobs, for alarms: one call at the end of a run. The names stand in contracts/metrics.ts, too."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from botocore.exceptions import BotoCoreError, ClientError

from waybill_lake.clients import cloudwatch_client
from waybill_lake.ledger.port import Ledger
from waybill_lake.protocol.publish_set import SetState
from waybill_lake.publish.rows import GoldLedger
from waybill_lake.quality.days import end_of, start_of

DAYS_PUBLISHED = "DaysPublished"
DAYS_REFUSED = "DaysRefused"
OBJECTS_WAITING = "ObjectsWaiting"
GOLD_AGE_HOURS = "GoldAgeHours"
CONTRACT = "Contract"
_DAYS_BACK = 45


@dataclass(frozen=True)
class Metric:
    name: str
    value: float
    contract: str | None = None


def put_metrics(namespace: str, metrics: Sequence[Metric], client: Any | None = None) -> None:
    """Puts values of this moment into `namespace`. A refusal is told on standard error: a run whose data is safe does not fail for it."""
    data = [
        {
            "MetricName": metric.name,
            "Value": metric.value,
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


def gold_age_metrics(
    ledger: GoldLedger, time_zone: str, now: dt.datetime, first_load: Callable[[], dt.datetime | None] = lambda: None
) -> list[Metric]:
    """Of load-silver, which runs all day: hours since the newest published business day ended. Always a value, so that silence means that
    nobody loads: before the first published day, as if the day before the first load had been published; 0 when there was no load.

    :param first_load: when the first load ended; asked only while nothing is published.
    """
    today = now.astimezone(ZoneInfo(time_zone)).date()
    for back in range(_DAYS_BACK + 1):
        day = today - dt.timedelta(days=back)
        row = ledger.read_set(day.isoformat())
        if row.number > 0 and row.state != SetState.PUBLISHING:
            return [Metric(GOLD_AGE_HOURS, max(0.0, (now - end_of(day, time_zone)) / dt.timedelta(hours=1)))]
    began = first_load()
    since = now if began is None else start_of(began.astimezone(ZoneInfo(time_zone)).date(), time_zone)
    return [Metric(GOLD_AGE_HOURS, max(0.0, (now - since) / dt.timedelta(hours=1)))]


def waiting_metrics(ledger: Ledger, contracts: Iterable[str]) -> list[Metric]:
    """Of load-silver: objects that wait for a person, by contract."""
    return [Metric(OBJECTS_WAITING, sum(1 for _ in ledger.waiting_objects(contract)), contract) for contract in contracts]
