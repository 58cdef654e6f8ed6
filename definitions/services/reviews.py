"""Agreeing: a change is put before the functions that must agree, and they answer."""

from __future__ import annotations

from django.db import transaction

from core.errors import Conflict, Denied, Invalid
from definitions import queries
from definitions.models import DefinitionVersion, Review, Status
from definitions.rules.abilities import Ability, roles_that_may
from definitions.services import words
from definitions.services.drafts import facts_of, refuse_closed
from definitions.services.registry import lock_registry, locked_version, require
from tenants.audit import Actor, record
from tenants.models import Function
from tenants.queries import members_of
from tenants.scope import current_tenant_id


@transaction.atomic
def submit_for_review(version_id: int, *, actor: Actor) -> DefinitionVersion:
    """Ask the functions to agree. Raises `Conflict` when it is not a draft or when nobody could answer."""
    require(actor, Ability.DRAFT)
    at = lock_registry()
    version = locked_version(version_id)
    refuse_closed(version)
    if version.status != Status.DRAFT:
        raise Conflict(
            f"Version {version.number} is already {version.get_status_display().lower()}.", code="not_draft"
        )
    words.checked(version.definition, version.text, object=version.object, at=at)
    refuse_without_reviewers(version)
    version.status, version.submitted_at = Status.IN_REVIEW, at
    version.save(update_fields=["status", "submitted_at"])
    record("definition.submitted", target=version, actor=actor, after=facts_of(version))
    return version


def refuse_without_reviewers(version: DefinitionVersion) -> None:
    """Raises `Conflict` naming the function where nobody could agree: asked now, not found out later."""
    members = [each for each in members_of(current_tenant_id()) if each.is_active]
    able = [
        each
        for each in members
        if each.role in roles_that_may(Ability.REVIEW) and each.pk not in version.editors
    ]
    if not able:
        raise Conflict(
            "Nobody but its authors could agree to this change. Invite a second person who may review it.",
            code="no_reviewer",
        )
    written_by = {each.function for each in members if each.pk in version.editors}
    for name in version.definition.stakeholders:
        if name not in written_by and all(each.function != name for each in able):
            raise Conflict(
                f"{Function(name).label} must agree, and nobody there may review. Invite somebody from "
                f"{Function(name).label}, or take the function off the definition's stakeholders.",
                code="no_reviewer",
                function=name,
            )


@transaction.atomic
def review_version(version_id: int, *, decision: str, rev: int, actor: Actor, comment: str = "") -> Review:
    """Approve, ask for changes or comment on the words that `rev` showed.

    Raises `Denied` for an approval of one's own change, `Conflict` when the words have changed or no review
    is open.
    """
    reviewer = require(actor, Ability.REVIEW)
    at = lock_registry()
    version = locked_version(version_id)
    if decision not in Review.Decision.values:
        raise Invalid(f"Choose one of {', '.join(Review.Decision.values)}.", param="decision")
    if version.status not in (Status.IN_REVIEW, Status.APPROVED):
        raise Conflict(
            f"Version {version.number} is {version.get_status_display().lower()}, so there is nothing to "
            "review.",
            code="not_in_review",
            status=version.status,
        )
    if version.rev != rev:
        raise Conflict(
            "The words have changed since you read them. Read them again.", code="stale_rev", param="rev"
        )
    if decision == Review.Decision.APPROVE and reviewer.pk in version.editors:
        raise Denied(
            "Nobody approves their own change. Ask somebody who did not write it.", code="own_change"
        )
    if decision != Review.Decision.APPROVE and not comment.strip():
        raise Invalid("Say what should change, or what you think.", param="comment")
    if len(comment) > words.LONGEST_MEANING or "\x00" in comment:
        raise Invalid(f"Use at most {words.LONGEST_MEANING:,} printable characters here.", param="comment")
    review = Review.objects.create(
        version=version,
        reviewer=reviewer,
        function=reviewer.function,
        decision=decision,
        comment=comment.strip(),
        checksum=version.checksum,
        at=at,
    )
    status = Status.APPROVED if queries.consent_of(version).complete else Status.IN_REVIEW
    if status != version.status:
        version.status = status
        version.save(update_fields=["status"])
    record(
        "definition.reviewed",
        target=version,
        actor=actor,
        after={
            **facts_of(version),
            "decision": decision,
            "comment": review.comment,
            "function": review.function,
        },
    )
    return review
