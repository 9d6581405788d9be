"""Rows that may not be in silver: put aside with every reason, counted, and found again. Words that mean no value."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from lake_world import World, statement
from quality.readings import reference
from waybill_lake.loading.aside import policy_of
from waybill_lake.loading.repair import repair_ledger
from waybill_lake.loading.runs_table import record_load_runs
from waybill_lake.loading.silver import load_contract
from waybill_lake.model import LakeContract, LakeModel
from waybill_lake.protocol import load as protocol
from waybill_lake.quality import QualityParts, QualityRuleError, judge_days
from waybill_lake.transforms.bronze import LINES, lines_of, unpacked
from waybill_lake.transforms.events import BROKEN, to_events

CONTRACT = "vehicle-position"
FAST = {
    "id": "not-too-fast",
    "kind": "accuracy",
    "severity": "quarantine",
    "check": {"is": "range", "columns": ["speed_kmh"], "max": 100},
    "says": "No truck drives 100 km/h.",
}


def with_rules(contract: LakeContract, *rules: dict[str, Any]) -> LakeContract:
    quality = dict(contract.quality or {})
    return replace(contract, quality={**quality, "rules": [*quality["rules"], *rules]})


def position(second: int, **more: Any) -> dict[str, Any]:
    usual = {"schemaVersion": "1.0", "source": "TELEMATICS:T", "vehicleId": "V1", "lat": 52.1, "lon": 4.3, "speedKmh": 50}
    return {**usual, "eventTime": f"2026-11-09T10:00:{second:02}Z", **more}


class Stop(Exception):  # noqa: N818
    pass


class StopAtClassify:
    def reached(self, step: str) -> None:
        if step == protocol.CLASSIFY:
            raise Stop(step)


def objects(world: World) -> dict[str, list[dict[str, Any]]]:
    stored = {item.key: world.quarantine.get(item.key) or b"" for item in world.quarantine.list("")}
    return {key: [json.loads(line) for line in unpacked(body).decode().splitlines()] for key, body in stored.items()}


def test_rows_that_break_a_rule_of_severity_quarantine_are_put_aside_with_every_reason_and_counted(
    spark: SparkSession, lake: str, model: LakeModel, tmp_path: Path
) -> None:
    contract = with_rules(model.contract(CONTRACT), FAST)
    model = replace(model, contracts=tuple(contract if each.name == CONTRACT else each for each in model.contracts))
    database = lake.split(".")[1]
    world = World(spark, model, tmp_path, database)
    world.make_tables("vehicle_positions", "conflicts", "load_runs", "quality_results")
    nowhere, flying = position(2, lat=0, lon=0), position(3, lat=0, lon=0, speedKmh=120, note='"e":{"')
    stored = world.archive(CONTRACT, [position(1), nowhere, flying, position(4, eventTime="yesterday")])
    # A loader dies after it has put them aside: the next one writes the very same object.
    with pytest.raises(Stop):
        load_contract(world.parts(steps=StopAtClassify()), contract)
    world.clock_ms += 3_600_000
    report = load_contract(world.parts(owner="two"), contract)
    (run,) = report.runs

    counts = run.outcome.counts
    assert (counts.identities, counts.new, counts.parked) == (4, 1, 3)
    assert run.outcome.aside == {"2026-11-09": {"not-null-island": 2, "not-too-fast": 1}}
    assert world.rows("vehicle_positions", "lat") == [(52.1,)]
    ((key, lines),) = objects(world).items()
    hour = stored.key[: stored.key.rindex("/")]
    assert key.startswith(f"{hour}/rows/{stored.shard}-2-4-3-")
    assert lines_of(key, world.quarantine.get(key))[1] == "", "its name says what it holds"
    assert [[(each["path"], each["rule"]) for each in line["reasons"]] for line in lines] == [
        [("", "not-null-island")],
        [("", "not-null-island"), ("/speedKmh", "not-too-fast")],
        [("", "UNTYPABLE")],
    ]
    assert lines[1]["reasons"][1]["message"] == "No truck drives 100 km/h."
    # The bytes as they were sent, and the place in the stream.
    assert lines[1]["data"] == json.dumps(flying, separators=(",", ":"))
    assert [(line["k"], line["i"], line["encoding"]) for line in lines] == [("2", 0, "utf8"), ("3", 0, "utf8"), ("4", 0, "utf8")]
    # They are counted with the run; the nightly listing does not count them again.
    assert repair_ledger(world.ledger, {"quarantine": world.quarantine}, CONTRACT, now=world.now, hours=1)["added"] == 0

    for _ in range(2):
        record_load_runs(world.parts(), database, [report])
    assert spark.table(f"lake.{database}.load_runs").count() == 1, "who takes a run over records it, and it is one row all the same"
    parts = QualityParts(
        spark=spark,
        silver_database=database,
        ops_database=database,
        ledger=world.ledger,
        model=model,
        reference=reference(),
        time_zone="Europe/Berlin",
        horizon_days=45,
        run="judge",
        now=world.now,
    )
    day = world.now.date().replace(day=9)
    (verdict,) = judge_days(parts, [day], [CONTRACT])
    found = {result.rule: result for result in verdict.results}
    told = {name: json.loads(found[name].details) for name in ("not-null-island", "not-too-fast", "bad-share")}
    assert [(told[name]["broken"], told[name]["rows"], found[name].passed) for name in ("not-null-island", "not-too-fast")] == [
        (2, 3, False),
        (1, 2, False),
    ]
    assert (found["bad-share"].value, found["bad-share"].severity) == (0.75, "halt")
    # Nothing is lost: what is not in silver is in quarantine.
    assert (found["nothing-lost"].passed, found["nothing-lost"].value) == (True, 0)


def test_a_word_that_means_no_value_is_none_in_silver_for_the_sources_that_use_it(spark: SparkSession, model: LakeModel) -> None:
    contract = model.contract("shipment-event")
    policy, _ = policy_of(contract, reference())
    events = [
        statement(
            "e1", carrier={"scac": "N/A", "name": "Carrier"}, reason={"code": "OTHER", "text": "Date Not Captured"}, plannedTime="N/A"
        ),
        statement("e2", source="X12_214:FDEG", carrier={"scac": "FDEG", "name": "UNKNOWN"}),
        statement("e3", carrier={"scac": "MAEU", "name": "UNKNOWN"}, operation="RETRACT"),
    ]
    records = [json.dumps({"k": str(n), "i": 0, "t": 1, "v": "1.0", "e": event}) for n, event in enumerate(events)]
    lines = spark.createDataFrame([("k", "s", False, None, record) for record in records], LINES)
    columns = ("carrier_scac", "carrier_name", "reason_text", "planned_time")
    rows = to_events(lines, contract, model, "r1", policy)
    plain = to_events(lines, contract, model, "r1")
    found = {row["event_id"]: row for row in rows.collect()}
    assert [found["e1"][name] for name in columns] == [None, "Carrier", None, None]
    assert [found["e2"][name] for name in columns[:2]] == ["FDEG", None]
    # Another source may be called so.
    assert found["e3"]["carrier_name"] == "UNKNOWN"
    # What was sent is what two tellings are compared by: live state does the same.
    assert {row["event_id"]: row["content_hash"] for row in plain.collect()} == {name: row["content_hash"] for name, row in found.items()}
    assert (found["e3"]["problem"], found["e3"]["broken"]) == (BROKEN, ["retraction-names-its-event"])


def test_a_rule_that_looks_into_silver_puts_no_row_aside(spark: SparkSession, model: LakeModel) -> None:
    check = {"is": "references", "columns": ["vehicle_id"], "table": "silver.vehicles", "column": "id"}
    contract = with_rules(model.contract(CONTRACT), {**FAST, "check": check})
    policy, _ = policy_of(contract, reference())
    with pytest.raises(QualityRuleError, match="rule not-too-fast looks into silver, so it cannot put rows aside; allowed: halt or warn"):
        to_events(spark.createDataFrame([], LINES), contract, model, "r1", policy)
    with pytest.raises(QualityRuleError, match=r"unique judges a table, so there is no row to put aside"):
        policy_of(with_rules(contract, {**FAST, "check": {"is": "unique", "columns": ["vehicle_id"]}}), reference())
