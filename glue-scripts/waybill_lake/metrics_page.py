"""The metric dictionary as a page: `python -m waybill_lake.metrics_page > ../docs/metrics.md` (in glue-scripts)."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from waybill_lake.metrics import Dimension, Metrics, MetricTable, load_metrics

_HEAD = """# Metrics

Every figure of gold has one definition. It lies in `glue-scripts/waybill_lake/metrics.json`; jobs, column comments, tests and this
page are made from it. Tables that contracts declare in `gold.json` carry their definitions there and as column comments.

How the jobs make these tables, and what readers can rely on while they do: [the lake](lake.md).

*Over rows* says how a figure may be aggregated further: added up, smallest, largest, or not at all (then ask a finer table).
"""
_OVER = {"sum": "add up", "min": "smallest", "max": "largest", "none": "—"}


def dictionary_page(metrics: Metrics) -> str:
    """Markdown: per table its grain and each column with its definition."""
    return "\n".join([_HEAD, *[line for table in metrics.tables for line in _section(metrics, table)]])


def _section(metrics: Metrics, table: MetricTable) -> Iterator[str]:
    yield f"## {table.name}\n"
    yield f"{table.description}\n"
    yield f"One row per {', '.join(f'`{name}`' for name in table.grain)}.\n"
    yield "| column | type | unit | definition | over rows |"
    yield "|---|---|---|---|---|"
    for column in (*table.grain, *table.columns):
        definition = metrics.definition(table.name, column)
        if isinstance(definition, Dimension):
            yield f"| `{column}` | {definition.type} | | {definition.description} | |"
        else:
            what = f"**{definition.name}.** {definition.formula}"
            yield f"| `{column}` | {definition.type} | {definition.unit} | {what} | {_OVER[definition.aggregation]} |"
    yield ""


if __name__ == "__main__":
    sys.stdout.write(dictionary_page(load_metrics()))
