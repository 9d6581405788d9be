"""One look at silver: first the versions of its days, then, pinned, its snapshots."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from waybill_lake.session import CATALOG
from waybill_lake.tables.definitions import SHIPMENTS
from waybill_lake.tables.iceberg import IcebergTable
from waybill_lake.transforms.gold_facts import Days, SilverInputs, business_date

GOLD_PREFIX = "gold."
"""Of a gold table's name in quality_results: those verdicts are about what is made here, so they are no input."""

DayVersions = Mapping[str, Mapping[str, int]]
"""By silver table and day (`YYYY-MM-DD`): of `shipments` business days, of events tables days of UTC."""

SILVER_TABLES = ("shipments", "shipment_events", "orders", "customers", "carriers")
_OTHERS = ("shipments", "orders", "customers", "carriers", "quality_results")


@dataclass(frozen=True)
class LakeNames:
    """Databases of the lake, without the catalog."""

    silver: str
    gold: str
    ops: str

    def silver_table(self, name: str) -> str:
        return f"{CATALOG}.{self.ops if name == 'quality_results' else self.silver}.{name}"

    def gold_table(self, name: str) -> str:
        return f"{CATALOG}.{self.gold}.{name}"

    def ops_table(self, name: str) -> str:
        return f"{CATALOG}.{self.ops}.{name}"


class SilverLook:
    """Read `inputs` of every day before `pins`: a change between the two costs one rebuild too many, never one too few."""

    def __init__(self, spark: SparkSession, names: LakeNames, days: Days, day_versions: DayVersions, logic: str) -> None:
        """`day_versions`: of `shipments` and of events tables, by table and day, read before this."""
        self._spark = spark
        self._names = names
        self.days = days
        self._day_versions = day_versions
        self._logic = logic
        self._tables = tuple(dict.fromkeys((*SILVER_TABLES, "quality_results", *(table for table in day_versions))))

    @cached_property
    def pins(self) -> str:
        """JSON: table to snapshot id, null where nothing was ever written; and `logic`."""
        return json.dumps({**{name: self._main(name) for name in self._tables}, "logic": self._logic}, sort_keys=True)

    def versions(self, day: dt.date) -> Mapping[str, str]:
        """By silver table, what its rows for a day are: the ledger's day version, or a digest of the rows that the day needs."""
        digests = self._digests.get(day, {})
        return {
            **dict.fromkeys((*SILVER_TABLES, "quality_results"), "none"),
            **digests,
            **{table: self._version_of(table, day) for table in self._day_versions},
        }

    def _version_of(self, table: str, day: dt.date) -> str:
        # A day on the wall lies within three days of UTC.
        days = [day] if table == SHIPMENTS.name else [day + dt.timedelta(days=more) for more in (-1, 0, 1)]
        return ",".join(str(self._day_versions[table].get(one.isoformat(), 0)) for one in days)

    def _main(self, name: str) -> int | None:
        snapshot = IcebergTable(self._spark, self._names.silver_table(name)).main()
        return None if snapshot is None else snapshot.id

    @cached_property
    def _digests(self) -> Mapping[dt.date, dict[str, str]]:
        """Digests of the tables whose day versions the ledger does not know, in one action."""
        spark, days = self._spark, self.days
        dates = spark.createDataFrame([(day,) for day in days.dates], "day date")
        parts = [
            self._valid_versions(dates, "customers", "customer_id", "segment"),
            self._valid_versions(dates, "carriers", "carrier_id", "name"),
        ]
        shipments = spark.table(self._names.silver_table("shipments")).select(
            "shipment_id", business_date(F.col("delivered_time"), days.time_zone).alias("day")
        )
        orders = spark.table(self._names.silver_table("orders")).select("shipment_id", "volume_m3", "is_deleted")
        concerned = orders.join(shipments.where(F.col("day").isin(list(days.dates))), on="shipment_id", how="inner")
        parts.append(_digest(concerned, "orders", F.xxhash64("shipment_id", F.col("volume_m3").cast("string"), "is_deleted")))
        results = judged_tables(spark.table(self._names.silver_table("quality_results")))
        parts.append(_verdicts(results.where(F.col("business_date").isin(list(days.dates)))))
        union = parts[0]
        for part in parts[1:]:
            union = union.unionByName(part)
        found: dict[dt.date, dict[str, str]] = {}
        for row in union.collect():
            found.setdefault(row["day"], {})[row["source"]] = f"{row['n']}:{row['digest']}"
        return found

    def _valid_versions(self, dates: DataFrame, table: str, key: str, value: str) -> DataFrame:
        """Versions that were valid at some moment of a day; the day is taken half a day too long at both ends, for every time zone."""
        rows = self._spark.table(self._names.silver_table(table))
        start = F.col("day").cast("timestamp") - F.expr("INTERVAL 15 HOURS")
        end = F.col("day").cast("timestamp") + F.expr("INTERVAL 39 HOURS")
        overlap = (F.col("valid_from") < end) & (F.col("valid_to").isNull() | (F.col("valid_to") > start))
        joined = rows.join(F.broadcast(dates), on=overlap, how="inner")
        columns = [F.coalesce(F.col(name).cast("string"), F.lit("∅")) for name in (key, value, "valid_from", "valid_to", "is_deleted")]
        return _digest(joined, table, F.xxhash64(*columns))


def judged_tables(results: DataFrame) -> DataFrame:
    """Verdicts on other tables than gold's."""
    return results.where(~F.col("table_name").startswith(GOLD_PREFIX))


def read_pinned(spark: SparkSession, names: LakeNames, pins: str) -> SilverInputs:
    """The silver tables as of the pinned snapshots."""
    ids = json.loads(pins)

    def table(name: str) -> DataFrame:
        full, snapshot = names.silver_table(name), ids[name]
        if snapshot is None:
            return spark.table(full).limit(0)
        return spark.read.option("snapshot-id", str(snapshot)).table(full)

    frames = {name: table(name) for name in SILVER_TABLES}
    events = {name: table(name) for name in ids if name not in (*_OTHERS, "logic")}
    return SilverInputs(**frames, quality_results=judged_tables(table("quality_results")), events=events)


def short_digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _verdicts(results: DataFrame) -> DataFrame:
    """Of each rule the newest verdict: judged again alike, a day is what it was."""
    newest = F.max(F.struct("judged_at", "run", (~F.col("passed")).alias("failed"), "severity")).alias("newest")
    verdicts = results.groupBy(F.col("business_date").alias("day"), "table_name", "rule").agg(newest)
    return _digest(verdicts, "quality_results", F.xxhash64("table_name", "rule", F.col("newest.failed"), F.col("newest.severity")))


def _digest(rows: DataFrame, source: str, hashed: Column) -> DataFrame:
    summed = F.sum(hashed.cast("decimal(20,0)")).cast("string").alias("digest")
    return rows.groupBy("day").agg(F.count(F.lit(1)).alias("n"), summed).select("day", F.lit(source).alias("source"), "n", "digest")
