"""A build of one day in a process of its own that kills itself and Spark at a step. Started by test_killed_build.py.

Argument: JSON with conf, namespace, ledger, run, version, day and die_at.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys

from pyspark.sql import SparkSession

from gold.plain_days import parts
from waybill_lake.publish.build import GoldBuild


class KillsAt:
    def __init__(self, step: str) -> None:
        self._step = step

    def reached(self, step: str) -> None:
        if step == self._step:
            os.killpg(0, signal.SIGKILL)


def main() -> None:
    order = json.loads(sys.argv[1])
    builder = SparkSession.builder.appName("build-process")
    for key, value in order["conf"].items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    made = parts(spark, order["namespace"], order["ledger"], order["run"], order["version"], KillsAt(order["die_at"]))
    GoldBuild(made).run([dt.date.fromisoformat(order["day"])])


if __name__ == "__main__":
    main()
