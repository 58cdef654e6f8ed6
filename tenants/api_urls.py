"""API routes of one tenant, under `/api/v1/t/<slug>/`."""

from __future__ import annotations

from django.urls import path

from tenants.api import ListAuditEntriesView

urlpatterns = [path("audit/", ListAuditEntriesView.as_view(), name="api-audit-list")]
