"""One object per day that a backfill has finished: what is done is not taken again, and people see days as they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict

from waybill_lake.loading.documents import write_json
from waybill_lake.objects.port import ObjectStore
from waybill_lake.protocol.publish_builder import Outcome
from waybill_lake.publish.build import DayResult


def day_notes(store: ObjectStore, prefix: str, run: str) -> Callable[[DayResult], None]:
    """Writes `<prefix>done/<day>.json` for a day that readers have as it should be, else `<prefix>failed/<day>.json`.

    :param prefix: ends with a slash.
    """

    def note(day: DayResult) -> None:
        kind = "done" if day.state in (Outcome.PUBLISHED, Outcome.UNCHANGED) else "failed"
        tables = [asdict(table) for table in day.tables]
        write_json(
            store,
            f"{prefix}{kind}/{day.day.isoformat()}.json",
            {"day": day.day.isoformat(), "state": day.state, "run": run, "tables": tables},
        )

    return note
