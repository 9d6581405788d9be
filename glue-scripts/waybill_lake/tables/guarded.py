"""A change of a table that only the holder of a lease may make, however late it comes."""

from __future__ import annotations

import time
from collections.abc import Callable

from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException

from waybill_lake.tables.iceberg import CommitRefusedError, IcebergTable, Snapshot, is_refusal

TRIES = 30
_FIRST_PAUSE_SECONDS = 0.05


class LostLeaseError(Exception):
    """Another loader has taken over: it finishes the run."""


def change_guarded(table: IcebergTable, wap: str, still_mine: Callable[[], bool], write: Callable[[], None]) -> Snapshot | None:
    """Stages what `write` writes and moves `main` to it; None when it wrote nothing.

    Pin the base, *then* ask for the lease, then write and move `main` only from that base. A loader that was overtaken is
    refused either way: by the lease, or because the one who overtook it has moved `main` since.

    :raises LostLeaseError: the lease is gone.
    :raises CommitRefusedError: others moved `main` in each of the tries.
    """
    for attempt in range(1, TRIES + 1):
        base = table.main()
        if not still_mine():
            raise LostLeaseError(f"{table.name}: the lease has moved on")
        wap_id = f"{wap}#{attempt}"
        try:
            with table.staging(wap_id):
                write()
            staged = table.staged(wap_id)
            if staged is None:
                return None
            if staged.parent == (None if base is None else base.id):
                table.advance(staged)
                return staged
            table.drop_staged(staged)
        except CommitRefusedError:
            pass
        except (Py4JJavaError, PySparkException) as error:
            if not is_refusal(error):
                raise
        time.sleep(min(2.0, _FIRST_PAUSE_SECONDS * 2**attempt))
    raise CommitRefusedError(f"{table.name}: main moved in each of {TRIES} tries")
