"""What a person can ask of the registry; each locks it, checks, writes and records."""

from __future__ import annotations

from definitions.services.drafts import create_definition, edit_draft, start_draft
from definitions.services.names import add_alias, remove_alias
from definitions.services.publishing import apply_due_versions, publish_version, roll_back, withdraw_version
from definitions.services.reviews import review_version, submit_for_review
from definitions.services.starters import adopt_starters, agree_starter

__all__ = [
    "add_alias",
    "adopt_starters",
    "agree_starter",
    "apply_due_versions",
    "create_definition",
    "edit_draft",
    "publish_version",
    "remove_alias",
    "review_version",
    "roll_back",
    "start_draft",
    "submit_for_review",
    "withdraw_version",
]
