"""Every table of the lake by its full name: what the contracts, the code and gold.json want it to be."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict

from pyspark.sql import SparkSession

from waybill_lake.model import LakeModel
from waybill_lake.reference import Reference
from waybill_lake.session import CATALOG
from waybill_lake.settings import JobSettings
from waybill_lake.tables.definitions import TableDefinition, all_tables
from waybill_lake.transforms.gold_declared import declared_tables
from waybill_lake.transforms.gold_schemas import gold_tables

NamedTable = tuple[str, TableDefinition]
"""Full name, with catalog and database; definition."""


def databases(settings: JobSettings) -> dict[str, str]:
    """Database of each layer, without the catalog."""
    return {"silver": settings.silver_database, "gold": settings.gold_database, "ops": settings.ops_database}


def wanted_tables(spark: SparkSession, settings: JobSettings, model: LakeModel, reference: Reference) -> list[NamedTable]:
    """Silver, ops, gold and the gold tables that contracts declare."""
    definitions = (*all_tables(model), *gold_tables(), *declared_tables(spark, model, reference))
    names = databases(settings)
    return [(f"{CATALOG}.{names[definition.layer]}.{definition.name}", definition) for definition in definitions]


def digest_of(tables: Sequence[NamedTable], properties: Mapping[str, str]) -> str:
    """The same for the same tables, in whatever order they are given; another one as soon as a column, type or comment changes."""
    wanted = {"tables": sorted(([name, asdict(definition)] for name, definition in tables), key=lambda table: str(table[0]))}
    text = json.dumps({**wanted, "properties": dict(properties)}, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
