"""Throttling of HTTP APIs by the settings of their stage: a token bucket per route, which starts full. Stock keeps the settings and
never refuses. A request that finds no token is answered before it is authorized, and reaches nobody."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from ministack.services import apigateway

Answer = tuple[int, dict[str, str], bytes]
Execute = Callable[..., Awaitable[Answer]]

TOO_MANY: Answer = (429, {"Content-Type": "application/json"}, b'{"message":"Too Many Requests"}')


@dataclass(frozen=True)
class Limits:
    """``rate``: tokens that come back in a second; ``burst``: as many as there can be."""

    rate: float
    burst: float


class TokenBucket:
    def __init__(self, limits: Limits, now: float) -> None:
        self.limits = limits
        self._tokens = limits.burst
        self._at = now

    def take(self, now: float) -> bool:
        """Whether there was a token; ``now`` in seconds, of any clock that does not go back."""
        self._tokens = min(self.limits.burst, self._tokens + (now - self._at) * self.limits.rate)
        self._at = now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True


def limits_of(stage: dict[str, Any], route_key: str) -> Limits | None:
    """The settings of the route, else the default ones of the stage; None when neither limits."""
    for settings in (_named(stage, "routeSettings").get(route_key) or {}, _named(stage, "defaultRouteSettings")):
        rate, burst = _setting(settings, "throttlingRateLimit"), _setting(settings, "throttlingBurstLimit")
        if rate is not None or burst is not None:
            return Limits(rate=float(rate if rate is not None else burst), burst=float(burst if burst is not None else rate))
    return None


def install(now: Callable[[], float] = time.monotonic) -> None:
    execute: Execute = apigateway._handle_execute_in_scope
    buckets: dict[tuple[str, str, str], TokenBucket] = {}

    def is_refused(api_id: str, stage: str, method: str, path: str) -> bool:
        route = apigateway._match_route(api_id, method, path)
        settings = apigateway._stages.get(api_id, {}).get(stage)
        # An unknown route is answered by what follows, a preflight by the API itself.
        if method == "OPTIONS" or route is None or settings is None:
            return False
        limits = limits_of(settings, route["routeKey"])
        if limits is None:
            return False
        key = (api_id, stage, route["routeKey"])
        bucket = buckets.get(key)
        if bucket is None or bucket.limits != limits:
            bucket = buckets[key] = TokenBucket(limits, now())
        return not bucket.take(now())

    async def inner(api_id: str, stage: str, path: str, method: str, *rest: Any) -> Answer:
        return TOO_MANY if is_refused(api_id, stage, method, path) else await execute(api_id, stage, path, method, *rest)

    apigateway._handle_execute_in_scope = inner


def _named(stage: dict[str, Any], name: str) -> dict[str, Any]:
    return stage.get(name) or {}


def _setting(settings: dict[str, Any], name: str) -> float | None:
    """Templates write names with a capital letter, the API without."""
    value = settings.get(name, settings.get(name[0].upper() + name[1:]))
    return None if value is None else float(value)
