"""One business day of silver, small enough to count by hand; each row says why it is there."""

from __future__ import annotations

import datetime as dt
from typing import Any

from gold.small_lake import carrier, customer, shipment

DAY = dt.date(2026, 11, 10)
ROAD = ("FDEG", "ROAD", "NLRTM-DEHAM")


def at(time: str, day: int = 10) -> str:
    return f"2026-11-{day:02d}T{time}+00:00"


SHIPMENTS = [
    # 90 minutes late, grace of STANDARD 60; freight 7.84 is below the minimum 38.00.
    shipment(
        "S1",
        created_time=at("07:00", 8),
        picked_up_time=at("09:00", 9),
        planned_delivery_time=at("08:00"),
        delivered_time=at("09:30"),
        weight_kg=100.0,
    ),
    # 30 minutes late is within the grace; 0.000152 × 2000.5 kg × 516 km = 156.903216.
    shipment("S2", picked_up_time=at("20:30", 8), planned_delivery_time=at("08:00"), delivered_time=at("08:30"), weight_kg=2000.5),
    # Without a plan, without a weight, picked up on the same day.
    shipment(
        "S3",
        picked_up_time=at("02:00"),
        delivered_time=at("22:30"),
        exceptions=[["CUSTOMS_HOLD", "CUSTOMS", at("05:00"), "DEHAM"], ["HELD", None, at("06:00"), None]],
    ),
    # Nothing is known but that it was created.
    shipment("S4", created_time=at("12:00"), carrier=None, mode=None, lane=None, service_level=None, customer_id=None),
    # Its customer became a wholesaler at noon: the exception happened before, the delivery after.
    shipment(
        "S5",
        customer_id="CUS-2",
        planned_delivery_time=at("14:30"),
        delivered_time=at("14:00"),
        weight_kg=10.0,
        exceptions=[["CUSTOMS_HOLD", "CUSTOMS", at("11:59:59.999"), "DEHAM"]],
    ),
    # Another day's.
    shipment("S6", created_time=at("23:00"), delivered_time=at("23:30"), weight_kg=5.0),
]
CUSTOMERS = [
    customer("CUS-1", "RETAIL", at("00:00", 1)),
    customer("CUS-2", "RETAIL", at("00:00", 1), at("12:00")),
    customer("CUS-2", "WHOLESALE", at("12:00")),
]
CARRIERS = [carrier("FDEG", "FedEx Ground", at("00:00", 1), at("13:00")), carrier("FDEG", "FedEx Ground Two", at("13:00"))]


def move(shipment_id: str, event_type: str, place: str, time: str, **more: Any) -> dict[str, Any]:
    usual = {"source": "X", "event_id": f"{shipment_id}-{event_type}-{time}", "event_classifier": "ACTUAL", "event_time": time}
    return {**usual, "shipment_id": shipment_id, "event_type": event_type, "location_un_locode": place, **more}


EVENTS = [
    move("S1", "ARRIVED", "NLRTM", at("08:00", 9)),
    move("S1", "GATE_IN", "NLRTM", at("08:10", 9)),
    move("S1", "DEPARTED", "NLRTM", at("04:00")),
    move("S1", "GATE_OUT", "NLRTM", at("04:10")),
    move("S2", "ARRIVED", "NLRTM", at("01:00")),
    move("S2", "DEPARTED", "NLRTM", at("02:00")),
    # Withdrawn, so that the stay lasts until the real departure, which is another day's.
    move("S3", "ARRIVED", "BEANR", at("03:00")),
    move("S3", "DEPARTED", "BEANR", at("04:00"), event_id="wrong"),
    {"source": "X", "event_id": "r", "event_time": at("05:00"), "shipment_id": "S3", "retracts_event_id": "wrong"},
    move("S3", "DEPARTED", "BEANR", at("23:30")),
    # Planned moves and empty equipment are no stays.
    move("S5", "ARRIVED", "DEHAM", at("01:00"), event_classifier="PLANNED"),
    move("S5", "DEPARTED", "DEHAM", at("02:00")),
    move("S5", "GATE_IN", "BEANR", at("01:00"), equipment_empty="EMPTY"),
    move("S5", "GATE_OUT", "BEANR", at("02:00")),
]
QUALITY = [
    {
        "business_date": DAY,
        "table_name": "shipment_events",
        "rule": rule,
        "severity": severity,
        "passed": held,
        "run": run,
        "judged_at": judged,
    }
    for rule, severity, held, run, judged in (
        ("fresh", "halt", False, "q1", at("01:00")),
        ("fresh", "halt", True, "q2", at("02:00")),
        ("unique", "halt", False, "q2", at("02:00")),
        ("volume", "warn", False, "q2", at("02:00")),
        ("complete", "quarantine", True, "q2", at("02:00")),
    )
]
