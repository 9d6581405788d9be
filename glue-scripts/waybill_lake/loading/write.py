"""Step 5 of a load: writes the rows that step 4 decided on, staged under the run's id."""

from __future__ import annotations

from collections.abc import Sequence

from pyspark.sql import DataFrame, SparkSession

from waybill_lake.tables.days import sql_condition

_VIEW = "waybill_changes"


def stage_changes(spark: SparkSession, table: str, changes: DataFrame, *, days: Sequence[str], replaced_days: Sequence[str]) -> None:
    """New rows are appended; as soon as one replaces a stored row, all go through one MERGE.

    Which of the two makes no difference to what is right: `main` moves to the result only from the snapshot that the rows were
    decided on. The condition on days names those of the changes and those where replaced rows are stored, so that an event
    that moves to another day leaves its old one.
    """
    if not replaced_days:
        changes.writeTo(table).append()
        return
    changes.createOrReplaceTempView(_VIEW)
    try:
        spark.sql(
            f"""MERGE INTO {table} t USING {_VIEW} u
            ON t.source = u.source AND t.event_id = u.event_id AND t.key_hash = u.key_hash AND {sql_condition("t.event_time", days)}
            WHEN MATCHED THEN UPDATE SET *
            WHEN NOT MATCHED THEN INSERT *"""
        )
    finally:
        spark.catalog.dropTempView(_VIEW)
