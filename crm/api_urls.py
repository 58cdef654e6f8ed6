"""API routes of records, under `/api/v1/t/<slug>/`."""

from __future__ import annotations

from django.urls import path

from crm.api.records import ListRecordsView, ShowHistoryView, ShowRecordView

urlpatterns = [
    path("records/<str:object>/", ListRecordsView.as_view(), name="api-record-list"),
    path("records/<str:object>/<int:record_id>/", ShowRecordView.as_view(), name="api-record"),
    path(
        "records/<str:object>/<int:record_id>/history/", ShowHistoryView.as_view(), name="api-record-history"
    ),
]
