"""Job load-silver: brings new bronze objects into the silver tables. Arguments: docs/lake.md."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import time
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from waybill_lake.job_metrics import gold_age_metrics, put_metrics, waiting_metrics
from waybill_lake.ledger import DynamoLedger
from waybill_lake.loading.documents import write_json
from waybill_lake.loading.parts import MAX_BYTES, LoadParts
from waybill_lake.loading.repair import repair_ledger
from waybill_lake.loading.report import LoadReport
from waybill_lake.loading.runs_table import first_load_at, record_load_runs
from waybill_lake.loading.silver import load_contract
from waybill_lake.loading.summary import summarise
from waybill_lake.model import LakeContract, load_model
from waybill_lake.objects import S3Store
from waybill_lake.publish.ledger_dynamodb import DynamoGoldLedger
from waybill_lake.quality import QualityRuleError
from waybill_lake.reference import load_reference
from waybill_lake.session import own_session, start_session
from waybill_lake.settings import SettingsError, names, read_settings
from waybill_lake.tables.ensure import TableChangeError, ensure_current

AT_ONCE = 2
"""Contracts that are loaded at the same time."""


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--contracts", type=names, default=())
    parser.add_argument("--max-bytes", type=int, default=MAX_BYTES)
    parser.add_argument("--repair-hours", type=int, default=0)
    parser.add_argument("--lease-seconds", type=int, default=120)


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Runs the job and answers what it wrote to `runs/load-silver/<run>/result.json`."""
    settings, given = read_settings(argv, _arguments, run_required=True)
    model = load_model()
    ledger = DynamoLedger(settings.ledger_table)
    spark = start_session("load-silver")
    bronze, quarantine, lake = (S3Store(bucket) for bucket in (settings.bronze_bucket, settings.quarantine_bucket, settings.lake_bucket))
    contracts = [model.contract(name) for name in given.contracts] or list(model.contracts)
    reference = load_reference()
    ensure_current(spark, settings, lake, model, reference)
    repairs = [
        repair_ledger(ledger, {"bronze": bronze, "quarantine": quarantine}, contract.name, now=settings.now, hours=given.repair_hours)
        for contract in contracts
        if given.repair_hours > 0
    ]
    parts = LoadParts(
        spark=spark,
        ledger=ledger,
        bronze=bronze,
        quarantine=quarantine,
        lake=lake,
        model=model,
        silver_database=settings.silver_database,
        owner=f"{settings.run}@{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}",
        invocation=settings.run,
        now=settings.now,
        clock=lambda: time.time_ns() // 1_000_000,
        horizon_days=settings.horizon_days,
        business_time_zone=settings.business_time_zone,
        max_bytes=given.max_bytes,
        lease_seconds=given.lease_seconds,
        reference=reference,
    )
    reports = _load(parts, contracts)
    record_load_runs(parts, settings.ops_database, reports)
    result = summarise(settings.run, reports, repairs)
    write_json(lake, f"runs/load-silver/{settings.run}/result.json", result)
    gold = DynamoGoldLedger(settings.ledger_table)
    age = gold_age_metrics(gold, settings.business_time_zone, settings.now, lambda: first_load_at(spark, settings.ops_database))
    put_metrics(settings.metric_namespace, [*waiting_metrics(ledger, [contract.name for contract in contracts]), *age])
    return result


def _load(parts: LoadParts, contracts: Sequence[LakeContract]) -> list[LoadReport]:
    """Some contracts at once, each in a session of its own: what a session stages is named by its settings. While one is planned,
    which one core does, another is read.

    The first error is raised when all have ended: what can be loaded is.
    """

    def load(contract: LakeContract) -> LoadReport:
        return load_contract(replace(parts, spark=own_session(parts.spark)), contract)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [done.result() for done in [pool.submit(load, contract) for contract in contracts]]


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (SettingsError, TableChangeError, QualityRuleError, KeyError) as error:
        sys.exit(f"load-silver: {error.args[0] if error.args else error}")
