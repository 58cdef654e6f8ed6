"""The step of setting up that is about words: a library to start from."""

from __future__ import annotations

from django.urls import reverse

from core.formatting import counted
from definitions.models import Definition
from tenants.checklist import ChecklistItem


def starters_adopted(slug: str) -> ChecklistItem:
    """Whether anything is defined yet: without a definition there is no number."""
    terms = Definition.objects.count()
    return ChecklistItem(
        key="starters",
        label="Adopt the starter library",
        done=terms > 0,
        detail=f"{counted(terms, 'term')} in the registry." if terms else "A number needs a definition.",
        href=reverse("definition-list" if terms else "definition-starters", args=[slug]),
        verb="Open definitions" if terms else "Choose starters",
    )
