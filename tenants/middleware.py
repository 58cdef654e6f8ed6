"""Resolves the tenant of a request from its URL and lets members in, in person or by API key.

Who is not signed in learns nothing: the answer is the same for known and unknown slugs. Who is signed in but
not a member gets the 404 of an address that does not exist, with the same body after the same number of
queries.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url

from core.api.errors import error_response
from core.errors import DomainError, Invalid
from tenants.authentication import authenticate_key
from tenants.principal import Principal
from tenants.queries import membership_of
from tenants.scope import tenant_scope

Handler = Callable[[HttpRequest], HttpResponse]
PAGES = "/t/"
API = "/api/v1/t/"


class TenantMiddleware:
    """Opens the tenant's scope around every view under `/t/<slug>/` and `/api/v1/t/<slug>/`."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(PAGES):
            return self._serve_page(request)
        if request.path.startswith(API):
            return self._serve_api(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal in a page becomes a page that says what to do; DRF answers for the API itself."""
        if not isinstance(error, DomainError) or request.path.startswith("/api/"):
            return None
        return render(request, "error.html", {"error": error}, status=error.status)

    def _serve_page(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return _to_sign_in(request)
        membership = membership_of(request.user.pk, slug=_slug(request, PAGES))
        if membership is not None and any("\0" in value for value in request.GET.values()):
            refusal = Invalid("The address holds a character that cannot be stored. Remove it and try again.")
            return render(request, "error.html", {"error": refusal}, status=refusal.status)
        return self._serve(request, Principal(membership) if membership else None)

    def _serve_api(self, request: HttpRequest) -> HttpResponse:
        principal = authenticate_key(request.headers.get("Authorization", ""))
        if principal is None:
            return error_response(
                request,
                status=401,
                type="authentication_error",
                code="no_valid_key",
                message="Send a valid key: `Authorization: Bearer <key>`. Make one under API and keys.",
                headers={"WWW-Authenticate": 'Bearer realm="api"'},
            )
        if principal.membership.tenant.slug != _slug(request, API):
            return self._serve(request, None)
        return self._serve(request, principal)

    def _serve(self, request: HttpRequest, principal: Principal | None) -> HttpResponse:
        if principal is None:
            request.urlconf = "tenants.nowhere"  # Django reads it when it resolves
            return self.get_response(request)
        request.principal = principal  # type: ignore[attr-defined]  # views take a TenantRequest
        request.membership = principal.membership  # type: ignore[attr-defined]
        request.tenant = principal.membership.tenant  # type: ignore[attr-defined]
        with tenant_scope(principal.membership.tenant_id):
            return self.get_response(request)


def _slug(request: HttpRequest, prefix: str) -> str:
    return request.path[len(prefix) :].split("/", 1)[0]


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    target = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)
