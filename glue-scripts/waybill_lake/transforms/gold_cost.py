"""What carrying a shipment costs, to the cent: rate card × chargeable weight × distance, surcharges, service level.

shipping cost = max(minimum charge, freight) × (1 + fuel percent / 100) × price factor, rounded half up to cents once, at the end.
Every product below is exact in decimal: no step but the last one rounds.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from math import asin, cos, radians, sin, sqrt
from types import MappingProxyType

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from waybill_lake.reference import Reference
from waybill_lake.transforms.gold_facts import DELIVERED, business_date, by_word
from waybill_lake.transforms.logic_split import by_share, logic_text, read_logic

EARTH_RADIUS_KM = 6371.0
AIR_FACTOR = 1.05
SURFACE_FACTOR = 1.25
"""Great circle to distance carried, for lanes that lanes.csv does not list (contracts/reference/README.md)."""

_FREIGHT = "decimal(22,10)"
_CARD_COLUMNS = (
    "card: string, carrier: string, mode: string, lane: string, basis: string, rate: decimal(14,7), fuel: decimal(6,2), "
    "minimum: decimal(10,2), valid_from: date, valid_to: date"
)
_CARD_VALUES = ("card", "basis", "rate", "fuel", "minimum")


def _at_least_minimum(freight: Column, minimum: Column) -> Column:
    return F.greatest(freight, minimum)


def _minimum_credited(freight: Column, minimum: Column) -> Column:
    """The top-up to the minimum charge with the wrong sign: small shipments got it as a credit, the smallest a negative amount."""
    return F.when(freight < minimum, freight - (minimum - freight)).otherwise(freight)


LOGIC: Mapping[str, Callable[[Column, Column], Column]] = MappingProxyType({"v1": _minimum_credited, "v2": _at_least_minimum})
"""Versions of the shipping cost: (freight, minimum charge) to what is charged before surcharges. v1 is kept to compare with."""
DEFAULT_LOGIC = "v2"


def check_logic(logic: str) -> str:
    """The one spelling of a logic: a version, or shares of versions by the hash of the shipment's id (logic_split).

    :raises LogicError: no version has that name, or shares are not 100 % together.
    """
    return logic_text(read_logic(logic, LOGIC))


def delivery_costs(facts: DataFrame, orders: DataFrame, reference: Reference, time_zone: str, logic: str) -> DataFrame:
    """The facts with card, chargeable_weight_kg, distance_km, base_freight, fuel_surcharge and shipping_cost; all but the distance are
    null for facts that are no delivery, and for deliveries that cannot be priced (no weight, no distance, no card).

    :raises LogicError: no such logic version.
    """
    charge = by_share(read_logic(logic, LOGIC), LOGIC, F.col("shipment_id"))
    volumes = orders.where(~F.col("is_deleted") & F.col("shipment_id").isNotNull())
    # Cubic metres are summed as decimals, so that the order of rows does not matter.
    volumes = volumes.groupBy("shipment_id").agg(F.sum(F.col("volume_m3").cast("decimal(10,4)")).cast("decimal(10,4)").alias("volume_m3"))
    volumetric = {mode: F.lit(str(kg)).cast("decimal(6,0)") for mode, kg in reference.volumetric_kg_per_m3.items()}
    factors = {level.level: F.lit(str(level.price_factor)).cast("decimal(5,2)") for level in reference.service_levels}
    priced = facts.join(volumes, on="shipment_id", how="left")
    by_volume = (F.col("volume_m3") * by_word(F.col("mode"), volumetric)).cast("decimal(12,3)")
    priced = priced.withColumn("chargeable_weight_kg", F.when(F.col("kind") == DELIVERED, F.greatest(F.col("weight_kg"), by_volume)))
    priced = _with_distance(priced, reference)
    priced = _with_card(priced.withColumn("pickup_date", business_date(F.coalesce("picked_up_time", "fact_time"), time_zone)), reference)
    return _amounts(priced.withColumn("price_factor", by_word(F.col("service_level"), factors)), charge)


def _amounts(priced: DataFrame, charge: Callable[[Column, Column], Column]) -> DataFrame:
    by_weight = F.col("chargeable_weight_kg") * F.col("rate")
    freight = F.when(F.col("basis") == "KG_KM", (by_weight * F.col("distance_km").cast("decimal(6,0)")).cast(_FREIGHT)).when(
        F.col("basis") == "KG", by_weight.cast(_FREIGHT)
    )
    # F.greatest skips nulls: what cannot be priced must stay without an amount.
    charged = F.when(freight.isNotNull(), charge(freight, F.col("minimum").cast(_FREIGHT))).cast(_FREIGHT)
    factor = F.coalesce(F.col("price_factor"), F.lit("1").cast("decimal(5,2)"))
    with_fuel = ((F.lit("100").cast("decimal(6,2)") + F.col("fuel")) / F.lit("100").cast("decimal(3,0)")).cast("decimal(7,4)")
    cost = F.round(charged * with_fuel * factor, 2).cast("decimal(14,2)")
    base = F.round(charged * factor, 2).cast("decimal(14,2)")
    return priced.withColumns({"shipping_cost": cost, "base_freight": base, "fuel_surcharge": (cost - base).cast("decimal(14,2)")}).drop(
        "volume_m3", "basis", "rate", "fuel", "minimum", "price_factor", "pickup_date"
    )


def _with_distance(facts: DataFrame, reference: Reference) -> DataFrame:
    """Distance of the lane in whole kilometres: as listed for the mode, else by the great circle between two known places."""
    joined = facts.join(F.broadcast(_lanes(facts.sparkSession, reference)), on="lane", how="left")
    listed = F.col("listed")[F.col("mode")]
    factor = F.when(F.col("mode") == "AIR", AIR_FACTOR).otherwise(SURFACE_FACTOR)
    distance = F.coalesce(listed["km"], F.round(F.col("circle_km") * factor).cast("int"))
    return joined.withColumns({"distance_km": distance, "standard_transit_hours": listed["hours"]}).drop("listed", "circle_km")


def _lanes(spark: SparkSession, reference: Reference) -> DataFrame:
    """Each lane that is listed or lies between two known places."""
    listed: dict[str, dict[str, tuple[int, int]]] = {}
    for lane in reference.lanes:
        listed.setdefault(f"{lane.origin}-{lane.destination}", {})[lane.mode] = (lane.distance_km, lane.standard_transit_hours)
    places = reference.locations
    circles = {
        f"{one.unlocode}-{other.unlocode}": great_circle_km((one.lat, one.lon), (other.lat, other.lon))
        for one in places
        for other in places
        if one.unlocode != other.unlocode
    }
    rows = [(lane, circles.get(lane), listed.get(lane)) for lane in sorted({*listed, *circles})]
    return spark.createDataFrame(rows, "lane string, circle_km double, listed map<string, struct<km: int, hours: int>>", verifySchema=False)


def great_circle_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Kilometres between two places, each latitude and longitude in degrees."""
    lat1, lon1, lat2, lon2 = (radians(angle) for angle in (*one, *other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(half))


def _with_card(facts: DataFrame, reference: Reference) -> DataFrame:
    """The card of carrier and lane, else of the carrier, else the default of the mode; valid on the business date of the pick-up."""
    # A card of a lane names its carrier. The most special first.
    cards = [card for card in reference.cards if card.carrier is not None or card.lane is None]
    values = [
        (c.card, c.carrier, c.mode, c.lane, c.basis, c.rate, c.fuel_surcharge_percent, c.minimum_charge, c.valid_from, c.valid_to)
        for c in sorted(cards, key=lambda card: (card.lane is None, card.carrier is None))
    ]
    names = [part.split(":")[0] for part in _CARD_COLUMNS.split(", ")]
    text = json.dumps([{name: str(value) for name, value in zip(names, row, strict=True) if value is not None} for row in values])
    known = F.from_json(F.lit(text), f"array<struct<{_CARD_COLUMNS}>>")

    def applies(card: Column) -> Column:
        begun = card["valid_from"].isNull() | (card["valid_from"] <= F.col("pickup_date"))
        not_over = card["valid_to"].isNull() | (F.col("pickup_date") < card["valid_to"])
        of_carrier = card["carrier"].isNull() | (card["carrier"] == F.col("carrier"))
        of_lane = card["lane"].isNull() | (card["lane"] == F.col("lane"))
        return (card["mode"] == F.col("mode")) & of_carrier & of_lane & begun & not_over

    chosen = facts.withColumn("chosen", F.get(F.filter(known, applies), F.lit(0)))
    return chosen.withColumns({value: F.col("chosen")[value] for value in _CARD_VALUES}).drop("chosen")
