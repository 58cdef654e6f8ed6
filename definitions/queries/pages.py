"""What the pages of the registry print, each in a fixed number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Collate, Lower

from core.components import Chip, Tone
from core.errors import NotFound
from definitions.bodies import check_body
from definitions.language import LanguageError
from definitions.models import (
    OPEN,
    PUBLISHED,
    Alias,
    Definition,
    DefinitionVersion,
    Kind,
    Review,
    Status,
    fold,
)
from definitions.queries.graph import Neighbour, leans_on, used_by
from definitions.queries.versions import (
    consent_of,
    definition_by_key,
    surroundings_at,
    versions_of,
)
from definitions.rules.abilities import Ability, may
from definitions.rules.consent import Consent
from definitions.rules.layout import lines_of
from tenants.models import Membership

_TONES: dict[Status, Tone] = {
    Status.IN_FORCE: "pos",
    Status.SCHEDULED: "accent",
    Status.DRAFT: "accent",
    Status.IN_REVIEW: "accent",
    Status.APPROVED: "accent",
    Status.REPLACED: "",
    Status.WITHDRAWN: "",
}
NOT_YET_AGREED = "starter, not yet agreed"


def chip_of(version: DefinitionVersion, *, at: datetime) -> Chip:
    """`v7 in force`."""
    status = version.status_at(at)
    return Chip(f"v{version.number} {status.label.lower()}", _TONES[status])


@dataclass(frozen=True, slots=True)
class ListRow:
    key: str
    label: str
    kind: str
    meaning: str
    owner: str
    chips: tuple[Chip, ...]
    since: datetime | None


@dataclass(frozen=True, slots=True)
class KindCount:
    value: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class ListPage:
    """The terms that were asked for; `total` counts all that the tenant has."""

    rows: tuple[ListRow, ...]
    kinds: tuple[KindCount, ...]
    kind: str
    search: str
    total: int


def list_page(*, at: datetime, kind: str = "", search: str = "") -> ListPage:
    """Every term by label, filtered by kind and by a part of any of its names."""
    found = Definition.objects.select_related("owner__user").order_by(Collate(Lower("label"), "C"), "key")
    if search.strip():
        named = Alias.objects.filter(definition=OuterRef("pk"), folded__contains=fold(search)[:120])
        found = found.filter(Exists(named))
    matching = list(found)
    counts = Counter(each.kind for each in matching)
    shown = [each for each in matching if not kind or each.kind == kind]
    versions = _telling_versions([each.pk for each in shown], at=at)
    return ListPage(
        rows=tuple(_row(each, versions.get(each.pk, []), at=at) for each in shown),
        kinds=tuple(KindCount(value, label, counts[value]) for value, label in Kind.choices if counts[value]),
        kind=kind,
        search=search,
        total=Definition.objects.count(),
    )


def _telling_versions(ids: Collection[int], *, at: datetime) -> dict[int, list[DefinitionVersion]]:
    """Of each term, what is in force, scheduled or open; where nothing is, its latest version."""
    grouped: dict[int, list[DefinitionVersion]] = {}
    words = DefinitionVersion.objects.defer("body", "text", "source", "reason")
    for version in words.filter(definition_id__in=ids).order_by("definition_id", "-number"):
        grouped.setdefault(version.definition_id, []).append(version)
    telling = {Status.IN_FORCE, Status.SCHEDULED, *OPEN}
    return {
        pk: [each for each in versions if each.status_at(at) in telling] or versions[:1]
        for pk, versions in grouped.items()
    }


def _row(definition: Definition, versions: Sequence[DefinitionVersion], *, at: datetime) -> ListRow:
    current = next((each for each in versions if each.status_at(at) == Status.IN_FORCE), None)
    first = current or (versions[0] if versions else None)
    chips = [chip_of(each, at=at) for each in sorted(versions, key=lambda each: each.number)]
    if current is not None and current.awaits_agreement:
        chips.append(Chip(NOT_YET_AGREED, "warn"))
    return ListRow(
        key=definition.key,
        label=definition.label,
        kind=Kind(definition.kind).label,
        meaning=first.meaning if first else "",
        owner=str(definition.owner.user),
        chips=tuple(chips),
        since=current.effective_from if current else None,
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """A version's text for people: in words and in lines. `broken` says why it cannot be used any more."""

    words: str
    lines: tuple[str, ...]
    broken: str


def reading_of(version: DefinitionVersion, *, at: datetime) -> Reading:
    """The text read in today's catalog, with the terms that an instant sees."""
    lines = lines_of(version.text)
    try:
        body = check_body(
            version.definition.kind, version.text, object=version.object, surroundings=surroundings_at(at)
        )
    except LanguageError as error:
        return Reading("", lines, str(error))
    return Reading(body.words, lines, "")


@dataclass(frozen=True, slots=True)
class VersionRow:
    number: int
    status: str
    tone: Tone
    who: str
    at: datetime | None
    effective_from: datetime | None
    effective_to: datetime | None
    can_return: bool


