"""The Spark session of a job. Catalog, endpoints and memory come from the job's `--conf`, never from here."""

from __future__ import annotations

from pyspark.sql import SparkSession

CATALOG = "lake"
"""Name under which Spark knows the Iceberg catalog."""


def start_session(job: str) -> SparkSession:
    return SparkSession.builder.appName(job).getOrCreate()
