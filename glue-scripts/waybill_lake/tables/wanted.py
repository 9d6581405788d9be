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
from waybill_lake.transforms.gold_declared import declared_origin, declared_tables
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
    return _sha256({**wanted, "properties": dict(properties)})


def origin_of(settings: JobSettings, model: LakeModel, reference: Reference, properties: Mapping[str, str]) -> str:
    """Digest of all that `wanted_tables` follows from: the same origin, the same tables. Needs no Spark, which planning the declared
    tables takes for about two seconds; the other way round it proves nothing, other words may declare the same tables.
    """
    plain = digest_of([(definition.layer, definition) for definition in (*all_tables(model), *gold_tables())], properties)
    return _sha256({"databases": databases(settings), "tables": plain, "declared": declared_origin(model, reference)})


def _sha256(value: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
