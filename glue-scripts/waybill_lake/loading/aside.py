"""Rows that may not be in silver become objects of quarantine, beside the records that broke their contract (docs/bronze.md)."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pyspark.sql import DataFrame
from pyspark.sql import functions as F

from waybill_lake.model import LakeContract
from waybill_lake.objects import ObjectStore
from waybill_lake.quality.row_rules import broken_rules
from waybill_lake.quality.rules import RuleSet, rules_of
from waybill_lake.reference import Reference
from waybill_lake.transforms.bronze import packed
from waybill_lake.transforms.events import UNTYPABLE, RowPolicy

if TYPE_CHECKING:
    import pyarrow as pa

FOLDER = "rows/"
"""Below the hour's folder: what loads put there is apart from what archive-events does, which the ledger counts."""
UNTYPABLE_RULE = "UNTYPABLE"
_EVENT = ',"e":'
_FIELDS = ("bronze_key", "stream_shard", "stream_sequence", "frame_index", "arrival_ms", "broken", "line")


@dataclass(frozen=True)
class Reason:
    path: str
    message: str


def policy_of(contract: LakeContract, reference: Reference | None) -> tuple[RowPolicy, Mapping[str, Reason]]:
    """What the contract's owner says of rows, and the reasons that rules give. Without rules there are none, and nothing is published.

    :raises QualityRuleError: rules that cannot be understood.
    """
    if contract.quality is None:
        return RowPolicy(), {}
    rules = rules_of(contract)
    put_aside = (lambda rows: broken_rules(rows, rules, reference)) if rules.put_aside else None
    return RowPolicy(rules.sentinels, put_aside), _reasons(contract, rules)


def _reasons(contract: LakeContract, rules: RuleSet) -> dict[str, Reason]:
    fields = {column.name: next(iter(column.from_), "") for column in contract.table.columns}
    return {rule.id: Reason(fields.get(rule.columns[0], "") if len(rule.columns) == 1 else "", rule.says) for rule in rules.put_aside}


def write_aside(rows: DataFrame, store: ObjectStore, reasons: Mapping[str, Reason]) -> tuple[str, ...]:
    """Writes rows (`transforms.events`, those with a problem) to quarantine: an object for each of bronze that has some. The same rows give
    the same objects, so it may be repeated.

    :return: keys of the objects.
    """
    arrival = F.unix_millis("arrival_time").alias("arrival_ms")
    chosen = rows.withColumn("arrival_ms", arrival).select(*_FIELDS).where("stream_sequence IS NOT NULL")
    together = chosen.repartition("bronze_key").sortWithinPartitions(
        "bronze_key", F.length("stream_sequence"), "stream_sequence", "frame_index"
    )

    def write(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow as pa  # noqa: PLC0415  (workers only)

        lines = (row for batch in batches for row in batch.to_pylist())
        for bronze_key, group in itertools.groupby(lines, key=lambda row: str(row["bronze_key"])):
            key, body = quarantine_object(bronze_key, list(group), reasons)
            store.put(key, body)
            yield pa.RecordBatch.from_arrays([pa.array([key])], names=["key"])

    return tuple(sorted(row["key"] for row in together.mapInArrow(write, "key string").collect()))


def quarantine_object(bronze_key: str, rows: Sequence[Mapping[str, Any]], reasons: Mapping[str, Reason]) -> tuple[str, bytes]:
    """Key and bytes of the object for these rows of one object of bronze."""
    body = packed("".join(f"{_line(row, reasons)}\n" for row in rows).encode())
    hour, shard = bronze_key[: bronze_key.rindex("/") + 1], rows[0]["stream_shard"]
    first, last = rows[0]["stream_sequence"], rows[-1]["stream_sequence"]
    return f"{hour}{FOLDER}{shard}-{first}-{last}-{len(rows)}-{hashlib.sha256(body).hexdigest()[:8]}.ndjson.zst", body


def _line(row: Mapping[str, Any], reasons: Mapping[str, Reason]) -> str:
    given = [
        {"path": reasons[name].path, "rule": name, "message": reasons[name].message, "severity": "reject"} for name in row["broken"] or ()
    ]
    why = given or [{"path": "", "rule": UNTYPABLE_RULE, "message": f"has {UNTYPABLE}, so no table can hold it", "severity": "reject"}]
    # The event lies in its line as it was sent, behind the platform's fields, which hold no such text.
    event = str(row["line"]).partition(_EVENT)[2][:-1]
    place = {"k": row["stream_sequence"], "i": row["frame_index"], "t": row["arrival_ms"]}
    return json.dumps({**place, "reasons": why, "encoding": "utf8", "data": event}, ensure_ascii=False, separators=(",", ":"))
