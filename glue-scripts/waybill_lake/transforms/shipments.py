"""One row per shipment from all its events: the merge of live state, over what the lake holds (decision 0053).

Spark brings the events of a shipment together; the fold itself is plain Python (shipment_set, shipment_journey, shipment_row), a port
of domain/shipment that is held to it by test/fixtures/shipment-cases and shipment-rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from waybill_lake.tables.definitions import SHIPMENTS, ColumnDefinition
from waybill_lake.transforms.shipment_events import contents_of
from waybill_lake.transforms.shipment_row import ShipmentRow, row_of
from waybill_lake.transforms.shipment_set import event_of

if TYPE_CHECKING:
    import pyarrow as pa

_LOAD_RUN = "load_run"
_ROWS_A_BATCH = 5_000
_EXCEPTIONS = "array<struct<type:string,reason:string,event_time:bigint,place:string>>"
# Times travel as whole milliseconds: the fold compares them, and no time zone of a worker can touch them.
_FOLDED = ", ".join(
    f"{column.name} {'bigint' if column.type == 'timestamp' else _EXCEPTIONS if column.name == 'exceptions' else column.type}"
    for column in SHIPMENTS.columns
    if column.name != _LOAD_RUN
)


def shipments_of(events: DataFrame, conflicts: DataFrame, shipments: DataFrame, run: str) -> DataFrame:
    """The rows of `silver.shipments` of some shipments; one without any event left has none.

    Depends on neither the order of rows nor a clock: what live state says once the time of every ACTUAL has come.

    :param events: the events table of the contract shipment-event.
    :param conflicts: the conflicts table, brought up to the same load.
    :param shipments: ids, in column `shipment_id`.
    """
    contents = contents_of(events, conflicts, shipments)
    together = contents.repartition("shipment_id").sortWithinPartitions("shipment_id")
    return together.mapInArrow(_fold_batches, _FOLDED).select(*[_stored(column, run).alias(column.name) for column in SHIPMENTS.columns])


def _stored(column: ColumnDefinition, run: str) -> Column:
    if column.name == _LOAD_RUN:
        return F.lit(run)
    if column.type == "timestamp":
        return F.timestamp_millis(column.name)
    if column.name == "exceptions":
        told = F.transform(
            "exceptions",
            lambda one: F.struct(
                one["type"].alias("type"),
                one["reason"].alias("reason"),
                F.timestamp_millis(one["event_time"]).alias("event_time"),
                one["place"].alias("place"),
            ),
        )
        return told.cast(column.type)
    return F.col(column.name)


def _fold_batches(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa  # noqa: PLC0415  (workers only)

    types = [_arrow_type(column) for column in SHIPMENTS.columns if column.name != _LOAD_RUN]
    # A shipment may go on in the next batch: the rows are one stream.
    events = (event_of(values) for batch in batches for values in zip(*(column.to_pylist() for column in batch.columns), strict=True))
    rows = (row_of(shipment, list(own)) for shipment, own in groupby(events, key=itemgetter(0)))
    while part := list(islice(rows, _ROWS_A_BATCH)):
        columns = zip(*part, strict=True)
        yield pa.RecordBatch.from_arrays(
            [pa.array(values, kind) for values, kind in zip(columns, types, strict=True)], names=list(ShipmentRow._fields)
        )


def _arrow_type(column: ColumnDefinition) -> pa.DataType:
    import pyarrow as pa  # noqa: PLC0415  (workers only)

    if column.name == "exceptions":
        fields = [("type", pa.string()), ("reason", pa.string()), ("event_time", pa.int64()), ("place", pa.string())]
        return pa.list_(pa.struct(fields))
    return {"timestamp": pa.int64(), "string": pa.string(), "double": pa.float64(), "int": pa.int32()}[column.type]
