"""Keeps a lease while a load works, and knows when it is gone."""

from __future__ import annotations

import threading
from types import TracebackType

from waybill_lake.loading.parts import LoadParts


class Lease:
    """A taken lease, renewed in the background at a third of its length, so that two renewals may be lost."""

    def __init__(self, parts: LoadParts, contract: str, fence: int) -> None:
        self._parts = parts
        self._contract = contract
        self.fence = fence
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=f"lease-{contract}", daemon=True)

    def is_mine(self) -> bool:
        """Renews, under the condition of the fence: true means that nobody had taken over when it was asked."""
        until = self._parts.clock() + self._parts.lease_seconds * 1000
        return self._parts.ledger.renew(self._contract, self.fence, until)

    def _keep(self) -> None:
        while not self._stop.wait(self._parts.lease_seconds / 3):
            try:
                if not self.is_mine():
                    return
            except Exception:
                continue

    def __enter__(self) -> Lease:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join(timeout=5)
