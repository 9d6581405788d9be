"""What counts of a shipment's events: the fold of domain/shipment/entry-set.ts and derive/facts.ts over all that the lake holds.

The TypeScript merge is the specification (docs/shipment-state.md). Given the same events in any order, this gives the same facts;
test/fixtures/shipment-cases and shipment-rows are read by both. Pure Python, one shipment at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

PLANNED, REQUESTED, ESTIMATED, ACTUAL = "PLANNED", "REQUESTED", "ESTIMATED", "ACTUAL"
UNKNOWN = "UNKNOWN"
"""Type of an event that nobody can name: it moves nothing."""

Identity = tuple[str, str]
"""Source and event id."""

Version = tuple[int, bool, int, str, str]
"""What decides which of two contents is the greater: published (ms, 0 = not stated), is a correction, contract major, content hash, id
hash. Total over the contents of a shipment."""


class Order(NamedTuple):
    """The order behind the shipment, as a CREATED or BOOKED event tells it; None = not stated."""

    customer_id: str | None
    service_level: str | None
    priority: int | None
    origin: str | None
    destination: str | None


class Event(NamedTuple):
    """One content of one event. Times in ms since 1970."""

    shipment_id: str
    source: str
    event_id: str
    version: Version
    voids: str | None
    """Id, of the same source, of the event that this one declares void or replaces."""
    classifier: str | None
    """None: a retraction, which says nothing else."""
    type: str
    place: str
    """UN/LOCODE, else facility code, else ''."""
    event_time: int
    reason: str | None
    neutral: bool
    """About empty equipment: it never moves the shipment."""
    is_loser: bool
    """Another content of the same id won; it is in the conflicts table."""
    carrier: str | None
    mode: str | None
    weight_kg: float | None
    order: Order | None

    @property
    def identity(self) -> Identity:
        return (self.source, self.event_id)

    @property
    def published(self) -> int:
        """0 = not stated."""
        return self.version[0]


def event_of(values: tuple[Any, ...]) -> Event:
    """From the columns of `shipment_events.contents_of`, in their order."""
    (shipment, source, event_id, published, corrects, major, content, id_hash, voids, *said) = values
    *own, customer, level, priority, origin, destination = said
    order = (
        None if customer is level is priority is origin is destination is None else Order(customer, level, priority, origin, destination)
    )
    kind, event_type, place, time, reason, neutral, is_loser, carrier, mode, weight = own
    version = (published, corrects, major, content, id_hash)
    return Event(
        shipment, source, event_id, version, voids, kind, event_type, place, time, reason, neutral, is_loser, carrier, mode, weight, order
    )


@dataclass(frozen=True)
class Facts:
    actuals: Sequence[Event]
    """What happened: nothing void, nothing about empty equipment; by time."""
    statements: Sequence[Event]
    """PLANNED, REQUESTED and ESTIMATED that count; the greatest version last."""
    standing: Sequence[Event]
    """Contents that are not void and won under their id, whether they count or only say something beside; the greatest version last."""
    order: Order | None


def facts_of(events: Iterable[Event]) -> Facts:
    kept: dict[Identity, Event] = {}
    slots: dict[tuple[str, ...], Event] = {}
    voided: set[Identity] = set()
    ordered: Event | None = None
    winners: list[Event] = []
    for event in events:
        if event.voids is not None:
            voided.add((event.source, event.voids))
        if event.classifier is None:
            continue
        if event.classifier == ACTUAL:
            known = kept.get(event.identity)
            # A newer contract major replaces an older one, whatever was published later.
            if known is None or (event.version[2], event.version) > (known.version[2], known.version):
                kept[event.identity] = event
        else:
            slot = (event.classifier, event.type, event.place, event.source, str(event.neutral))
            if slot not in slots or event.version > slots[slot].version:
                slots[slot] = event
        if event.order is not None and (ordered is None or event.version > ordered.version):
            ordered = event
        if not event.is_loser:
            winners.append(event)
    actuals = [event for event in kept.values() if not event.neutral and event.identity not in voided]
    return Facts(
        actuals=sorted(actuals, key=_in_time),
        statements=_visible(slots.values(), voided),
        standing=sorted((event for event in winners if event.identity not in voided), key=_by_version),
        order=None if ordered is None or ordered.identity in voided else ordered.order,
    )


def _visible(slot_winners: Iterable[Event], voided: set[Identity]) -> list[Event]:
    """A void winner shows nothing, though it supersedes older ones; of one id in several slots the greatest version shows."""
    greatest: dict[Identity, Event] = {}
    for event in slot_winners:
        known = greatest.get(event.identity)
        if known is None or event.version > known.version:
            greatest[event.identity] = event
    return sorted((event for event in greatest.values() if not event.neutral and event.identity not in voided), key=_by_version)


def _by_version(event: Event) -> Version:
    return event.version


def _in_time(event: Event) -> tuple[int, Version]:
    return (event.event_time, event.version)
