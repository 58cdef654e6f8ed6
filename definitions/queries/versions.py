"""Which words a term had when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from core.errors import NotFound
from definitions import catalog
from definitions.bodies import Surroundings
from definitions.compiler.bodies import MetricBody
from definitions.language import Term
from definitions.models import OPEN, Alias, Definition, DefinitionVersion, Kind, fold
from definitions.rules.consent import Consent, Said, consent
from definitions.rules.metric_text import body_of
from tenants.queries import members_by_id


def definition_by_key(key: str) -> Definition:
    """Raises `NotFound`."""
    found = Definition.objects.select_related("owner__user").filter(key=key).first()
    if found is None:
        raise NotFound("There is no such definition.", code="unknown_definition")
    return found


def key_of_name(name: str) -> str | None:
    """The key of the definition that goes by a name, however it is spelt; None when nothing does."""
    return Alias.objects.filter(folded=fold(name)).values_list("definition__key", flat=True).first()


def version_in_force(key: str, *, at: datetime, known_at: datetime | None = None) -> DefinitionVersion:
    """The meaning of `key` that applies at an instant; with `known_at`, as it was known then.

    Decided by the effective range, never by the stored status. Raises `NotFound`.
    """
    versions = DefinitionVersion.objects.select_related("definition").filter(definition__key=key)
    if known_at is None:
        version = versions.filter(_in_force(at)).first()
    else:
        version = _as_known(versions, at=at, known_at=known_at)
    if version is None:
        raise NotFound(
            f"No version of {key} is in force at {at:%d %b %Y, %H:%M} UTC.", code="not_in_force", key=key
        )
    return version


def _in_force(at: datetime) -> Q:
    return Q(effective_from__lte=at, effective_to__gt=at)


def _as_known(
    versions: QuerySet[DefinitionVersion], *, at: datetime, known_at: datetime
) -> DefinitionVersion | None:
    """A later publication ended the range that was known: so the youngest one that had begun decides.

    A version withdrawn by then had either never begun (it is passed over) or ended (nothing replaced it).
    """
    known = versions.filter(published_at__lte=known_at, effective_from__lte=at).order_by(
        "-effective_from", "-number"
    )
    for version in known:
        withdrawn = version.withdrawn_at is not None and version.withdrawn_at <= known_at
        if withdrawn and version.effective_from == version.effective_to:
            continue
        ended = withdrawn and version.effective_to is not None and version.effective_to <= at
        return None if ended else version
    return None


def versions_in_force(at: datetime, *, keys: Collection[str] | None = None) -> list[DefinitionVersion]:
    """Every version in force at an instant (of some terms), by key."""
    found = DefinitionVersion.objects.select_related("definition__owner__user").filter(_in_force(at))
    if keys is not None:
        found = found.filter(definition__key__in=keys)
    return list(found.order_by("definition__key"))


def keys_in_force(at: datetime) -> frozenset[str]:
    return frozenset(
        DefinitionVersion.objects.filter(_in_force(at)).values_list("definition__key", flat=True)
    )


def terms_at(at: datetime) -> dict[str, Term]:
    """What `meets(...)` may name at an instant: the conditions in force, for the checker and the compiler."""
    rows = (
        DefinitionVersion.objects.filter(_in_force(at))
        .exclude(definition__kind=Kind.METRIC)
        .values_list("definition__key", "object", "text")
    )
    return {key: Term(object=object_, text=text) for key, object_, text in rows}


def metrics_at(at: datetime) -> dict[str, MetricBody]:
    """The body of every metric in force at an instant, for the checker and the compiler."""
    rows = DefinitionVersion.objects.filter(_in_force(at), definition__kind=Kind.METRIC)
    return {key: body_of(body) for key, body in rows.values_list("definition__key", "body")}


def labels_by_key() -> dict[str, str]:
    return dict(Definition.objects.values_list("key", "label"))


def surroundings_at(at: datetime) -> Surroundings:
    """What a text is read in at an instant: today's catalog, the terms and metrics in force then."""
    return Surroundings(
        catalog=catalog.tenant_catalog(),
        terms=terms_at(at),
        metrics=metrics_at(at),
        labels=labels_by_key(),
    )


def versions_of(key: str) -> list[DefinitionVersion]:
    """Every version of a term, the newest first. Raises `NotFound` for an unknown term."""
    found = list(
        DefinitionVersion.objects.select_related(
            "definition", "author__user", "published_by__user", "successor"
        )
        .filter(definition__key=key)
        .order_by("-number")
    )
    if not found:
        raise NotFound("There is no such definition.", code="unknown_definition")
    return found


def numbered_version(key: str, number: int) -> DefinitionVersion:
    """Raises `NotFound`."""
    version = (
        DefinitionVersion.objects.select_related(
            "definition__owner__user", "author__user", "edited_by__user", "published_by__user", "successor"
        )
        .filter(definition__key=key, number=number)
        .first()
    )
    if version is None:
        raise NotFound("There is no such version.", code="unknown_version")
    return version


def open_change(key: str) -> DefinitionVersion:
    """The change of a term that is being written or agreed. Raises `NotFound`."""
    version = (
        DefinitionVersion.objects.select_related("definition", "author__user", "edited_by__user")
        .filter(definition__key=key, status__in=OPEN)
        .first()
    )
    if version is None:
        raise NotFound("No change of this definition is open.", code="no_open_change")
    return version


def consent_of(version: DefinitionVersion) -> Consent:
    """What the reviews of a version's present words amount to, and who is still missing."""
    said = [
        Said(*row)
        for row in version.reviews.order_by("id").values_list(
            "reviewer_id", "function", "decision", "checksum"
        )
    ]
    return consent(
        said,
        checksum=version.checksum,
        editors=version.editors,
        required=version.definition.stakeholders,
        written_by={member.function for member in members_by_id(version.editors).values()},
    )
