"""The URL table: pages of people, pages and API of a tenant, and what serves the installation."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularJSONAPIView

from dashboards.views.docs import api_docs_start
from revops.health import health

TENANT_PAGES: list[URLPattern | URLResolver] = [
    path("", include("dashboards.urls")),
    path("", include("definitions.urls")),
    path("", include("crm.urls")),
    path("", include("tenants.urls")),
]
TENANT_API: list[URLPattern | URLResolver] = [
    path("", include("metrics.api_urls")),
    path("", include("definitions.api_urls")),
    path("", include("crm.api_urls")),
    path("", include("tenants.api_urls")),
]

urlpatterns = [
    path("", include("tenants.global_urls")),
    path("accounts/", include("allauth.urls")),
    path("t/<slug:tenant>/", include(TENANT_PAGES)),
    path("api/v1/t/<slug:tenant>/", include(TENANT_API)),
    path(
        "api/v1/schema/",
        SpectacularJSONAPIView.as_view(authentication_classes=[], permission_classes=[]),
        name="api-schema",
    ),
    path("api/v1/docs/", api_docs_start, name="api-docs-start"),
    path("healthz", health, name="health"),
]

handler400 = "tenants.handlers.bad_request"
handler403 = "tenants.handlers.denied"
handler404 = "tenants.handlers.not_found"
handler500 = "tenants.handlers.server_error"
