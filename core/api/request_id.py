"""One id per request: in the answer, in each log line, in the audit entry, in the error people report."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-Id"
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,64}")
_current: ContextVar[str | None] = ContextVar("request_id", default=None)


def current_request_id() -> str | None:
    """The id of the request that this code serves; None outside a request."""
    return _current.get()


def acceptable(asked: str | None) -> str:
    """The id a proxy or client has already given, if it is a plain word; else a new one."""
    return asked if asked and _ACCEPTABLE.fullmatch(asked) else f"req_{secrets.token_hex(12)}"


class RequestIdMiddleware:
    """Gives each request its id. Comes first, so that everything after it can name the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = acceptable(request.headers.get(HEADER))
        token = _current.set(request_id)
        try:
            response = self.get_response(request)
        finally:
            _current.reset(token)
        response[HEADER] = request_id
        return response


class RequestIdFilter(logging.Filter):
    """Puts `request_id` into each log record ("-" outside a request), for use in a format string."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = _current.get() or "-"
        return True
