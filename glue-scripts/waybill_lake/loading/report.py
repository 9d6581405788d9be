"""What a load says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from waybill_lake.loading.documents import Outcome


@dataclass(frozen=True)
class RunReport:
    run: str
    state: str
    """committed or no-commit."""
    outcome: Outcome
    objects: int
    parked_objects: int
    quarantined_lines: int
    snapshot: int | None
    manifest: str


@dataclass
class LoadReport:
    contract: str
    state: str = "loaded"
    """loaded, held (another loader works) or fenced (another one took over and finishes)."""
    runs: list[RunReport] = field(default_factory=list)
    held_until: int = 0
    """Ms since 1970; only when held."""
