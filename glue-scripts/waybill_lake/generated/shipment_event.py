# Generated from the contract shipment-event: do not edit. Regenerate: node bin/run.mjs contracts/generate/main.ts

"""What producers write, by version: of an event that was kept, only fields of weight `reject` are sure to be as typed."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

Operation = Literal["UPSERT", "RETRACT"]


ReferenceType = Literal[
    "BKG",
    "BOL",
    "TRD",
    "PRO",
    "PO",
    "ASN",
    "AWB",
    "SSCC",
    "CONTAINER",
    "ORDER",
    "CUSTOMER_REF",
]


class Reference(TypedDict):
    type: ReferenceType
    value: str


EventType = Literal[
    "CREATED",
    "BOOKED",
    "CANCELLED",
    "ARRIVED_PICKUP",
    "PICKED_UP",
    "PACKED",
    "UNPACKED",
    "GATE_IN",
    "GATE_OUT",
    "LOADED",
    "UNLOADED",
    "DEPARTED",
    "ARRIVED",
    "IN_TRANSIT",
    "HANDED_OVER",
    "CUSTOMS_SUBMITTED",
    "CUSTOMS_HOLD",
    "CUSTOMS_RELEASED",
    "INSPECTED",
    "HELD",
    "AVAILABLE_FOR_PICKUP",
    "OUT_FOR_DELIVERY",
    "DELIVERY_ATTEMPTED",
    "DELIVERED",
    "REFUSED",
    "RETURNED",
    "DELAYED",
    "DAMAGED",
    "LOST",
    "UNKNOWN",
]


EventClassifier = Literal["PLANNED", "REQUESTED", "ESTIMATED", "ACTUAL"]


EventTimePrecision = Literal["SECOND", "MINUTE", "DAY"]


TimeBasis = Literal["OFFSET", "ZONE_CODE", "LOCATION", "ASSUMED"]


class Carrier(TypedDict):
    """Who carries, by the list the code comes from."""

    scac: NotRequired[str]
    smdg: NotRequired[str]
    iata: NotRequired[str]
    name: NotRequired[str]


ModeOfTransport = Literal[
    "OCEAN",
    "AIR",
    "RAIL",
    "ROAD",
    "BARGE",
    "PARCEL",
    "MULTIMODAL",
    "UNKNOWN",
]


LocationFacilityType = Literal[
    "BORDER",
    "CUSTOMER",
    "CFS",
    "OFF_DOCK",
    "DEPOT",
    "INLAND_TERMINAL",
    "PORT_TERMINAL",
    "RAMP",
    "WAYPOINT",
    "AIRPORT",
    "HUB",
    "PICKUP_POINT",
]


class Location(TypedDict):
    """Where it happens."""

    unLocode: NotRequired[str]
    facilityCode: NotRequired[str]
    facilityCodeList: NotRequired[str]
    facilityType: NotRequired[LocationFacilityType]
    gln: NotRequired[str]
    iata3: NotRequired[str]
    name: NotRequired[str]
    city: NotRequired[str]
    subdivision: NotRequired[str]
    countryCode: NotRequired[str]
    lat: NotRequired[float]
    lon: NotRequired[float]
    timeZone: NotRequired[str]


EquipmentIdType = Literal["CONTAINER", "TRAILER", "ULD", "VEHICLE"]


EquipmentEmpty = Literal["EMPTY", "LADEN"]


class Equipment(TypedDict):
    """The container, trailer or unit load device concerned."""

    id: NotRequired[str]
    idType: NotRequired[EquipmentIdType]
    isoType: NotRequired[str]
    empty: NotRequired[EquipmentEmpty]
    seals: NotRequired[list[str]]


class Transport(TypedDict):
    """The vessel, flight, train or vehicle, and the leg."""

    vesselImo: NotRequired[str]
    voyage: NotRequired[str]
    service: NotRequired[str]
    flight: NotRequired[str]
    trainId: NotRequired[str]
    vehicleId: NotRequired[str]
    licencePlate: NotRequired[str]
    stopSequence: NotRequired[int]
    isTransshipment: NotRequired[bool]


ReasonCode = Literal[
    "WEATHER",
    "CUSTOMS",
    "MECHANICAL",
    "ACCIDENT",
    "DRIVER",
    "SHIPPER",
    "CONSIGNEE",
    "CONSIGNEE_CLOSED",
    "ADDRESS",
    "CARRIER_CAPACITY",
    "MISSORT",
    "DOCUMENTS",
    "DAMAGE",
    "SECURITY",
    "ROAD_OR_PORT_CONGESTION",
    "OTHER",
]


class Reason(TypedDict):
    """Why it is late or not as planned."""

    code: NotRequired[ReasonCode]
    raw: NotRequired[str]
    text: NotRequired[str]


SensorReadingException = Literal["ALARM", "ERROR"]


class SensorReading(TypedDict):
    type: str
    value: NotRequired[float]
    unit: NotRequired[str]
    time: NotRequired[str]
    exception: NotRequired[SensorReadingException]


class Order(TypedDict):
    """The order behind the shipment; sent with CREATED and BOOKED."""

    customerId: NotRequired[str]
    serviceLevel: NotRequired[str]
    priority: NotRequired[int]
    originUnLocode: NotRequired[str]
    destinationUnLocode: NotRequired[str]


class ShipmentEventV1(TypedDict):
    """Something that happened, or is planned or expected to happen, to a shipment."""

    schemaVersion: str
    eventId: str
    source: str
    sourceMessageId: NotRequired[str]
    sourceEventCode: NotRequired[str]
    operation: NotRequired[Operation]
    retractsEventId: NotRequired[str]
    correctsEventId: NotRequired[str]
    shipmentId: NotRequired[str]
    references: NotRequired[list[Reference]]
    eventType: NotRequired[EventType]
    eventClassifier: NotRequired[EventClassifier]
    eventTime: NotRequired[str]
    eventTimeRaw: NotRequired[str]
    eventTimeZone: NotRequired[str]
    eventTimePrecision: NotRequired[EventTimePrecision]
    timeBasis: NotRequired[TimeBasis]
    publishedTime: NotRequired[str]
    carrier: NotRequired[Carrier]
    modeOfTransport: NotRequired[ModeOfTransport]
    location: NotRequired[Location]
    equipment: NotRequired[Equipment]
    transport: NotRequired[Transport]
    plannedTime: NotRequired[str]
    estimatedTime: NotRequired[str]
    reason: NotRequired[Reason]
    quantity: NotRequired[float]
    weightKg: NotRequired[float]
    volumeM3: NotRequired[float]
    sensor: NotRequired[list[SensorReading]]
    order: NotRequired[Order]
    extensions: NotRequired[dict[str, object]]
