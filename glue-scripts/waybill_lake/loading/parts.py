"""The real parts that a load works with, as one value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from pyspark.sql import SparkSession

from waybill_lake.ledger import Ledger
from waybill_lake.model import LakeModel
from waybill_lake.objects import ObjectStore
from waybill_lake.reference import Reference
from waybill_lake.session import CATALOG
from waybill_lake.steps import NoSteps, Steps

DAY_SECONDS = 86_400
OBJECT_ROW_DAYS = 100
RUN_ROW_DAYS = 400
MAX_BYTES = 384 * 1024 * 1024
"""Of packed bronze in one run: some six million shipment events at 64 bytes each."""


@dataclass(frozen=True)
class LoadParts:
    spark: SparkSession
    ledger: Ledger
    bronze: ObjectStore
    quarantine: ObjectStore
    lake: ObjectStore
    model: LakeModel
    silver_database: str
    owner: str
    """Unique to this process: whose lease it is."""
    invocation: str
    now: dt.datetime
    """UTC; the load date is its day."""
    clock: Callable[[], int]
    """Ms since 1970, for leases."""
    horizon_days: int = 45
    business_time_zone: str = "UTC"
    max_bytes: int = MAX_BYTES
    """Compressed bytes of bronze that one run takes."""
    lease_seconds: int = 120
    reference: Reference | None = None
    """What rules look values up in; without it a rule that does so stops the load."""
    steps: Steps = field(default_factory=NoSteps)

    def table(self, name: str) -> str:
        """Full name of a silver table."""
        return f"{CATALOG}.{self.silver_database}.{name}"

    def expires_after(self, days: int) -> int:
        """Epoch seconds."""
        return int(self.now.timestamp()) + days * DAY_SECONDS
