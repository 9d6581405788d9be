"""Bronze objects as DataFrames: objects to lines (in Python workers), lines to parsed events (in Spark).

Jobs read objects through the object store and not through Spark's file systems: one object that is missing or torn must not
end the run of all others, and the same code reads S3 on AWS and in the sandbox.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as T

from waybill_lake.objects import ObjectStore

if TYPE_CHECKING:
    import pyarrow as pa

MISSING = "missing"
CORRUPT = "corrupt"

LINES = T.StructType(
    [
        T.StructField("bronze_key", T.StringType(), nullable=False),
        T.StructField("stream_shard", T.StringType(), nullable=False),
        T.StructField("seen", T.BooleanType(), nullable=False),
        T.StructField("problem", T.StringType()),
        T.StructField("line", T.StringType()),
    ]
)
"""One row a line; an object that cannot be read has one row with `problem` and no line."""

_LINES_A_BATCH = 10_000
_OBJECTS_A_TASK = 64
_HASH_OF_KEY = re.compile(r"-(\d+)-([0-9a-f]{8})\.ndjson\.(?:zst|gz)$")
_GZIP_MAGIC = b"\x1f\x8b"
_ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
_MAY_HOLD_SURROGATE = re.compile(rb"\\u[dD]")


@dataclass(frozen=True)
class BronzeObject:
    key: str
    shard: str
    seen: bool = False
    """Loaded before; read only to leave out the identities that overlap."""


def read_lines(spark: SparkSession, store: ObjectStore, objects: Sequence[BronzeObject]) -> DataFrame:
    """The lines of all objects (`LINES`)."""
    tasks = max(1, min(len(objects), max(spark.sparkContext.defaultParallelism, len(objects) // _OBJECTS_A_TASK)))
    rows = [(item.key, item.shard, item.seen) for item in objects]
    listed = spark.createDataFrame(spark.sparkContext.parallelize(rows, tasks), "key string, shard string, seen boolean")

    def read_all(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            for row in batch.to_pylist():
                yield from _batches_of(BronzeObject(row["key"], row["shard"], row["seen"]), store)

    return listed.mapInArrow(read_all, LINES)


def _batches_of(item: BronzeObject, store: ObjectStore) -> Iterator[pa.RecordBatch]:
    import pyarrow as pa  # noqa: PLC0415  (workers only)

    lines, problem = lines_of(item.key, store.get(item.key))
    for start in range(0, max(1, len(lines)), _LINES_A_BATCH):
        part: Sequence[bytes | None] = [None] if problem else lines[start : start + _LINES_A_BATCH]
        if not part:
            return
        yield pa.RecordBatch.from_arrays(
            [
                pa.array([item.key] * len(part), pa.string()),
                pa.array([item.shard] * len(part), pa.string()),
                pa.array([item.seen] * len(part), pa.bool_()),
                pa.array([problem or None] * len(part), pa.string()),
                pa.array(part, pa.binary()).cast(pa.string()),
            ],
            names=LINES.names,
        )


def lines_of(key: str, body: bytes | None) -> tuple[list[bytes], str]:
    """The lines of an object, or what is wrong with it: its name says how many lines it has, and a hash."""
    if body is None:
        return [], MISSING
    try:
        text = unpacked(body)
    except (OSError, EOFError, zlib.error):
        return [], CORRUPT
    lines = text.splitlines()
    named = _HASH_OF_KEY.search(key)
    if named is not None and (len(lines) != int(named[1]) or not _is_hash_of(named[2], body, text)):
        return [], CORRUPT
    if _MAY_HOLD_SURROGATE.search(text):
        lines = [well_formed(line) for line in lines]
    return lines, ""


def _is_hash_of(hash8: str, body: bytes, text: bytes) -> bool:
    """Names hash what is stored (docs/bronze.md); objects from before decision 0106 have the hash of their lines."""
    return any(hashlib.sha256(part).hexdigest()[:8] == hash8 for part in (body, text))


def packed(text: bytes) -> bytes:
    """Lines as objects of bronze and quarantine hold them (docs/bronze.md): one frame of Zstandard."""
    import pyarrow as pa  # noqa: PLC0415

    return bytes(pa.compress(text, codec="zstd", asbytes=True))


def unpacked(body: bytes) -> bytes:
    """The lines of an object. Its first bytes say how it is packed: objects from before decision 0104 are gzip.

    :raises OSError, EOFError, zlib.error: it is neither, or cut short.
    """
    if body.startswith(_GZIP_MAGIC):
        return gzip.decompress(body)
    import pyarrow as pa  # noqa: PLC0415

    return bytes(pa.input_stream(pa.py_buffer(body), compression="zstd").read())


def well_formed(line: bytes) -> bytes:
    """Escaped half surrogate pairs become U+FFFD, as JavaScript's toWellFormed makes them; Java would make them '?'."""
    found = list(_ESCAPE.finditer(line))
    halves: list[re.Match[bytes]] = []
    waiting: re.Match[bytes] | None = None
    for match in found:
        code = int(match[1], 16) if match[1] else 0
        if 0xDC00 <= code <= 0xDFFF and waiting is not None and waiting.end() == match.start():
            waiting = None
            continue
        if waiting is not None:
            halves.append(waiting)
            waiting = None
        if 0xD800 <= code <= 0xDBFF:
            waiting = match
        elif 0xDC00 <= code <= 0xDFFF:
            halves.append(match)
    if waiting is not None:
        halves.append(waiting)
    for match in reversed(halves):
        line = line[: match.start()] + b"\\ufffd" + line[match.end() :]
    return line
