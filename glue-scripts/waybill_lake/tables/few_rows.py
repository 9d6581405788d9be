"""A few rows appended without a Spark job: one small Parquet file and one commit through Iceberg's own API.

A Spark action costs some tenths of a second for planning alone; a run that notes something of each of its days would wait longer for
its notes than for its days.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from waybill_lake.tables.iceberg import LiveTable


def append_few(to: LiveTable, rows: Sequence[Sequence[Any]], partition: str) -> None:
    """Appends rows of one partition; values in the order of the table's columns, instants with a time zone.

    :param to: partitioned by columns, not by functions of them.
    :param partition: as Iceberg writes it, such as `business_date=2026-11-20`.
    """
    if not rows:
        return
    table = to.now()
    body = _parquet(table.schema().columns(), rows)
    location = str(table.locationProvider().newDataLocation(f"{uuid.uuid4().hex}.parquet"))
    # The name is new: nobody has to look whether something is there.
    stream = table.io().newOutputFile(location).createOrOverwrite()
    try:
        stream.write(body)
    finally:
        stream.close()
    file = to.jvm.org.apache.iceberg.DataFiles.builder(table.spec()).withPath(location).withFormat("PARQUET")
    file = file.withFileSizeInBytes(len(body)).withRecordCount(len(rows)).withPartitionPath(partition).build()
    table.newFastAppend().appendFile(file).commit()


def _parquet(columns: Any, rows: Sequence[Sequence[Any]]) -> bytes:
    """The rows as a Parquet file whose fields have the ids of the table's columns: Iceberg finds them by these."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    types = {
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "double": pa.float64(),
        "int": pa.int32(),
        "long": pa.int64(),
        "string": pa.string(),
        "timestamptz": pa.timestamp("us", "UTC"),
    }
    fields = [
        pa.field(
            str(column.name()),
            types[str(column.type().toString())],
            nullable=bool(column.isOptional()),
            metadata={"PARQUET:field_id": str(column.fieldId())},
        )
        for column in columns
    ]
    values = [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), fields, strict=True)]
    buffer = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(values, schema=pa.schema(fields)), buffer, compression="zstd")
    return bytes(buffer.getvalue().to_pybytes())
