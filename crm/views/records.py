"""Mirrored records, each with its history and a link to where it comes from."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.navigation import Crumb
from crm.access import visible_owners
from crm.record_pages import detail_page, list_page
from tenants.principal import TenantRequest


@require_safe
def record_list_page(request: TenantRequest, tenant: str, object: str) -> HttpResponse:
    after = request.GET.get("after", "")
    page = list_page(
        tenant,
        object,
        owners=visible_owners(request.membership),
        after=int(after) if after.isascii() and after.isdigit() else None,
    )
    return render(request, "crm/record_list.html", {"page": page, "crumbs": [Crumb(page.plural)]})


@require_safe
def record_detail_page(request: TenantRequest, tenant: str, object: str, record_id: int) -> HttpResponse:
    page = detail_page(tenant, object, record_id, owners=visible_owners(request.membership))
    return render(
        request, "crm/record_detail.html", {"page": page, "crumbs": [Crumb(page.label), Crumb(page.name)]}
    )
