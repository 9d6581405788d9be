"""Writes the table of iceberg.slow.test.ts with real Spark: three snapshots, merge-on-read deletes, every type. Prints ids and sums."""

from __future__ import annotations

import json
import os
import sys

from pyspark.sql import SparkSession

DATABASE = "lake.waybill_test_silver"
CREATE = f"""CREATE TABLE {DATABASE}.ev (
  shipment_id string COMMENT 'The shipment', event_time timestamp, plain timestamp_ntz, d date, n int, big bigint, v double, f float,
  amount decimal(14,2), ok boolean, tags array<string>, attrs map<string,string>,
  exc array<struct<type:string,reason:string,event_time:timestamp,place:string>>
) USING iceberg PARTITIONED BY (days(event_time)) TBLPROPERTIES ('format-version'='2', 'write.delete.mode'='merge-on-read')"""
ROWS = f"""INSERT INTO {DATABASE}.ev SELECT 'S' || (id % 5), timestamp'2026-11-01 00:00:00' + make_interval(0,0,0,0,0,id*30),
  timestamp_ntz'2026-11-01 00:00:00' + make_interval(0,0,0,0,0,id*30), cast(date_add(date'2026-11-01', cast(id % 3 as int)) as date),
  cast(id as int), id * 10, id * 1.5D, cast(id as float) / 10, cast(id * 1.25 as decimal(14,2)),
  id % 2 = 0, array('x', 'y'), map('k', 'v' || id),
  array(named_struct('type', 'DELAY', 'reason', cast(null as string), 'event_time', timestamp'2026-11-01 10:00:00', 'place', 'NLRTM'))
  FROM range({{}}, {{}})"""


def session(endpoint: str, warehouse: str) -> SparkSession:
    settings = {
        "spark.master": "local[2]",
        "spark.driver.memory": "1g",
        "spark.driver.extraClassPath": os.environ["WAYBILL_SPARK_JARS"],
        "spark.driver.extraJavaOptions": "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Duser.timezone=UTC",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.lake.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
        "spark.sql.catalog.lake.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        "spark.sql.catalog.lake.warehouse": warehouse,
        "spark.sql.catalog.lake.glue.endpoint": endpoint,
        "spark.sql.catalog.lake.s3.endpoint": endpoint,
        "spark.sql.catalog.lake.s3.path-style-access": "true",
        "spark.sql.catalog.lake.client.region": os.environ["AWS_REGION"],
    }
    builder = SparkSession.builder
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def main(endpoint: str, warehouse: str) -> None:
    spark = session(endpoint, warehouse)
    spark.sparkContext.setLogLevel("ERROR")
    spark.sql(f"CREATE NAMESPACE {DATABASE}")
    spark.sql(CREATE)
    spark.sql(ROWS.format(0, 100))
    spark.sql(ROWS.format(100, 120))
    spark.sql(f"DELETE FROM {DATABASE}.ev WHERE n < 5")
    snapshots = spark.sql(f"SELECT snapshot_id, committed_at FROM {DATABASE}.ev.snapshots ORDER BY committed_at").collect()
    totals = spark.sql(f"SELECT count(*), sum(big), sum(amount) FROM {DATABASE}.ev").collect()[0]
    told = {"snapshots": [[str(row[0]), row[1].isoformat(sep=" ")] for row in snapshots], "totals": [str(total) for total in totals]}
    spark.stop()
    sys.stdout.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
