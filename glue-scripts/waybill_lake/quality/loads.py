"""What loads tell about a contract: how many records were bad, and whether every identity is somewhere."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from waybill_lake.ledger.port import Ledger
from waybill_lake.quality.days import end_of, start_of, utc_days
from waybill_lake.tables.iceberg import IcebergTable, Snapshot

_LATER = dt.timedelta(hours=24)
"""How long after its end a day's records are still loaded as a rule."""


@dataclass(frozen=True)
class Window:
    """Of the loads that a day is made of: identities that they read, those of them that no table can hold (`parked`), and lines of
    quarantine that came with them.
    """

    identities: int = 0
    quarantined: int = 0
    parked: int = 0

    @property
    def received(self) -> int:
        return self.identities + self.quarantined

    @property
    def refused_share(self) -> float:
        """Of what was received, what did not become a row."""
        return (self.quarantined + self.parked) / self.received if self.received else 0.0


def bad_share(window: Window, rows: int, bad_rows: int) -> float:
    """The chance that a received record is bad: it is in quarantine or parked, or its row breaks a rule of severity `quarantine`."""
    among_rows = bad_rows / rows if rows else 0.0
    return window.refused_share + (1 - window.refused_share) * among_rows


@dataclass(frozen=True)
class Load:
    """A row of load_runs, as far as windows go."""

    finished_at: dt.datetime
    days: tuple[str, ...]
    identities: int
    quarantined: int
    parked: int = 0
    aside: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Rows that broke rules of severity `quarantine`, by business date and rule."""


def loads_since(load_runs: DataFrame, contract: str, since: dt.datetime) -> list[Load]:
    """Loads of a contract that ended then or later."""
    rows = load_runs.where((F.col("contract") == contract) & (F.col("finished_at") >= F.lit(since)))
    chosen = rows.select(F.unix_millis("finished_at").alias("ms"), "days", "identities", "quarantined", "parked", "aside").collect()
    return [
        Load(
            dt.datetime.fromtimestamp(row["ms"] / 1000, dt.UTC),
            tuple(row["days"] or ()),
            identities=row["identities"] or 0,
            quarantined=row["quarantined"] or 0,
            parked=row["parked"] or 0,
            aside=json.loads(row["aside"] or "{}"),
        )
        for row in chosen
    ]


def window_of(loads: Iterable[Load], day: dt.date, time_zone: str) -> Window:
    """Loads that brought rows of the day, and loads that ended while it was on or in the 24 hours after it: a load whose records were
    all bad touches no day.
    """
    start, end, touched = start_of(day, time_zone), end_of(day, time_zone) + _LATER, set(utc_days(day, time_zone))
    chosen = [load for load in loads if start <= load.finished_at < end or touched & set(load.days)]
    counted = [(load.identities, load.quarantined, load.parked) for load in chosen]
    return Window(*(sum(column) for column in zip(*counted, strict=True))) if counted else Window()


def aside_of(loads: Iterable[Load], day: dt.date) -> Mapping[str, int]:
    """Rows of the day that loads put aside, by rule; one that broke two rules counts with both."""
    found: Counter[str] = Counter()
    for load in loads:
        found.update(load.aside.get(day.isoformat(), {}))
    return found


@dataclass(frozen=True)
class Balance:
    """Distinct identities of bronze that are neither duplicates nor parked, against the rows that stand for them."""

    identities: int
    silver: int
    conflicts: int
    undecided: int = 0
    """Conflict rows of a load that is under way: they may belong to either side."""

    @property
    def missing(self) -> int:
        """Identities without a row; negative: rows without an identity; 0: all is well."""
        least, most = self.silver + self.conflicts - self.undecided, self.silver + self.conflicts
        if self.identities > most:
            return self.identities - most
        return min(0, self.identities - least)


class Reconciliation:
    """Counts of loads against counts of tables. A load that is under way is left out on both sides."""

    def __init__(self, spark: SparkSession, ledger: Ledger, *, load_runs: str, conflicts: str) -> None:
        """`load_runs`, `conflicts`: tables by full name."""
        self._spark = spark
        self._ledger = ledger
        self._load_runs = load_runs
        self._conflicts = conflicts

    def balance(self, contract: str, table: str) -> Balance:
        own = self._spark.table(self._load_runs).where(F.col("contract") == contract)
        recorded = own.agg(F.sum(F.expr("identities - duplicates - parked")).alias("n"), F.collect_set("load_run").alias("runs")).first()
        identities, known = (0, set()) if recorded is None else (int(recorded["n"] or 0), set(recorded["runs"]))
        base: Snapshot | None = None
        under_way: set[str] = set()
        for snapshot, run in _loads(IcebergTable(self._spark, table).ancestry()):
            if run and run not in known:
                finished = self._ledger.read_run(contract, run)
                if finished is None:
                    # Not finished: its rows, and whatever came after them, are not counted yet.
                    under_way.add(run)
                    base = None
                    continue
                known.add(run)
                identities += int(finished["identities"]) - int(finished["duplicates"]) - int(finished["parked"])
            base = base or snapshot
        silver = 0 if base is None else self._spark.read.option("snapshot-id", str(base.id)).table(table).count()
        lost = self._spark.table(self._conflicts).where(F.col("contract") == contract)
        pending = F.col("load_run").isin(sorted(under_way | {self._ledger.read_load(contract).run} - known))
        counted = lost.agg(F.count(F.lit(1)).alias("n"), F.count_if(pending).alias("undecided")).first()
        return Balance(identities, silver, *((0, 0) if counted is None else (counted["n"], counted["undecided"])))


def _loads(ancestry: Iterator[Snapshot]) -> Iterator[tuple[Snapshot, str]]:
    """Snapshots, newest first, with the load that made them; empty for maintenance."""
    for snapshot in ancestry:
        yield snapshot, snapshot.wap_id.split("#")[0]
