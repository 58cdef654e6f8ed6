"""A file on its way to being imported: uploaded, given a mapping, its mapping kept for the next time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fnmatch import fnmatch

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from core.errors import Conflict, Invalid, NotFound
from crm.imports import uploads
from crm.mappings import saved_mappings, saved_names
from crm.models import Import, ImportFile, ImportStep, SavedMapping
from crm.readers import ReadOptions
from crm.rules.check_mapping import check_mapping, require_usable
from crm.rules.mapping import ImportMapping, ImportMode
from crm.rules.mapping_json import mapping_from_dict, mapping_to_dict
from tenants import audit
from tenants.audit import Actor


@transaction.atomic
def create_import(
    content: File[bytes],
    *,
    name: str,
    actor: Actor,
    now: datetime,
    options: ReadOptions | None = None,
    observed_at: datetime | None = None,
) -> Import:
    """Keep an upload as a draft. `UnreadableFile` says why a file cannot be read; then nothing is kept.

    `observed_at` is when the file was true; without it, now.
    """
    file = uploads.store(content, name=name, now=now, options=options)
    parent = Import.objects.create(
        file=file, observed_at=observed_at or now, created_by=actor.membership, created_at=now
    )
    audit.record("import.uploaded", target=parent, actor=actor, after=_facts(file))
    return parent


@transaction.atomic
def set_mappings(import_id: int, mappings: Sequence[ImportMapping], *, actor: Actor) -> Import:
    """Say how a draft's file is read: once per mapping, in order. `UnusableMapping` where one does not
    fit.
    """
    parent = _draft(import_id)
    if not mappings:
        raise Invalid("Choose at least one mapping.", code="no_mapping")
    headers = parent.file.profile["headers"]
    for mapping in mappings:
        require_usable(mapping, headers)
    ImportStep.objects.filter(parent=parent).delete()
    for number, mapping in enumerate(mappings, start=1):
        ImportStep.objects.create(parent=parent, number=number, mapping=mapping_to_dict(mapping))
    return parent


@transaction.atomic
def set_dates(import_id: int, *, snapshot_on: date | None) -> None:
    """The date of a dated list that has no date column."""
    parent = _draft(import_id)
    Import.objects.filter(pk=parent.pk).update(snapshot_on=snapshot_on)


@transaction.atomic
def save_mapping(mapping: ImportMapping, *, name: str, actor: Actor) -> SavedMapping:
    """Keep a mapping under a name; the same name again replaces it."""
    name = name.strip()
    if not name or len(name) > 120:
        raise Invalid("Give the mapping a name of up to 120 characters.", code="bad_name", param="save_as")
    before = SavedMapping.objects.filter(name=name).first()
    saved, _ = SavedMapping.objects.update_or_create(
        name=name,
        defaults={
            "body": mapping_to_dict(mapping),
            "saved_by": actor.membership,
            "saved_at": timezone.now(),
        },
    )
    audit.record(
        "mapping.saved",
        target=saved,
        actor=actor,
        before={"body": before.body} if before else None,
        after={"name": name, "body": saved.body},
    )
    return saved


@transaction.atomic
def discard_import(import_id: int, *, actor: Actor, now: datetime) -> None:
    """Throw a draft and its file away."""
    parent = _draft(import_id)
    file = parent.file
    ImportStep.objects.filter(parent=parent).delete()
    audit.record("import.discarded", target=parent, actor=actor, before=_facts(file))
    parent.delete()
    uploads.delete(file, now=now)


@dataclass(frozen=True)
class MappingOffer:
    """Mappings that fit a file: a saved one, or those that a ready-made set has for it."""

    key: str
    label: str
    description: str
    mappings: tuple[ImportMapping, ...]


def matching_sets(file: ImportFile) -> tuple[MappingOffer, ...]:
    """What could read this file as it is, likeliest first: saved mappings, then ready-made sets by name."""
    headers = file.profile["headers"]
    offers = [
        MappingOffer(f"saved:{kept.pk}", kept.name, "Saved mapping", (mapping,))
        for kept in SavedMapping.objects.order_by("name")
        if not check_mapping(mapping := mapping_from_dict(kept.body), headers)
    ]
    for name in saved_names():
        ready = saved_mappings(name)
        fitting = tuple(
            entry.mapping
            for entry in ready.entries
            if fnmatch(file.name, entry.files) and not check_mapping(entry.mapping, headers)
        )
        if fitting:
            offers.append(MappingOffer(f"set:{name}", ready.label, ready.description, fitting))
    return tuple(offers)


def offered(file: ImportFile, key: str) -> MappingOffer:
    """The offer called `key`. `NotFound` where it does not fit (any more)."""
    for offer in matching_sets(file):
        if offer.key == key:
            return offer
    raise NotFound("This mapping does not fit the file.")


def custom_name(label: str) -> str:
    """A name for a field of the tenant's own: small letters, digits and underscores."""
    name = re.sub(r"[^a-z0-9]+", "_", label.lower()).strip("_")[:60]
    return name or "field"


def needs_date(parent: Import) -> bool:
    """Whether somebody must say of which day the list is."""
    return parent.snapshot_on is None and any(
        mapping.mode is ImportMode.DATED_SNAPSHOTS and not mapping.snapshot_on
        for mapping in mappings_of(parent)
    )


def mappings_of(parent: Import) -> tuple[ImportMapping, ...]:
    """How the file is read, in order."""
    steps = ImportStep.objects.filter(parent=parent).order_by("number")
    return tuple(mapping_from_dict(body) for body in steps.values_list("mapping", flat=True))


def _draft(import_id: int) -> Import:
    parent = Import.objects.select_for_update().filter(pk=import_id).first()
    if parent is None:
        raise NotFound("There is no such import.")
    if parent.state != Import.State.DRAFT:
        raise Conflict("This import was started already; upload the file again to read it another way.")
    return parent


def _facts(file: ImportFile) -> dict[str, object]:
    return {"file": file.name, "size": file.size, "digest": file.digest}
