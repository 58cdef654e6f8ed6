"""Rate limits: so many requests a minute per API key or member, told with `Retry-After`.

A sliding window out of two counters: the present minute, and the part of the last one that still lies
inside the last sixty seconds. Counting is one atomic increment, so that parallel requests cannot slip
through together.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core.errors import Unavailable

if TYPE_CHECKING:  # DRF reads this module while it makes its views
    from rest_framework.views import APIView

WINDOW = 60
"""Seconds in which a limit counts."""

DEFAULT_RATES = {"read": 600, "write": 120}
"""Requests a minute; the setting `REVOPS_API_RATES` replaces them."""


@dataclass(frozen=True)
class Decision:
    """Whether a request may pass, and after how many seconds one could (0 when it may)."""

    allowed: bool
    wait: int


def decide(*, limit: int, now: float, present: int, last: int) -> Decision:
    """Judge a request, itself counted in `present`; `last` is the minute before's count, `now` Unix time."""
    elapsed = now % WINDOW
    if present + last * (WINDOW - elapsed) / WINDOW <= limit:
        return Decision(allowed=True, wait=0)
    if present < limit:
        wait = _second_with_room(before=last, room=limit - present - 1) - elapsed
    else:
        wait = WINDOW - elapsed + _second_with_room(before=present, room=limit - 1)
    return Decision(allowed=False, wait=max(1, math.ceil(wait)))


def _second_with_room(*, before: int, room: int) -> float:
    """The second of a minute from which the minute before, with its count, weighs no more than `room`."""
    return max(0.0, WINDOW - room * WINDOW / before) if before else 0.0


class RateThrottle(BaseThrottle):
    """Counts per API key, else per member, else per address. Reading and writing have a limit each."""

    decision = Decision(allowed=True, wait=0)

    def allow_request(self, request: Request, view: APIView) -> bool:
        kind = "read" if request.method in {"GET", "HEAD", "OPTIONS"} else "write"
        limit = {**DEFAULT_RATES, **getattr(settings, "REVOPS_API_RATES", {})}[kind]
        now = time.time()
        minute = int(now // WINDOW)
        name = f"rate:{kind}:{self.asker(request)}"
        try:
            cache.add(f"{name}:{minute}", 0, timeout=2 * WINDOW)
            present, last = cache.incr(f"{name}:{minute}"), cache.get(f"{name}:{minute - 1}", 0)
        except RedisError as error:
            message = "Requests cannot be counted at the moment; try again shortly."
            raise Unavailable(message, code="limiter_down", retry_after=5) from error
        self.decision = decide(limit=limit, now=now, present=present, last=last)
        return self.decision.allowed

    def wait(self) -> float | None:
        return self.decision.wait

    def asker(self, request: Request) -> str:
        """Who is counted. `request.auth` may name an API key by `key_prefix`."""
        user = getattr(request.user, "pk", None)
        if user is None:
            return f"address:{self.get_ident(request)}"
        return f"member:{user}:{getattr(request.auth, 'key_prefix', '')}"
