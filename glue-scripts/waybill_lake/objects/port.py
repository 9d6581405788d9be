"""What the jobs need of an object store. Implementations are small values that can be sent to Spark's Python workers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class ObjectInfo:
    key: str
    size: int
    """Bytes."""


class ObjectStore(Protocol):
    def get(self, key: str) -> bytes | None:
        """The object's bytes; None when there is no such object. Any other failure is raised."""

    def put(self, key: str, body: bytes) -> None:
        """Writes or replaces."""

    def exists(self, key: str) -> bool: ...

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """In key order."""
