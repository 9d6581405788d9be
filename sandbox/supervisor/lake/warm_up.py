"""Does once what the lake's jobs do, so that Java has loaded their classes when it writes its archive. Touches a temporary folder only."""

from __future__ import annotations

import gzip
import json
import tempfile
from pathlib import Path

from pyspark.sql import SparkSession

CLOSED_PORT = "http://127.0.0.1:9"


def session(folder: str) -> SparkSession:
    settings = {
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.lake.type": "hadoop",
        "spark.sql.catalog.lake.warehouse": f"{folder}/warehouse",
        "spark.sql.catalog.aws": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.aws.catalog-impl": "org.apache.iceberg.aws.glue.GlueCatalog",
        "spark.sql.catalog.aws.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        "spark.sql.catalog.aws.warehouse": "s3://warm-up/warehouse",
        "spark.sql.catalog.aws.glue.endpoint": CLOSED_PORT,
        "spark.sql.catalog.aws.s3.endpoint": CLOSED_PORT,
        "spark.sql.catalog.aws.client.region": "eu-central-1",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.s3a.endpoint": CLOSED_PORT,
        "spark.hadoop.fs.s3a.attempts.maximum": "1",
        "spark.hadoop.fs.s3a.retry.limit": "1",
    }
    builder = SparkSession.builder.appName("warm-up")
    for key, value in settings.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def work(spark: SparkSession, folder: str) -> None:
    file = Path(folder) / "in.ndjson.gz"
    events = [{"id": f"s{n}", "at": f"2026-03-{1 + n % 28:02}T10:00:00Z", "value": n, "place": {"code": "NLRTM"}} for n in range(200)]
    lines = [json.dumps(event) for event in events]
    file.write_bytes(gzip.compress("\n".join(lines).encode()))
    spark.read.schema("id STRING, at TIMESTAMP, value INT, place STRUCT<code: STRING>").json(str(file)).createOrReplaceTempView("incoming")
    spark.sql(
        "CREATE TABLE lake.db.t (id STRING, at TIMESTAMP, value INT, code STRING) USING iceberg "
        "PARTITIONED BY (days(at)) TBLPROPERTIES ('write.wap.enabled' = 'true')"
    )
    spark.sql("INSERT INTO lake.db.t SELECT id, at, value, place.code FROM incoming WHERE value < 100")
    spark.sql(
        "MERGE INTO lake.db.t t USING (SELECT id, max(at) at, max(value) value, first(place.code) code FROM incoming GROUP BY id) s "
        "ON t.id = s.id AND t.at >= TIMESTAMP '2026-01-01' WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
    )
    gold = spark.sql(
        "SELECT code, date(at) d, count(*) n, count(DISTINCT id) ids, percentile(value, 0.9) p, sum(CAST(value AS DECIMAL(14, 2))) s FROM "
        "(SELECT *, row_number() OVER (PARTITION BY id ORDER BY at DESC) r FROM lake.db.t) WHERE r = 1 GROUP BY code, date(at)"
    )
    gold.writeTo("lake.db.g").using("iceberg").createOrReplace()
    gold.writeTo("lake.db.g").overwritePartitions()
    spark.sql("SELECT * FROM lake.db.g.snapshots").collect()
    spark.sql("CALL lake.system.rewrite_data_files(table => 'db.g')").collect()


def knock(spark: SparkSession) -> None:
    """Nobody answers at that port; the classes of the AWS clients are loaded all the same."""
    for statement in ("SELECT * FROM aws.db.t", "SELECT * FROM json.`s3://warm-up/x`"):
        try:
            spark.sql(statement).collect()
        except Exception:
            continue


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        warm = session(temporary)
        warm.sparkContext.setLogLevel("OFF")
        work(warm, temporary)
        knock(warm)
        warm.stop()
