# Generated from the contract order-change: do not edit. Regenerate: node bin/run.mjs contracts/generate/main.ts

"""What producers write, by version: of an event that was kept, only fields of weight `reject` are sure to be as typed."""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

Op = Literal["c", "u", "d", "r", "t"]


RowStatus = Literal["DRAFT", "PLACED", "CHANGED", "DELIVERED", "CANCELLED"]


RowMode = Literal["OCEAN", "AIR", "RAIL", "ROAD", "BARGE", "PARCEL", "MULTIMODAL", "UNKNOWN"]


class Row(TypedDict):
    """The row after the change. Columns of all tables together: which of them a row has, its table says."""

    order_id: NotRequired[str]
    customer_id: NotRequired[str]
    shipment_id: NotRequired[str | None]
    service_level: NotRequired[str]
    priority: NotRequired[int]
    status: NotRequired[RowStatus]
    origin: NotRequired[str]
    destination: NotRequired[str]
    weight_kg: NotRequired[float]
    volume_m3: NotRequired[float]
    goods_value: NotRequired[str]
    currency: NotRequired[str]
    ordered_at: NotRequired[str]
    requested_delivery: NotRequired[str | None]
    name: NotRequired[str]
    segment: NotRequired[str]
    country: NotRequired[str]
    carrier_id: NotRequired[str]
    mode: NotRequired[RowMode]


class OrderChangeV1(TypedDict):
    """One change of one row of the orders database. The last change of a row by position is the row; never by arrival, never by sourceTs, both can tie."""

    schemaVersion: str
    eventId: NotRequired[str]
    source: str
    op: Op
    schema: str
    table: str
    key: NotRequired[dict[str, object]]
    before: NotRequired[dict[str, object]]
    after: NotRequired[Row]
    sourceTs: str
    captureTs: NotRequired[str]
    position: str
    txId: NotRequired[str]
    snapshot: NotRequired[bool]
