"""Reference files of the lake (contracts/reference): lanes, locations, rate cards, service levels. Amounts are decimals, never floats."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from importlib import resources
from pathlib import Path
from typing import Any

FILES = ("calendars.csv", "lanes.csv", "locations.csv", "rate-cards.json", "regions.json", "service-levels.csv")


class ReferenceFileError(Exception):
    """A reference file is missing or cannot be read; the message names the file."""


@dataclass(frozen=True)
class Lane:
    origin: str
    destination: str
    mode: str
    distance_km: int
    standard_transit_hours: int


@dataclass(frozen=True)
class Location:
    unlocode: str
    name: str
    country: str
    subdivision: str
    lat: float
    lon: float
    time_zone: str
    region: str


@dataclass(frozen=True)
class RateCard:
    """Valid from `valid_from` (inclusive) to `valid_to` (exclusive), business dates of the pick-up."""

    card: str
    carrier: str | None
    mode: str
    lane: str | None
    basis: str
    rate: Decimal
    fuel_surcharge_percent: Decimal
    minimum_charge: Decimal
    valid_from: dt.date | None
    valid_to: dt.date | None


@dataclass(frozen=True)
class ServiceLevel:
    level: str
    grace_minutes: int
    price_factor: Decimal


@dataclass(frozen=True)
class Reference:
    """All reference rows and `digest`: 16 hex of the files' SHA-256, part of what gold rows are made of."""

    lanes: tuple[Lane, ...]
    locations: tuple[Location, ...]
    cards: tuple[RateCard, ...]
    service_levels: tuple[ServiceLevel, ...]
    currency: str
    volumetric_kg_per_m3: Mapping[str, Decimal]
    files: Mapping[str, tuple[Mapping[str, str], ...]]
    """Rows of the CSV files as they are, by name without ending."""
    digest: str


def load_reference(folder: Path | None = None) -> Reference:
    """The files packaged with the code, or those of a folder.

    :raises ReferenceFileError: a file is missing or broken.
    """
    texts = {name: _read(folder, name) for name in FILES}
    try:
        return parse_reference(texts)
    except (ValueError, KeyError, ArithmeticError, TypeError) as error:
        raise ReferenceFileError(
            f"the reference files cannot be read: {type(error).__name__}: {error}. Check: npx waybill contract check"
        ) from error


def parse_reference(texts: Mapping[str, str]) -> Reference:
    """Reference rows from the files' texts by name."""
    rates = json.loads(texts["rate-cards.json"])
    digest = hashlib.sha256()
    for name in FILES:
        digest.update(f"{name}\n{texts[name]}\n".encode())
    return Reference(
        lanes=tuple(
            Lane(row["origin"], row["destination"], row["mode"], int(row["distance_km"]), int(row["standard_transit_hours"]))
            for row in _rows(texts["lanes.csv"])
        ),
        locations=tuple(_location(row) for row in _rows(texts["locations.csv"])),
        cards=tuple(_card(card) for card in rates["cards"]),
        service_levels=tuple(
            ServiceLevel(row["level"], int(row["grace_minutes"]), Decimal(row["price_factor"]))
            for row in _rows(texts["service-levels.csv"])
        ),
        currency=rates["currency"],
        volumetric_kg_per_m3={mode: Decimal(factor) for mode, factor in rates["volumetric_kg_per_m3"].items()},
        files={name.removesuffix(".csv"): tuple(_rows(texts[name])) for name in FILES if name.endswith(".csv")},
        digest=digest.hexdigest()[:16],
    )


def _read(folder: Path | None, name: str) -> str:
    source = resources.files(__package__).joinpath("reference", name) if folder is None else folder / name
    try:
        return source.read_text("utf-8")
    except OSError as error:
        raise ReferenceFileError(
            f"reference file {name} cannot be read ({error}). It lies in contracts/reference and is packaged with the jobs"
        ) from error


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def _location(row: Mapping[str, str]) -> Location:
    place = (row["unlocode"], row["name"], row["country"], row["subdivision"])
    return Location(*place, float(row["lat"]), float(row["lon"]), row["time_zone"], row["region"])


def _card(card: Mapping[str, Any]) -> RateCard:
    return RateCard(
        card=card["card"],
        carrier=card["carrier"],
        mode=card["mode"],
        lane=card["lane"],
        basis=card["basis"],
        rate=Decimal(card["rate"]),
        fuel_surcharge_percent=Decimal(card["fuel_surcharge_percent"]),
        minimum_charge=Decimal(card["minimum_charge"]),
        valid_from=_date(card["valid_from"]),
        valid_to=_date(card["valid_to"]),
    )


def _date(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat(text)
