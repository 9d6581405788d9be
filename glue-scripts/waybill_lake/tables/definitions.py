"""What tables the lake has: those of the contracts, and those that jobs derive or keep for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from waybill_lake.model import LakeContract, LakeModel

Layer = Literal["silver", "gold", "ops"]


@dataclass(frozen=True)
class ColumnDefinition:
    name: str
    type: str
    """In Spark SQL."""
    description: str
    required: bool = False


@dataclass(frozen=True)
class TableDefinition:
    layer: Layer
    name: str
    description: str
    columns: tuple[ColumnDefinition, ...]
    partition: tuple[str, ...] = ()
    """Iceberg transforms."""
    sort: tuple[str, ...] = ()


def events_table(contract: LakeContract, model: LakeModel) -> TableDefinition:
    """The events table of a contract: its own columns, then those of the platform."""
    own = [ColumnDefinition(column.name, column.spark_type, column.description, column.required) for column in contract.table.columns]
    platform = [ColumnDefinition(column.name, column.spark_type, column.description, column.required) for column in model.platform_columns]
    return TableDefinition(
        "silver", contract.table.name, contract.table.description, (*own, *platform), contract.table.partition, contract.table.sort
    )


def _columns(*lines: str) -> tuple[ColumnDefinition, ...]:
    """Each line: name, type, description, separated by `|`; a `!` after the name marks a required column."""
    parts = [[part.strip() for part in line.split("|", 2)] for line in lines]
    return tuple(ColumnDefinition(name.rstrip("!"), kind, description, name.endswith("!")) for name, kind, description in parts)


_LOAD_RUN = "load_run | string | Lineage: run that wrote the row."
_POSITION = "position | string | Position of the newest change in the database's log."

CONFLICTS = TableDefinition(
    "silver",
    "conflicts",
    "Contents that lost against another content of the same source and event_id; the winner is in the events table.",
    _columns(
        "contract! | string | Contract of the event.",
        "source! | string | Who sent it; with event_id the identity of the event.",
        "event_id! | string | Id of the event.",
        "content_hash! | string | Hash of this content.",
        "event_time | timestamp | Event time of this content, UTC.",
        "published_time | timestamp | When the sender created this content, UTC.",
        "winner_content_hash! | string | Hash of the content that won.",
        "payload | string | JSON: contractVersion, tie (last resort of the order) and event, the columns of this content.",
        "arrival_time | timestamp | When this content reached the stream, UTC.",
        _LOAD_RUN,
    ),
    ("contract",),
    ("source", "event_id"),
)

ORDERS = TableDefinition(
    "silver",
    "orders",
    "Current row of each order of the orders database; a deleted order stays, marked.",
    _columns(
        "order_id! | string | Key of the order.",
        "customer_id | string | Customer.",
        "shipment_id | string | Shipment that carries the order.",
        "service_level | string | Service level sold.",
        "priority | int | 1 is the most urgent.",
        "status | string | Status in the orders database.",
        "origin | string | UN/LOCODE where the shipment starts.",
        "destination | string | UN/LOCODE where it ends.",
        "weight_kg | double | Weight in kilograms.",
        "volume_m3 | double | Volume in cubic metres.",
        "goods_value | decimal(14,2) | Value of the goods.",
        "currency | string | Currency of the value, ISO 4217.",
        "ordered_at | timestamp | When it was ordered, UTC.",
        "requested_delivery | timestamp | When the customer wants it, UTC.",
        "is_deleted! | boolean | Whether the order was deleted.",
        _POSITION,
        "source_time | timestamp | When the newest change was committed in the database, UTC.",
        _LOAD_RUN,
    ),
    (),
    ("order_id",),
)

_VERSION = (
    "valid_from! | timestamp | From when this version holds (event time, UTC, inclusive).",
    "valid_to | timestamp | Until when (exclusive); empty for the current version.",
    "is_current! | boolean | Whether it is the newest version.",
    "is_deleted! | boolean | Whether the row was deleted at valid_from.",
    _POSITION,
    _LOAD_RUN,
)

CUSTOMERS = TableDefinition(
    "silver",
    "customers",
    "Versions of each customer over event time (type 2).",
    _columns(
        "customer_id! | string | Key of the customer.",
        "name | string | Name.",
        "segment | string | Customer segment.",
        "country | string | Country, ISO 3166-1 alpha-2.",
        "priority | int | 1 is the most urgent.",
        *_VERSION,
    ),
    (),
    ("customer_id", "valid_from"),
)

CARRIERS = TableDefinition(
    "silver",
    "carriers",
    "Versions of each carrier over event time (type 2).",
    _columns(
        "carrier_id! | string | Standard Carrier Alpha Code.",
        "name | string | Name.",
        "mode | string | Mode of transport.",
        "country | string | Country, ISO 3166-1 alpha-2.",
        *_VERSION,
    ),
    (),
    ("carrier_id", "valid_from"),
)

SHIPMENTS = TableDefinition(
    "silver",
    "shipments",
    "One row a shipment, as all its events tell it.",
    _columns(
        "shipment_id! | string | Key of the shipment.",
        "status | string | Status derived from all ACTUAL events.",
        "status_time | timestamp | Event time of the event that gives the status, UTC.",
        "carrier | string | Standard Carrier Alpha Code.",
        "mode | string | Mode of transport.",
        "service_level | string | Service level sold.",
        "customer_id | string | Customer.",
        "priority | int | 1 is the most urgent.",
        "origin | string | UN/LOCODE where it starts.",
        "destination | string | UN/LOCODE where it ends.",
        "lane | string | Origin and destination, for example NLRTM-USCHI.",
        "created_time | timestamp | When it was created, UTC.",
        "booked_time | timestamp | When it was booked, UTC.",
        "picked_up_time | timestamp | When it was picked up, UTC.",
        "delivered_time | timestamp | When it was delivered, UTC.",
        "planned_pickup_time | timestamp | Planned pick-up, UTC.",
        "planned_delivery_time | timestamp | Planned delivery, UTC.",
        "estimated_delivery_time | timestamp | Newest estimate of the delivery, UTC.",
        "delivery_delay_minutes | double | Delivery after plan, in minutes; negative when early.",
        "weight_kg | double | Weight in kilograms.",
        "exceptions | array<struct<type:string,reason:string,event_time:timestamp,place:string>> | Exceptions in event-time order.",
        "event_count | int | Events of the shipment.",
        "conflict_count | int | Contents of its events that lost a conflict.",
        "first_event_time | timestamp | When the first of what happened took place, UTC.",
        "last_event_time | timestamp | When the last of what happened took place, UTC.",
        "source_version | timestamp | Greatest published time among its events, UTC.",
        _LOAD_RUN,
    ),
    (),
    ("shipment_id",),
)

OPS_TABLES: tuple[TableDefinition, ...] = (
    TableDefinition(
        "ops",
        "quality_results",
        "Result of each quality rule per table, day and run.",
        _columns(
            "business_date! | date | Day that was judged.",
            "table_name! | string | Table that was judged.",
            "rule! | string | Name of the rule.",
            "kind | string | Kind of the rule.",
            "severity | string | halt, quarantine or warn.",
            "passed! | boolean | Whether the rule held.",
            "observed | double | What was measured.",
            "threshold | string | What was allowed.",
            "details | string | JSON with what helps to find the cause.",
            "run! | string | Run that judged.",
            "judged_at! | timestamp | When, UTC.",
        ),
        ("business_date",),
        ("table_name", "rule"),
    ),
    TableDefinition(
        "ops",
        "data_versions",
        "What was published for each table and day, and by which run.",
        _columns(
            "business_date! | date | Day.",
            "table_name! | string | Table of gold.",
            "set_id | string | Set of tables that was published together.",
            "state! | string | publishing or complete.",
            "attempt | bigint | Published attempt.",
            "logic | string | Logic version.",
            "input_versions | string | JSON: version of each input day.",
            "run! | string | Run that published.",
            "recorded_at! | timestamp | When, UTC.",
        ),
        ("business_date",),
        ("table_name",),
    ),
    TableDefinition(
        "ops",
        "load_runs",
        "What each load of silver did: the counts of its equation, its objects and its snapshot.",
        _columns(
            "contract! | string | Contract that was loaded.",
            "load_run! | string | Run, as in column load_run of the silver tables.",
            "invocation | string | Invocation of the job that finished it.",
            "state! | string | committed or no-commit.",
            "snapshot_id | bigint | Snapshot of the events table that the load made.",
            "objects | int | Objects of bronze in the manifest.",
            "identities | bigint | Distinct identities read.",
            "new_rows | bigint | Identities that became rows.",
            "conflicts | bigint | Identities that became conflict rows.",
            "duplicates | bigint | Identities whose content was known.",
            "parked | bigint | Identities that no table holds: they could not be typed, or break rules of severity quarantine.",
            "quarantined | bigint | Lines of the quarantine objects that were counted with this run.",
            "days | array<string> | Event days that were touched.",
            "manifest | string | Key of the manifest in the lake bucket.",
            "finished_at! | timestamp | When, UTC.",
            "aside | string | JSON: rows that broke rules of severity quarantine, by business date and rule.",
        ),
        ("days(finished_at)",),
        ("contract",),
    ),
)

DERIVED_TABLES: tuple[TableDefinition, ...] = (CONFLICTS, ORDERS, CUSTOMERS, CARRIERS, SHIPMENTS)


def all_tables(model: LakeModel) -> tuple[TableDefinition, ...]:
    """Every table outside gold."""
    return (*[events_table(contract, model) for contract in model.contracts], *DERIVED_TABLES, *OPS_TABLES)
