"""The metrics of gold: one definition each, in metrics.json. Tables, column comments, the dictionary page and tests follow from it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any


class MetricsError(Exception):
    """metrics.json contradicts itself; the message names the table and the column."""


@dataclass(frozen=True)
class Dimension:
    id: str
    type: str
    description: str


@dataclass(frozen=True)
class Metric:
    """`aggregation`: how the column may be aggregated further over rows (sum, min, max), or none."""

    id: str
    name: str
    unit: str
    type: str
    column: str
    aggregation: str
    formula: str
    tables: tuple[str, ...]


@dataclass(frozen=True)
class MetricTable:
    """A gold table: `grain` are the dimensions that identify a row, `columns` what follows them, in order."""

    name: str
    description: str
    grain: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Metrics:
    dimensions: tuple[Dimension, ...]
    metrics: tuple[Metric, ...]
    tables: tuple[MetricTable, ...]

    def definition(self, table: str, column: str) -> Dimension | Metric:
        """The one definition of a table's column.

        :raises MetricsError: there is none, or the metric is not declared for that table.
        """
        for dimension in self.dimensions:
            if dimension.id == column:
                return dimension
        for metric in self.metrics:
            if metric.column == column and table in metric.tables:
                return metric
        raise MetricsError(
            f"column {column} of {table} has no definition: add it to metrics.json under metrics (with {table} in tables) or dimensions"
        )


def load_metrics() -> Metrics:
    """:raises MetricsError: a column of a table has no definition."""
    return parse_metrics(json.loads(resources.files(__package__).joinpath("metrics.json").read_text("utf-8")))


def parse_metrics(value: Mapping[str, Any]) -> Metrics:
    """:raises MetricsError: a column of a table has no definition."""
    metrics = Metrics(
        tuple(Dimension(**dimension) for dimension in value["dimensions"]),
        tuple(Metric(**{**metric, "tables": tuple(metric["tables"])}) for metric in value["metrics"]),
        tuple(
            MetricTable(table["name"], table["description"], tuple(table["grain"]), tuple(table["columns"])) for table in value["tables"]
        ),
    )
    for table in metrics.tables:
        for column in (*table.grain, *table.columns):
            metrics.definition(table.name, column)
    return metrics
