"""API of the registry, under `/api/v1/t/<slug>/`. Reviewing and publishing are for people, in the pages."""

from __future__ import annotations

from django.urls import path

from definitions.api import views

urlpatterns = [
    path("definitions/", views.DefinitionListView.as_view(), name="api-definition-list"),
    path("definitions/<slug:key>/", views.DefinitionDetailView.as_view(), name="api-definition-detail"),
    path(
        "definitions/<slug:key>/in-force/", views.VersionInForceView.as_view(), name="api-definition-in-force"
    ),
    path("definitions/<slug:key>/versions/", views.VersionListView.as_view(), name="api-version-list"),
    path(
        "definitions/<slug:key>/versions/<int:number>/",
        views.VersionDetailView.as_view(),
        name="api-version-detail",
    ),
    path(
        "definitions/<slug:key>/versions/<int:number>/submit/",
        views.SubmitVersionView.as_view(),
        name="api-version-submit",
    ),
]
