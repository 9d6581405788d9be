"""Gold tables that a contract declares in its gold.json: expressions over one row, checked when the contract was generated.

Sums and means of binary numbers are made of decimals with nine places, so that the order of rows does not show in the result.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from importlib import resources
from typing import Any

import pyspark
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql import types as T

from waybill_lake.model import LakeContract, LakeModel
from waybill_lake.reference import Reference
from waybill_lake.tables.definitions import ColumnDefinition, TableDefinition, events_table
from waybill_lake.transforms.gold_facts import Days, business_date

_EXACT = "decimal(38,9)"
_SUM_OF_WHOLE = "bigint"
_ANY_DAY = dt.date(2026, 1, 1)
_DATE = "Day of the event in the business time zone."
_REFERENCE_TYPES: Mapping[str, Mapping[str, str]] = {
    "locations": {"lat": "double", "lon": "double"},
    "lanes": {"distance_km": "int", "standard_transit_hours": "int"},
    "service-levels": {"promised_extra_hours": "int", "grace_minutes": "int", "priority": "int", "price_factor": "decimal(5,2)"},
    "calendars": {"date": "date"},
}


def declared_gold(model: LakeModel) -> list[tuple[LakeContract, Mapping[str, Any]]]:
    """Every declared table with its contract."""
    return [(contract, table) for contract in model.contracts if contract.gold is not None for table in contract.gold["tables"]]


def declared_grain(table: Mapping[str, Any]) -> tuple[str, ...]:
    return ("business_date", *[str(dimension["name"]) for dimension in table["dimensions"]])


def declared_tables(spark: SparkSession, model: LakeModel, reference: Reference) -> tuple[TableDefinition, ...]:
    """As ensure-tables makes them; types follow from the expressions, comments from the file."""
    return tuple(_definition(spark, model, contract, table, reference) for contract, table in declared_gold(model))


def declared_origin(model: LakeModel, reference: Reference) -> list[object]:
    """All that `declared_tables` follows from, as JSON can have it: declarations, columns of events and of reference files, and what
    makes types of these: this file and Spark.
    """
    declared = [[asdict(events_table(contract, model)), table] for contract, table in declared_gold(model)]
    columns = {name: list(rows[0]) if rows else [] for name, rows in reference.files.items()}
    source = resources.files(__package__).joinpath(f"{__name__.rpartition('.')[2]}.py").read_text("utf-8")
    return [declared, columns, hashlib.sha256(source.encode()).hexdigest(), pyspark.__version__]


def declared_table(events: DataFrame, table: Mapping[str, Any], reference: Reference, days: Days) -> DataFrame:
    """Grain: business_date and the declared dimensions. Joins add the row of a reference file, or nulls where there is none."""
    first, last = min(days.dates), max(days.dates)
    near = events.where(F.col("event_time") >= F.lit(str(first)).cast("timestamp") - F.expr("INTERVAL 1 DAY"))
    near = near.where(F.col("event_time") < F.lit(str(last)).cast("timestamp") + F.expr("INTERVAL 2 DAYS"))
    rows = near.withColumn("business_date", business_date(F.col("event_time"), days.time_zone)).where(
        F.col("business_date").isin(list(days.dates))
    )
    for join in table.get("joins", ()):
        rows = _joined(rows, join, reference)
    if "where" in table:
        rows = rows.where(F.expr(table["where"]))
    dimensions = [F.expr(dimension["from"]).alias(dimension["name"]) for dimension in table["dimensions"]]
    plain = [measure for measure in table["measures"] if measure["as"] != "ratio"]
    made = rows.groupBy("business_date", *dimensions).agg(*[_aggregate(rows, measure).alias(measure["name"]) for measure in plain])
    names = [measure["name"] for measure in table["measures"]]
    ratios = {
        measure["name"]: F.col(measure["numerator"]).cast("double") / F.nullif(F.col(measure["denominator"]).cast("double"), F.lit(0.0))
        for measure in table["measures"]
        if measure["as"] == "ratio"
    }
    return made.withColumns(ratios).select(*declared_grain(table), *names) if ratios else made.select(*declared_grain(table), *names)


def _aggregate(rows: DataFrame, measure: Mapping[str, Any]) -> Column:
    condition = F.expr(measure["where"]) if "where" in measure else None
    if measure["as"] == "count":
        return F.count(F.lit(1)) if condition is None else F.count_if(condition)
    value = F.expr(measure["of"]) if condition is None else F.when(condition, F.expr(measure["of"]))
    kind = rows.select(value.alias("value")).schema.fields[0].dataType
    made: Mapping[str, Callable[[], Column]] = {
        "countDistinct": lambda: F.count_distinct(value),
        "sum": lambda: F.sum(value.cast(_EXACT)).cast(_sum_type(kind)),
        "mean": lambda: F.sum(value.cast(_EXACT)).cast("double") / F.count(value),
        "min": lambda: F.min(value),
        "max": lambda: F.max(value),
        "percentile": lambda: F.percentile(value, measure["percentile"]),
    }
    return made[measure["as"]]()


def _sum_type(kind: T.DataType) -> str:
    if isinstance(kind, T.DecimalType):
        return f"decimal(38,{kind.scale})"
    return _SUM_OF_WHOLE if isinstance(kind, T.IntegralType) else "double"


def _joined(rows: DataFrame, join: Mapping[str, Any], reference: Reference) -> DataFrame:
    name, alias = join["reference"], join["as"]
    files = reference.files[name]
    columns = list(files[0])
    types = _REFERENCE_TYPES[name]
    texts = rows.sparkSession.createDataFrame(
        [tuple(row[column] for column in columns) for row in files], ", ".join(f"`{c}` string" for c in columns)
    )
    typed = texts.select(F.struct(*[F.col(column).cast(types.get(column, "string")).alias(column) for column in columns]).alias(alias))
    keys = [F.expr(expression).cast("string") == F.col(f"{alias}.{key}").cast("string") for key, expression in join["on"].items()]
    condition = keys[0]
    for key in keys[1:]:
        condition = condition & key
    return rows.join(F.broadcast(typed), on=condition, how="left")


def _definition(
    spark: SparkSession, model: LakeModel, contract: LakeContract, table: Mapping[str, Any], reference: Reference
) -> TableDefinition:
    events = events_table(contract, model)
    empty = spark.createDataFrame([], ", ".join(f"`{column.name}` {column.type}" for column in events.columns))
    schema = declared_table(empty, table, reference, Days((_ANY_DAY,), "UTC")).schema
    described: Sequence[Mapping[str, Any]] = (*table["dimensions"], *table["measures"])
    comments = {entry["name"]: f"{entry['description']}" + (f" ({entry['unit']})" if "unit" in entry else "") for entry in described}
    columns = [ColumnDefinition("business_date", "date", _DATE, required=True)]
    columns += [ColumnDefinition(field.name, field.dataType.simpleString(), comments[field.name]) for field in schema.fields[1:]]
    return TableDefinition("gold", table["name"], table["description"], tuple(columns), ("business_date",), declared_grain(table)[1:])
