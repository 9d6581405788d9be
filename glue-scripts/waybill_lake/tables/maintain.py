"""Looks after tables: merges small files, forgets old snapshots, removes files that no snapshot knows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pyspark.sql import SparkSession

KEEP_SNAPSHOTS_DAYS = 7
"""The proof of a pending run is in the history, and staged days wait for their audit: nothing younger is forgotten."""
ORPHAN_DAYS = 3
"""Younger files may belong to a commit that is under way."""
TARGET_FILE_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True)
class Maintained:
    table: str
    rewritten_files: int
    added_files: int
    orphans: int


def maintain_table(spark: SparkSession, name: str, *, now: dt.datetime, target_bytes: int = TARGET_FILE_BYTES) -> Maintained:
    """Afterwards each partition has at most one file that is much smaller than the target.

    A load that runs meanwhile and meets the rewritten files decides again; so this belongs after loads.
    """
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
    rewritten = spark.sql(f"CALL {catalog}.system.rewrite_data_files(table => '{table}', {strategy}options => map({pairs}))").collect()[0]
    expire_before = _timestamp(now - dt.timedelta(days=KEEP_SNAPSHOTS_DAYS))
    spark.sql(f"CALL {catalog}.system.expire_snapshots(table => '{table}', older_than => TIMESTAMP '{expire_before}')").collect()
    orphans_before = _timestamp(now - dt.timedelta(days=ORPHAN_DAYS))
    orphans = spark.sql(
        f"CALL {catalog}.system.remove_orphan_files(table => '{table}', older_than => TIMESTAMP '{orphans_before}', prefix_listing => true)"
    ).collect()
    return Maintained(name, rewritten["rewritten_data_files_count"], rewritten["added_data_files_count"], len(orphans))


def _sort_order(spark: SparkSession, name: str) -> str:
    """The table's own write order, as `rewrite_data_files` wants it."""
    rows = spark.sql(f"SHOW TBLPROPERTIES {name}").collect()
    order = next((row["value"] for row in rows if row["key"] == "sort-order"), "")
    return ", ".join(part.strip() for part in order.split(","))


def _timestamp(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
