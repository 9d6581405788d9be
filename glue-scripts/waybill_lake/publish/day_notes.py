"""One object per day that a backfill has finished: what is done is not taken again, and people see days as they end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict

from waybill_lake.compare.report import markdown_of, report_of
from waybill_lake.loading.documents import write_json
from waybill_lake.objects.port import ObjectStore
from waybill_lake.protocol.publish_builder import Outcome
from waybill_lake.publish.build import HELD, DayResult
from waybill_lake.publish.weigh import Weighed


def day_notes(store: ObjectStore, prefix: str, run: str) -> Callable[[DayResult], None]:
    """Writes `<prefix>done/<day>.json` for a day that is as it should be (published, or staged by who only stages), else
    `<prefix>failed/<day>.json`.

    :param prefix: ends with a slash.
    """

    def note(day: DayResult) -> None:
        kind = "failed" if day.state in (Outcome.FAILED, Outcome.SUPERSEDED, HELD) else "done"
        tables = [asdict(table) for table in day.tables]
        told = {"day": day.day.isoformat(), "state": day.state, "run": run, "tables": tables}
        weighed = {} if day.weighed is None else {"compared": _compared(day.weighed), "held": list(day.weighed.reasons)}
        write_json(store, f"{prefix}{kind}/{day.day.isoformat()}.json", {**told, **weighed})

    return note


def write_reports(store: ObjectStore, prefix: str, run: str, logic: str, days: Sequence[DayResult], limit: float) -> None:
    """Writes `<prefix><day>.md` for each day that was compared with what readers have, as compare-logic writes its report.

    :param limit: per cent of a table's rows that may differ.
    """
    for day in days:
        if day.weighed is None:
            continue
        text = day.day.isoformat()
        about = {"run": run, "candidate": logic, "current": "published", "from": text, "to": text, "days": 1, "alarmAbovePercent": limit}
        same = [table.table for table in day.tables if table.table not in {each.table for each in day.weighed.differences}]
        report = markdown_of(report_of(about, day.weighed.differences, ()))
        told = [f"Rows as readers have them: {', '.join(same)}."] if same else []
        held = [f"Not published: {reason}." for reason in day.weighed.reasons]
        store.put(f"{prefix}{text}.md", "\n\n".join([report.rstrip(), *told, *held, ""]).encode("utf-8"))


def _compared(weighed: Weighed) -> list[dict[str, object]]:
    """By table, without what the report has."""
    counts = ("table", "rows", "changed", "only_current", "only_candidate")
    return [{name: getattr(each, name) for name in counts} for each in weighed.differences]
