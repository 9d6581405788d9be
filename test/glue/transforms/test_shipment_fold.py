"""The fold alone, without Spark, over the cases of live state; loading/test_arrival_orders.py has the same through whole loads."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import pytest

from waybill_lake.generated.shipment_event import EventType, ReasonCode
from waybill_lake.transforms.shipment_row import row_of
from waybill_lake.transforms.shipment_set import Event, Order

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
ROWS: Mapping[str, Any] = json.loads((FIXTURES / "shipment-rows" / "rows.json").read_text())
HISTORIES = {history["name"]: history["events"] for history in ROWS["histories"]}
EXPECTED = {**ROWS["cases"], **{history["name"]: history["row"] for history in ROWS["histories"]}}


def told(name: str) -> Sequence[Mapping[str, Any]]:
    if name in HISTORIES:
        return list(HISTORIES[name])
    return list(json.loads((FIXTURES / "shipment-cases" / f"{name}.json").read_text())["events"])


def ms(text: str | None) -> int:
    return 0 if text is None else (dt.datetime.fromisoformat(text) - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(milliseconds=1)


def hash8(values: Sequence[Any]) -> str:
    return hashlib.sha256(json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()[:16]


def read(event: Mapping[str, Any]) -> Event:
    location, voids = event.get("location") or {}, event.get("retractsEventId") or event.get("correctsEventId")
    un_locode = str(location.get("unLocode", ""))
    place = un_locode if re.fullmatch(r"[A-Z]{2}[A-Z2-9]{3}", un_locode) else location.get("facilityCode", "")
    neutral, reason = (event.get("equipment") or {}).get("empty") == "EMPTY", (event.get("reason") or {}).get("code")
    is_retraction, kind, time = event.get("operation") == "RETRACT", event.get("eventClassifier"), ms(event.get("eventTime"))
    corrects, event_type = event.get("correctsEventId"), event.get("eventType")
    said = ["RETRACT", voids, None, None, None, "", None, None, False]
    if not is_retraction:
        said = ["UPSERT", None, corrects, event_type, kind, place, time, reason, neutral]
    identity = (event["source"], event["eventId"])
    version = (ms(event.get("publishedTime")), corrects is not None, int(event["schemaVersion"][0]), hash8(said), hash8(identity))
    order = event.get("order") if event_type in ("CREATED", "BOOKED") else None
    names = ("customerId", "serviceLevel", "priority", "originUnLocode", "destinationUnLocode")
    return Event(
        "S", *identity, version, voids, kind, str(event_type) if event_type in get_args(EventType) else "UNKNOWN", place, time,
        reason if reason is None or reason in get_args(ReasonCode) else "OTHER", neutral, False, None, None, None,
        None if order is None else Order(*[order.get(name) for name in names]),
    )  # fmt: skip


def contents(events: Sequence[Mapping[str, Any]]) -> list[Event]:
    """As silver has them: each content once, in its greatest version, and whether it lost."""
    best: dict[tuple[str, ...], Event] = {}
    winners: dict[tuple[str, str], Event] = {}
    for event in sorted(map(read, events), key=lambda one: one.version):
        best[(*event.identity, event.version[3])] = event
        winners[event.identity] = event
    return [event._replace(is_loser=winners[event.identity] is not event) for event in best.values()]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_shipment_is_what_live_state_says(name: str) -> None:
    events = contents(told(name))
    for order in (events, events[::-1]):
        found = row_of(name, order)._asdict()
        exceptions = [list(one) for one in found["exceptions"]]
        assert {**{column: found[column] for column in EXPECTED[name]}, "exceptions": exceptions} == EXPECTED[name]
