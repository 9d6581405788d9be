"""Names of the JVM are looked up once; what may change is asked for each time."""

from __future__ import annotations

from typing import Any

import pytest
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

LOOK_UP = "r\n"
"""How Py4J's command begins that asks for a class, a package or a member."""


@pytest.fixture
def look_ups(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the JVM is asked about names from now on."""
    gateway: Any = spark.sparkContext._gateway
    client = gateway._gateway_client
    send, asked = client.send_command, []

    def heard(command: str, *args: Any, **kwargs: Any) -> Any:
        if command.startswith(LOOK_UP):
            asked.append(command)
        return send(command, *args, **kwargs)

    monkeypatch.setattr(client, "send_command", heard)
    return asked


def test_a_function_of_spark_is_looked_up_once_however_often_it_is_used(look_ups: list[str]) -> None:
    names = [str(F.initcap(F.col(f"c{number}"))) for number in range(20)]

    assert names[19] == "Column<'initcap(c19)'>"
    assert sum("initcap" in command for command in look_ups) == 1
    look_ups.clear()
    F.initcap(F.col("other"))
    assert look_ups == []


def test_a_static_field_is_asked_for_each_time(spark: SparkSession, look_ups: list[str]) -> None:
    jvm: Any = spark._jvm
    integer = jvm.java.lang.Integer
    look_ups.clear()

    assert [integer.MAX_VALUE, integer.MAX_VALUE] == [2**31 - 1] * 2
    assert len(look_ups) == 2
