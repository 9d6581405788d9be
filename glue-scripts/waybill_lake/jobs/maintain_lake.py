"""Job maintain-lake: compaction, snapshot expiry and orphan removal for all tables of the lake. Run it after loads.

Gold is compacted by the run that publishes it, so here only its snapshots and orphans are looked after.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from waybill_lake.loading.documents import write_json
from waybill_lake.model import load_model
from waybill_lake.objects import S3Store
from waybill_lake.reference import load_reference
from waybill_lake.session import start_session
from waybill_lake.settings import SettingsError, names, read_settings
from waybill_lake.tables.ensure import TableChangeError, ensure_current
from waybill_lake.tables.maintain import maintain_table
from waybill_lake.tables.wanted import wanted_tables


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tables", type=names, default=())


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Runs the job and answers what it wrote to `runs/maintain-lake/<run>/result.json`: files rewritten and removed, by table.

    :raises SettingsError: `--tables` names a table that the lake does not have.
    """
    settings, given = read_settings(argv, _arguments)
    spark, lake, model, reference = start_session("maintain-lake"), S3Store(settings.lake_bucket), load_model(), load_reference()
    ensure_current(spark, settings, lake, model, reference)
    tables = wanted_tables(spark, settings, model, reference)
    known = {definition.name for _, definition in tables}
    if unknown := [name for name in given.tables if name not in known]:
        raise SettingsError(f"--tables: no table {', '.join(unknown)}; tables: {', '.join(sorted(known))}")
    done = [
        maintain_table(spark, name, now=settings.now, compact=definition.layer != "gold")
        for name, definition in tables
        if not given.tables or definition.name in given.tables
    ]
    result = {"job": "maintain-lake", "run": settings.run, "tables": [asdict(table) for table in done]}
    write_json(lake, f"runs/maintain-lake/{settings.run}/result.json", result)
    return result


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (SettingsError, TableChangeError) as error:
        sys.exit(f"maintain-lake: {error}")
