"""One Spark session for the whole run, with Iceberg in a Hadoop catalog of a temporary folder.

Run from anywhere: `pytest -c glue-scripts/pyproject.toml [files]`. Spark, Java and the Iceberg jars are those of the lake's
environment (`node sandbox/supervisor/main.ts setup --lake`); `npm test` brings it by itself. Variables win over its description:
SPARK_HOME, JAVA_HOME, WAYBILL_SPARK_JARS (a folder or a class path), WAYBILL_SPARK_ARCHIVE (shared classes, optional).
"""

from __future__ import annotations

import itertools
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyspark.sql import SparkSession

if TYPE_CHECKING:
    from waybill_lake.model import LakeModel

PROJECT = Path(__file__).resolve().parents[2]
DESCRIPTION = PROJECT / ".cache" / "lake-environment.json"
# Small data: the serial collector and the first compiler are ready at once, and leave the second core to others.
# With one compiler the JVM keeps 48 MB for compiled code; full, it goes on interpreting, many times slower.
JVM_FLAGS = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -Xshare:auto -Duser.timezone=UTC"
_numbers = itertools.count(1)


def _described() -> dict[str, object]:
    return dict(json.loads(DESCRIPTION.read_text())) if DESCRIPTION.exists() else {}


def _jars(described: dict[str, object]) -> str:
    given = os.environ.get("WAYBILL_SPARK_JARS")
    if given is None:
        found = described.get("jars")
        jars = [str(jar) for jar in found] if isinstance(found, list) else []
    else:
        jars = sorted(str(jar) for jar in Path(given).glob("*.jar")) if Path(given).is_dir() else given.split(os.pathsep)
    if not jars:
        pytest.exit("The Iceberg jars are missing. Next: node sandbox/supervisor/main.ts setup --lake (or set WAYBILL_SPARK_JARS).", 2)
    return os.pathsep.join(jars)


def _prepare_environment(described: dict[str, object]) -> None:
    for name, field in (("SPARK_HOME", "sparkHome"), ("JAVA_HOME", "javaHome")):
        if name not in os.environ and isinstance(described.get(field), str):
            os.environ[name] = str(described[field])
    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    # Python workers of Spark import the jobs' code, too.
    ours = [str(PROJECT / "glue-scripts"), str(PROJECT / "test" / "glue")]
    os.environ["PYTHONPATH"] = os.pathsep.join([*ours, os.environ.get("PYTHONPATH", "")])


def _archive_flag(described: dict[str, object]) -> str:
    archive = os.environ.get("WAYBILL_SPARK_ARCHIVE", str(described.get("sharedArchive") or ""))
    return f" -XX:SharedArchiveFile={archive}" if archive and Path(archive).exists() else ""


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """Spark with the catalog `lake` (Iceberg, Hadoop catalog in a temporary folder), two cores, UTC."""
    from waybill_lake.gateway import remember_names  # noqa: PLC0415

    remember_names()
    described = _described()
    _prepare_environment(described)
    jars = _jars(described)
    settings = {
        "spark.master": "local[2]",
        "spark.driver.memory": "1g",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraClassPath": jars,
        "spark.driver.extraJavaOptions": JVM_FLAGS + _archive_flag(described),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.default.parallelism": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.extensions": "org.apache.iceberg.spark.extensions.IcebergSparkSessionExtensions",
        "spark.sql.catalog.lake": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.lake.type": "hadoop",
        "spark.sql.catalog.lake.warehouse": str(tmp_path_factory.mktemp("warehouse")),
        "spark.sql.catalog.lake.cache-enabled": "false",
    }
    builder = SparkSession.builder.appName("waybill-tests")
    for key, value in settings.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture
def lake(spark: SparkSession) -> Iterator[str]:
    """A fresh, empty namespace of the catalog, for example `lake.test_7`; dropped with its tables after the test."""
    namespace = f"lake.test_{next(_numbers)}"
    spark.sql(f"CREATE NAMESPACE {namespace}")
    yield namespace
    for row in spark.sql(f"SHOW TABLES IN {namespace}").collect():
        spark.sql(f"DROP TABLE {namespace}.`{row['tableName']}` PURGE")
    spark.sql(f"DROP NAMESPACE {namespace}")


@pytest.fixture(scope="session")
def model() -> LakeModel:
    """The lake's model as the repository's generated file has it."""
    from waybill_lake.model import load_model  # noqa: PLC0415

    return load_model(PROJECT / "contracts" / "generated" / "lake.json")


@pytest.fixture(scope="session")
def sandbox() -> Iterator[str]:
    """Endpoint of a running sandbox; AWS clients of this process find it."""
    from sandbox_process import environment, running_sandbox  # noqa: PLC0415

    with running_sandbox() as endpoint, environment(endpoint):
        yield endpoint
