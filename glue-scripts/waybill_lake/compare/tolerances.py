"""How far two values of a column may lie apart and still count as equal. A file with the same form as tolerances.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from waybill_lake.objects.port import ObjectStore


class ToleranceError(Exception):
    """A tolerance file cannot be understood; the message says where and what is allowed."""


@dataclass(frozen=True)
class Tolerance:
    """Values count as equal up to `absolute`, or up to `relative` of the current one (0.01 is 1 %)."""

    absolute: float = 0
    relative: float = 0


@dataclass(frozen=True)
class Tolerances:
    default: Tolerance
    columns: Mapping[tuple[str, str], Tolerance]
    alarm_above_percent: float
    """Of a table's rows: more that differ raise the alarm, or keep a backfilled day from its readers."""
    sums: Tolerance | None = None
    """How far the sum of a number column may move in a backfilled day; None: sums are not looked at."""

    def of(self, table: str, column: str) -> Tolerance:
        return self.columns.get((table, column), self.columns.get(("*", column), self.default))


def load_tolerances(text: str | None = None) -> Tolerances:
    """The package's own file, or `text`.

    :raises ToleranceError: not of that form.
    """
    try:
        document = json.loads(resources.files(__package__).joinpath("tolerances.json").read_text("utf-8") if text is None else text)
    except json.JSONDecodeError as error:
        raise ToleranceError(f"the tolerance file is no JSON: {error}") from error
    if not isinstance(document, dict) or set(document) - {"default", "alarmAbovePercent", "sums", "tables"}:
        raise ToleranceError('the tolerance file has "default", "alarmAbovePercent", "sums" and "tables" and nothing else')
    columns = {
        (table, column): _tolerance(value, f"tables.{table}.{column}")
        for table, named in document.get("tables", {}).items()
        for column, value in named.items()
    }
    above = _number(document.get("alarmAbovePercent", 1), "alarmAbovePercent")
    sums = _tolerance(document["sums"], "sums") if "sums" in document else None
    return Tolerances(_tolerance(document.get("default", {}), "default"), columns, above, sums)


def stored_tolerances(store: ObjectStore, key: str | None) -> Tolerances:
    """Those of the object; the package's own when no key is given.

    :raises ToleranceError: there is no such object, or it is not of that form.
    """
    if key is None:
        return load_tolerances()
    body = store.get(key)
    if body is None:
        raise ToleranceError(f"--tolerances-key: the lake bucket has no object {key}")
    return load_tolerances(body.decode("utf-8"))


def _tolerance(value: Any, where: str) -> Tolerance:
    if not isinstance(value, dict) or set(value) - {"absolute", "relative"}:
        raise ToleranceError(f'{where}: got {json.dumps(value)}; allowed: "absolute" and "relative", for example {{"relative": 0.01}}')
    return Tolerance(_number(value.get("absolute", 0), f"{where}.absolute"), _number(value.get("relative", 0), f"{where}.relative"))


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ToleranceError(f"{where}: got {json.dumps(value)}; allowed: a number from 0")
    return float(value)
