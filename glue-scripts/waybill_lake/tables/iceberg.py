"""One Iceberg table through Iceberg's own API: snapshots, ancestry, and a change of `main` by compare-and-set.

SQL has a procedure for each of these, at some 0.3 s and one commit apiece; the API does branch, fast-forward and drop in one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

WAP_ID = "wap.id"
_SESSION_WAP_ID = "spark.wap.id"
_REFUSALS = ("CommitFailedException", "not an ancestor", "Table metadata refresh is required", "ValidationException", "already exists")


class CommitRefusedError(Exception):
    """`main` has moved since it was read: read again and decide again."""


@dataclass(frozen=True)
class Snapshot:
    id: int
    parent: int | None
    sequence: int
    """Iceberg's sequence number: grows with each commit of the table."""
    wap_id: str
    operation: str
    committed_at: int
    """Ms since 1970."""


def is_refusal(error: BaseException) -> bool:
    """Whether Iceberg refused a commit because somebody else committed first (then the whole change is worth another try)."""
    return any(word in str(error) for word in _REFUSALS)


class LiveTable:
    """A table of the catalog in Iceberg's own API, kept between calls: metadata that has not changed are not read from storage again.

    Each thread has a copy of its own: Iceberg's tables are not made for several at once.
    """

    def __init__(self, spark: SparkSession, name: str) -> None:
        self.jvm: Any = spark._jvm
        self._spark = spark
        self._name = name
        self._own = threading.local()

    def now(self) -> Any:
        """The table as it is now (`org.apache.iceberg.Table`)."""
        kept = getattr(self._own, "table", None)
        if kept is None:
            kept = self._own.table = load_table(self._spark, self._name)
        else:
            kept.refresh()
        return kept

    def names(self, columns: Sequence[str]) -> Any:
        """As Java takes them: `String...`."""
        gateway: Any = self._spark.sparkContext._gateway
        array = gateway.new_array(self.jvm.java.lang.String, len(columns))
        for at, column in enumerate(columns):
            array[at] = column
        return array

    def after_commit(self) -> Any:
        """The table as this thread's last commit left it, or later; asks the catalog only when it has to."""
        return getattr(self._own, "table", None) or self.now()


def load_table(spark: SparkSession, name: str) -> Any:
    """The table as it is now, in Iceberg's own API; `name` with the catalog: `lake.<database>.<table>`."""
    jvm: Any = spark._jvm
    session: Any = spark._jsparkSession
    return jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(session, name)


class IcebergTable:
    def __init__(self, spark: SparkSession, name: str) -> None:
        """Binds a table by name, with the catalog: `lake.<database>.<table>`. Each call sees the table as it is then."""
        self.spark = spark
        self.name = name

    def _load(self) -> Any:
        return load_table(self.spark, self.name)

    def exists(self) -> bool:
        return bool(self.spark.catalog.tableExists(self.name))

    def main(self) -> Snapshot | None:
        """The newest snapshot that readers see; None for a table that nothing was written to."""
        current = self._load().currentSnapshot()
        return None if current is None else _snapshot(current)

    def ancestry(self) -> Iterator[Snapshot]:
        """`main` and its ancestors, newest first, as far as they are kept."""
        table = self._load()
        current = table.currentSnapshot()
        while current is not None:
            yield _snapshot(current)
            parent = current.parentId()
            current = None if parent is None else table.snapshot(parent)

    def staged(self, wap_id: str) -> Snapshot | None:
        """The snapshot written under this id, whether or not readers see it; None when there is none."""
        return staged_in(self._load(), wap_id)

    @contextmanager
    def staging(self, wap_id: str) -> Iterator[None]:
        """Writes in this block are staged: they make a snapshot of this id that readers do not see."""
        self.spark.conf.set(_SESSION_WAP_ID, wap_id)
        try:
            yield
        finally:
            self.spark.conf.unset(_SESSION_WAP_ID)

    def advance(self, staged: Snapshot) -> None:
        """Moves `main` to the staged snapshot, if `main` is still its parent; in one commit.

        :raises CommitRefusedError: `main` has moved.
        """
        branch = f"load-{staged.id}"
        try:
            change = self._load().manageSnapshots()
            change.createBranch(branch, staged.id).fastForwardBranch("main", branch).removeBranch(branch).commit()
        except (Py4JJavaError, PySparkException) as error:
            # "Not an ancestor" is an IllegalArgumentException, which PySpark turns into one of its own.
            if is_refusal(error):
                raise CommitRefusedError(f"{self.name}: main moved before snapshot {staged.id} could be published") from error
            raise

    def drop_staged(self, staged: Snapshot) -> None:
        """Expires one staged snapshot, so that nobody can publish it any more."""
        self._load().expireSnapshots().expireSnapshotId(staged.id).commit()

    def location(self) -> str:
        return str(self._load().location())

    def properties(self) -> dict[str, str]:
        return {str(key): str(value) for key, value in dict(self._load().properties()).items()}


def staged_in(java: Any, wap_id: str) -> Snapshot | None:
    """The snapshot of a loaded table that was written under this id."""
    return next((found for found in map(_snapshot, java.snapshots()) if found.wap_id == wap_id), None)


def _snapshot(java: Any) -> Snapshot:
    parent = java.parentId()
    wap_id = java.summary().get(WAP_ID)
    return Snapshot(
        id=int(java.snapshotId()),
        parent=None if parent is None else int(parent),
        sequence=int(java.sequenceNumber()),
        wap_id="" if wap_id is None else str(wap_id),
        operation=str(java.operation()),
        committed_at=int(java.timestampMillis()),
    )
