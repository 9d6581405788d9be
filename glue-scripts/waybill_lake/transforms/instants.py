"""RFC 3339 to instants, as the stream road reads them: capital T and Z, an offset, parts of a millisecond cut off."""

from __future__ import annotations

from pyspark.sql import Column
from pyspark.sql import functions as F

_RFC_3339 = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$"
_PAST_MILLISECONDS = r"(\.\d{3})\d+"


def parse_instant(text: Column) -> Column:
    """A timestamp; null for anything that is no RFC 3339 date-time."""
    # Without the cut, Spark would refuse more than nine digits and keep microseconds.
    cut = F.when(F.length(text) > 29, F.regexp_replace(text, _PAST_MILLISECONDS, "$1")).otherwise(text)
    # Sessions are in UTC: a text without zone is read as one with Z, and Spark compiles two patterns a value to read a zone.
    zoneless = F.btrim(cut, F.lit("Z"))
    return F.when(text.rlike(_RFC_3339), F.date_trunc("millisecond", zoneless.cast("timestamp")))


def epoch_ms(instant: Column) -> Column:
    return F.unix_millis(instant)


def from_epoch_ms(milliseconds: Column) -> Column:
    return F.timestamp_millis(milliseconds)
