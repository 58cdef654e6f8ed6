"""The set-up checklist: a page, and a fragment for the home page."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from tenants.access import open_to
from tenants.checklist import checklist
from tenants.principal import TenantRequest
from tenants.vocab import MANAGES


@require_safe
@vary_on_headers("HX-Request")
@open_to(MANAGES, what="set the workspace up")
def checklist_page(request: TenantRequest, tenant: str) -> HttpResponse:
    items = checklist(tenant)
    context = {"items": items, "left": sum(not item.done for item in items)}
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "tenants/_checklist.html" if fragment else "tenants/checklist.html", context)