@dataclass(frozen=True, slots=True)
class Can:
    """What the person in front of the page may do with the term now."""

    start: bool
    edit: bool
    submit: bool
    review: bool
    publish: bool
    withdraw: bool
    agree: bool
    name: bool


@dataclass(frozen=True, slots=True)
class DetailPage:
    """A term with one of its versions in front. `consent` is there while that one is being agreed."""

    definition: Definition
    version: DefinitionVersion
    status: Status
    chips: tuple[Chip, ...]
    reading: Reading
    aliases: tuple[str, ...]
    leans_on: tuple[Neighbour, ...]
    used_by: tuple[Neighbour, ...]
    versions: tuple[VersionRow, ...]
    reviews: tuple[Review, ...]
    consent: Consent | None
    open_number: int | None
    in_force_number: int | None
    previous_number: int | None
    can: Can


def detail_page(key: str, *, at: datetime, member: Membership, number: int | None = None) -> DetailPage:
    """The version asked for; without one, that in force, else the newest. Raises `NotFound`."""
    definition = definition_by_key(key)
    versions = versions_of(key)
    in_force = next((each for each in versions if each.is_in_force_at(at)), None)
    open_change = next((each for each in versions if each.is_open), None)
    version = _chosen(versions, in_force, number)
    consent = consent_of(version) if version.is_open else None
    return DetailPage(
        definition=definition,
        version=version,
        status=version.status_at(at),
        chips=_chips(version, in_force=in_force, open_change=open_change, at=at),
        reading=reading_of(version, at=at),
        aliases=tuple(
            Alias.objects.filter(definition=definition, source=Alias.Source.ALIAS)
            .order_by(Collate("name", "C"))
            .values_list("name", flat=True)
        ),
        leans_on=leans_on(version.pk),
        used_by=used_by(key, at=at),
        versions=tuple(_version_row(each, at=at) for each in versions),
        reviews=tuple(version.reviews.select_related("reviewer__user").order_by("id")),
        consent=consent,
        open_number=open_change.number if open_change else None,
        in_force_number=in_force.number if in_force else None,
        previous_number=next(
            (
                each.number
                for each in versions
                if each.number < version.number and each.status != Status.WITHDRAWN
            ),
            None,
        ),
        can=_can(version, member=member, open_change=open_change, consent=consent, at=at),
    )


def _chosen(
    versions: Sequence[DefinitionVersion], in_force: DefinitionVersion | None, number: int | None
) -> DefinitionVersion:
    if number is None:
        return in_force or versions[0]
    for each in versions:
        if each.number == number:
            return each
    raise NotFound("There is no such version.", code="unknown_version")


def _chips(
    version: DefinitionVersion,
    *,
    in_force: DefinitionVersion | None,
    open_change: DefinitionVersion | None,
    at: datetime,
) -> tuple[Chip, ...]:
    shown = {each.pk: each for each in (in_force, version, open_change) if each is not None}
    chips = [chip_of(each, at=at) for each in sorted(shown.values(), key=lambda each: each.number)]
    if version.awaits_agreement and version.status in PUBLISHED:
        chips.append(Chip(NOT_YET_AGREED, "warn"))
    return tuple(chips)


def _version_row(version: DefinitionVersion, *, at: datetime) -> VersionRow:
    status = version.status_at(at)
    return VersionRow(
        number=version.number,
        status=status.label,
        tone=_TONES[status],
        who=str((version.published_by or version.author).user),
        at=version.published_at or version.edited_at,
        effective_from=version.effective_from,
        effective_to=version.effective_to,
        can_return=version.published_at is not None and status in (Status.REPLACED, Status.WITHDRAWN),
    )


def _can(
    version: DefinitionVersion,
    *,
    member: Membership,
    open_change: DefinitionVersion | None,
    consent: Consent | None,
    at: datetime,
) -> Can:
    drafts, reviews, publishes = (may(member.role, each) for each in Ability)
    status = version.status_at(at)
    agreeing = status in (Status.IN_REVIEW, Status.APPROVED)
    live = status in (Status.IN_FORCE, Status.SCHEDULED)
    return Can(
        start=drafts and open_change is None,
        edit=drafts and version.is_open,
        submit=drafts and status == Status.DRAFT,
        review=reviews and agreeing,
        publish=publishes and status == Status.APPROVED and consent is not None and consent.complete,
        withdraw=(drafts and version.is_open) or (publishes and live),
        agree=reviews and live and version.awaits_agreement and version.published_by_id != member.pk,
        name=drafts,
    )


def review_inbox(*, member: Membership) -> list[DefinitionVersion]:
    """Changes that wait for this person: in review, not their own, without a word of theirs on the text."""
    if not may(member.role, Ability.REVIEW):
        return []
    said = Review.objects.filter(version=OuterRef("pk"), reviewer=member, checksum=OuterRef("checksum"))
    return list(
        DefinitionVersion.objects.select_related("definition", "author__user")
        .filter(Q(status=Status.IN_REVIEW) & ~Q(editors__contains=[member.pk]) & ~Exists(said))
        .order_by("submitted_at", "id")
    )
