"""A few rows appended or read without a Spark job: one small Parquet file a partition and one commit through Iceberg's own API.

A Spark action costs some tenths of a second for planning alone; a run that notes something of each of its days would wait longer for
its notes than for its days.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from waybill_lake.tables.iceberg import LiveTable

Rows = Sequence[Sequence[Any]]


def append_few(to: LiveTable, parts: Mapping[str, Rows]) -> None:
    """Appends rows, all or none; values in the order of the table's columns, instants with a time zone.

    :param parts: rows by partition as Iceberg writes it, such as `business_date=2026-11-20`, or `finished_at_day=2026-11-20` for
        `days(finished_at)`.
    """
    wanted = {partition: rows for partition, rows in parts.items() if rows}
    if not wanted:
        return
    table = to.now()
    change = table.newAppend()
    for partition, rows in wanted.items():
        change = change.appendFile(_file(to.jvm, table, rows, partition))
    change.commit()


def _file(jvm: Any, table: Any, rows: Rows, partition: str) -> Any:
    """Writes a file of one partition; nobody sees it before it is appended."""
    body = _parquet(table.schema().columns(), rows)
    location = str(table.locationProvider().newDataLocation(f"{uuid.uuid4().hex}.parquet"))
    # The name is new: nobody has to look whether something is there.
    stream = table.io().newOutputFile(location).createOrOverwrite()
    try:
        stream.write(body)
    finally:
        stream.close()
    written = jvm.org.apache.iceberg.inmemory.InMemoryInputFile(location, body)
    # With its bounds: who looks for other rows leaves the file out.
    bounds = jvm.org.apache.iceberg.parquet.ParquetUtil.fileMetrics(written, jvm.org.apache.iceberg.MetricsConfig.forTable(table))
    file = jvm.org.apache.iceberg.DataFiles.builder(table.spec()).withPath(location).withFormat("PARQUET")
    return file.withFileSizeInBytes(len(body)).withMetrics(bounds).withPartitionPath(partition).build()


def read_few(of: LiveTable, columns: Sequence[str], column: str, first: str, last: str) -> set[tuple[Any, ...]]:
    """The different rows in which the value of `column` lies from `first` to `last`. For what is few: each value is fetched from Java."""
    table, jvm = of.now(), of.jvm
    expressions = jvm.org.apache.iceberg.expressions.Expressions
    wanted = jvm.org.apache.iceberg.data.IcebergGenerics.read(table).select(of.names(columns))
    wanted = wanted.where(expressions.greaterThanOrEqual(column, first)).where(expressions.lessThanOrEqual(column, last))
    found = wanted.build()
    try:
        rows, answer = found.iterator(), set[tuple[Any, ...]]()
        while rows.hasNext():
            row = rows.next()
            answer.add(tuple(row.get(at) for at in range(len(columns))))
        return answer
    finally:
        found.close()


def _parquet(columns: Any, rows: Rows) -> bytes:
    """The rows as a Parquet file whose fields have the ids of the table's columns: Iceberg finds them by these."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    fields = [_field(str(column.name()), column.fieldId(), column.type(), nullable=bool(column.isOptional())) for column in columns]
    values = [pa.array(column, field.type) for column, field in zip(zip(*rows, strict=True), fields, strict=True)]
    buffer = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(values, schema=pa.schema(fields)), buffer, compression="zstd")
    return bytes(buffer.getvalue().to_pybytes())


def _field(name: str, number: int, kind: Any, *, nullable: bool) -> Any:
    """A column of Arrow, from a type of Iceberg."""
    import pyarrow as pa  # noqa: PLC0415

    plain = {
        "boolean": pa.bool_(),
        "date": pa.date32(),
        "double": pa.float64(),
        "int": pa.int32(),
        "long": pa.int64(),
        "string": pa.string(),
        "timestamptz": pa.timestamp("us", "UTC"),
    }
    if bool(kind.isListType()):
        element = _field("element", kind.elementId(), kind.elementType(), nullable=bool(kind.isElementOptional()))
        return pa.field(name, pa.list_(element), nullable=nullable, metadata={"PARQUET:field_id": str(number)})
    return pa.field(name, plain[str(kind.toString())], nullable=nullable, metadata={"PARQUET:field_id": str(number)})
