"""Step 4 of a load: reads the manifest's objects and decides, on the pinned snapshot, what each identity is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as F

from waybill_lake.loading.aside import policy_of, write_aside
from waybill_lake.loading.documents import Counts, Outcome
from waybill_lake.loading.parts import LoadParts
from waybill_lake.model import LakeContract
from waybill_lake.objects import ObjectStore
from waybill_lake.protocol.load import equation_holds
from waybill_lake.protocol.load_choice import Choice
from waybill_lake.tables.days import in_days
from waybill_lake.transforms import conflicts as C
from waybill_lake.transforms import dimensions
from waybill_lake.transforms.bronze import CORRUPT, MISSING, BronzeObject, read_lines
from waybill_lake.transforms.events import event_columns, to_events
from waybill_lake.transforms.shipment_events import CONTRACT as WITH_SHIPMENTS
from waybill_lake.transforms.shipment_events import fact_instant

if TYPE_CHECKING:
    import pyarrow as pa

_BROADCAST_KEYS = 2_000_000
_LOSER_OBJECTS = 4
ENTITIES = {"order-change": dimensions.ENTITY}
"""SQL of what an event is about, where it is more than the entity key's column."""


class EquationError(Exception):
    """Identities do not add up: nothing is staged."""


@dataclass
class Classified:
    """What step 4 found; `release` frees what it holds in memory."""

    outcome: Outcome
    changes: DataFrame | None
    """Rows for the events table; None when there are none."""
    replaced_days: tuple[str, ...]
    """Event days of stored rows that a change replaces; empty: every change is a new row."""
    held: list[DataFrame]

    def release(self) -> None:
        for frame in self.held:
            frame.unpersist()


