"""How far a shipment is and when each step was planned, expected and done: derive/status.ts and derive/milestones.ts of domain/shipment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from waybill_lake.transforms.shipment_set import ESTIMATED, PLANNED, REQUESTED, UNKNOWN, Event, Facts

NO_STATUS = "NONE"
"""Status of a shipment of which nothing has happened yet."""

_RANKS = MappingProxyType(
    {
        NO_STATUS: 0,
        "CREATED": 1,
        "BOOKED": 2,
        "PICKED_UP": 3,
        "IN_TRANSIT": 4,
        "AT_DESTINATION": 5,
        "OUT_FOR_DELIVERY": 6,
        # These end the journey and share one rank: the latest of them wins.
        "DELIVERED": 7,
        "RETURNED": 7,
        "CANCELLED": 7,
        "LOST": 7,
    }
)
_FINAL = 7
_STATUS_OF = MappingProxyType(
    {
        "CREATED": "CREATED",
        "BOOKED": "BOOKED",
        "PICKED_UP": "PICKED_UP",
        "DEPARTED": "IN_TRANSIT",
        "ARRIVED": "IN_TRANSIT",
        "IN_TRANSIT": "IN_TRANSIT",
        "HANDED_OVER": "IN_TRANSIT",
        "UNLOADED": "IN_TRANSIT",
        "AVAILABLE_FOR_PICKUP": "AT_DESTINATION",
        "OUT_FOR_DELIVERY": "OUT_FOR_DELIVERY",
        "DELIVERY_ATTEMPTED": "OUT_FOR_DELIVERY",
        "DELIVERED": "DELIVERED",
        "RETURNED": "RETURNED",
        "CANCELLED": "CANCELLED",
        "LOST": "LOST",
    }
)


@dataclass
class Milestone:
    """One step of the journey; times in ms since 1970, None = not known."""

    type: str
    place: str
    planned: int | None = None
    estimated: int | None = None
    actual: int | None = None
    """The earliest of all reports."""

    @property
    def order(self) -> tuple[int, bytes]:
        """Place in the journey: by plan, else estimate, else what happened."""
        time = next((time for time in (self.planned, self.estimated, self.actual) if time is not None), 0)
        # Texts in the order in which JavaScript has them.
        return (time, f"{self.type}|{self.place}".encode("utf-16-be", "surrogatepass"))


def status_of(actuals: Sequence[Event], destination: str | None) -> tuple[str, int | None]:
    """The status and since when; an end of the journey since its last report."""
    status, last = NO_STATUS, None
    for event in actuals:
        after = _status_after(event, destination)
        if _RANKS[after] >= _RANKS[status]:
            status, last = after, event.event_time
    if status == NO_STATUS:
        return status, None
    if _RANKS[status] == _FINAL:
        return status, last
    return status, next(event.event_time for event in actuals if _status_after(event, destination) == status)


def _status_after(event: Event, destination: str | None) -> str:
    if event.type == "ARRIVED" and event.place == destination:
        return "AT_DESTINATION"
    return _STATUS_OF.get(event.type, NO_STATUS)


def planned_destination(statements: Sequence[Event]) -> str | None:
    """Place of the last planned delivery, else of the last planned arrival; None when none is planned or it has no place."""
    for kind in ("DELIVERED", "ARRIVED"):
        plans = [event for event in statements if event.classifier == PLANNED and event.type == kind]
        if plans:
            return max(plans, key=lambda event: (event.event_time, event.version)).place or None
    return None


def milestones_of(facts: Facts) -> list[Milestone]:
    """The steps in the order of the journey."""
    drafts: dict[tuple[str, str], Milestone] = {}
    places: dict[str, list[str]] = {}
    for event in facts.statements:
        if event.type == UNKNOWN or event.classifier == REQUESTED:
            continue
        key = (event.type, event.place)
        if key not in drafts:
            drafts[key] = Milestone(*key)
            places.setdefault(event.type, []).append(event.place)
        # The greatest version over all sources comes last and wins.
        if event.classifier == ESTIMATED:
            drafts[key].estimated = event.event_time
        else:
            drafts[key].planned = event.event_time
    for event in facts.actuals:
        if event.type == UNKNOWN:
            continue
        stated = places.get(event.type, ())
        # Without a place it fills the only stated place of its type.
        place = stated[0] if event.place == "" and len(stated) == 1 else event.place
        milestone = drafts.setdefault((event.type, place), Milestone(event.type, place))
        if milestone.actual is None:
            milestone.actual = event.event_time
    return sorted(drafts.values(), key=lambda milestone: milestone.order)
