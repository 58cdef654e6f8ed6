"""Writing a change: a new term, a draft of a version, edits that cannot overwrite each other."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from core.errors import Conflict, Invalid, NotFound
from definitions.models import OPEN, Definition, DefinitionVersion, Kind, Origin, Status, Tier, fold
from definitions.rules.abilities import Ability
from definitions.services import words
from definitions.services.names import claim_names, refuse_taken_name
from definitions.services.registry import lock_registry, locked_version, require
from tenants.audit import Actor, record
from tenants.models import Function, Membership

_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
RESERVED_KEYS = frozenset({"new", "starters", "reviews", "compare", "custom"})


@transaction.atomic
def create_definition(
    key: str,
    *,
    kind: str,
    label: str,
    text: str,
    meaning: str,
    actor: Actor,
    object: str = "",
    source: str = "",
    reason: str = "",
    aliases: Sequence[str] = (),
    stakeholders: Sequence[str] = (),
    tier: str = Tier.OPERATIONAL,
) -> DefinitionVersion:
    """A new term with its first draft, owned by its writer.

    Raises `Invalid` for a text that cannot be used, `Conflict` for a name that another definition has.
    """
    author = require(actor, Ability.DRAFT)
    at = lock_registry()
    definition = make_definition(
        key, kind=kind, label=label, aliases=aliases, stakeholders=stakeholders, tier=tier, owner=author
    )
    words.refuse_bad_meaning(meaning, source=source, reason=reason)
    body = words.checked(definition, text, object=object, at=at)
    version = DefinitionVersion(
        definition=definition,
        number=1,
        author=author,
        editors=[author.pk],
        edited_by=author,
        created_at=at,
        edited_at=at,
    )
    words.put_words(version, body, meaning=meaning, source=source, reason=reason).save(force_insert=True)
    words.write_references(version, body.references)
    record("definition.created", target=version, actor=actor, after=facts_of(version))
    return version


def make_definition(
    key: str,
    *,
    kind: str,
    label: str,
    aliases: Sequence[str],
    stakeholders: Sequence[str],
    tier: str,
    owner: Membership,
) -> Definition:
    """The term itself, with its names. Raises `Invalid` and `Conflict`."""
    if not _KEY.fullmatch(key) or key in RESERVED_KEYS:
        raise Invalid(
            "A key begins with a letter and has at most 60 small letters, digits and underscores, like "
            "qualified_pipeline.",
            param="key",
        )
    if kind not in Kind.values:
        raise Invalid(f"Choose a kind: {', '.join(Kind.values)}.", param="kind")
    if tier not in Tier.values:
        raise Invalid(f"Choose a tier: {', '.join(Tier.values)}.", param="tier")
    if unknown := sorted(set(stakeholders) - set(Function.values)):
        raise Invalid(
            f"{unknown[0]} is not a function; choose among {', '.join(Function.values)}.",
            param="stakeholders",
        )
    refuse_taken_name(key, param="key")
    if fold(label) != fold(key):
        refuse_taken_name(label, param="label")
    definition = Definition.objects.create(
        key=key,
        kind=kind,
        label=label.strip(),
        owner=owner,
        stakeholders=[name for name in Function.values if name in stakeholders],
        tier=tier,
    )
    claim_names(definition, label=label, aliases=aliases)
    return definition


@transaction.atomic
def start_draft(
    key: str, *, actor: Actor, from_number: int | None = None, reason: str = ""
) -> DefinitionVersion:
    """A draft with the words of a version: the one given, else the latest published, else the latest.

    Raises `Conflict` when a change of the term is already open: there is one at a time.
    """
    author = require(actor, Ability.DRAFT)
    at = lock_registry()
    model = _model_version(key, from_number)
    draft = copy_of(model, author=author, reason=reason, at=at)
    record("definition.draft_started", target=draft, actor=actor, after=facts_of(draft))
    return draft


def copy_of(model: DefinitionVersion, *, author: Membership, reason: str, at: datetime) -> DefinitionVersion:
    """A new draft with the words of another version. Raises `Conflict` when a change is open."""
    refuse_open_change(model.definition)
    newest = DefinitionVersion.objects.filter(definition=model.definition).aggregate(newest=Max("number"))
    draft = DefinitionVersion.objects.create(
        definition=model.definition,
        number=newest["newest"] + 1,
        object=model.object,
        text=model.text,
        body=model.body,
        checksum=model.checksum,
        meaning=model.meaning,
        source=model.source,
        reason=reason.strip(),
        origin=model.origin,
        starter_unchanged=model.starter_unchanged,
        based_on=model,
        author=author,
        editors=[author.pk],
        edited_by=author,
        created_at=at,
        edited_at=at,
    )
    words.write_references(draft, frozenset(model.references.values_list("target__key", flat=True)))
    return draft


@transaction.atomic
def edit_draft(
    version_id: int,
    *,
    rev: int,
    text: str,
    meaning: str,
    actor: Actor,
    source: str = "",
    reason: str = "",
    object: str | None = None,
) -> DefinitionVersion:
    """New words for an open change, which becomes a draft again: approvals of other words do not count.

    `rev` is the one the writer saw. Raises `Conflict` with both texts when somebody saved in between,
    `Invalid` for a text that cannot be used; in both cases nothing is saved.
    """
    editor = require(actor, Ability.DRAFT)
    at = lock_registry()
    version = locked_version(version_id)
    refuse_closed(version)
    if version.rev != rev:
        raise Conflict(
            f"{version.edited_by.user} saved this draft while you were writing. Nothing of yours is lost: "
            "compare both texts, then save again.",
            code="stale_rev",
            param="rev",
            rev=version.rev,
            edited_by=str(version.edited_by.user),
            edited_at=version.edited_at,
            theirs={"text": version.text, "meaning": version.meaning, "source": version.source},
            yours={"text": text, "meaning": meaning, "source": source},
        )
    words.refuse_bad_meaning(meaning, source=source, reason=reason)
    body = words.checked(version.definition, text, object=version.object if object is None else object, at=at)
    before, checksum = facts_of(version), version.checksum
    words.put_words(version, body, meaning=meaning, source=source, reason=reason)
    if version.checksum != checksum:
        version.origin, version.starter_unchanged = Origin.OWN, False
    version.status, version.submitted_at = Status.DRAFT, None
    version.rev += 1
    version.edited_by, version.edited_at = editor, at
    version.editors = sorted({*version.editors, editor.pk})
    version.save()
    words.write_references(version, body.references)
    record("definition.edited", target=version, actor=actor, before=before, after=facts_of(version))
    return version


def refuse_open_change(definition: Definition) -> None:
    open_change = DefinitionVersion.objects.filter(definition=definition, status__in=OPEN).first()
    if open_change is not None:
        raise Conflict(
            f"Version {open_change.number} of {definition.label} is still open. Work on that one, or "
            "withdraw it first.",
            code="change_open",
            number=open_change.number,
        )


def refuse_closed(version: DefinitionVersion) -> None:
    if not version.is_open:
        raise Conflict(
            f"Version {version.number} of {version.definition.label} is "
            f"{version.get_status_display().lower()} and its words stay as they are. Start a new draft from "
            "it.",
            code="not_open",
            status=version.status,
        )


def _model_version(key: str, number: int | None) -> DefinitionVersion:
    versions = DefinitionVersion.objects.select_related("definition").filter(definition__key=key)
    if number is not None:
        model = versions.filter(number=number).first()
    else:
        model = (
            versions.exclude(published_at=None).order_by("-number").first()
            or versions.order_by("-number").first()
        )
    if model is None:
        raise NotFound("There is no such definition or version.")
    return model


def facts_of(version: DefinitionVersion) -> dict[str, object]:
    """What the audit keeps of a version."""
    return {
        "key": version.definition.key,
        "number": version.number,
        "status": version.status,
        "text": version.text,
        "meaning": version.meaning,
        "reason": version.reason,
        "checksum": version.checksum,
        "effective_from": version.effective_from,
        "effective_to": version.effective_to,
    }
