"""Texts that stand for "no value" in what a source sends."""

from __future__ import annotations

from collections.abc import Mapping

from pyspark.sql import Column
from pyspark.sql import functions as F

Sentinels = Mapping[str, tuple[str, ...]]
"""By source, `*` for all."""


def without_sentinels(value: Column, source: Column, sentinels: Sentinels) -> Column:
    """The text, null where it means none."""
    if not sentinels:
        return value
    nothing = value.isin(list(sentinels.get("*", ())))
    for name, texts in sentinels.items():
        if name != "*":
            # An unknown source has no words of its own.
            nothing = nothing | (source.eqNullSafe(F.lit(name)) & value.isin(list(texts)))
    return F.when(~nothing, value)
