"""What a run saves beside the tables: its manifest before it begins, its outcome before it commits. JSON, gzip, in the lake bucket."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from waybill_lake.ledger.rows import LedgerObject
from waybill_lake.objects import ObjectStore
from waybill_lake.protocol.load_choice import Choice


@dataclass(frozen=True)
class Counts:
    """The equation of a run: identities = new + conflicts + duplicates + parked."""

    identities: int = 0
    new: int = 0
    conflicts: int = 0
    duplicates: int = 0
    parked: int = 0


@dataclass(frozen=True)
class Outcome:
    """What an attempt found, saved before it commits: whoever finishes the run finishes it with these."""

    counts: Counts = field(default_factory=Counts)
    days: tuple[str, ...] = ()
    """Event days (`YYYY-MM-DD`, UTC) whose rows change."""
    business_dates: tuple[str, ...] = ()
    """Days, in the business time zone, that carry an ACTUAL of a touched shipment, before or after the load."""
    touched: tuple[str, ...] = ()
    """Entity keys whose derived rows may change."""
    missing: tuple[str, ...] = ()
    """Keys of objects that were not there."""
    corrupt: tuple[str, ...] = ()
    """Keys of objects that could not be read."""
    aside: dict[str, dict[str, int]] = field(default_factory=dict)
    """Rows that break rules of severity `quarantine`, by business date and rule; all are among `parked`."""
    losers: tuple[str, ...] = ()
    """Keys of the objects with conflict rows."""
    has_changes: bool = False


def manifest_key(contract: str, run: str, fence: int) -> str:
    return f"runs/{contract}/{run}/manifest-{fence}.json.gz"


def outcome_key(contract: str, run: str, fence: int, attempt: int) -> str:
    return f"runs/{contract}/{run}/{fence}/{attempt}/outcome.json.gz"


def losers_prefix(contract: str, run: str, fence: int, attempt: int) -> str:
    return f"runs/{contract}/{run}/{fence}/{attempt}/conflicts-"


def write_json(store: ObjectStore, key: str, value: Mapping[str, Any]) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    store.put(key, gzip.compress(text.encode(), mtime=0) if key.endswith(".gz") else text.encode())


def read_json(store: ObjectStore, key: str) -> dict[str, Any]:
    """The document.

    :raises FileNotFoundError: it is not there, though a row names it.
    """
    body = store.get(key)
    if body is None:
        raise FileNotFoundError(f"{key} is not in the lake bucket, though the ledger names it")
    return dict(json.loads(gzip.decompress(body) if key.endswith(".gz") else body))


def save_manifest(store: ObjectStore, key: str, choice: Choice) -> None:
    write_json(store, key, asdict(choice))


def load_manifest(store: ObjectStore, key: str) -> Choice:
    value = read_json(store, key)
    rows = {name: tuple(LedgerObject(**row) for row in value[name]) for name in ("bronze", "quarantine", "markers", "parked", "seen")}
    return Choice(**rows, has_overlap=bool(value["has_overlap"]))


def save_outcome(store: ObjectStore, key: str, outcome: Outcome) -> None:
    write_json(store, key, asdict(outcome))


def load_outcome(store: ObjectStore, key: str) -> Outcome:
    value = read_json(store, key)
    lists = {name: tuple(value[name]) for name in ("days", "business_dates", "touched", "missing", "corrupt", "losers")}
    return Outcome(counts=Counts(**value["counts"]), has_changes=bool(value["has_changes"]), aside=value.get("aside", {}), **lists)
