"""A staged day beside what readers have of it, before it is published: who wants to know what changes may hold it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pyspark.sql import SparkSession

from waybill_lake.at_once import at_once
from waybill_lake.compare.differences import ColumnDifference, TableDifference, compare_tables
from waybill_lake.compare.tolerances import Tolerances
from waybill_lake.publish.gold_store import GoldStore
from waybill_lake.publish.silver_look import LakeNames
from waybill_lake.transforms.gold import GoldTable


@dataclass(frozen=True)
class Weighed:
    """What would change; `reasons`: a sentence for each way in which that is more than the tolerances allow."""

    differences: tuple[TableDifference, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return bool(self.reasons)


Weigh = Callable[[dt.date, Mapping[str, int]], Weighed]
"""(day, staged snapshot by table) to what publishing them would change."""


def weigher(spark: SparkSession, names: LakeNames, tables: Mapping[str, GoldTable], tolerances: Tolerances) -> Weigh:
    """Compares exactly the staged rows, by the grain of each table."""

    def weigh(day: dt.date, staged: Mapping[str, int]) -> Weighed:
        found: dict[str, TableDifference] = {}

        def comparing(table: str, snapshot: int) -> Callable[[], None]:
            store = GoldStore(spark, names.gold_table(table))
            text = day.isoformat()

            def run() -> None:
                found[table] = compare_tables(
                    table, store.rows([text]), store.rows([text], snapshot), tuple(tables[table].grain), tolerances
                )

            return run

        at_once([comparing(table, snapshot) for table, snapshot in staged.items()])
        differences = tuple(found[table] for table in staged)
        return Weighed(differences, tuple(reason for difference in differences for reason in too_far(difference, tolerances)))

    return weigh


def too_far(difference: TableDifference, tolerances: Tolerances) -> list[str]:
    """Why a table may not be published as it is; a day that readers do not have yet differs from nothing."""
    if difference.only_candidate == difference.rows:
        return []
    reasons = []
    apart = difference.changed + difference.only_current + difference.only_candidate
    if difference.mismatch_percent > tolerances.alarm_above_percent:
        share = f"{difference.mismatch_percent:.2f} %, allowed {tolerances.alarm_above_percent:g} %"
        reasons.append(f"{difference.table}: {apart} of {difference.rows} rows differ ({share})")
    return [
        *reasons,
        *[f"{difference.table}.{column.column}: {_sums(column)}" for column in difference.columns if _moved(column, tolerances)],
    ]


def _moved(column: ColumnDifference, tolerances: Tolerances) -> bool:
    allowed = tolerances.sums
    if allowed is None or (column.current is None and column.candidate is None):
        return False
    current, candidate = column.current or 0.0, column.candidate or 0.0
    return abs(candidate - current) > max(allowed.absolute, allowed.relative * abs(current))


def _sums(column: ColumnDifference) -> str:
    return f"the day's sum goes from {_figure(column.current)} to {_figure(column.candidate)}"


def _figure(value: float | None) -> str:
    return "nothing" if value is None else f"{value:,.2f}"
