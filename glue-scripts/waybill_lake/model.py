"""The lake as the contracts declare it: reads lake.json, which `npm run generate` writes from contracts/."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any


class ModelError(Exception):
    """lake.json is missing or not what this code reads: regenerate it and package again."""


@dataclass(frozen=True)
class Range:
    """Bounds of a field of weight `range`; a value outside becomes null in silver."""

    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    exclusive_maximum: float | None = None


@dataclass(frozen=True)
class Column:
    """A column of an events table that the contract declares."""

    name: str
    type: str
    """string, boolean, int, long, double, decimal(p,s), date, timestamp, json or array<string>."""
    from_: tuple[str, ...]
    """JSON pointers into the event; the first that is present gives the value."""
    required: bool
    description: str
    personal: bool
    range: Range | None = None
    only_with: tuple[str, ...] = ()
    """JSON pointers of fields without which the value counts as absent."""

    @property
    def spark_type(self) -> str:
        """The type in Spark SQL: JSON is kept as text."""
        return spark_type(self.type)


@dataclass(frozen=True)
class PlatformColumn:
    """A column that every events table has."""

    name: str
    type: str
    required: bool
    description: str

    @property
    def spark_type(self) -> str:
        """The type in Spark SQL."""
        return spark_type(self.type)


@dataclass(frozen=True)
class Table:
    """The events table of a contract in silver, without the platform's columns."""

    name: str
    description: str
    columns: tuple[Column, ...]
    event_time_from: tuple[str, ...]
    published_time_from: tuple[str, ...]
    partition: tuple[str, ...]
    """Iceberg transforms, e.g. `days(event_time)`."""
    sort: tuple[str, ...]

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises KeyError: the table has no such column of its own.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}; it has {', '.join(column.name for column in self.columns)}")


@dataclass(frozen=True)
class LakeContract:
    """A contract with a table."""

    name: str
    owner: str
    majors: tuple[int, ...]
    versions: Mapping[int, str]
    """Newest version of each major."""
    identity: tuple[str, ...]
    """Fields that identify an event; without `eventId` the id is derived from all of them."""
    entity_key: str
    event_time: str
    content: tuple[str, ...]
    freshness_minutes: int
    table: Table
    quality: Mapping[str, Any] | None
    gold: Mapping[str, Any] | None

    @property
    def derives_event_id(self) -> bool:
        """Whether silver makes event_id from the identity's values, since senders give none."""
        return "eventId" not in self.identity


@dataclass(frozen=True)
class LakeModel:
    """All contracts with a table, and the columns they share."""

    contracts: tuple[LakeContract, ...]
    platform_columns: tuple[PlatformColumn, ...]

    def contract(self, name: str) -> LakeContract:
        """The contract of that name.

        Raises KeyError: no contract with a table has the name; the message lists those that do.
        """
        for contract in self.contracts:
            if contract.name == name:
                return contract
        raise KeyError(f"no contract {name} with a table; there are {', '.join(contract.name for contract in self.contracts)}")


def spark_type(column_type: str) -> str:
    """The Spark SQL type of a column type of the model: JSON travels as text, integers are INT and BIGINT."""
    return {"json": "string", "long": "bigint"}.get(column_type, column_type)


def load_model(path: Path | None = None) -> LakeModel:
    """The model that was packaged with the code, or the one in a file.

    Raises ModelError: there is no such file, or it is not a lake model.
    """
    where = str(path) if path is not None else "waybill_lake/generated/lake.json"
    try:
        source = path if path is not None else resources.files(__package__).joinpath("generated", "lake.json")
        text = source.read_text("utf-8")
    except OSError as error:
        raise ModelError(f"{where} cannot be read ({error}). Write it with: npm run generate") from error
    try:
        return parse_model(json.loads(text))
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{where} is no lake model ({type(error).__name__}: {error}). Write it with: npm run generate") from error


def parse_model(value: Mapping[str, Any]) -> LakeModel:
    """The model in parsed JSON; KeyError or TypeError when a part is missing."""
    return LakeModel(
        contracts=tuple(_contract(contract) for contract in value["contracts"]),
        platform_columns=tuple(
            PlatformColumn(column["name"], column["type"], column["required"], column["description"]) for column in value["platformColumns"]
        ),
    )


def _contract(value: Mapping[str, Any]) -> LakeContract:
    return LakeContract(
        name=value["name"],
        owner=value["owner"],
        majors=tuple(value["majors"]),
        versions={int(major): version for major, version in value["versions"].items()},
        identity=tuple(value["identity"]),
        entity_key=value["entityKey"],
        event_time=value["eventTime"],
        content=tuple(value["content"]),
        freshness_minutes=value["freshnessMinutes"],
        table=_table(value["table"]),
        quality=value["quality"],
        gold=value["gold"],
    )


def _table(value: Mapping[str, Any]) -> Table:
    return Table(
        name=value["name"],
        description=value["description"],
        columns=tuple(_column(column) for column in value["columns"]),
        event_time_from=tuple(value["eventTimeFrom"]),
        published_time_from=tuple(value["publishedTimeFrom"]),
        partition=tuple(value["partition"]),
        sort=tuple(value["sort"]),
    )


def _column(value: Mapping[str, Any]) -> Column:
    bounds = value.get("range")
    return Column(
        name=value["name"],
        type=value["type"],
        from_=tuple(value["from"]),
        required=value["required"],
        description=value["description"],
        personal=value["personal"],
        range=None if bounds is None else _range(bounds),
        only_with=tuple(value.get("onlyWith", ())),
    )


def _range(bounds: Mapping[str, float]) -> Range:
    return Range(bounds.get("minimum"), bounds.get("maximum"), bounds.get("exclusiveMinimum"), bounds.get("exclusiveMaximum"))
