"""Arguments of the jobs (`--kebab value`, as Glue passes them) as one typed value."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

DAY_MS = 86_400_000


class SettingsError(Exception):
    """An argument is missing or wrong; the message says which, what was given and an example."""


@dataclass(frozen=True)
class JobSettings:
    environment: str
    silver_database: str
    gold_database: str
    ops_database: str
    ledger_table: str
    bronze_bucket: str
    quarantine_bucket: str
    lake_bucket: str
    business_time_zone: str
    horizon_days: int
    metric_namespace: str
    run: str
    """Id of this invocation, given by whoever started it."""
    now: dt.datetime
    """UTC: when the job began."""


def instant(text: str) -> dt.datetime:
    """An ISO 8601 instant with offset, as UTC."""
    parsed = dt.datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError(text)
    return parsed.astimezone(dt.UTC)


def names(text: str) -> tuple[str, ...]:
    """`a,b` as two names."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> Any:
        raise SettingsError(f"{message}. Example: --environment dev --run 2026-11-21T02:00Z")


_TEXTS = (
    "environment",
    "silver-database",
    "gold-database",
    "ops-database",
    "ledger-table",
    "bronze-bucket",
    "quarantine-bucket",
    "lake-bucket",
)


def read_settings(
    argv: Sequence[str], more: Callable[[argparse.ArgumentParser], None] | None = None, *, run_required: bool = False
) -> tuple[JobSettings, argparse.Namespace]:
    """The settings all jobs share and, in the namespace, those that `more` declared. Unknown arguments are Glue's own.

    :raises SettingsError: an argument is missing or cannot be read.
    """
    parser = _Parser(allow_abbrev=False, add_help=False)
    for name in _TEXTS:
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--business-time-zone", default="UTC")
    parser.add_argument("--horizon-days", type=int, default=45)
    parser.add_argument("--metric-namespace", default="Waybill")
    parser.add_argument("--run", required=run_required, default=None)
    parser.add_argument("--now", type=instant, default=None)
    if more is not None:
        more(parser)
    given, _ = parser.parse_known_args(list(argv))
    now = given.now or dt.datetime.now(dt.UTC)
    settings = JobSettings(
        environment=given.environment,
        silver_database=given.silver_database,
        gold_database=given.gold_database,
        ops_database=given.ops_database,
        ledger_table=given.ledger_table,
        bronze_bucket=given.bronze_bucket,
        quarantine_bucket=given.quarantine_bucket,
        lake_bucket=given.lake_bucket,
        business_time_zone=given.business_time_zone,
        horizon_days=given.horizon_days,
        metric_namespace=given.metric_namespace,
        run=given.run or now.strftime("%Y%m%dT%H%M%SZ"),
        now=now,
    )
    return settings, given
