"""A gold table in the catalog: one day staged under an id, read, published, revoked, kept or compacted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F

from waybill_lake.protocol.publish_builder import Picked
from waybill_lake.tables.iceberg import WAP_ID, IcebergTable, LiveTable, Snapshot, is_refusal, staged_in

KEEP_FAILED_DAYS = 30
_ENOUGH = 2
_DAY_COLUMN = "business_date"
_SOURCE = "source-snapshot-id"
_ALREADY = ("CherrypickAncestorCommitException", "DuplicateWAPCommitException")
_GONE = ("unknown snapshot", 'NullPointerException: Cannot invoke "org.apache.iceberg.Snapshot.')
"""The second is all that Iceberg says of one that was revoked between the look at it and the commit, which looks again."""
_CHANGED = ("ValidationException", "CommitFailedException", "not append, dynamic overwrite, or fast-forward")


class GoldStore:
    """One table by its full name (`lake.<database>.<table>`). Its day is the partition `business_date`."""

    def __init__(self, spark: SparkSession, name: str) -> None:
        self._spark = spark
        self._name = name
        self._table = IcebergTable(spark, name)
        self._live = LiveTable(spark, name)

    def stage(self, rows: DataFrame, day: str, wap_id: str) -> int:
        """Writes the day aside, as one file (the table is distributed by day); answers the snapshot's id."""
        with self._table.staging(wap_id):
            rows.writeTo(self._name).overwritePartitions()
        staged = self._table.staged(wap_id)
        if staged is None or self._java().snapshot(staged.id).summary().get("added-records") in (None, "0"):
            # An overwrite by partitions of no rows replaces nothing: the day is emptied by name.
            return self._stage_empty(day, f"{wap_id}/empty")
        return staged.id

    def write_days(self, rows: DataFrame, wap_id: str) -> tuple[int, Mapping[str, Sequence[Any]]]:
        """Writes several days aside in one go, each in files of its own; answers the snapshot that holds them and the files by day.

        That snapshot is never published: each day becomes one of its own (`stage_files`).
        """
        with self._table.staging(wap_id):
            # In place of what readers have of these days: read back, the snapshot holds nothing else of them.
            rows.writeTo(self._name).overwritePartitions()
        java = self._java()
        staged = self._table.staged(wap_id)
        if staged is None:
            return 0, {}
        spec, by_day = java.spec(), dict[str, list[Any]]()
        for file in java.snapshot(staged.id).addedDataFiles(java.io()):
            by_day.setdefault(str(spec.partitionToPath(file.partition())).removeprefix(f"{_DAY_COLUMN}="), []).append(file)
        return staged.id, by_day

    def stage_files(self, files: Sequence[Any], wap_id: str) -> int:
        """Stages a day that is written already; answers the snapshot's id. The day's rows are replaced by those of the files."""
        change = self._java().newReplacePartitions()
        for file in files:
            change.addFile(file)
        change.set(WAP_ID, wap_id)
        change.stageOnly()
        change.commit()
        staged = self._staged_just_now(wap_id)
        if staged is None:
            raise RuntimeError(f"{self._name}: nothing was staged as {wap_id}")
        return staged.id

    def look_into(self, snapshot: int, day: str) -> tuple[frozenset[str], int]:
        """Paths of the day's files in a snapshot, and how many rows its own commit wrote. Asks the catalog alone."""
        java = self._java()
        planned = java.newScan().useSnapshot(snapshot).filter(self._of(day)).planFiles()
        try:
            files, paths = planned.iterator(), set[str]()
            while files.hasNext():
                paths.add(str(files.next().file().location()))
        finally:
            planned.close()
        return frozenset(paths), int(java.snapshot(snapshot).summary().get("added-records") or 0)

    def forget(self, snapshot: int) -> None:
        """Takes a snapshot of `write_days` out of the table. Its files stay: they are those of the days."""
        try:
            self._java().expireSnapshots().expireSnapshotId(snapshot).cleanExpiredFiles(False).commit()
        except (Py4JJavaError, PySparkException) as error:
            # What is left goes with its age: no reason to fail a run whose days are published.
            if not is_refusal(error):
                raise

    def rows(self, days: Sequence[str], snapshot: int | None = None) -> DataFrame:
        """Days as readers see them, or as a staged snapshot has them."""
        table = (
            self._spark.table(self._name) if snapshot is None else self._spark.read.option("snapshot-id", str(snapshot)).table(self._name)
        )
        return table.where(F.col("business_date").isin([dt.date.fromisoformat(day) for day in days]))

    def days_with_rows(self, first: str, last: str) -> frozenset[str]:
        """Days from first to last of which readers see a file; asks the catalog alone, once for all."""
        java, expressions = self._java(), self._expressions()
        between = getattr(expressions, "and")(
            expressions.greaterThanOrEqual(_DAY_COLUMN, first), expressions.lessThanOrEqual(_DAY_COLUMN, last)
        )
        spec, found = java.spec(), set[str]()
        planned = java.newScan().filter(between).planFiles()
        try:
            files = planned.iterator()
            while files.hasNext():
                found.add(str(spec.partitionToPath(files.next().file().partition())).removeprefix(f"{_DAY_COLUMN}="))
        finally:
            planned.close()
        return frozenset(found)

    def added_rows(self, snapshot: int) -> int:
        """How many rows a snapshot's own commit wrote."""
        return int(self._java().snapshot(snapshot).summary().get("added-records") or 0)

    def pick(self, snapshot: int) -> Picked:
        """Publishes exactly this snapshot, if the day is what it was when it was staged."""
        try:
            self._java().manageSnapshots().cherrypick(snapshot).commit()
        except (Py4JJavaError, PySparkException) as error:
            text = _said(error)
            for words, picked in ((_ALREADY, Picked.ALREADY), (_GONE, Picked.GONE), (_CHANGED, Picked.CHANGED)):
                if any(word in text for word in words):
                    return picked
            raise
        return Picked.DONE

    def is_on_main(self, snapshot: int) -> bool:
        """Whether readers have or had it: it is an ancestor of main, or one is its copy (a publish without another in between leaves no
        copy, and an expired ancestor is still known as a parent).
        """
        java = self._java()
        current = java.currentSnapshot()
        while current is not None:
            parent = current.parentId()
            source = current.summary().get(_SOURCE)
            if snapshot in (int(current.snapshotId()), None if parent is None else int(parent), None if source is None else int(source)):
                return True
            current = None if parent is None else java.snapshot(parent)
        return False

    def revoke(self, snapshot: int) -> None:
        """Takes a staged snapshot away for good. What main stands on cannot go and stays."""
        java = self._java()
        if java.snapshot(snapshot) is None:
            return
        try:
            java.expireSnapshots().expireSnapshotId(snapshot).commit()
        except (Py4JJavaError, PySparkException) as error:
            if "still referenced" not in _said(error).lower():
                raise

    def keep(self, snapshot: int, tag: str, days: int = KEEP_FAILED_DAYS) -> None:
        """Keeps a staged snapshot for inspection."""
        self._spark.sql(f"ALTER TABLE {self._name} CREATE TAG IF NOT EXISTS `{tag}` AS OF VERSION {snapshot} RETAIN {days} DAYS")

    def compact(self, day: str) -> bool:
        """Leaves at most one file for the day; answers whether there was anything to do."""
        if self._files(day) <= 1:
            return False
        where = f"business_date = DATE '{day}'"
        catalog, table = self._name.split(".", 1)
        self._spark.sql(
            f"CALL {catalog}.system.rewrite_data_files(table => '{table}', where => \"{where}\", options => map('rewrite-all', 'true'))"
        ).collect()
        return True

    def _stage_empty(self, day: str, wap_id: str) -> int:
        delete = self._java().newDelete().deleteFromRowFilter(self._of(day))
        delete.set(WAP_ID, wap_id)
        delete.stageOnly()
        delete.commit()
        staged = self._staged_just_now(wap_id)
        if staged is None:
            raise RuntimeError(f"{self._name}: the empty day {day} was not staged under {wap_id}")
        return staged.id

    def _staged_just_now(self, wap_id: str) -> Snapshot | None:
        """What this thread has committed as staged."""
        return staged_in(self._live.after_commit(), wap_id)

    def _files(self, day: str) -> int:
        """Files of the day before readers, up to two."""
        planned = self._java().newScan().filter(self._of(day)).planFiles()
        try:
            files = planned.iterator()
            found = 0
            while found < _ENOUGH and files.hasNext():
                files.next()
                found += 1
            return found
        finally:
            planned.close()

    def _of(self, day: str) -> Any:
        return self._expressions().equal(_DAY_COLUMN, day)

    def _expressions(self) -> Any:
        jvm: Any = self._spark._jvm
        return jvm.org.apache.iceberg.expressions.Expressions

    def _java(self) -> Any:
        return self._live.now()


def _said(error: Py4JJavaError | PySparkException) -> str:
    """What Iceberg said; PySpark makes some Java exceptions, such as IllegalArgumentException, its own."""
    return str(error.java_exception.toString()) if isinstance(error, Py4JJavaError) else str(error)
