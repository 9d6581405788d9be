"""The report of a comparison, for programs and for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from waybill_lake.compare.differences import TableDifference

SHOWN = 10


def report_of(about: Mapping[str, Any], differences: Sequence[TableDifference], same_by_construction: Sequence[str]) -> dict[str, Any]:
    """`about`: run, what was compared with what, days, alarmAbovePercent. `mismatchPercent` is the worst of the tables."""
    worst = max((difference.mismatch_percent for difference in differences), default=0.0)
    tables = [{**asdict(difference), "mismatchPercent": round(difference.mismatch_percent, 6)} for difference in differences]
    return {
        **about,
        "mismatchPercent": round(worst, 6),
        "exceeds": worst > about["alarmAbovePercent"],
        "summary": _summary(differences, worst),
        "tables": tables,
        "notCompared": list(same_by_construction),
    }


def _summary(differences: Sequence[TableDifference], worst: float) -> str:
    changed = [d for d in differences if d.mismatch_percent > 0]
    if not changed:
        return f"{len(differences)} tables compared, no difference."
    named = "; ".join(f"{d.table}: {d.changed + d.only_current + d.only_candidate} of {d.rows} rows" for d in changed)
    return f"{len(differences)} tables compared, at most {worst:.2f} % of a table's rows differ. {named}."


def markdown_of(report: Mapping[str, Any]) -> str:
    parts = [
        f"# {report['candidate']} beside {report['current']}",
        "",
        f"{report['from']} to {report['to']} ({report['days']} {'day' if report['days'] == 1 else 'days'}), run {report['run']}.",
        "",
        report["summary"],
        "",
        "| table | rows | changed | only current | only candidate | mismatch |",
        "|---|---:|---:|---:|---:|---:|",
        *[
            f"| {t['table']} | {t['rows']} | {t['changed']} | {t['only_current']} | {t['only_candidate']} | {t['mismatchPercent']:.2f} % |"
            for t in report["tables"]
        ],
    ]
    if report["notCompared"]:
        parts += ["", f"Not built, as the logic is no input of theirs: {', '.join(report['notCompared'])}."]
    for table in report["tables"]:
        parts += _table_part(table)
    return "\n".join(parts) + "\n"


def _table_part(table: Mapping[str, Any]) -> list[str]:
    columns = [column for column in table["columns"] if column["rows"]]
    if not table["sample"]:
        return []
    lines = ["", f"## {table['table']}", ""]
    if columns:
        lines += ["| column | rows | largest difference | sum, current | sum, candidate |", "|---|---:|---:|---:|---:|"]
        for column in columns:
            figures = [_figure(column[name]) for name in ("largest", "current", "candidate")]
            lines.append(f"| {column['column']} | {column['rows']} | {' | '.join(figures)} |")
        lines.append("")
    lines += ["| key | what | current → candidate |", "|---|---|---|"]
    for row in table["sample"][:SHOWN]:
        key = ", ".join(f"{name} {value}" for name, value in row["key"].items())
        values = "; ".join(f"{name} {one} → {other}" for name, (one, other) in row["values"].items())
        lines.append(f"| {key} | {row['kind']} | {values} |")
    return lines


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:,.2f}"
