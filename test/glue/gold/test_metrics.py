"""One definition per metric: what metrics.json says holds for tables and for the dictionary page."""

from __future__ import annotations

from pathlib import Path

import pytest

from waybill_lake.metrics import MetricsError, load_metrics, parse_metrics
from waybill_lake.metrics_page import dictionary_page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "metrics.md"


def test_a_column_without_a_definition_is_refused() -> None:
    table = {"name": "t", "description": "", "grain": ["business_date"], "columns": ["made_up"]}

    with pytest.raises(MetricsError, match="column made_up of t has no definition"):
        parse_metrics({"dimensions": [{"id": "business_date", "type": "date", "description": ""}], "metrics": [], "tables": [table]})


def test_no_metric_is_defined_twice_and_none_without_a_table() -> None:
    metrics = load_metrics()
    used = {(table.name, column) for table in metrics.tables for column in table.columns}

    assert len({metric.column for metric in metrics.metrics}) == len(metrics.metrics)
    assert [(metric.id, table) for metric in metrics.metrics for table in metric.tables if (table, metric.column) not in used] == []
    assert {metric.aggregation for metric in metrics.metrics} == {"sum", "min", "max", "none"}


def test_the_dictionary_page_is_what_the_definitions_say() -> None:
    # Changed metrics.json? In glue-scripts: python -m waybill_lake.metrics_page > ../docs/metrics.md
    assert PAGE.read_text("utf-8") == dictionary_page(load_metrics())
