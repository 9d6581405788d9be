"""What carrying a delivery costs, by hand: exact fractions of contracts/reference, rounded once."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any, NamedTuple

CENT = Decimal("0.01")


class Carried(NamedTuple):
    """`picked_up`: business date, as text."""

    carrier: str
    mode: str
    lane: str
    level: str
    chargeable: Decimal
    km: int | None
    picked_up: str


class Prices:
    """`logic` v1 credits the top-up to the minimum charge instead of charging it."""

    def __init__(self, reference: Path, logic: str) -> None:
        self._logic = logic
        self.rates: Mapping[str, Any] = json.loads((reference / "rate-cards.json").read_text())
        self.levels = {row["level"]: row for row in rows_of(reference / "service-levels.csv")}
        self.lanes = {(f"{row['origin']}-{row['destination']}", row["mode"]): row for row in rows_of(reference / "lanes.csv")}
        self._places = {row["unlocode"]: (float(row["lat"]), float(row["lon"])) for row in rows_of(reference / "locations.csv")}

    def cost(self, one: Carried) -> tuple[Decimal, Decimal] | None:
        """Base freight and shipping cost; None when it cannot be priced."""
        card = self._card(one)
        if card is None or (card["basis"] == "KG_KM" and one.km is None):
            return None
        freight = Fraction(one.chargeable) * Fraction(card["rate"]) * (Fraction(one.km or 0) if card["basis"] == "KG_KM" else 1)
        minimum = Fraction(card["minimum_charge"])
        charged = max(freight, minimum)
        if self._logic == "v1" and freight < minimum:
            charged = freight - (minimum - freight)
        factor = Fraction(self.levels[one.level]["price_factor"]) if one.level in self.levels else Fraction(1)
        return _cents(charged * factor), _cents(charged * (1 + Fraction(card["fuel_surcharge_percent"]) / 100) * factor)

    def km(self, lane: str, mode: str) -> int | None:
        if (lane, mode) in self.lanes:
            return int(self.lanes[(lane, mode)]["distance_km"])
        origin, _, destination = lane.partition("-")
        if origin == destination or origin not in self._places or destination not in self._places:
            return None
        return round(_circle_km(self._places[origin], self._places[destination]) * (1.05 if mode == "AIR" else 1.25))

    def _card(self, one: Carried) -> Mapping[str, Any] | None:
        def valid(card: Mapping[str, Any]) -> bool:
            begun = (card["valid_from"] or "") <= one.picked_up
            return card["mode"] == one.mode and begun and (card["valid_to"] is None or one.picked_up < card["valid_to"])

        cards = [card for card in self.rates["cards"] if valid(card)]
        for carrier, lane in ((one.carrier, one.lane), (one.carrier, None), (None, None)):
            for card in cards:
                if (card["carrier"], card["lane"]) == (carrier, lane):
                    return dict(card)
        return None


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _cents(value: Fraction) -> Decimal:
    """Rounded half away from zero."""
    scaled = abs(value) * 100
    cents = (scaled.numerator * 2 + scaled.denominator) // (2 * scaled.denominator)
    return (Decimal(cents) * (1 if value >= 0 else -1) * CENT).quantize(CENT)


def _circle_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    lat1, lon1, lat2, lon2 = (radians(angle) for angle in (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(half))