class Classification:
    def __init__(self, parts: LoadParts, contract: LakeContract, run: str, base: int | None) -> None:
        self._parts = parts
        self._contract = contract
        self._run = run
        self._base = base
        own = next(column.name for column in contract.table.columns if f"/{contract.entity_key}" in column.from_)
        self._policy, self._reasons = policy_of(contract, parts.reference)
        self._entity = ENTITIES.get(contract.name, f"`{own}`")

    def run(self, choice: Choice, losers_prefix: str) -> Classified:
        """:raises EquationError: the counts contradict each other."""
        rows = self._read(choice).persist()
        found = _Found.of(rows, self._business_date(), C.business_date(F.col("event_time"), self._parts.business_time_zone))
        if found.untypable:
            # Before anything is committed: whoever does it again writes the same.
            problems = rows.where(F.col("problem").isNotNull() & ~F.col("problem").isin(MISSING, CORRUPT))
            write_aside(problems, self._parts.quarantine, self._reasons)
        incoming = rows.where(F.col("problem").isNull()).select(*event_columns(self._contract, self._parts.model))
        broadcast = found.identities <= _BROADCAST_KEYS
        hit_days, dates = self._look_up(incoming, found, broadcast)
        stored, lost = self._existing(incoming, hit_days, broadcast)
        compared = [] if stored is None or lost is None else [self._compared(stored, C.SILVER), C.compared_conflicts(lost)]
        classified = C.classify(self._compared(incoming, C.INCOMING), compared).persist()
        total = C.totals(classified).collect()[0]
        counts = Counts(found.identities, total["new"], total["conflicts"], total["duplicates"], found.untypable)
        self._check(counts)
        losers: tuple[str, ...] = ()
        if total["losers"] > 0:
            events = incoming if stored is None else incoming.unionByName(stored)
            losers = self._write_losers(C.conflict_rows(classified, events, lost, self._contract, self._run), losers_prefix)
        touched = tuple(sorted({*total["entities"], *total["old_entities"]}))
        left = self._dates_of_left(total["left_entities"])
        outcome = Outcome(
            counts=counts,
            days=tuple(sorted({*total["new_days"], *total["old_days"]})),
            business_dates=tuple(sorted({*dates, *left, *found.business_dates})) if touched else (),
            touched=touched,
            missing=found.missing,
            corrupt=found.corrupt,
            aside=found.aside,
            losers=losers,
            has_changes=total["changes"] > 0,
        )
        changes = C.changed_rows(classified, incoming) if outcome.has_changes else None
        return Classified(outcome, changes, tuple(sorted(total["old_days"])), [rows, classified])

    def _compared(self, events: DataFrame, origin: int) -> DataFrame:
        return C.compared_events(events, self._contract, self._entity, origin)

    def _business_date(self) -> Column:
        """The business date that a row puts on the list of days to be built again; null for none."""
        instant = fact_instant() if self._contract.name == WITH_SHIPMENTS else F.lit(None).cast("timestamp")
        return C.business_date(instant, self._parts.business_time_zone)

    def _read(self, choice: Choice) -> DataFrame:
        objects = [BronzeObject(row.key, row.shard) for row in choice.bronze] + [
            BronzeObject(row.key, row.shard, seen=True) for row in choice.seen
        ]
        lines = read_lines(self._parts.spark, self._parts.bronze, objects)
        rows = to_events(lines, self._contract, self._parts.model, self._run, self._policy)
        identity = list(C.IDENTITY)
        if choice.seen:
            seen = rows.where(F.col("seen") & F.col("stream_sequence").isNotNull()).select(*identity)
            rows = rows.where(~F.col("seen")).join(seen, on=identity, how="left_anti").select(*rows.columns)
        if choice.has_overlap:
            # The same identity in two cuts is the same line: which of them stays makes no difference.
            whole = rows.where(F.col("stream_sequence").isNotNull()).dropDuplicates(identity)
            rows = whole.unionByName(rows.where(F.col("stream_sequence").isNull()))
        return rows

    def _snapshot(self) -> DataFrame | None:
        if self._base is None:
            return None
        return self._parts.spark.read.option("snapshot-id", self._base).table(self._parts.table(self._contract.table.name))

    def _look_up(self, incoming: DataFrame, found: _Found, broadcast: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Event days on which incoming identities are stored, and stored business dates of the shipments: one pass."""
        existing = self._snapshot()
        if existing is None or found.identities == 0:
            return (), ()
        horizon = self._parts.now.date() - dt.timedelta(days=self._parts.horizon_days)
        near = existing.where(in_days("event_time", found.days, since=horizon)).selectExpr(
            "key_hash", "cast(to_date(event_time) AS string) AS day"
        )
        keys = C.keys_of(incoming, "key_hash", broadcast=broadcast)
        query = near.join(keys, on="key_hash", how="left_semi").selectExpr("'hit' AS kind", "day")
        if self._contract.name == WITH_SHIPMENTS:
            shipments = C.keys_of(incoming, "shipment_id", broadcast=broadcast)
            own = existing.join(shipments, on="shipment_id", how="left_semi")
            query = query.unionByName(self._dates(own).select(F.lit("date").alias("kind"), "day"))
        answers = query.distinct().collect()

        def days(kind: str) -> tuple[str, ...]:
            return tuple(sorted(row["day"] for row in answers if row["kind"] == kind))

        return days("hit"), days("date")

    def _dates(self, rows: DataFrame) -> DataFrame:
        return rows.select(self._business_date().alias("day")).where("day IS NOT NULL")

    def _dates_of_left(self, shipments: Sequence[str]) -> set[str]:
        """Stored business dates of shipments that lose an event to another one: nothing that came in names them."""
        existing = self._snapshot()
        if existing is None or not shipments or self._contract.name != WITH_SHIPMENTS:
            return set()
        return {row["day"] for row in self._dates(existing.where(F.col("shipment_id").isin(*shipments))).distinct().collect()}

    def _existing(self, incoming: DataFrame, hit_days: Sequence[str], broadcast: bool) -> tuple[DataFrame | None, DataFrame | None]:
        """Stored rows of incoming identities, in silver and in conflicts. Rows that only share the key's hash do no harm."""
        existing = self._snapshot()
        if existing is None or not hit_days:
            return None, None
        keys = C.keys_of(incoming, "key_hash", broadcast=broadcast)
        names = event_columns(self._contract, self._parts.model)
        stored = existing.where(in_days("event_time", hit_days)).join(keys, on="key_hash", how="left_semi").select(*names)
        lost = self._parts.spark.table(self._parts.table("conflicts")).where(F.col("contract") == self._contract.name)
        identities = stored.select("source", "event_id")
        lost = lost.join(F.broadcast(identities) if broadcast else identities, on=["source", "event_id"], how="left_semi")
        return stored, lost

    def _check(self, counts: Counts) -> None:
        parts = {"new": counts.new, "conflicts": counts.conflicts, "duplicates": counts.duplicates, "parked": counts.parked}
        if not equation_holds(identities=counts.identities, **parts):
            raise EquationError(f"{self._contract.name} {self._run}: {counts.identities} identities, but {parts}")

    def _write_losers(self, rows: DataFrame, prefix: str) -> tuple[str, ...]:
        lines = rows.select(F.to_json(F.struct("*")).alias("line")).coalesce(_LOSER_OBJECTS)
        return write_lines(lines, self._parts.lake, prefix)


@dataclass(frozen=True)
class _Found:
    """What the objects hold, from one pass over the rows."""

    identities: int
    untypable: int
    days: tuple[str, ...]
    business_dates: tuple[str, ...]
    missing: tuple[str, ...]
    corrupt: tuple[str, ...]
    aside: dict[str, dict[str, int]]

    @classmethod
    def of(cls, rows: DataFrame, business_date: Column, row_date: Column) -> _Found:
        key = F.when(F.col("problem").isin(MISSING, CORRUPT), F.col("bronze_key")).alias("key")
        day = F.to_date("event_time").cast("string").alias("day")
        of_row = F.when(F.size("broken") > 0, row_date).alias("row_date")
        groups = rows.groupBy("problem", key, day, business_date.alias("date"), "broken", of_row).count().collect()
        unread = {problem: tuple(sorted(row["key"] for row in groups if row["problem"] == problem)) for problem in (MISSING, CORRUPT)}
        typed = [row for row in groups if row["problem"] is None]
        untypable = sum(row["count"] for row in groups if row["problem"] not in (None, MISSING, CORRUPT))
        return cls(
            identities=sum(row["count"] for row in typed) + untypable,
            untypable=untypable,
            days=tuple(sorted({row["day"] for row in typed})),
            business_dates=tuple(sorted({row["date"] for row in typed if row["date"] is not None})),
            missing=unread[MISSING],
            corrupt=unread[CORRUPT],
            aside=_by_day_and_rule((row["row_date"], row["broken"], row["count"]) for row in groups if row["row_date"] is not None),
        )


def _by_day_and_rule(found: Iterable[tuple[str, Sequence[str], int]]) -> dict[str, dict[str, int]]:
    """Rows that were put aside; one that breaks two rules counts with both."""
    counts: dict[str, dict[str, int]] = {}
    for day, rules, rows in found:
        for rule in rules:
            of_day = counts.setdefault(day, {})
            of_day[rule] = of_day.get(rule, 0) + rows
    return counts


def write_lines(lines: DataFrame, store: ObjectStore, prefix: str) -> tuple[str, ...]:
    """Writes a column of lines as gzip objects, one a task; answers their keys."""

    def write(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import gzip  # noqa: PLC0415
        import hashlib  # noqa: PLC0415

        import pyarrow as pa  # noqa: PLC0415

        text = "".join(f"{line}\n" for batch in batches for line in batch.column(0).to_pylist()).encode()
        if text:
            key = f"{prefix}{hashlib.sha256(text).hexdigest()[:16]}.ndjson.gz"
            store.put(key, gzip.compress(text, 6, mtime=0))
            yield pa.RecordBatch.from_arrays([pa.array([key])], names=["key"])

    return tuple(sorted(row["key"] for row in lines.mapInArrow(write, "key string").collect()))
