"""A job as small as jobs get: writes lines of an object into an Iceberg table, reads them back, and leaves the answer in S3."""

import argparse
import json
import sys
import time

import boto3
from pyspark.sql import SparkSession
from tiny_library import table_name

parser = argparse.ArgumentParser(allow_abbrev=False)
for name in ("--input", "--output", "--database", "--run"):
    parser.add_argument(name)
parser.add_argument("--sleep", type=float, default=0)
parser.add_argument("--fail", default="")
given, _ = parser.parse_known_args()

spark = SparkSession.builder.appName("tiny").getOrCreate()
print(f"run {given.run} has begun", flush=True)
time.sleep(given.sleep)
if given.fail:
    sys.exit(given.fail)

table = f"lake.{given.database}.{table_name()}"
spark.sql(f"CREATE TABLE IF NOT EXISTS {table} (id STRING, value INT, run STRING) USING iceberg TBLPROPERTIES ('format-version' = '2')")
incoming = spark.read.schema("id STRING, value INT").json(given.input)
incoming.createOrReplaceTempView("incoming")
spark.sql(
    f"MERGE INTO {table} t USING incoming s ON t.id = s.id "
    f"WHEN MATCHED THEN UPDATE SET value = s.value, run = '{given.run}' WHEN NOT MATCHED THEN INSERT (id, value, run) VALUES (s.id, s.value, '{given.run}')"
)
rows = [row.asDict() for row in spark.table(table).orderBy("id").collect()]
bucket, key = given.output.removeprefix("s3://").split("/", 1)
boto3.client("s3").put_object(Bucket=bucket, Key=key, Body=json.dumps({"rows": rows, "argv": sys.argv[1:]}).encode())
print(f"{len(rows)} rows", flush=True)
