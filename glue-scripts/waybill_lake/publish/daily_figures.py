"""The figures of the last published day, as one small object: what the dashboard shows beside the live numbers."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence

from pyspark.sql import SparkSession

from waybill_lake.loading.documents import write_json
from waybill_lake.objects import ObjectStore
from waybill_lake.publish.build import DayResult
from waybill_lake.publish.silver_look import LakeNames
from waybill_lake.session import CATALOG

KEY = "reports/daily/latest.json"
"""In the lake bucket; lambdas/tracking-api reads it (contracts/object-keys.ts names it there)."""

PUBLISHED = "published"


def tell_last_day(spark: SparkSession, names: LakeNames, store: ObjectStore, days: Sequence[DayResult], now: dt.datetime) -> None:
    """Writes the object anew when a day of `days` was published that is the last one of gold; an older day changes nothing.

    :param now: when the run published, UTC.
    """
    published = [day.day for day in days if day.state == PUBLISHED]
    told = store.get(KEY)
    if not published or (told is not None and str(json.loads(told)["businessDate"]) > max(published).isoformat()):
        return
    sums = ", ".join(f"sum({column}) AS {column}" for column in ("delivered", "on_time", "late", "exceptions"))
    table = f"{CATALOG}.{names.gold}.shipment_daily"
    row = spark.sql(f"SELECT {sums} FROM {table} WHERE business_date = DATE '{max(published).isoformat()}'").first()
    if row is None or row["delivered"] is None:
        return
    figures = {"delivered": row["delivered"], "onTime": row["on_time"], "late": row["late"], "exceptions": row["exceptions"]}
    write_json(store, KEY, {"businessDate": max(published).isoformat(), "publishedAt": now.isoformat().replace("+00:00", "Z"), **figures})
