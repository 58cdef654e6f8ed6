"""Pages under /t/<tenant>/."""

from __future__ import annotations

from django.urls import path

from dashboards.views import docs, kpis, numbers

urlpatterns = [
    path("", kpis.home, name="home"),
    path("kpis/", kpis.kpi_list, name="kpi-list"),
    path("kpis/<slug:metric>/", kpis.kpi_detail, name="kpi-detail"),
    path("kpis/<slug:metric>/export.csv", kpis.kpi_export, name="kpi-export"),
    path("n/<str:receipt_id>/", numbers.number, name="number"),
    path("receipts/<str:receipt_id>/", numbers.receipt_page, name="receipt"),
    path("receipts/<str:receipt_id>/replay/", numbers.replay_page, name="receipt-replay"),
    path("receipts/<str:receipt_id>/rows/", numbers.rows_page, name="receipt-rows"),
    path("receipts/<str:receipt_id>/rows.csv", numbers.rows_export, name="receipt-rows-export"),
    path("receipts/<str:before>/to/<str:after>/", numbers.change_page, name="receipt-change"),
    path("developers/docs/", docs.api_docs_page, name="api-docs"),
]
