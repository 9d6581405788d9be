"""The result that load-silver leaves for whoever started it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from waybill_lake.loading.documents import Counts
from waybill_lake.loading.report import LoadReport, RunReport


def summarise(run: str, reports: Sequence[LoadReport], repairs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """JSON: counts in all and by contract, days touched, objects that need a person."""
    contracts = {report.contract: _contract(report) for report in reports}
    return {
        "job": "load-silver",
        "run": run,
        "counts": _total([report for load in reports for report in load.runs]),
        "contracts": contracts,
        "repairs": list(repairs),
    }


def _contract(report: LoadReport) -> dict[str, Any]:
    return {
        "state": report.state,
        "heldUntil": report.held_until,
        "counts": _total(report.runs),
        "days": sorted({day for run in report.runs for day in run.outcome.days}),
        "businessDates": sorted({day for run in report.runs for day in run.outcome.business_dates}),
        "missing": [key for run in report.runs for key in run.outcome.missing],
        "corrupt": [key for run in report.runs for key in run.outcome.corrupt],
        "runs": [{"run": run.run, "state": run.state, "snapshot": run.snapshot, "objects": run.objects} for run in report.runs],
    }


def _total(runs: Sequence[RunReport]) -> dict[str, int]:
    names = asdict(Counts())
    counts = {name: sum(getattr(run.outcome.counts, name) for run in runs) for name in names}
    return {
        **counts,
        "objects": sum(run.objects for run in runs),
        "parkedObjects": sum(run.parked_objects + len(run.outcome.corrupt) for run in runs),
        "missingObjects": sum(len(run.outcome.missing) for run in runs),
        "quarantinedLines": sum(run.quarantined_lines for run in runs),
    }
