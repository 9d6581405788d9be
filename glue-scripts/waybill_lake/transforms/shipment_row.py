"""The row of a shipment: what silver.shipments says of it, made from all its events.

Nothing here looks at a clock: the row is what live state says once the time of every ACTUAL has come, and a rebuild gives the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from waybill_lake.transforms.shipment_journey import Milestone, milestones_of, planned_destination, status_of
from waybill_lake.transforms.shipment_set import ESTIMATED, Event, Facts, Order, facts_of

EXCEPTION_TYPES = frozenset({"CUSTOMS_HOLD", "HELD", "DELIVERY_ATTEMPTED", "REFUSED", "RETURNED", "DELAYED", "DAMAGED", "LOST"})
"""Types of ACTUAL events that are exceptions."""
DELAYED = "DELAYED"

_UN_LOCODE = re.compile(r"[A-Z]{2}[A-Z2-9]{3}")
_NOTHING = Order(None, None, None, None, None)
_MS_PER_MINUTE = 60_000
_Value = TypeVar("_Value")


class ShipmentException(NamedTuple):
    """In the order of the column's struct; ms since 1970."""

    type: str
    reason: str | None
    event_time: int
    place: str | None


class ShipmentRow(NamedTuple):
    """In the order of silver.shipments, without load_run; times in ms since 1970."""

    shipment_id: str
    status: str
    status_time: int | None
    carrier: str | None
    mode: str | None
    service_level: str | None
    customer_id: str | None
    priority: int | None
    origin: str | None
    destination: str | None
    lane: str | None
    created_time: int | None
    booked_time: int | None
    picked_up_time: int | None
    delivered_time: int | None
    planned_pickup_time: int | None
    planned_delivery_time: int | None
    estimated_delivery_time: int | None
    delivery_delay_minutes: float | None
    weight_kg: float | None
    exceptions: list[ShipmentException]
    event_count: int
    conflict_count: int
    first_event_time: int | None
    last_event_time: int | None
    source_version: int | None


def row_of(shipment_id: str, events: Sequence[Event]) -> ShipmentRow:
    """:param events: all contents of all events of the shipment, conflict losers included, in any order."""
    facts = facts_of(events)
    milestones = milestones_of(facts)
    planned_end = planned_destination(facts.statements)
    status, status_time = status_of(facts.actuals, planned_end)
    order = facts.order or _NOTHING
    # As live: where it is planned to end says more than where it was ordered to. A place without UN/LOCODE is no end of a lane.
    destination = planned_end if planned_end and _UN_LOCODE.fullmatch(planned_end) else order.destination
    booked = _first(facts.actuals, "BOOKED")
    # The first one reached, and the last one: a journey may have several stops.
    pickup = _step(milestones, "PICKED_UP")
    delivery = _step(milestones[::-1], "DELIVERED")
    lost = sum(event.is_loser for event in events)
    return ShipmentRow(
        shipment_id=shipment_id,
        status=status,
        status_time=status_time,
        carrier=_newest(facts.standing, lambda event: event.carrier),
        mode=_newest(facts.standing, lambda event: event.mode),
        service_level=order.service_level,
        customer_id=order.customer_id,
        priority=order.priority,
        origin=order.origin,
        destination=destination,
        lane=f"{order.origin}-{destination}" if order.origin and destination else None,
        created_time=_earliest([_first(facts.actuals, "CREATED"), booked]),
        booked_time=booked,
        picked_up_time=pickup.actual,
        delivered_time=delivery.actual,
        planned_pickup_time=pickup.planned,
        planned_delivery_time=delivery.planned,
        estimated_delivery_time=delivery.estimated,
        delivery_delay_minutes=_minutes(delivery),
        weight_kg=_newest(facts.standing, lambda event: event.weight_kg),
        exceptions=_exceptions(facts),
        event_count=len(events) - lost,
        conflict_count=lost,
        first_event_time=facts.actuals[0].event_time if facts.actuals else None,
        last_event_time=facts.actuals[-1].event_time if facts.actuals else None,
        source_version=max((event.published for event in events), default=0) or None,
    )


def _exceptions(facts: Facts) -> list[ShipmentException]:
    """ACTUAL events that are exceptions; and each reason that an estimate gives for a delay, at the moment it was first told."""
    found = [
        ShipmentException(event.type, event.reason, event.event_time, event.place or None)
        for event in facts.actuals
        if event.type in EXCEPTION_TYPES
    ]
    told: dict[str, Event] = {}
    for event in facts.standing:
        if event.classifier == ESTIMATED and event.reason is not None and event.published and not event.neutral:
            told.setdefault(event.reason, event)
    found += [ShipmentException(DELAYED, reason, event.published, event.place or None) for reason, event in told.items()]
    return sorted(found, key=lambda one: (one.event_time, one.type, one.reason or "", one.place or ""))


def _step(milestones: Sequence[Milestone], kind: str) -> Milestone:
    """The first of its type that is reached, else the first; one without times when there is none."""
    steps = [milestone for milestone in milestones if milestone.type == kind]
    return next((step for step in steps if step.actual is not None), steps[0] if steps else Milestone(kind, ""))


def _minutes(step: Milestone) -> float | None:
    """Minutes after the plan; negative when early."""
    return None if step.actual is None or step.planned is None else (step.actual - step.planned) / _MS_PER_MINUTE


def _first(actuals: Sequence[Event], kind: str) -> int | None:
    return next((event.event_time for event in actuals if event.type == kind), None)


def _earliest(times: Iterable[int | None]) -> int | None:
    return min((time for time in times if time is not None), default=None)


def _newest(standing: Sequence[Event], value_of: Callable[[Event], _Value | None]) -> _Value | None:
    """What the greatest version says that says anything."""
    return next((value for event in reversed(standing) if (value := value_of(event)) is not None), None)
