"""A URL table without routes: what a stranger finds behind every tenant's address, as behind any unknown
one."""

from __future__ import annotations

from django.urls import URLPattern

handler404 = "tenants.handlers.not_found"
handler500 = "tenants.handlers.server_error"
urlpatterns: list[URLPattern] = []
