"""Addresses of the registry's pages in the tenant of a request."""

from __future__ import annotations

from django.http import HttpResponseRedirect
from django.urls import reverse

from tenants.principal import TenantRequest


def address(request: TenantRequest, name: str, **parts: str | int) -> str:
    return reverse(name, kwargs={"tenant": request.tenant.slug, **parts})


def go_to(request: TenantRequest, name: str, **parts: str | int) -> HttpResponseRedirect:
    return HttpResponseRedirect(address(request, name, **parts))
