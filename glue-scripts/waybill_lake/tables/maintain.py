"""Looks after tables: merges small files, forgets old snapshots, removes files that no snapshot knows."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import Row, SparkSession

from waybill_lake.tables.iceberg import is_refusal

KEEP_SNAPSHOTS_DAYS = 7
"""The proof of a pending run is in the history, and staged days wait for their audit: nothing younger is forgotten."""
ORPHAN_DAYS = 3
"""Younger files may belong to a commit that is under way."""
TARGET_FILE_BYTES = 256 * 1024 * 1024
TRIES = 5
"""Of one compaction: a load that commits meanwhile may have rewritten the same files."""
_FIRST_PAUSE_SECONDS = 0.5
_Result = TypeVar("_Result")


@dataclass(frozen=True)
class Maintained:
    table: str
    rewritten_files: int
    added_files: int
    orphans: int


def maintain_table(
    spark: SparkSession,
    name: str,
    *,
    now: dt.datetime,
    compact: bool = True,
    keep_days: int = KEEP_SNAPSHOTS_DAYS,
    target_bytes: int = TARGET_FILE_BYTES,
) -> Maintained:
    """Afterwards each partition has at most one file that is much smaller than the target.

    A load that runs meanwhile and meets the rewritten files decides again, and a compaction that meets a load starts again.

    :param now: what is old is told from it.
    :param compact: False leaves files as they are: days of gold are compacted by the run that publishes them.
    :param keep_days: snapshots that are older, and that no branch or tag needs, are forgotten.
    """
    merged = _refused_again(lambda: _compact(spark, name, target_bytes)) if compact else None
    catalog, table = name.split(".", 1)
    expire_before = _timestamp(now - dt.timedelta(days=keep_days))
    spark.sql(f"CALL {catalog}.system.expire_snapshots(table => '{table}', older_than => TIMESTAMP '{expire_before}')").collect()
    orphans_before = _timestamp(now - dt.timedelta(days=ORPHAN_DAYS))
    orphans = spark.sql(
        f"CALL {catalog}.system.remove_orphan_files(table => '{table}', older_than => TIMESTAMP '{orphans_before}', prefix_listing => true)"
    ).collect()
    rewritten, added = (0, 0) if merged is None else (merged["rewritten_data_files_count"], merged["added_data_files_count"])
    return Maintained(name, rewritten, added, len(orphans))


def _compact(spark: SparkSession, name: str, target_bytes: int) -> Row:
    catalog, table = name.split(".", 1)
    options = {
        "target-file-size-bytes": str(target_bytes),
        # A second small file is enough: the default waits for five.
        "min-input-files": "2",
        "partial-progress.enabled": "false",
        "remove-dangling-deletes": "true",
    }
    pairs = ", ".join(f"'{key}', '{value}'" for key, value in options.items())
    order = _sort_order(spark, name)
    strategy = f"strategy => 'sort', sort_order => '{order}', " if order else ""
    return spark.sql(f"CALL {catalog}.system.rewrite_data_files(table => '{table}', {strategy}options => map({pairs}))").collect()[0]


def _refused_again(work: Callable[[], _Result]) -> _Result:
    for attempt in range(1, TRIES):
        try:
            return work()
        except (Py4JJavaError, PySparkException) as error:
            if not is_refusal(error):
                raise
            time.sleep(_FIRST_PAUSE_SECONDS * attempt)
    return work()


def _sort_order(spark: SparkSession, name: str) -> str:
    """The table's own write order, as `rewrite_data_files` wants it."""
    rows = spark.sql(f"SHOW TBLPROPERTIES {name}").collect()
    order = next((row["value"] for row in rows if row["key"] == "sort-order"), "")
    return ", ".join(part.strip() for part in order.split(","))


def _timestamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
