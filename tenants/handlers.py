"""What answers where no view does: the API in its error shape, pages in words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from core.api.errors import error_response, not_found_response, server_error_response

API = "/api/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return not_found_response(request)
    return defaults.page_not_found(request, exception)


def denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return error_response(
            request,
            status=403,
            type="permission_denied",
            code="denied",
            message="Your key or role does not include this; ask a RevOps admin.",
        )
    return defaults.permission_denied(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if request.path.startswith(API):
        return error_response(
            request,
            status=400,
            type="invalid_request",
            code="bad_request",
            message="The request cannot be read; check its address and body.",
        )
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API):
        return server_error_response(request)
    return defaults.server_error(request)
