"""What every object store does, asked of a folder and of S3 in a running sandbox."""

from __future__ import annotations

import itertools
import pickle
from pathlib import Path

import pytest

from waybill_lake.clients import s3_client
from waybill_lake.objects import FolderStore, ObjectStore, S3Store

_names = itertools.count(1)


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "folder":
        return FolderStore(str(tmp_path))
    request.getfixturevalue("sandbox")
    name = f"objects-{next(_names)}"
    s3_client().create_bucket(Bucket=name)
    return S3Store(name)


def test_gives_what_was_put_and_nothing_for_what_was_not(store: ObjectStore) -> None:
    store.put("a/b.json", b"1")
    store.put("a/b.json", b"22")
    assert (store.get("a/b.json"), store.get("a/c.json")) == (b"22", None)
    assert (store.exists("a/b.json"), store.exists("a/c.json")) == (True, False)


def test_lists_in_key_order_below_a_prefix(store: ObjectStore) -> None:
    for key in ("a/2", "a/10", "b/1"):
        store.put(key, key.encode())
    assert [(item.key, item.size) for item in store.list("a/")] == [("a/10", 4), ("a/2", 3)]


def test_can_be_sent_to_a_worker(store: ObjectStore) -> None:
    store.put("k", b"v")
    assert pickle.loads(pickle.dumps(store)).get("k") == b"v"
