"""Days before the lake began: nothing has ever touched them, and there is nothing to build or to judge."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from waybill_lake.ledger.port import Ledger
from waybill_lake.tables.definitions import SHIPMENTS
from waybill_lake.transforms.gold import GoldTable

_ZONES = dt.timedelta(days=1)
"""A day on the wall lies within a day of that of UTC, by which events tables count."""


def before_the_lake(ledger: Ledger, tables: Iterable[GoldTable], dates: Sequence[dt.date]) -> list[dt.date]:
    """Of these days those before the first that a load has touched. Never the newest: that nothing came is what there is to say of it."""
    names = {SHIPMENTS.name, *(table.events for table in tables if table.events is not None)}
    firsts = [dt.date.fromisoformat(first) for first in map(ledger.first_day, sorted(names)) if first is not None]
    if not firsts:
        return sorted(dates)[:-1]
    return sorted(day for day in dates if day < min(firsts) - _ZONES and day != max(dates))
