"""What the quality rules said about each table and day."""

from __future__ import annotations

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as F

from waybill_lake.transforms.gold_facts import Days


def data_quality_daily(results: DataFrame, days: Days) -> DataFrame:
    """Grain: business_date, table_name. Of each rule the newest verdict counts; rules of the same moment by run."""
    newest = Window.partitionBy("business_date", "table_name", "rule").orderBy(
        F.col("judged_at").desc(), F.col("run").desc(), F.col("passed")
    )
    of_days = results.where(F.col("business_date").isin(list(days.dates)))
    verdicts = of_days.withColumn("age", F.row_number().over(newest)).where(F.col("age") == 1)
    failed = ~F.col("passed")
    names = F.array_sort(F.collect_list(F.when(failed, F.col("rule"))))
    return verdicts.groupBy("business_date", "table_name").agg(
        F.count("rule").alias("rules"),
        F.count_if(failed).alias("rules_failed"),
        F.count_if(failed & (F.col("severity") == "halt")).alias("halting"),
        F.count_if(failed & (F.col("severity") == "warn")).alias("warnings"),
        (F.count_if(F.col("passed")) * 100 / F.count("rule")).alias("quality_score"),
        names.alias("failed_rules"),
    )
