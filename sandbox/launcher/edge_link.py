"""Hands compute to the edge: the control plane keeps the resources, the edge runs them.

``lambda_svc._execute_function`` is the one dispatcher behind Invoke, API Gateway, SNS, EventBridge, S3 notifications and custom
resources, so replacing it sends every invocation to the edge's public Invoke path; ``stepfunctions._start_execution`` is the one
behind EventBridge rules. The control plane's own pollers and schedule runner are switched off: two of them would deliver everything
twice.
"""

from __future__ import annotations

import base64
import http.client
import json
import logging
import threading
from typing import Any
from urllib.parse import quote

from ministack.core.responses import json_response
from ministack.services import lambda_svc, scheduler, stepfunctions

#: A function may run 15 minutes; the edge ends it, we only wait a little longer.
INVOKE_TIMEOUT_SECONDS = 910

logger = logging.getLogger("edge_link")

_kept = threading.local()


class EdgeLink:
    """Calls to the edge over one kept-alive connection per thread."""

    def __init__(self, port: int, region: str) -> None:
        self._port = port
        self._region = region

    def _headers(self, service: str) -> dict[str, str]:
        scope = f"control-plane/20260101/{self._region}/{service}/aws4_request"
        return {"authorization": f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0"}

    def execute(self, function: dict[str, Any], event: Any) -> dict[str, Any]:
        """Runs a function at the edge. Same answer shape as the function that it replaces."""
        config = function.get("config") or function
        name, qualifier = quote(config["FunctionName"]), quote(config.get("Version") or "$LATEST")
        path = f"/2015-03-31/functions/{name}/invocations?Qualifier={qualifier}"
        status, headers, data = self._post(path, json.dumps(event).encode(), self._lambda_headers())

        body = json.loads(data) if data else None
        log = base64.b64decode(headers.get("x-amz-log-result") or "").decode(errors="replace")
        if status == 429:
            return {"body": body, "log": log, "throttle": True, "error": True}
        failure = headers.get("x-amz-function-error")
        if failure or status >= 400:
            return {"body": body, "log": log, "error": True, "function_error": failure}
        return {"body": body, "log": log}

    def accept(self, name: str, event: Any) -> bool:
        """Hands an event to a function without waiting for it. ``name`` may carry a qualifier."""
        function, _, qualifier = name.partition(":")
        path = f"/2015-03-31/functions/{quote(function)}/invocations?Qualifier={quote(qualifier or '$LATEST')}"
        status, _headers, _data = self._post(path, json.dumps(event).encode(), {**self._lambda_headers(), "x-amz-invocation-type": "Event"})
        return status < 300

    def start_execution(self, request: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        """Starts an execution at the edge, without waiting for it: the edge asks us for the machine, and here is its answer's loop."""
        threading.Thread(target=self._start_execution, args=(dict(request),), daemon=True).start()
        answer: tuple[int, dict[str, str], bytes] = json_response({})
        return answer

    def _start_execution(self, request: dict[str, Any]) -> None:
        status, data = self._states("StartExecution", request)
        if status >= 400:
            logger.error("%s was not started: %s", request.get("stateMachineArn"), data.get("message"))

    def refused_definition(self, definition: str, machine_type: str) -> str | None:
        """Why a state machine cannot run at the edge, or ``None``."""
        status, data = self._states("ValidateStateMachineDefinition", {"definition": definition, "type": machine_type})
        if status >= 400:
            return f"The edge did not check the state machine: {data.get('message')}"
        problems = [f"{entry['message']} at {entry.get('location') or '/'}" for entry in data.get("diagnostics", [])]
        return f"Invalid State Machine Definition: {'; '.join(problems)}" if problems else None

    def refused(self, type_name: str, properties: dict[str, Any]) -> str | None:
        """Why a resource of this type cannot run at the edge, or ``None``."""
        body = json.dumps({"type": type_name, "properties": properties}).encode()
        status, _headers, data = self._post("/_waybill/check", body, {"content-type": "application/json"})
        answer: dict[str, Any] = json.loads(data or b"{}")
        if status >= 400:
            return f"The edge did not check the resource: {answer.get('error')}"
        return answer.get("refused")

    def _states(self, operation: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        headers = {"content-type": "application/x-amz-json-1.0", "x-amz-target": f"AWSStepFunctions.{operation}", **self._headers("states")}
        status, _headers, data = self._post("/", json.dumps(request).encode(), headers)
        return status, json.loads(data or b"{}")

    def _lambda_headers(self) -> dict[str, str]:
        return {"content-type": "application/json", "x-amz-log-type": "Tail", **self._headers("lambda")}

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, http.client.HTTPMessage, bytes]:
        kept: http.client.HTTPConnection | None = getattr(_kept, "connection", None)
        if kept is not None:
            try:
                return self._send(kept, path, body, headers)
            except (http.client.HTTPException, ConnectionError):
                # Closed by the edge while it lay idle: one try on a fresh connection.
                kept.close()
                _kept.connection = None
        return self._send(http.client.HTTPConnection("127.0.0.1", self._port, timeout=INVOKE_TIMEOUT_SECONDS), path, body, headers)

    def _send(
        self, connection: http.client.HTTPConnection, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, http.client.HTTPMessage, bytes]:
        connection.request("POST", path, body, headers)
        reply = connection.getresponse()
        data = reply.read()
        _kept.connection = connection
        return reply.status, reply.headers, data


def install(edge: EdgeLink | None) -> None:
    """Sends invocations and executions to the edge and switches the control plane's own engines off."""
    lambda_svc._ensure_poller = lambda: None
    scheduler.start_scheduler = lambda: None
    if edge:
        lambda_svc._execute_function = edge.execute
        stepfunctions._start_execution = edge.start_execution
