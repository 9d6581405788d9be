"""The Spark session of a job. Catalog, endpoints and memory come from the job's `--conf`, never from here."""

from __future__ import annotations

from typing import Any

from pyspark.sql import SparkSession

from waybill_lake.gateway import remember_names

CATALOG = "lake"
"""Name under which Spark knows the Iceberg catalog."""


def start_session(job: str) -> SparkSession:
    remember_names()
    return SparkSession.builder.appName(job).getOrCreate()


def own_session(spark: SparkSession) -> SparkSession:
    """A session for the thread that calls: what is staged and what a view is called are settings of a session."""
    session = spark.newSession()
    # Catalogs are looked up by the settings of the thread's active session.
    jvm: Any = session._jvm
    jvm.SparkSession.setActiveSession(session._jsparkSession)
    return session
