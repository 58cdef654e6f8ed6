"""API routes of metrics in one tenant, under `/api/v1/t/<slug>/`."""

from __future__ import annotations

from django.urls import path

from metrics.api import metric_views as metrics
from metrics.api import receipt_views as receipts

urlpatterns = [
    path("metrics/", metrics.ListMetricsView.as_view(), name="api-metric-list"),
    path("metrics/<slug:key>/", metrics.ShowMetricView.as_view(), name="api-metric"),
    path("metrics/<slug:key>/values", metrics.ShowValuesView.as_view(), name="api-metric-values"),
    path("receipts/<slug:receipt_id>/", receipts.ShowReceiptView.as_view(), name="api-receipt"),
    path("receipts/<slug:receipt_id>/rows", receipts.ListRowsView.as_view(), name="api-receipt-rows"),
    path(
        "receipts/<slug:receipt_id>/replay", receipts.ReplayReceiptView.as_view(), name="api-receipt-replay"
    ),
    path(
        "receipts/<slug:before>/change/<slug:after>",
        receipts.ExplainChangeView.as_view(),
        name="api-receipt-change",
    ),
]
