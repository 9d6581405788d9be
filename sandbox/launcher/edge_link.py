"""Hands compute to the edge: the control plane keeps the resources, the edge runs them.

``lambda_svc._execute_function`` is the one dispatcher behind Invoke, API Gateway, SNS, EventBridge, S3 notifications and custom
resources, so replacing it sends every invocation to the edge's public Invoke path. The control plane's own pollers and schedule
runner are switched off: two of them would deliver everything twice.
"""

from __future__ import annotations

import base64
import http.client
import json
import threading
from typing import Any
from urllib.parse import quote

from ministack.services import lambda_svc, scheduler

#: A function may run 15 minutes; the edge ends it, we only wait a little longer.
INVOKE_TIMEOUT_SECONDS = 910

_kept = threading.local()


class EdgeLink:
    """Calls to the edge over one kept-alive connection per thread."""

    def __init__(self, port: int, region: str) -> None:
        self._port = port
        scope = f"control-plane/20260101/{region}/lambda/aws4_request"
        self._headers = {
            "content-type": "application/json",
            "x-amz-log-type": "Tail",
            "authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0",
        }

    def execute(self, function: dict[str, Any], event: Any) -> dict[str, Any]:
        """Runs a function at the edge. Same answer shape as the function that it replaces."""
        config = function.get("config") or function
        name, qualifier = quote(config["FunctionName"]), quote(config.get("Version") or "$LATEST")
        path = f"/2015-03-31/functions/{name}/invocations?Qualifier={qualifier}"
        status, headers, data = self._post(path, json.dumps(event).encode())

        body = json.loads(data) if data else None
        log = base64.b64decode(headers.get("x-amz-log-result") or "").decode(errors="replace")
        if status == 429:
            return {"body": body, "log": log, "throttle": True, "error": True}
        failure = headers.get("x-amz-function-error")
        if failure or status >= 400:
            return {"body": body, "log": log, "error": True, "function_error": failure}
        return {"body": body, "log": log}

    def _post(self, path: str, body: bytes) -> tuple[int, http.client.HTTPMessage, bytes]:
        kept: http.client.HTTPConnection | None = getattr(_kept, "connection", None)
        if kept is not None:
            try:
                return self._send(kept, path, body)
            except (http.client.HTTPException, ConnectionError):
                # Closed by the edge while it lay idle: one try on a fresh connection.
                kept.close()
                _kept.connection = None
        return self._send(http.client.HTTPConnection("127.0.0.1", self._port, timeout=INVOKE_TIMEOUT_SECONDS), path, body)

    def _send(self, connection: http.client.HTTPConnection, path: str, body: bytes) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection.request("POST", path, body, self._headers)
        reply = connection.getresponse()
        data = reply.read()
        _kept.connection = connection
        return reply.status, reply.headers, data


def install(edge_port: int, region: str) -> None:
    """Sends invocations to the edge and switches the control plane's own engines off."""
    lambda_svc._ensure_poller = lambda: None
    scheduler.start_scheduler = lambda: None
    if edge_port:
        lambda_svc._execute_function = EdgeLink(edge_port, region).execute
