"""Job ensure-tables: makes and evolves the tables of silver, gold and ops from the contracts. Running it again changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from waybill_lake.loading.documents import write_json
from waybill_lake.model import load_model
from waybill_lake.objects import S3Store
from waybill_lake.reference import load_reference
from waybill_lake.session import start_session
from waybill_lake.settings import SettingsError, read_settings
from waybill_lake.tables.ensure import TableChangeError, ensure_model


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Runs the job and answers what it wrote to `runs/ensure-tables/<run>/result.json`: statements run, by table.

    :raises TableChangeError: the contracts want what a table cannot become; nothing was changed.
    """
    settings, _ = read_settings(argv)
    lake = S3Store(settings.lake_bucket)
    done = ensure_model(start_session("ensure-tables"), settings, lake, load_model(), load_reference())
    changed = {name: statements for name, statements in done.items() if statements}
    result = {"job": "ensure-tables", "run": settings.run, "tables": len(done), "changed": changed}
    write_json(lake, f"runs/ensure-tables/{settings.run}/result.json", result)
    return result


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (SettingsError, TableChangeError) as error:
        sys.exit(f"ensure-tables: {error}")
