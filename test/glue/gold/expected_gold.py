"""Gold counted by hand from what is true of a simulated world: plain Python, exact fractions and decimals, nothing of the jobs' code.

Reads `truth.json` of make_world.ts and contracts/reference. Answers, by table and grain, the values of the row's columns.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from gold.expected_price import Carried, Prices

UNKNOWN = "UNKNOWN"
Grain = tuple[Any, ...]
Rows = dict[Grain, dict[str, Any]]


@dataclass(frozen=True)
class Fact:
    kind: str
    at: int
    day: dt.date
    shipment: Mapping[str, Any]
    carrier: str
    mode: str
    lane: str
    level: str
    segment: str
    carrier_name: str | None
    reason: str | None = None
    delay_ms: int | None = None
    transit_ms: int | None = None
    cost: tuple[Decimal, Decimal] | None = None
    """Base freight, shipping cost."""
    chargeable: Decimal | None = None
    km: int | None = None


class Count:
    def __init__(self, truth: Mapping[str, Any], reference: Path, zone: str, logic: str = "v2") -> None:
        self._truth = truth
        self._zone = ZoneInfo(zone)
        self._prices = Prices(reference, logic)
        self._volumes: dict[str, Decimal] = defaultdict(Decimal)
        for order in truth["orders"]:
            if not order["isDeleted"] and order["row"].get("shipment_id"):
                self._volumes[order["row"]["shipment_id"]] += Decimal(str(order["row"]["volume_m3"]))
        self.facts = [fact for shipment in truth["shipments"] for fact in self._facts(shipment)]

    def day(self, ms: int) -> dt.date:
        return (dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=ms)).astimezone(self._zone).date()

    def tables(self) -> dict[str, Rows]:
        return {
            "shipment_daily": self._table(self.facts, lambda f: (f.day, f.carrier, f.mode, f.lane, f.segment), self._shipments),
            "carrier_performance_daily": self._table(self.facts, lambda f: (f.day, f.carrier, f.mode), self._carriers),
            "exceptions_daily": self._table(
                [fact for fact in self.facts if fact.kind == "exception"],
                lambda f: (f.day, f.carrier, f.mode, f.lane, f.segment, "DELAYED", f.reason or UNKNOWN),
                lambda facts: {"exceptions": len(facts), "shipments": len({fact.shipment["shipmentId"] for fact in facts})},
            ),
            "cost_daily": self._table(
                [fact for fact in self.facts if fact.kind == "delivered"],
                lambda f: (f.day, f.carrier, f.mode, f.lane, f.level, f.segment),
                self._costs,
            ),
            "lane_performance_daily": self._lane_rows(),
        }

    def _facts(self, shipment: Mapping[str, Any]) -> Iterator[Fact]:
        moments = [(kind, shipment[name], None) for kind, name in _MILESTONES if name in shipment]
        moments += [("exception", told["at"], told["reason"]) for told in shipment["delays"]]
        for kind, at, reason in moments:
            customer = self._valid("customers", shipment.get("customerId"), at)
            carrier = self._valid("carriers", shipment.get("carrier"), at)
            lane = f"{shipment['origin']}-{shipment['destination']}" if "origin" in shipment and "destination" in shipment else UNKNOWN
            fact = Fact(
                kind=kind,
                at=at,
                day=self.day(at),
                shipment=shipment,
                carrier=shipment.get("carrier", UNKNOWN),
                mode=shipment.get("mode", UNKNOWN),
                lane=lane,
                level=shipment.get("serviceLevel", UNKNOWN),
                segment=customer.get("segment") or UNKNOWN,
                carrier_name=carrier.get("name"),
                reason=reason,
            )
            yield self._delivered(fact) if kind == "delivered" else fact

    def _delivered(self, fact: Fact) -> Fact:
        shipment = fact.shipment
        picked_up = shipment.get("pickedUp")
        transit = None if picked_up is None or fact.at < picked_up else fact.at - picked_up
        delay = fact.at - shipment["plannedDelivery"] if "plannedDelivery" in shipment else None
        km = self._prices.km(fact.lane, fact.mode)
        weight = Decimal(str(shipment["weightKg"])) if "weightKg" in shipment else None
        volume = self._volumes.get(shipment["shipmentId"])
        factor = self._prices.rates["volumetric_kg_per_m3"].get(fact.mode)
        by_volume = None if volume is None or factor is None else (volume * Decimal(factor)).quantize(Decimal("0.001"), ROUND_HALF_UP)
        chargeable = max((one for one in (weight, by_volume) if one is not None), default=None)
        since = self.day(fact.at if picked_up is None else picked_up).isoformat()
        carried = None if chargeable is None else Carried(fact.carrier, fact.mode, fact.lane, fact.level, chargeable, km, since)
        cost = None if carried is None else self._prices.cost(carried)
        return replace(fact, delay_ms=delay, transit_ms=transit, km=km, chargeable=chargeable, cost=cost)

    def _valid(self, table: str, key: str | None, at: int) -> Mapping[str, Any]:
        for version in self._truth[table]:
            is_then = version["validFrom"] <= at and ("validTo" not in version or at < version["validTo"])
            if version["key"] == key and is_then and not version["isDeleted"]:
                return dict(version["row"])
        return {}

    def _table(self, facts: Sequence[Fact], grain: Any, measures: Any) -> Rows:
        groups: dict[Grain, list[Fact]] = defaultdict(list)
        for fact in facts:
            groups[grain(fact)].append(fact)
        return {key: measures(group) for key, group in groups.items()}

    def _counts(self, facts: Sequence[Fact]) -> dict[str, Any]:
        kinds = Counter(fact.kind for fact in facts)
        delays = [fact.delay_ms for fact in facts if fact.delay_ms is not None]
        on_time = sum(fact.delay_ms <= self._grace(fact) for fact in facts if fact.delay_ms is not None)
        return {
            "created": kinds["created"],
            "picked_up": kinds["picked_up"],
            "delivered": kinds["delivered"],
            "on_time": on_time,
            "late": len(delays) - on_time,
            "on_time_share": on_time / len(delays) if delays else None,
            "exceptions": kinds["exception"],
            "delay_minutes_mean": _mean(delays, 60_000),
            "delay_minutes_p50": _percentile(delays, Fraction(1, 2), 60_000),
            "delay_minutes_p90": _percentile(delays, Fraction(9, 10), 60_000),
            "weight_kg": sum(
                (Decimal(str(fact.shipment["weightKg"])) for fact in facts if fact.kind == "delivered" and "weightKg" in fact.shipment),
                Decimal(0),
            ),
            "shipping_cost": sum((fact.cost[1] for fact in facts if fact.cost), Decimal(0)),
            "unpriced": sum(fact.kind == "delivered" and fact.cost is None for fact in facts),
        }

    def _grace(self, fact: Fact) -> int:
        return int(self._prices.levels[fact.level]["grace_minutes"]) * 60_000 if fact.level in self._prices.levels else 0

    def _shipments(self, facts: Sequence[Fact]) -> dict[str, Any]:
        reasons = Counter(fact.reason or UNKNOWN for fact in facts if fact.kind == "exception")
        return {**self._counts(facts), "exceptions_by_reason": dict(reasons)}

    def _carriers(self, facts: Sequence[Fact]) -> dict[str, Any]:
        named = [(fact.at, fact.carrier_name) for fact in facts if fact.carrier_name is not None]
        return {**self._counts(facts), "carrier_name": max(named)[1] if named else None}

    def _costs(self, facts: Sequence[Fact]) -> dict[str, Any]:
        base = sum((fact.cost[0] for fact in facts if fact.cost), Decimal(0))
        cost = sum((fact.cost[1] for fact in facts if fact.cost), Decimal(0))
        known = [fact.km for fact in facts if fact.km is not None]
        return {
            "delivered": len(facts),
            "unpriced": sum(fact.cost is None for fact in facts),
            "chargeable_weight_kg": sum((fact.chargeable or Decimal(0) for fact in facts), Decimal(0)),
            "distance_km": sum(known) if known else None,
            "base_freight": base,
            "fuel_surcharge": cost - base,
            "shipping_cost": cost,
            "currency": self._prices.rates["currency"],
        }

    def _lane_rows(self) -> Rows:
        facts = self._table(self.facts, lambda f: (f.day, f.lane, f.mode), list)
        stays: dict[Grain, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for shipment in self._truth["shipments"]:
            lane = f"{shipment['origin']}-{shipment['destination']}" if "origin" in shipment and "destination" in shipment else UNKNOWN
            for place, arrived, departed in _stays(shipment["moves"]):
                stays[(self.day(departed), lane, shipment.get("mode", UNKNOWN))][place].append(departed - arrived)
        rows = {key: self._lane_row(key, facts.get(key, []), stays.get(key, {})) for key in {*facts, *stays}}
        return {key: row for key, row in rows.items() if row["delivered"] or row["hub_stays"]}

    def _lane_row(self, key: Grain, facts: Any, stays: Mapping[str, Sequence[int]]) -> dict[str, Any]:
        transits = sorted(fact.transit_ms for fact in facts if fact.transit_ms is not None)
        hour = 3_600_000
        listed = self._prices.lanes.get((str(key[1]), str(key[2])))
        standard = int(listed["standard_transit_hours"]) if listed is not None and facts else None
        hubs = [(place, len(own), _mean(own, 60_000), _percentile(own, Fraction(9, 10), 60_000)) for place, own in sorted(stays.items())]
        return {
            "delivered": sum(fact.kind == "delivered" for fact in facts),
            "transits": len(transits),
            "transit_hours_mean": _mean(transits, hour),
            **{f"transit_hours_p{share}": _percentile(transits, Fraction(share, 100), hour) for share in (10, 50, 90)},
            "transit_hours_min": float(Fraction(transits[0], hour)) if transits else None,
            "transit_hours_max": float(Fraction(transits[-1], hour)) if transits else None,
            "standard_transit_hours": standard,
            "within_standard": 0 if standard is None else sum(one <= standard * hour for one in transits),
            "hub_stays": sum(len(own) for own in stays.values()),
            "dwell_by_hub": hubs or None,
        }


_MILESTONES = (("created", "created"), ("picked_up", "pickedUp"), ("delivered", "delivered"))
_IN, _OUT = ("ARRIVED", "GATE_IN", "UNLOADED"), ("DEPARTED", "GATE_OUT", "OUT_FOR_DELIVERY")


def _stays(moves: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, int, int]]:
    """(place, arrived, departed): from the first arrival after the last departure to the next departure."""
    since: dict[str, int] = {}
    for move in sorted(moves, key=lambda one: (one["at"], one["type"] in _OUT)):
        if move["type"] in _IN and move["place"]:
            since.setdefault(move["place"], move["at"])
        if move["type"] in _OUT and move["place"] in since:
            yield move["place"], since.pop(move["place"]), move["at"]


def _mean(values: Sequence[int], unit: int) -> float | None:
    return float(Fraction(sum(values), len(values) * unit)) if values else None


def _percentile(values: Sequence[int], share: Fraction, unit: int) -> float | None:
    """Between the two nearest values by linear interpolation."""
    if not values:
        return None
    ordered, position = sorted(values), share * (len(values) - 1)
    low = int(position)
    high = min(low + 1, len(ordered) - 1)
    return float((ordered[low] + (ordered[high] - ordered[low]) * (position - low)) / unit)
