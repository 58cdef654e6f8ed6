"""The API's documentation, made from its OpenAPI document, in our own shell and under its strict policy."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core.api.pagination import DEFAULT_LIMIT, MOST
from core.api.throttling import DEFAULT_RATES
from dashboards.api_reference import reference
from tenants.principal import SCOPES, TenantRequest
from tenants.queries import memberships_of


@require_safe
def api_docs_page(request: TenantRequest, tenant: str) -> HttpResponse:
    context = {
        "reference": reference(tenant=tenant, origin=f"{request.scheme}://{request.get_host()}"),
        "scopes": SCOPES.items(),
        "rates": DEFAULT_RATES,
        "limit": DEFAULT_LIMIT,
        "most": MOST,
    }
    return render(request, "dashboards/api_docs.html", context)


@require_safe
@login_required
def api_docs_start(request: HttpRequest) -> HttpResponse:
    """`/api/v1/docs/`: on to the documentation inside the reader's first workspace."""
    first = next(iter(memberships_of(request.user.pk or 0)), None)
    return redirect("api-docs", first.tenant.slug) if first else redirect("start")
