"""From when to when a version is in force: publish, withdraw, go back, let due versions take effect."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core.errors import Conflict, Invalid, NotFound
from core.instants import FOREVER
from definitions import queries
from definitions.bodies import check_body
from definitions.language import LanguageError
from definitions.models import PUBLISHED, Definition, DefinitionVersion, Status
from definitions.rules.abilities import Ability
from definitions.rules.graph import leaning_on
from definitions.services import reviews, words
from definitions.services.drafts import copy_of, facts_of
from definitions.services.registry import lock_registry, locked_version, require
from tenants.audit import Actor, record
from tenants.jobs import enqueue
from tenants.models import Membership

APPLY_DUE = "definitions.apply_due_versions"


@transaction.atomic
def publish_version(
    version_id: int, *, actor: Actor, effective_from: datetime | None = None
) -> DefinitionVersion:
    """Put an approved version in force, now or from a later instant on; until then today's stays in force.

    The first version of a term may hold from the past on, since nothing else was meant before. Raises
    `Conflict` when it is not approved, when another one is scheduled or when a term that leans on it would
    break.
    """
    publisher = require(actor, Ability.PUBLISH)
    at = lock_registry()
    version = locked_version(version_id)
    if version.status != Status.APPROVED or not queries.consent_of(version).complete:
        raise Conflict(
            f"Version {version.number} of {version.definition.label} is "
            f"{version.get_status_display().lower()}. It can be published once the others have approved it.",
            code="not_approved",
            status=version.status,
        )
    return put_in_force(version, effective_from=effective_from or at, publisher=publisher, actor=actor, at=at)


def put_in_force(
    version: DefinitionVersion, *, effective_from: datetime, publisher: Membership, actor: Actor, at: datetime
) -> DefinitionVersion:
    """Publish without asking who agreed; for services that did."""
    definition = version.definition
    refuse_rewritten_past(definition, effective_from=effective_from, at=at)
    refuse_unusable(version, at=max(effective_from, at))
    before = close_version_in_force(definition, at=effective_from, now=at)
    version.status = Status.IN_FORCE if effective_from <= at else Status.SCHEDULED
    version.effective_from, version.effective_to = effective_from, FOREVER
    version.published_at, version.published_by = at, publisher
    version.save()
    refuse_broken_dependents(definition, at=max(effective_from, at))
    if version.status == Status.SCHEDULED:
        enqueue(APPLY_DUE, payload={"version_id": version.pk}, actor=actor, run_after=effective_from)
    record(
        "definition.published",
        target=version,
        actor=actor,
        before=facts_of(before) if before else None,
        after=facts_of(version),
    )
    return version


def refuse_rewritten_past(definition: Definition, *, effective_from: datetime, at: datetime) -> None:
    """Raises `Invalid` or `Conflict`: what was in force stays, and one change is scheduled at a time."""
    published = DefinitionVersion.objects.filter(definition=definition, effective_from__isnull=False)
    if effective_from < at and published.exists():
        raise Invalid(
            "What was in force in the past stays as it was. Publish from now or from a later day on.",
            code="past_is_kept",
            param="effective_from",
        )
    scheduled = published.filter(effective_from__gte=effective_from, status__in=PUBLISHED).first()
    if scheduled is not None:
        raise Conflict(
            f"Version {scheduled.number} of {definition.label} is already scheduled. Withdraw it first, or "
            "choose a later day.",
            code="already_scheduled",
            number=scheduled.number,
        )
    if effective_from >= FOREVER:
        raise Invalid("Choose a day that will come.", param="effective_from")


def refuse_unusable(version: DefinitionVersion, *, at: datetime) -> None:
    """Raises `Invalid` when the words no longer fit the catalog, or a term they name is not in force."""
    body = words.checked(version.definition, version.text, object=version.object, at=at)
    missing = sorted(body.references - set(queries.keys_in_force(at)))
    if missing:
        raise Invalid(
            f"{missing[0]} has no version in force then. Publish it first.",
            code="reference_not_in_force",
            param="text",
        )


def close_version_in_force(
    definition: Definition, *, at: datetime, now: datetime
) -> DefinitionVersion | None:
    """End whatever is in force at an instant, there; None when nothing is."""
    current = DefinitionVersion.objects.filter(
        definition=definition, effective_from__lte=at, effective_to__gt=at
    ).first()
    if current is None:
        return None
    current.effective_to = at
    if at <= now:
        current.status = Status.REPLACED
    current.save(update_fields=["effective_to", "status"])
    return current


def refuse_broken_dependents(definition: Definition, *, at: datetime) -> None:
    """Raises `Conflict` naming the first term that leans on this one and could no longer be used."""
    dependents = leaning_on(definition.key, queries.reference_graph(at))
    if not dependents:
        return
    around = queries.surroundings_at(at)
    for version in queries.versions_in_force(at, keys=dependents):
        try:
            check_body(version.definition.kind, version.text, object=version.object, surroundings=around)
        except LanguageError as error:
            raise Conflict(
                f"{version.definition.label} leans on {definition.label} and would no longer work: "
                f"{error.message}",
                code="breaks_dependent",
                key=version.definition.key,
            ) from error


@transaction.atomic
def withdraw_version(
    version_id: int, *, actor: Actor, reason: str = "", successor: str | None = None
) -> DefinitionVersion:
    """Take a version back: an open change ends, a scheduled one never takes effect, one in force ends now.

    Nothing comes in the place of a version in force; `successor` names the term to use instead. Raises
    `Conflict` while other terms lean on it.
    """
    member = require(actor, Ability.DRAFT)
    at = lock_registry()
    version = locked_version(version_id)
    before = facts_of(version)
    if version.published_at is not None:
        require(actor, Ability.PUBLISH)
        _end(version, at=at)
    elif not version.is_open:
        raise Conflict(f"Version {version.number} has already been withdrawn.", code="already_withdrawn")
    version.status, version.withdrawn_at, version.withdrawn_by = Status.WITHDRAWN, at, member
    version.successor = _successor(version, successor, at=at)
    version.save(update_fields=["status", "effective_to", "withdrawn_at", "withdrawn_by", "successor"])
    if version.effective_from is not None and version.effective_from > at:
        _reopen_predecessor(version)
    record(
        "definition.withdrawn",
        target=version,
        actor=actor,
        before=before,
        after={**facts_of(version), "reason": reason, "successor": successor},
    )
    return version


def _end(version: DefinitionVersion, *, at: datetime) -> None:
    status = version.status_at(at)
    if status in (Status.REPLACED, Status.WITHDRAWN):
        raise Conflict(
            f"Version {version.number} is no longer in force, so there is nothing to withdraw.",
            code="not_in_force",
            status=status,
        )
    if status == Status.SCHEDULED:
        version.effective_to = version.effective_from
        return
    leaning = [each.label for each in queries.used_by(version.definition.key, at=at)]
    if leaning:
        raise Conflict(
            f"{', '.join(leaning)} {'leans' if len(leaning) == 1 else 'lean'} on {version.definition.label}. "
            "Change or withdraw that first.",
            code="still_used",
        )
    version.effective_to = at


def _reopen_predecessor(version: DefinitionVersion) -> None:
    """What was to end when the withdrawn version began goes on."""
    DefinitionVersion.objects.filter(
        definition_id=version.definition_id, effective_to=version.effective_from, status__in=PUBLISHED
    ).exclude(pk=version.pk).update(effective_to=FOREVER)


def _successor(version: DefinitionVersion, key: str | None, *, at: datetime) -> Definition | None:
    if not key:
        return None
    found = Definition.objects.filter(key=key).exclude(pk=version.definition_id).first()
    if found is None or key not in queries.keys_in_force(at):
        raise Invalid("The successor is another term that is in force.", param="successor")
    return found


@transaction.atomic
def roll_back(key: str, number: int, *, actor: Actor, reason: str) -> DefinitionVersion:
    """Propose the words of an older version again, as a new one.

    They still need somebody else's approval: going back is a change like any other. Only an unchanged
    starter, which needs none, is in force at once.
    """
    author = require(actor, Ability.PUBLISH)
    if not reason.strip():
        raise Invalid("Say why you go back; the reviewers and the history show it.", param="reason")
    at = lock_registry()
    model = (
        DefinitionVersion.objects.select_related("definition")
        .filter(definition__key=key, number=number, published_at__isnull=False)
        .first()
    )
    if model is None:
        raise NotFound("There is no such published version.")
    if model.status_at(at) == Status.IN_FORCE:
        raise Conflict(f"Version {number} is in force already.", code="in_force")
    version = copy_of(model, author=author, reason=reason, at=at)
    record("definition.rolled_back", target=version, actor=actor, after={**facts_of(version), "to": number})
    if version.starter_unchanged:
        return put_in_force(version, effective_from=at, publisher=author, actor=actor, at=at)
    return reviews.submit_for_review(version.pk, actor=actor)


@dataclass(frozen=True, slots=True)
class Due:
    """How many stored statuses were moved to what time made of them."""

    took_effect: int
    replaced: int


@transaction.atomic
def apply_due_versions(*, actor: Actor) -> Due:
    """Move the stored status of versions whose time has come. What is in force never waits for this."""
    at = lock_registry()
    took_effect = replaced = 0
    stored = DefinitionVersion.objects.select_related("definition").filter(
        status__in=(Status.SCHEDULED, Status.IN_FORCE), effective_from__lte=at
    )
    for version in stored.order_by("definition_id", "number"):
        status = version.status_at(at)
        if status == version.status:
            continue
        before = facts_of(version)
        version.status = status
        version.save(update_fields=["status"])
        took_effect += status == Status.IN_FORCE
        replaced += status == Status.REPLACED
        action = "definition.took_effect" if status == Status.IN_FORCE else "definition.replaced"
        record(action, target=version, actor=actor, before=before, after=facts_of(version))
    return Due(took_effect=took_effect, replaced=replaced)
