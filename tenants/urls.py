"""Pages of one tenant, under `/t/<slug>/`."""

from __future__ import annotations

from django.urls import path

from tenants.views import audit, checklist, keys, people, settings

urlpatterns = [
    path("setup/", checklist.checklist_page, name="checklist"),
    path("members/", people.member_list_page, name="member-list"),
    path("members/invite/", people.member_invite_page, name="member-invite"),
    path("members/<int:membership_id>/", people.member_edit_page, name="member-edit"),
    path("members/<int:membership_id>/role/", people.member_role_page, name="member-role"),
    path("members/<int:membership_id>/leave/", people.member_deactivate_page, name="member-deactivate"),
    path("members/<int:membership_id>/reset/", people.member_reset_page, name="member-reset"),
    path(
        "members/invitations/<int:invitation_id>/revoke/",
        people.invitation_revoke_page,
        name="invitation-revoke",
    ),
    path("developers/keys/", keys.api_key_list_page, name="api-key-list"),
    path("developers/keys/<int:key_id>/revoke/", keys.api_key_revoke_page, name="api-key-revoke"),
    path("audit/", audit.audit_log_page, name="audit-log"),
    path("audit/export.csv", audit.audit_export, name="audit-export"),
    path("audit/<int:number>/", audit.audit_entry_page, name="audit-entry"),
    path("settings/", settings.settings_page, name="settings"),
    path("settings/export.csv", settings.settings_export, name="settings-export"),
    path("settings/import/", settings.settings_import_page, name="settings-import"),
    path("settings/<str:key>/", settings.setting_edit_page, name="settings-edit"),
    path(
        "settings/decisions/<int:setting_id>/withdraw/",
        settings.setting_withdraw_page,
        name="settings-withdraw",
    ),
]
