"""What gold is kept from: days whose silver breaks a rule that halts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError
from pyspark.sql import SparkSession

from quality.readings import DAY, NIGHT, ZONE, Lab, model_with, row, rule
from waybill_lake.clients import cloudwatch_client
from waybill_lake.job_metrics import Metric, days_metrics, gold_age_metrics, put_metrics, waiting_metrics
from waybill_lake.ledger.memory import MemoryLedger
from waybill_lake.ledger.rows import LOADED, MISSING, PARKED, LedgerObject
from waybill_lake.model import LakeModel
from waybill_lake.protocol.publish_set import SetRow, SetState
from waybill_lake.publish.ledger_memory import MemoryGoldLedger
from waybill_lake.publish.results import result_of, summary_of
from waybill_lake.quality.gate import contracts_of, refused_days
from waybill_lake.transforms.gold import GOLD_TABLES, GoldTable


def table_of(*inputs: str) -> GoldTable:
    return GoldTable(lambda source: source.facts, inputs, {}, ("business_date",))


def test_a_day_that_breaks_a_halting_rule_is_refused_with_its_reasons(spark: SparkSession, lake: str) -> None:
    lab = Lab(spark, lake, model_with([rule({"is": "notNull", "columns": ["device"]}, "device-known", severity="halt", threshold=0.4)]))
    lab.load([row("a"), row("b", device=None)])
    refused = refused_days(lab.parts(), [DAY], {"readings_daily": table_of("readings")})

    result = result_of("r1", "v2", refused, flagged=False)
    assert (result["state"], result["summary"]) == (
        "failed",
        "Days: 1 failed. Rules that did not hold: 2026-11-10 readings: device-known.",
    )
    assert [each["passed"] for each in result["days"][0]["tables"][0]["audits"]] == [True, False]
    # What a person reads: which day, table and rule, how many rows, whose rule it is, and what to do.
    text = "2026-11-10: readings broke device-known (halt, owner labs): 1 of 2 rows; allowed: at most 40% of rows; for example LAB/b"
    told = summary_of(result)
    assert [each["text"] for each in told["refused"]] == [text]
    order = "npx waybill run publish-day --date 2026-11-10 --restate-days 0 --severity readings.device-known=warn"
    assert told["advice"].splitlines()[-1] == f"To publish it as it is, when the rule is wrong about this day: {order}"
    assert ("days" in told, told["state"]) == (False, "failed")
    # Gold that is not made of these rows is not kept back by them.
    assert refused_days(lab.parts(), [DAY], {"other_daily": table_of("others")}) == []


def test_gold_is_judged_by_the_contracts_that_it_is_made_of(model: LakeModel) -> None:
    assert contracts_of(model, {"one": GOLD_TABLES["shipment_daily"]}) == ("order-change", "shipment-event")
    assert contracts_of(model, {"one": GOLD_TABLES["lane_performance_daily"]}) == ("shipment-event",)
    assert contracts_of(model, {"one": table_of("vehicle_positions")}) == ("vehicle-position",)
    assert contracts_of(model, {"one": GOLD_TABLES["data_quality_daily"]}) == ()


class Recorder:
    def __init__(self, error: Exception | None = None) -> None:
        self.calls: list[dict[str, Any]] = []
        self._error = error

    def put_metric_data(self, **call: Any) -> None:
        self.calls.append(call)
        if self._error is not None:
            raise self._error


def test_a_run_puts_its_counts_in_one_call_and_survives_a_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    ledger = MemoryLedger()
    for number, state in enumerate((PARKED, MISSING, LOADED)):
        ledger.put_if_absent(LedgerObject("reading", "shard", str(number), "bronze", 1, 0, state))
    counts = waiting_metrics(ledger, ["reading"])
    recorder = Recorder()
    put_metrics("Waybill/test", [*days_metrics(["published", "unchanged", "failed", "superseded"]), *counts], recorder)
    assert [(call["Namespace"], len(call["MetricData"])) for call in recorder.calls] == [("Waybill/test", 3)]
    told = {each["MetricName"]: (each["Value"], each.get("Dimensions")) for each in recorder.calls[0]["MetricData"]}
    assert told == {"DaysPublished": (2, None), "DaysRefused": (1, None), "ObjectsWaiting": (2, [{"Name": "Contract", "Value": "reading"}])}

    put_metrics("Waybill/test", counts, Recorder(EndpointConnectionError(endpoint_url="http://nowhere")))
    assert "metrics were not put into Waybill/test: " in capsys.readouterr().err


def test_the_age_of_gold_is_told_from_the_end_of_the_newest_published_day() -> None:
    ledger = MemoryGoldLedger()
    # Nothing to publish yet: gold is not late, and the alarm hears that somebody loads.
    assert [metric.value for metric in gold_age_metrics(ledger, ZONE, NIGHT)] == [0.0]
    # Nothing is published, though loads began the day before yesterday: the clock runs from there.
    early = [metric.value for metric in gold_age_metrics(ledger, ZONE, NIGHT, lambda: NIGHT - dt.timedelta(hours=30))]
    assert early == [50.0]
    for day, state in (("2026-11-09", SetState.MIXED), ("2026-11-10", SetState.PUBLISHING)):
        ledger.decide(day, SetRow(1, SetState.PUBLISHING, ()))
        if state != SetState.PUBLISHING:
            ledger.complete(day, 1, state)
    # Two at night in Berlin: the day before yesterday ended 26 hours ago; yesterday is being published.
    assert [(metric.name, metric.value) for metric in gold_age_metrics(ledger, ZONE, NIGHT)] == [("GoldAgeHours", 26.0)]


@pytest.mark.usefixtures("sandbox")
def test_metrics_arrive_where_alarms_look_for_them(capsys: pytest.CaptureFixture[str]) -> None:
    put_metrics("Waybill/quality-test", [*days_metrics(["failed"]), Metric("ObjectsWaiting", 2, "reading")])
    assert capsys.readouterr().err == ""
    now = dt.datetime.now(dt.UTC)
    window = {"StartTime": now - dt.timedelta(hours=1), "EndTime": now + dt.timedelta(hours=1), "Period": 60, "Statistics": ["Sum"]}

    def total(name: str, **dimensions: str) -> float:
        wanted = [{"Name": key, "Value": value} for key, value in dimensions.items()]
        answer = cloudwatch_client().get_metric_statistics(Namespace="Waybill/quality-test", MetricName=name, Dimensions=wanted, **window)
        return float(sum(point["Sum"] for point in answer["Datapoints"]))

    assert (total("DaysRefused"), total("ObjectsWaiting", Contract="reading")) == (1, 2)
