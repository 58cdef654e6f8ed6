"""Erasing a person: what identifies them goes, ids, counts and money stay, and a certificate says so."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from core import db
from core.db import identifier
from core.errors import Invalid, NotFound
from crm.imports import uploads
from crm.models import (
    CURRENT,
    CustomField,
    CustomValue,
    ErasureCertificate,
    ImportFile,
    ImportStep,
    RejectedRow,
    Replay,
)
from crm.models.records import current_table, version_table
from crm.services.mentions import erase_from_rows, erase_mentions, forget_audit_bodies
from crm.sql import erasing
from crm.vocab.personal import PEOPLE, Identity, identity, pattern_of, personal_columns
from tenants.audit import Actor, record
from tenants.scope import current_tenant_id

PersonRecord = tuple[str, int]
"""An object that is a person (`contact`, `lead`, `user`) and the id of its record."""


@transaction.atomic
def erase_person(records: Sequence[PersonRecord], *, reason: str, actor: Actor) -> ErasureCertificate:
    """Remove everything that identifies the person behind these records, for good.

    Their personal fields go from current rows and from every version; rejected rows, other records' texts,
    jobs, audit bodies and stored files lose what names them (a stored file that brought them is deleted).
    Ids, times, references, counts and money stay, so that no number changes. The chain of the audit still
    holds.

    Raises `NotFound` for an unknown record and `Invalid` for records that are not persons or no reason.
    """
    if not reason.strip():
        raise Invalid("Say why the person is erased.", param="reason")
    by_object = _by_object(records)
    db.advisory_xact_lock("crm-load", current_tenant_id())
    named = [pair for object, ids in by_object.items() for pair in _values_of(object, ids)]
    who = identity(named)
    runs = {run for object, ids in by_object.items() for run in _runs_of(object, ids)}
    counts: dict[str, int] = {}
    for object, ids in by_object.items():
        counts |= _clear(object, ids)
    rejected = erase_from_rows(RejectedRow, who)
    RejectedRow.objects.filter(pk__in=rejected).update(state=RejectedRow.State.ERASED)
    runs |= set(RejectedRow.objects.filter(pk__in=rejected).values_list("run_id", flat=True))
    counts["crm_rejected_row"] = len(rejected)
    counts["crm_replay"] = len(erase_from_rows(Replay, who))
    counts["files"] = _delete_files(runs)
    for table, count in erase_mentions(who).items():
        counts[table] = counts.get(table, 0) + count
    counts["source_ids"] = _rename_source_ids(who)
    counts["tenants_audit_entry"] = forget_audit_bodies(who)
    return _certify(by_object, who, counts, reason=reason, actor=actor)


def is_named_in(certificate: ErasureCertificate, value: str) -> bool:
    """Whether the value was among those erased."""
    return any(hmac.compare_digest(_digest(value, certificate.salt), each) for each in certificate.digests)


def _by_object(records: Sequence[PersonRecord]) -> dict[str, list[int]]:
    if not records:
        raise NotFound("There is nobody to erase.")
    found: dict[str, list[int]] = {}
    for object, record_id in records:
        if object not in PEOPLE:
            raise Invalid(f"Records of {object!r} are not persons.", code="not_a_person")
        found.setdefault(object, []).append(record_id)
    for object, ids in found.items():
        if CURRENT[object].objects.filter(pk__in=ids).count() != len(set(ids)):
            raise NotFound("One of these records does not exist.")
    return found


def _names(object: str) -> dict[str, str]:
    return {
        "current": identifier(current_table(object)),
        "version": identifier(version_table(object)),
        "columns": ", ".join(map(identifier, personal_columns(object))),
        "emptied": ", ".join(f"{identifier(column)} = NULL" for column in personal_columns(object)),
    }


def _values_of(object: str, ids: list[int]) -> Iterable[tuple[str, str]]:
    columns = personal_columns(object)
    own = _personal_custom(object)
    params = {"tenant_id": current_tenant_id(), "ids": ids}
    rows = [row[:-1] for row in db.fetch_all(erasing.VALUES_OF_CURRENT.format(**_names(object)), params)]
    rows += db.fetch_all(erasing.VALUES_OF_VERSIONS.format(**_names(object)), params)
    for *values, custom in rows:
        yield from ((column, value) for column, value in zip(columns, values, strict=True) if value)
        yield from ((f"custom.{name}", str(custom[name])) for name in own if custom.get(name))


def _personal_custom(object: str) -> list[str]:
    return list(CustomField.objects.filter(object=object, is_personal=True).values_list("name", flat=True))


def _runs_of(object: str, ids: list[int]) -> set[int]:
    params = {"tenant_id": current_tenant_id(), "ids": ids}
    return {run for (run,) in db.fetch_all(erasing.RUNS_OF.format(**_names(object)), params)}


def _clear(object: str, ids: list[int]) -> dict[str, int]:
    params = {"tenant_id": current_tenant_id(), "ids": ids, "custom": _personal_custom(object)}
    fields = CustomField.objects.filter(object=object, is_personal=True)
    CustomValue.objects.filter(field__in=fields, record_id__in=ids).delete()
    return {
        current_table(object): db.execute(erasing.CLEAR_CURRENT.format(**_names(object)), params),
        version_table(object): db.execute(erasing.CLEAR_VERSIONS.format(**_names(object)), params),
    }


def _delete_files(runs: set[int]) -> int:
    """Delete the stored files that brought the person; their digests and names stay."""
    steps = ImportStep.objects.filter(run_id__in=runs) | ImportStep.objects.filter(stage_run_id__in=runs)
    files = ImportFile.objects.filter(pk__in=steps.values("parent__file_id"), deleted_at__isnull=True)
    count = 0
    for file in files:
        uploads.delete(file, now=timezone.now())
        count += 1
    return count


def _rename_source_ids(who: Identity) -> int:
    values = [value for value in who.telling if value.strip("+0123456789 ()-/.")]
    if not values:
        return 0
    params = {"tenant_id": current_tenant_id(), "pattern": pattern_of(values)}
    return sum(
        db.execute(erasing.RENAME_SOURCE_IDS.format(current=identifier(current_table(object))), params)
        for object in CURRENT
    )


def _certify(
    by_object: dict[str, list[int]], who: Identity, counts: dict[str, int], *, reason: str, actor: Actor
) -> ErasureCertificate:
    salt = secrets.token_hex(16)
    certificate = ErasureCertificate.objects.create(
        erased_at=timezone.now(),
        actor=actor.label,
        reason=str(who.erased_from(reason)),
        records=[{"object": object, "ids": sorted(set(ids))} for object, ids in by_object.items()],
        counts={table: count for table, count in sorted(counts.items()) if count},
        salt=salt,
        digests=sorted(_digest(value, salt) for value in who.values),
    )
    record(
        "person.erased",
        target=certificate,
        actor=actor,
        after={"records": certificate.records, "counts": certificate.counts},
    )
    return certificate


def _digest(value: str, salt: str) -> str:
    return hmac.new(salt.encode(), value.strip().casefold().encode(), hashlib.sha256).hexdigest()
