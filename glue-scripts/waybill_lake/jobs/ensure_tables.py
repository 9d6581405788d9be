"""Job ensure-tables: makes and evolves the tables of silver and ops from the contracts. Running it again changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from waybill_lake.loading.documents import write_json
from waybill_lake.model import load_model
from waybill_lake.objects import S3Store
from waybill_lake.session import CATALOG, start_session
from waybill_lake.settings import JobSettings, SettingsError, read_settings
from waybill_lake.tables.definitions import TableDefinition, all_tables
from waybill_lake.tables.ensure import TableChangeError, ensure_all
from waybill_lake.transforms.gold_schemas import gold_tables


def full_name(settings: JobSettings, definition: TableDefinition) -> str:
    """With catalog and database."""
    databases = {"silver": settings.silver_database, "gold": settings.gold_database, "ops": settings.ops_database}
    return f"{CATALOG}.{databases[definition.layer]}.{definition.name}"


def main(argv: Sequence[str]) -> dict[str, Any]:
    """Runs the job and answers what it wrote to `runs/ensure-tables/<run>/result.json`: statements run, by table.

    :raises TableChangeError: the contracts want what a table cannot become; nothing was changed.
    """
    settings, _ = read_settings(argv)
    spark = start_session("ensure-tables")
    for database in (settings.silver_database, settings.gold_database, settings.ops_database):
        spark.sql(f"CREATE NAMESPACE IF NOT EXISTS {CATALOG}.{database}")
    tables = [(full_name(settings, definition), definition) for definition in (*all_tables(load_model()), *gold_tables())]
    changed = {name: statements for name, statements in ensure_all(spark, tables).items() if statements}
    result = {"job": "ensure-tables", "run": settings.run, "tables": len(tables), "changed": changed}
    write_json(S3Store(settings.lake_bucket), f"runs/ensure-tables/{settings.run}/result.json", result)
    return result


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except (SettingsError, TableChangeError) as error:
        sys.exit(f"ensure-tables: {error}")
