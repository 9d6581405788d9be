# Generated from the contract vehicle-position: do not edit. Regenerate: node bin/run.mjs contracts/generate/main.ts

"""What producers write, by version: of an event that was kept, only fields of weight `reject` are sure to be as typed."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class VehiclePositionV1(TypedDict):
    """Where a vehicle was at one moment, as its device measured it."""

    schemaVersion: str
    eventId: NotRequired[str]
    source: str
    vehicleId: str
    deviceId: NotRequired[str]
    eventTime: str
    deviceTime: NotRequired[str]
    lat: float
    lon: float
    speedKmh: NotRequired[float]
    headingDeg: NotRequired[float]
    accuracyM: NotRequired[float]
    altitudeM: NotRequired[float]
    odometerKm: NotRequired[float]
    ignition: NotRequired[bool]
    seq: NotRequired[int]
    shipmentIds: NotRequired[list[str]]
