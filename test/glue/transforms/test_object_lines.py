"""Objects of bronze as bytes: Zstandard, and gzip from before decision 0104 (docs/bronze.md)."""

from __future__ import annotations

import gzip
import hashlib

import pytest

from waybill_lake.transforms.bronze import CORRUPT, MISSING, lines_of, packed, unpacked

LINES = [b'{"k":"%d","e":{"name":"Gr\xc3\xb6\xc3\x9fe"}}' % number for number in range(300)]
TEXT = b"".join(line + b"\n" for line in LINES)


def key_of(ending: str, text: bytes = TEXT) -> str:
    hash8 = hashlib.sha256(text).hexdigest()[:8]
    return f"c/arrival_date=2026-03-01/arrival_hour=10/shardId-000000000000-0-299-{len(LINES)}-{hash8}.ndjson.{ending}"


@pytest.mark.parametrize(("ending", "body"), [("zst", packed(TEXT)), ("gz", gzip.compress(TEXT, 1))])
def test_lines_come_back_however_they_are_packed(ending: str, body: bytes) -> None:
    assert unpacked(body) == TEXT
    assert lines_of(key_of(ending), body) == (LINES, "")


@pytest.mark.parametrize(
    ("ending", "body"),
    [
        ("zst", packed(TEXT)[:-1]),
        ("zst", packed(TEXT)[:40] + b"torn" + packed(TEXT)[44:]),
        ("zst", packed(TEXT[:-1] + b"?\n")),
        ("zst", packed(b"")),
        ("zst", b""),
        ("zst", TEXT),
        ("gz", gzip.compress(TEXT)[:-1]),
        ("gz", gzip.compress(TEXT[: len(TEXT) // 2])),
    ],
    ids=["cut", "torn", "other lines", "no lines", "empty", "not packed", "gzip, cut", "gzip, other lines"],
)
def test_what_is_not_what_its_name_says_is_corrupt(ending: str, body: bytes) -> None:
    assert lines_of(key_of(ending), body) == ([], CORRUPT)


def test_an_object_that_is_gone_is_missing() -> None:
    assert lines_of(key_of("zst"), None) == ([], MISSING)
