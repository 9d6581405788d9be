"""Step 7 of a load: rewrites derived rows of the touched entities from the events table as it is now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from waybill_lake.at_once import at_once
from waybill_lake.loading.lease import Lease
from waybill_lake.loading.parts import LoadParts
from waybill_lake.model import LakeContract
from waybill_lake.session import own_session
from waybill_lake.tables.definitions import CONFLICTS, ORDERS, SHIPMENTS, TableDefinition
from waybill_lake.tables.iceberg import IcebergTable, Snapshot
from waybill_lake.tables.replace import Replacement, replace_rows
from waybill_lake.transforms import dimensions
from waybill_lake.transforms.shipment_events import CONTRACT as SHIPMENT_EVENT
from waybill_lake.transforms.shipments import shipments_of

ORDER_CHANGE = "order-change"

Refresh = Callable[[LoadParts, LakeContract, Lease, str, DataFrame, Sequence[str]], dict[str, int]]


def refresh_derived(parts: LoadParts, contract: LakeContract, lease: Lease, run: str, touched: Sequence[str]) -> dict[str, int]:
    """Derived tables that changed, each with the sequence number of its commit.

    :raises LostLeaseError: another loader has taken over.
    """
    refresh = REFRESHES.get(contract.name)
    if refresh is None or not touched:
        return {}
    entities = parts.spark.createDataFrame([(entity,) for entity in touched], "entity string")
    return refresh(parts, contract, lease, run, entities, touched)


def _refresh_dimensions(
    parts: LoadParts, contract: LakeContract, lease: Lease, run: str, entities: DataFrame, touched: Sequence[str]
) -> dict[str, int]:
    names = [name for name in dimensions.TABLES if any(entity.startswith(f"{name} ") for entity in touched)]

    def refresh(name: str) -> Snapshot | None:
        own = replace(parts, spark=own_session(parts.spark))
        table = IcebergTable(own.spark, parts.table(name))
        # The table as a whole: it was emptied.
        whole = f"{name} " in touched
        make = partial(_replacement, own, contract, dimensions.TABLES[name], run, entities, whole=whole)
        return replace_rows(table, f"{run}#{lease.fence}#{name}", lease.is_mine, make)

    # Few rows and much planning, which one core does.
    snapshots = zip(names, at_once([partial(refresh, name) for name in names]), strict=True)
    return {name: snapshot.sequence for name, snapshot in snapshots if snapshot is not None}


def _replacement(
    parts: LoadParts, contract: LakeContract, definition: TableDefinition, run: str, entities: DataFrame, *, whole: bool
) -> Replacement:
    key = dimensions.key_of(definition)
    told = parts.spark.table(parts.table(contract.table.name))
    own = dimensions.touched_changes(told, definition, entities, whole=whole).persist()
    changes = dimensions.with_emptied(own, told, definition)
    is_current_only = definition is ORDERS
    wanted = (dimensions.current_rows if is_current_only else dimensions.versions)(changes, definition, run)
    keys = own.select(F.col("key").alias(key)).distinct()
    stored = parts.spark.table(parts.table(definition.name)).join(F.broadcast(keys), on=key, how="left_semi")
    return Replacement(wanted, stored, (key,) if is_current_only else (key, "valid_from"), held=(own,))


def _refresh_shipments(
    parts: LoadParts, contract: LakeContract, lease: Lease, run: str, entities: DataFrame, _touched: Sequence[str]
) -> dict[str, int]:
    table = IcebergTable(parts.spark, parts.table(SHIPMENTS.name))
    ids = F.broadcast(entities.select(F.col("entity").alias("shipment_id")))

    def make() -> Replacement:
        events, conflicts = (parts.spark.table(parts.table(name)) for name in (contract.table.name, CONFLICTS.name))
        stored = table.spark.table(table.name).join(ids, on="shipment_id", how="left_semi")
        return Replacement(shipments_of(events, conflicts, ids, run), stored, ("shipment_id",))

    replace_rows(table, f"{run}#{lease.fence}#{SHIPMENTS.name}", lease.is_mine, make)
    # Also when no row changed: whoever began this run may have changed them and died, and gold counts stays from the events.
    main = table.main()
    return {} if main is None else {SHIPMENTS.name: main.sequence}


REFRESHES: dict[str, Refresh] = {ORDER_CHANGE: _refresh_dimensions, SHIPMENT_EVENT: _refresh_shipments}
"""What follows from a load, by contract."""
