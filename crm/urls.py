"""Pages of records and imports of one tenant, under `/t/<slug>/`."""

from __future__ import annotations

from django.urls import path

from crm.views import imports, planning, records, runs

urlpatterns = [
    path("imports/", imports.import_list_page, name="import-list"),
    path("imports/new/", imports.import_upload_page, name="import-upload"),
    path("imports/template/<str:object>.csv", planning.template_export, name="import-template"),
    path("imports/<int:import_id>/", runs.import_run_page, name="import-run"),
    path("imports/<int:import_id>/columns/", imports.import_map_page, name="import-map"),
    path("imports/<int:import_id>/preview/", imports.import_preview_page, name="import-preview"),
    path("imports/<int:import_id>/discard/", imports.import_discard_page, name="import-discard"),
    path("imports/<int:import_id>/stop/", runs.import_stop_page, name="import-stop"),
    path("imports/<int:import_id>/resume/", runs.import_resume_page, name="import-resume"),
    path("imports/<int:import_id>/confirm/", runs.import_confirm_page, name="import-confirm"),
    path("imports/<int:import_id>/undo/", runs.import_undo_page, name="import-undo"),
    path("imports/<int:import_id>/file/delete/", runs.import_file_delete_page, name="import-file-delete"),
    path("imports/<int:import_id>/rejected/", runs.import_rejected_page, name="import-rejected"),
    path("imports/<int:import_id>/rejected.csv", runs.import_rejected_export, name="import-rejected-export"),
    path("imports/<int:import_id>/rejected/<int:row_id>/", runs.import_row_page, name="import-row"),
    path("records/<str:object>/", records.record_list_page, name="record-list"),
    path("records/<str:object>/<int:record_id>/", records.record_detail_page, name="record-detail"),
    path("planning/plans/", planning.plan_list_page, name="plan-list"),
    path("planning/quotas/", planning.quota_list_page, name="quota-list"),
    path("planning/costs/", planning.cost_list_page, name="cost-list"),
    path("planning/fx/", planning.fx_rate_list_page, name="fx-rate-list"),
]
