"""Pages of signed-in people outside any tenant."""

from __future__ import annotations

from django.urls import path

from tenants.views import start

urlpatterns = [
    path("", start.start, name="start"),
    path("tenants/", start.tenant_list_page, name="tenant-list"),
    path("tenants/new/", start.tenant_create_page, name="tenant-create"),
    path("invitations/<str:token>/", start.invitation_accept_page, name="invitation-accept"),
]
