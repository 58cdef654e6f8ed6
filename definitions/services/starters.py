"""The starter library in a tenant: adopt it as it is, agree to it later."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from core.errors import Conflict, Denied, NotFound
from core.instants import FOREVER
from definitions import queries
from definitions.bodies import CheckedBody
from definitions.instants import BEGINNING
from definitions.models import Alias, Definition, DefinitionVersion, Origin, Review, Status, Tier, fold
from definitions.queries.starters import check_starters
from definitions.rules.abilities import Ability
from definitions.rules.graph import in_order
from definitions.services import words
from definitions.services.drafts import facts_of, make_definition
from definitions.services.registry import lock_registry, locked_version, require
from definitions.starter import StarterDefinition, starter_definitions
from tenants.audit import Actor, record
from tenants.models import Membership


@transaction.atomic
def adopt_starters(
    keys: Collection[str], *, actor: Actor, effective_from: datetime = BEGINNING
) -> tuple[DefinitionVersion, ...]:
    """Put starters in force, unchanged, with whatever they lean on; those in the registry are left alone.

    Nobody else need agree first, and each is marked as not yet agreed: their words are the library's. They
    hold from the beginning, since nothing else was meant before. Raises `NotFound` for an unknown key,
    `Conflict` when a name of theirs means something else here.
    """
    member = require(actor, Ability.PUBLISH)
    at = lock_registry()
    library = {each.key: each for each in starter_definitions()}
    unknown = sorted(set(keys) - set(library))
    if unknown:
        raise NotFound(f"The starter library has nothing called {unknown[0]}.", code="unknown_starter")
    found = check_starters(at=at)
    checked = found.usable
    wanted = in_order(keys, {key: body.references for key, body in checked.items()})
    broken = next((key for key in wanted if key in found.broken), None)
    if broken is not None:
        raise Conflict(
            f"{library[broken].label} cannot be used here: {found.broken[broken]}", code="unusable"
        )
    present = set(Definition.objects.filter(key__in=wanted).values_list("key", flat=True))
    refuse_unfinished(present, at=at)
    return tuple(
        adopt(library[key], checked[key], member=member, actor=actor, at=at, effective_from=effective_from)
        for key in wanted
        if key not in present
    )


def refuse_unfinished(keys: Collection[str], *, at: datetime) -> None:
    """Raises `Conflict` when a term in the registry is not in force: the others could not lean on it."""
    missing = sorted(set(keys) - queries.keys_in_force(at))
    if missing:
        raise Conflict(
            f"{missing[0]} is in your registry and not in force. Publish it first.",
            code="not_in_force",
            key=missing[0],
        )


def adopt(
    starter: StarterDefinition,
    body: CheckedBody,
    *,
    member: Membership,
    actor: Actor,
    at: datetime,
    effective_from: datetime,
) -> DefinitionVersion:
    """One starter, without asking what it leans on."""
    taken = set(Alias.objects.filter(folded__in=map(fold, starter.aliases)).values_list("folded", flat=True))
    definition = make_definition(
        starter.key,
        kind=starter.kind,
        label=starter.label,
        aliases=[name for name in starter.aliases if fold(name) not in taken],
        stakeholders=(),
        tier=Tier.OPERATIONAL,
        owner=member,
    )
    version = DefinitionVersion(
        definition=definition,
        number=1,
        origin=Origin.STARTER,
        starter_unchanged=True,
        author=member,
        editors=[member.pk],
        edited_by=member,
        created_at=at,
        edited_at=at,
    )
    words.put_words(version, body, meaning=starter.meaning, source=starter.source, reason="")
    version.save(force_insert=True)
    words.write_references(version, body.references)
    version.status = Status.IN_FORCE if effective_from <= at else Status.SCHEDULED
    version.published_at, version.published_by = at, member
    version.effective_from, version.effective_to = effective_from, FOREVER
    version.save()
    record("definition.adopted", target=version, actor=actor, after=facts_of(version))
    return version


@transaction.atomic
def agree_starter(version_id: int, *, actor: Actor, comment: str = "") -> DefinitionVersion:
    """A second person agrees to a starter in use; it is then like any agreed definition.

    Raises `Denied` for the one who adopted it, `Conflict` when there is nothing to agree to.
    """
    member = require(actor, Ability.REVIEW)
    at = lock_registry()
    version = locked_version(version_id)
    if not version.awaits_agreement or version.status_at(at) not in (Status.IN_FORCE, Status.SCHEDULED):
        raise Conflict("There is nothing left to agree to here.", code="nothing_to_agree")
    if member.pk in version.editors:
        raise Denied("You adopted it, so somebody else agrees to it.", code="own_change")
    Review.objects.create(
        version=version,
        reviewer=member,
        function=member.function,
        decision=Review.Decision.APPROVE,
        comment=comment.strip()[: words.LONGEST_MEANING],
        checksum=version.checksum,
        at=at,
    )
    version.agreed_at, version.agreed_by = at, member
    version.save(update_fields=["agreed_at", "agreed_by"])
    record("definition.agreed", target=version, actor=actor, after=facts_of(version))
    return version
