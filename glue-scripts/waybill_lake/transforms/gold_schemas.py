"""Gold tables as ensure-tables makes them: columns, types and comments from metrics.json."""

from __future__ import annotations

from waybill_lake.metrics import Dimension, Metrics, MetricTable, load_metrics
from waybill_lake.tables.definitions import ColumnDefinition, TableDefinition


def gold_tables(metrics: Metrics | None = None) -> tuple[TableDefinition, ...]:
    """Every gold table that the platform itself has; those that contracts declare: gold_declared.declared_tables."""
    known = load_metrics() if metrics is None else metrics
    return tuple(gold_table(known, table) for table in known.tables)


def gold_table(metrics: Metrics, table: MetricTable) -> TableDefinition:
    grain = [_column(metrics, table, name, required=True) for name in table.grain]
    rest = [_column(metrics, table, name, required=False) for name in table.columns]
    return TableDefinition("gold", table.name, table.description, (*grain, *rest), ("business_date",), table.grain[1:])


def _column(metrics: Metrics, table: MetricTable, name: str, *, required: bool) -> ColumnDefinition:
    definition = metrics.definition(table.name, name)
    if isinstance(definition, Dimension):
        return ColumnDefinition(name, definition.type, definition.description, required)
    return ColumnDefinition(name, definition.type, f"{definition.name} ({definition.unit}). {definition.formula}", required)
