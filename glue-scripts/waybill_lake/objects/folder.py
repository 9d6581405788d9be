"""A folder as an object store, for tests and for looking at a copy of a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from waybill_lake.objects.port import ObjectInfo


@dataclass(frozen=True)
class FolderStore:
    folder: str

    def get(self, key: str) -> bytes | None:
        path = Path(self.folder, key)
        return path.read_bytes() if path.is_file() else None

    def put(self, key: str, body: bytes) -> None:
        path = Path(self.folder, key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)

    def exists(self, key: str) -> bool:
        return Path(self.folder, key).is_file()

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        root = Path(self.folder)
        files = ((path.relative_to(root).as_posix(), path) for path in root.rglob("*") if path.is_file())
        for key, path in sorted(files):
            if key.startswith(prefix):
                yield ObjectInfo(key, path.stat().st_size)
