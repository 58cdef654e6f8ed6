"""Steps of setting up that are about data: a source, a plan."""

from __future__ import annotations

from django.urls import reverse

from core.formatting import counted
from crm.models import Import, RunVersion, Source
from crm.queries import current
from tenants.checklist import ChecklistItem


def source_connected(slug: str) -> ChecklistItem:
    """Whether any system's records have arrived."""
    loaded = RunVersion.objects.exists()
    sources = Source.objects.order_by("label").values_list("label", flat=True)
    waiting = Import.objects.filter(state=Import.State.DRAFT).exists()
    missing = "An upload waits for its columns." if waiting else "No opportunities, accounts or users yet."
    return ChecklistItem(
        key="source",
        label="Bring in your CRM",
        done=loaded,
        detail=f"Records from {', '.join(sources[:3])}." if loaded else missing,
        href=reverse("import-list" if loaded or waiting else "import-upload", args=[slug]),
        verb="Open sources" if loaded or waiting else "Import a file",
    )


def plan_set(slug: str) -> ChecklistItem:
    """Whether there is a plan to compare with."""
    lines = current("plan").count()
    return ChecklistItem(
        key="plan",
        label="Set the plan",
        done=lines > 0,
        detail=f"{counted(lines, 'plan line')}." if lines else "Attainment and coverage need one.",
        href=reverse("plan-list", args=[slug]),
        verb="Open the plan" if lines else "Set plan",
    )
