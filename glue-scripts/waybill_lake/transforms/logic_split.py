"""Which logic version counts for a shipment: one version for all, or shares by the hash of the shipment's id (`v1:90,v2:10`).

A shipment is on the same side each day, in each table and each rebuild, and stays there when the later version's share grows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from pyspark.sql import Column
from pyspark.sql import functions as F

BUCKETS = 100
_SHARE = re.compile(r"^([a-z0-9]+)(?::(\d{1,3}))?$")


class LogicError(Exception):
    """There is no such logic version, or shares do not add up; the message says what is allowed."""


@dataclass(frozen=True)
class Share:
    version: str
    percent: int


def read_logic(text: str, versions: Collection[str]) -> tuple[Share, ...]:
    """`v2` or `v1:90,v2:10` as shares; those of 0 % are left out.

    :raises LogicError: an unknown version, one that comes twice, or shares that are not 100 % together.
    """
    allowed = f"versions: {', '.join(versions)}. Example: --logic {max(versions)}, or --logic {min(versions)}:90,{max(versions)}:10"
    parts = [part.strip() for part in text.split(",")]
    matches = [_SHARE.match(part) for part in parts]
    shares = [Share(match[1], BUCKETS if match[2] is None else int(match[2])) for match in matches if match is not None]
    names = [share.version for share in shares]
    unknown = [name for name in names if name not in versions]
    if len(shares) != len(parts) or unknown:
        raise LogicError(f"there is no logic {', '.join(unknown) or text}; {allowed}")
    if len(set(names)) != len(names) or sum(share.percent for share in shares) != BUCKETS:
        raise LogicError(f"logic {text}: shares of different versions must be {BUCKETS} together; {allowed}")
    return tuple(share for share in shares if share.percent > 0)


def logic_text(shares: Collection[Share]) -> str:
    """The one spelling of shares, to be compared: `v2`, `v1:90,v2:10`."""
    return ",".join(share.version if share.percent == BUCKETS else f"{share.version}:{share.percent}" for share in shares)


def bucket(shipment_id: Column) -> Column:
    """0 to 99, from the id alone."""
    return F.pmod(F.xxhash64(shipment_id), F.lit(BUCKETS))


Charge = Callable[[Column, Column], Column]


def by_share(shares: Sequence[Share], of_version: Mapping[str, Charge], shipment_id: Column) -> Charge:
    """The function of the version whose buckets hold the shipment; versions take buckets in the order in which they are named."""
    *firsts, last = shares

    def chosen(one: Column, other: Column) -> Column:
        value = of_version[last.version](one, other)
        for end, share in reversed(list(zip(accumulate(share.percent for share in firsts), firsts, strict=True))):
            value = F.when(bucket(shipment_id) < end, of_version[share.version](one, other)).otherwise(value)
        return value

    return chosen
