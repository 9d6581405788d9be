"""Job maintain-lake: compaction, snapshot expiry and orphan removal for the tables of silver and ops. Run it after loads."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from waybill_lake.jobs.ensure_tables import full_name
from waybill_lake.loading.documents import write_json
from waybill_lake.model import load_model
from waybill_lake.objects import S3Store
from waybill_lake.session import start_session
from waybill_lake.settings import SettingsError, names, read_settings
from waybill_lake.tables.definitions import all_tables
from waybill_lake.tables.maintain import maintain_table


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tables", type=names, default=())


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Runs the job and answers what it wrote to `runs/maintain-lake/<run>/result.json`: files rewritten, by table."""
    settings, given = read_settings(argv, _arguments)
    spark = start_session("maintain-lake")
    definitions = [definition for definition in all_tables(load_model()) if not given.tables or definition.name in given.tables]
    done = [maintain_table(spark, full_name(settings, definition), now=settings.now) for definition in definitions]
    result = {"job": "maintain-lake", "run": settings.run, "tables": [asdict(table) for table in done]}
    write_json(S3Store(settings.lake_bucket), f"runs/maintain-lake/{settings.run}/result.json", result)
    return result


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except SettingsError as error:
        sys.exit(f"maintain-lake: {error}")
