"""Terms and versions page by page, for clients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from definitions.models import Alias, Definition, DefinitionVersion


@dataclass(frozen=True, slots=True)
class Term:
    """A term with what a client asks of it first."""

    key: str
    kind: str
    label: str
    owner: str
    stakeholders: tuple[str, ...]
    tier: str
    aliases: tuple[str, ...]
    version_in_force: int | None
    not_yet_agreed: bool


def terms_after(key: str | None, *, limit: int, at: datetime, kind: str = "") -> list[Term]:
    """Up to `limit` terms in key order, after `key`. Three queries."""
    found = Definition.objects.select_related("owner__user").order_by("key")
    if key is not None:
        found = found.filter(key__gt=key)
    if kind:
        found = found.filter(kind=kind)
    return terms_of(list(found[:limit]), at=at)


def terms_of(definitions: Sequence[Definition], *, at: datetime) -> list[Term]:
    """The same for terms already read. Two queries."""
    ids = [each.pk for each in definitions]
    names: dict[int, list[str]] = {}
    for definition_id, name in (
        Alias.objects.filter(definition_id__in=ids, source=Alias.Source.ALIAS)
        .order_by("id")
        .values_list("definition_id", "name")
    ):
        names.setdefault(definition_id, []).append(name)
    in_force = {
        version.definition_id: version
        for version in DefinitionVersion.objects.filter(
            definition_id__in=ids, effective_from__lte=at, effective_to__gt=at
        ).defer("body", "text")
    }
    return [_term(each, names.get(each.pk, []), in_force.get(each.pk)) for each in definitions]


def _term(definition: Definition, names: Sequence[str], version: DefinitionVersion | None) -> Term:
    return Term(
        key=definition.key,
        kind=definition.kind,
        label=definition.label,
        owner=definition.owner.user.email,
        stakeholders=tuple(definition.stakeholders),
        tier=definition.tier,
        aliases=tuple(names),
        version_in_force=version.number if version else None,
        not_yet_agreed=version is not None and version.awaits_agreement,
    )


def versions_before(key: str, number: int | None, *, limit: int) -> list[DefinitionVersion]:
    """Up to `limit` versions of a term, the newest first, from below `number` on."""
    found = DefinitionVersion.objects.select_related("definition", "author__user", "successor").filter(
        definition__key=key
    )
    if number is not None:
        found = found.filter(number__lt=number)
    return list(found.order_by("-number")[:limit])
