"""The one shape of an error: `{"error": {"type", "code", "message", "param", "request_id", "doc_url"}}`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import APIView, set_rollback

from core.api.request_id import current_request_id
from core.errors import DomainError

NOTHING_HERE = "There is nothing at this address; check the path and the ids in it."
OUR_FAULT = "Something broke on our side; try again, and report the request id if it happens again."

_TYPES = {401: "authentication_error", 403: "permission_denied", 404: "not_found", 429: "rate_limited"}


@dataclass(frozen=True)
class Refusal:
    """An error as the API tells it."""

    status: int
    type: str
    code: str
    message: str
    param: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, *, request_id: str | None) -> dict[str, dict[str, str | None]]:
        """The JSON document. `doc_url` is set where the setting `REVOPS_ERROR_DOC_URL` names a page."""
        page = getattr(settings, "REVOPS_ERROR_DOC_URL", "")
        return {
            "error": {
                "type": self.type,
                "code": self.code,
                "message": self.message,
                "param": self.param,
                "request_id": request_id,
                "doc_url": f"{page}#{self.code}" if page else None,
            }
        }


def exception_handler(error: Exception, context: Mapping[str, object]) -> Response | None:
    """DRF's `EXCEPTION_HANDLER`. None for what no asker can fix: a bug, answered with a 500."""
    view = context.get("view")
    refusal = refusal_for(error, allowed=view.allowed_methods if isinstance(view, APIView) else [])
    if refusal is None:
        return None
    set_rollback()
    body = refusal.body(request_id=current_request_id())
    return Response(body, status=refusal.status, headers=dict(refusal.headers))


def refusal_for(error: Exception, *, allowed: list[str]) -> Refusal | None:
    """How an exception is told; None for a bug. `allowed` are the methods that the address has."""
    if isinstance(error, DomainError):
        wait = {} if error.retry_after is None else {"Retry-After": str(error.retry_after)}
        return Refusal(error.status, error.type, error.code, error.message, error.param, wait)
    if isinstance(error, Http404 | exceptions.NotFound):
        return Refusal(404, "not_found", "not_found", NOTHING_HERE)
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        message = "You may not do this; ask an administrator for the role or the API key scope it needs."
        return Refusal(403, "permission_denied", "denied", message)
    if isinstance(error, RequestDataTooBig):
        return Refusal(413, "invalid_request", "too_large", "The request is too large; send less at once.")
    return _refusal_of_framework(error, allowed) if isinstance(error, exceptions.APIException) else None


def error_response(
    request: HttpRequest,
    *,
    status: int,
    type: str,
    code: str,
    message: str,
    param: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JsonResponse:
    """The same shape from where there is no DRF view: middleware, and the handlers below."""
    refusal = Refusal(status, type, code, message, param)
    body = refusal.body(request_id=current_request_id())
    return JsonResponse(body, status=status, headers=dict(headers or {}))


def not_found_response(request: HttpRequest) -> JsonResponse:
    """For `handler404` under `/api/`."""
    return error_response(request, status=404, type="not_found", code="not_found", message=NOTHING_HERE)


def server_error_response(request: HttpRequest) -> JsonResponse:
    """For `handler500` under `/api/`."""
    return error_response(request, status=500, type="api_error", code="internal_error", message=OUR_FAULT)


def _refusal_of_framework(error: exceptions.APIException, allowed: list[str]) -> Refusal:
    status, type_ = error.status_code, _TYPES.get(error.status_code, "invalid_request")
    if isinstance(error, exceptions.ValidationError):
        param, code, message = next(_flat(error.get_full_details()), (None, "invalid", "Correct the input."))
        return Refusal(400, "invalid_request", code, f"{param}: {message}" if param else message, param)
    if isinstance(error, exceptions.Throttled):
        wait = max(1, math.ceil(getattr(error, "wait", None) or 1))
        message = f"Too many requests; try again in {wait} s."
        return Refusal(status, type_, "too_many", message, None, {"Retry-After": str(wait)})
    if isinstance(error, exceptions.MethodNotAllowed):
        methods = ", ".join(allowed)
        message = f"This address does not take that method; use {methods or 'another address'}."
        return Refusal(
            status, type_, "method_not_allowed", message, None, {"Allow": methods} if methods else {}
        )
    if isinstance(error, exceptions.UnsupportedMediaType):
        return Refusal(status, type_, "unsupported_media_type", "Send JSON: Content-Type: application/json.")
    if isinstance(error, exceptions.NotAcceptable):
        return Refusal(status, type_, "not_acceptable", "Ask for a form we have: Accept: application/json.")
    headers: dict[str, str] = {}
    if scheme := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = str(scheme)
    codes = error.get_codes()
    return Refusal(
        status, type_, codes if isinstance(codes, str) else "invalid", str(error.detail), None, headers
    )


def _flat(details: object, path: str = "") -> Iterator[tuple[str | None, str, str]]:
    """Each problem of a serializer as parameter path, code and message."""
    if (
        isinstance(details, Mapping)
        and set(details) == {"message", "code"}
        and isinstance(details["code"], str)
    ):
        yield path or None, details["code"], str(details["message"])
    elif isinstance(details, Mapping):
        for name, inner in details.items():
            yield from _flat(inner, path if name == "non_field_errors" else f"{path}.{name}".lstrip("."))
    elif isinstance(details, list):
        for index, inner in enumerate(details):
            nested = isinstance(inner, Mapping) and "code" not in inner
            yield from _flat(inner, f"{path}.{index}".lstrip(".") if nested else path)
