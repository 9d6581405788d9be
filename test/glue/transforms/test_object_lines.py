"""Objects of bronze as bytes: Zstandard, and gzip from before decision 0104 (docs/bronze.md)."""

from __future__ import annotations

import gzip
import hashlib

import pyarrow as pa
import pytest

from waybill_lake.transforms.bronze import CORRUPT, MISSING, lines_of, packed, unpacked

LINES = [b'{"k":"%d","e":{"name":"Gr\xc3\xb6\xc3\x9fe"}}' % number for number in range(300)]
TEXT = b"".join(line + b"\n" for line in LINES)
OTHERWISE = pa.Codec("zstd", compression_level=9).compress(TEXT, asbytes=True)


def key_of(ending: str, named: bytes) -> str:
    hash8 = hashlib.sha256(named).hexdigest()[:8]
    return f"c/arrival_date=2026-03-01/arrival_hour=10/shardId-000000000000-0-299-{len(LINES)}-{hash8}.ndjson.{ending}"


@pytest.mark.parametrize(
    ("ending", "body", "named"),
    [
        ("zst", packed(TEXT), packed(TEXT)),
        ("zst", OTHERWISE, OTHERWISE),
        ("zst", packed(TEXT), TEXT),
        ("gz", gzip.compress(TEXT, 1), TEXT),
    ],
    ids=["by its bytes", "by its bytes, packed otherwise", "by its lines, as before decision 0106", "gzip, by its lines"],
)
def test_lines_come_back_however_they_are_packed_and_named(ending: str, body: bytes, named: bytes) -> None:
    assert unpacked(body) == TEXT
    assert lines_of(key_of(ending, named), body) == (LINES, "")


@pytest.mark.parametrize("named", [packed(TEXT), TEXT], ids=["named by its bytes", "named by its lines"])
@pytest.mark.parametrize(
    ("ending", "body"),
    [
        ("zst", packed(TEXT)[:-1]),
        ("zst", packed(TEXT)[:40] + b"torn" + packed(TEXT)[44:]),
        ("zst", packed(TEXT[:-1] + b"?\n")),
        ("zst", packed(TEXT[: len(TEXT) // 2])),
        ("zst", packed(b"")),
        ("zst", b""),
        ("zst", TEXT),
        ("gz", gzip.compress(TEXT)[:-1]),
        ("gz", gzip.compress(TEXT[: len(TEXT) // 2])),
    ],
    ids=["cut", "torn", "other lines", "fewer lines", "no lines", "empty", "not packed", "gzip, cut", "gzip, fewer lines"],
)
def test_what_is_not_what_its_name_says_is_corrupt(ending: str, body: bytes, named: bytes) -> None:
    assert lines_of(key_of(ending, named), body) == ([], CORRUPT)


def test_an_object_of_another_count_than_its_name_says_is_corrupt() -> None:
    fewer = packed(b"".join(line + b"\n" for line in LINES[:-1]))
    assert lines_of(key_of("zst", fewer), fewer) == ([], CORRUPT)


def test_an_object_that_is_gone_is_missing() -> None:
    assert lines_of(key_of("zst", TEXT), None) == ([], MISSING)
