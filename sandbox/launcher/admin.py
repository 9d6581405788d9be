"""The control port's own routes, and a count of requests that change something.

``GET /_waybill/health``      alive, memory, what the record cap removed
``GET /_waybill/stored``      resources that deploy and do nothing
``GET /_waybill/verdicts``    verdict per known type
``POST /_waybill/read-changes`` ``{"<stream ARN of a table>": "<sequence number>"}``: drops what all readers have finished
``POST /_waybill/snapshot``   ``{"target": "<folder>", "unlessMutations": n}``: saves, or answers ``{"changed": false}``
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import ministack.app as ministack

import snapshot
import table_streams
import verdicts
from cfn.table import STORED
from install import Installed

#: First words of operations that change nothing. Everything else counts as a change, so a doubt costs a snapshot, not data.
#: Receiving hides messages for a while only: event sources do it each second.
_READS = ("Get", "Receive", "List", "Describe", "Query", "Scan", "Head", "Filter", "BatchGet", "Lookup", "Search")

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Admin:
    """An ASGI application in front of ministack's."""

    def __init__(self, installed: Installed) -> None:
        self._installed = installed
        self._begun = time.time()
        self._saving = asyncio.Lock()
        self.mutations = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"].startswith("/_waybill/"):
            await self._answer(scope, receive, send)
            return
        if scope["type"] == "http" and changes_something(scope):
            self.mutations += 1
        await ministack.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        route = f"{scope['method']} {scope['path']}"
        try:
            if route == "GET /_waybill/health":
                await reply(send, 200, self._health())
            elif route == "GET /_waybill/stored":
                await reply(send, 200, stored())
            elif route == "GET /_waybill/verdicts":
                await reply(send, 200, verdicts.as_json())
            elif route == "POST /_waybill/read-changes":
                await reply(send, 200, {"dropped": table_streams.drop_read(json.loads(await body_of(receive)))})
            elif route == "POST /_waybill/snapshot":
                await reply(send, 200, await self._snapshot(json.loads(await body_of(receive))))
            else:
                await reply(send, 404, {"error": f"{route}: no such route"})
        except (snapshot.SnapshotError, OSError, ValueError, KeyError) as error:
            await reply(send, 500, {"error": f"{type(error).__name__}: {error}"})

    def _health(self) -> dict[str, Any]:
        return {
            "status": "ok",
            "pid": os.getpid(),
            "uptimeSeconds": round(time.time() - self._begun, 1),
            "rssBytes": resident_bytes(),
            "mutations": self.mutations,
            "trimmed": self._installed.records.trimmed,
        }

    async def _snapshot(self, request: dict[str, Any]) -> dict[str, Any]:
        async with self._saving:
            mutations = self.mutations
            if request.get("unlessMutations") == mutations:
                return {"changed": False, "mutations": mutations}
            states = {**ministack._build_persistence_save_dict(), "waybill-stored": lambda: STORED, table_streams.STATE: table_streams.state}
            taken_at = time.time()
            report = await snapshot.save(states, Path(request["target"]))
            return {"changed": True, "mutations": mutations, "takenAt": taken_at, **report}


def changes_something(scope: Scope) -> bool:
    """Whether a request may change state, by method and operation name."""
    if scope["method"] in ("GET", "HEAD", "OPTIONS"):
        return False
    for name, value in scope["headers"]:
        if name == b"x-amz-target":
            return not value.decode("latin-1").rsplit(".", 1)[-1].startswith(_READS)
    return True


def stored() -> list[dict[str, Any]]:
    """Every resource that is only stored: type, physical id, properties."""
    entries = []
    for (_account, _region, key), props in STORED._data.items():
        type_name, physical_id = key.split(" ", 1)
        entries.append({"type": type_name, "physicalId": physical_id, "properties": props})
    return entries


def restore_stored() -> None:
    """Puts the stored resources of the snapshot back."""
    saved = snapshot.load("waybill-stored")
    if saved is not None:
        STORED.update(saved)


def resident_bytes() -> int:
    """Memory of this process now; where the system does not tell, its highest so far."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024


async def body_of(receive: Receive) -> bytes:
    parts = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


async def reply(send: Send, status: int, value: Any) -> None:
    data = json.dumps(value).encode()
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": data})
