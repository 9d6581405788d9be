"""Throttling of HTTP APIs, run in process with a clock of its own. Usage: python api_throttle_probe.py <launcher folder>   prints JSON"""

from __future__ import annotations

import asyncio
import atexit
import json
import logging
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, sys.argv[1])
logging.disable(logging.CRITICAL)

import settings as settings_module  # noqa: E402

FOLDER = Path(tempfile.mkdtemp(prefix="waybill-probe-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
settings_module.apply(settings_module.read({"WAYBILL_DIR": str(FOLDER)}))

import api_throttle  # noqa: E402
from ministack.services import apigateway  # noqa: E402
from ministack.services.cloudformation import provisioners  # noqa: E402

CLOCK = {"now": 1_000.0}
api_throttle.install(lambda: CLOCK["now"])


def rest(method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    _, _, answer = asyncio.run(apigateway.handle_request(method, path, {}, json.dumps(body or {}).encode(), {}))
    return json.loads(answer or b"{}")


def asked(times: int, path: str = "/a", method: str = "GET") -> list[int]:
    """Statuses; routes without an integration answer 500 once they are reached."""
    return [asyncio.run(apigateway.handle_execute(API, "$default", path, method, {}, b"", {}))[0] for _ in range(times)]


API: str = rest("POST", "/v2/apis", {"name": "a", "protocolType": "HTTP"})["apiId"]
for key in ("GET /a", "GET /b"):
    rest("POST", f"/v2/apis/{API}/routes", {"routeKey": key})
provisioners._apigw_v2_stage_create("Stage", {"ApiId": API, "StageName": "$default", "DefaultRouteSettings": {"ThrottlingRateLimit": 2, "ThrottlingBurstLimit": 3}}, "s")

RESULTS: dict[str, Any] = {"burst": asked(5), "other route": asked(1, "/b"), "unknown route": asked(5, "/c"), "preflight": asked(5, method="OPTIONS")}
CLOCK["now"] += 0.5
RESULTS["half a second later"] = asked(2)
CLOCK["now"] += 60
RESULTS["long after"] = asked(4)
_, HEADERS, BODY = asyncio.run(apigateway.handle_execute(API, "$default", "/a", "GET", {}, b"", {}))
RESULTS["answer"] = [HEADERS, BODY.decode()]
rest("PATCH", f"/v2/apis/{API}/stages/$default", {"routeSettings": {"GET /b": {"throttlingRateLimit": 1, "throttlingBurstLimit": 1}}})
RESULTS["route of its own"] = [asked(2, "/b"), asked(1)]
rest("PATCH", f"/v2/apis/{API}/stages/$default", {"routeSettings": {}, "defaultRouteSettings": {}})
RESULTS["no limits"] = asked(10)
print(json.dumps(RESULTS))
