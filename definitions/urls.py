"""Pages of the registry, under `/t/<slug>/definitions/`."""

from __future__ import annotations

from django.urls import path

from definitions.views import agreeing, reading, starters, writing

urlpatterns = [
    path("definitions/", reading.definition_list_page, name="definition-list"),
    path("definitions/new/", writing.definition_new_page, name="definition-new"),
    path("definitions/starters/", starters.definition_starters_page, name="definition-starters"),
    path("definitions/<slug:key>/", reading.definition_detail_page, name="definition-detail"),
    path("definitions/<slug:key>/names/", writing.definition_names_page, name="definition-names"),
    path("definitions/<slug:key>/draft/", writing.definition_draft_page, name="definition-draft"),
    path(
        "definitions/<slug:key>/draft/start/",
        writing.definition_draft_start_page,
        name="definition-draft-start",
    ),
    path("definitions/<slug:key>/submit/", agreeing.definition_submit_page, name="definition-submit"),
    path("definitions/<slug:key>/review/", agreeing.definition_review_page, name="definition-review"),
    path("definitions/<slug:key>/publish/", agreeing.definition_publish_page, name="definition-publish"),
    path(
        "definitions/<slug:key>/v/<int:number>/", reading.definition_version_page, name="definition-version"
    ),
    path(
        "definitions/<slug:key>/v/<int:number>/withdraw/",
        agreeing.definition_withdraw_page,
        name="definition-withdraw",
    ),
    path(
        "definitions/<slug:key>/v/<int:number>/return/",
        agreeing.definition_roll_back_page,
        name="definition-roll-back",
    ),
    path(
        "definitions/<slug:key>/v/<int:number>/agree/",
        starters.definition_agree_page,
        name="definition-agree",
    ),
    path(
        "definitions/<slug:key>/compare/<int:first>...<int:second>/",
        reading.definition_compare_page,
        name="definition-compare",
    ),
]
