"""Values as Athena writes them into a result file."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any


def to_text(value: Any, kind: str = "") -> str | None:
    """A cell of the result. ``None`` is NULL. ``kind`` is Athena's type, needed to tell ``real`` from ``double``."""
    if value is None:
        return None
    if kind == "real":
        return java_double(_shortest_single(value))
    write = next((write for types, write in _WRITERS if isinstance(value, types)), _nested)
    return write(value)


def _nested(value: Any) -> str:
    if isinstance(value, (bytes, bytearray)):
        return value.hex(" ")
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_inner(item) for item in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_inner(key)}={_inner(item)}" for key, item in value.items()) + "}"
    return str(value)


def _inner(value: Any) -> str:
    text = to_text(value)
    return "null" if text is None else text


def timestamp(value: datetime) -> str:
    """Six digits, as columns of Iceberg tables have them; with the zone when there is one (always UTC here)."""
    text = value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond:06d}"
    return text if value.tzinfo is None else f"{text} UTC"


def interval(value: timedelta) -> str:
    """``7 00:00:00.000``."""
    millis = round(value.total_seconds() * 1000)
    sign, millis = ("-", -millis) if millis < 0 else ("", millis)
    seconds, millis = divmod(millis, 1000)
    days, seconds = divmod(seconds, 86_400)
    return f"{sign}{days} {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{millis:03d}"


def java_double(value: float) -> str:
    """Java's Double.toString: plain from 1e-3 up to 1e7, otherwise ``1.0E10``."""
    if math.isnan(value):
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return _plain(value)
    mantissa, exponent = f"{Decimal(repr(value)).normalize():e}".split("e")
    return f"{mantissa if '.' in mantissa else mantissa + '.0'}E{int(exponent)}"


def _plain(value: float) -> str:
    text = format(Decimal(repr(value)), "f")
    return text if "." in text else f"{text}.0"


def _shortest_single(value: float) -> float:
    """The shortest decimal that is the same single-precision number."""
    for digits in range(6, 10):
        short = float(f"{value:.{digits}g}")
        if struct.pack("f", short) == struct.pack("f", value):
            return short
    return value


#: The first that fits: a bool is an int, a datetime a date.
_WRITERS: tuple[tuple[tuple[type, ...], Callable[[Any], str]], ...] = (
    ((bool,), lambda value: "true" if value else "false"),
    ((float,), java_double),
    ((datetime,), timestamp),
    ((Decimal,), lambda value: format(value, "f")),
    ((date, int, str), str),
    ((time,), lambda value: value.strftime("%H:%M:%S.") + f"{value.microsecond:06d}"),
    ((timedelta,), interval),
)
