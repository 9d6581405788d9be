"""The session that all other tests build on."""

from __future__ import annotations

from pyspark.sql import SparkSession


def test_a_merge_changes_what_matches_and_adds_what_does_not(spark: SparkSession, lake: str) -> None:
    spark.sql(f"CREATE TABLE {lake}.events (id STRING, status STRING) USING iceberg TBLPROPERTIES ('format-version' = '2')")
    spark.sql(f"INSERT INTO {lake}.events VALUES ('a', 'BOOKED'), ('b', 'BOOKED')")
    spark.sql(
        f"MERGE INTO {lake}.events t USING (SELECT * FROM VALUES ('b', 'DELIVERED'), ('c', 'BOOKED') AS s(id, status)) s ON t.id = s.id "
        "WHEN MATCHED THEN UPDATE SET status = s.status WHEN NOT MATCHED THEN INSERT *"
    )

    rows = {row["id"]: row["status"] for row in spark.table(f"{lake}.events").collect()}
    assert rows == {"a": "BOOKED", "b": "DELIVERED", "c": "BOOKED"}


def test_a_namespace_is_empty_at_the_beginning_of_a_test(spark: SparkSession, lake: str) -> None:
    assert spark.sql(f"SHOW TABLES IN {lake}").count() == 0


def test_the_session_thinks_in_utc(spark: SparkSession) -> None:
    moment = spark.sql("SELECT date_format(timestamp '2026-03-29 01:30:00', 'yyyy-MM-dd HH:mm XXX') AS m").first()
    assert moment is not None
    assert moment["m"] == "2026-03-29 01:30 Z"
