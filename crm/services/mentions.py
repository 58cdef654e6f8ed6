"""Where texts and documents mention a person: found by the database, rewritten row by row."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from core import db
from core.db import identifier
from crm.models import AssertionShape, ErasureCertificate
from crm.sql import erasing
from crm.vocab.personal import Identity, pattern_of
from tenants.models import AuditEntry, Job, TenantOwned
from tenants.scope import current_tenant_id

# Columns that hold our own words or random names, never a person's.
OURS = frozenset({"source", "source_id", "object", "key", "path", "digest", "file_digest", "salt"})
LEFT_ALONE = (AssertionShape, ErasureCertificate)


def erase_mentions(who: Identity) -> dict[str, int]:
    """Remove the telling values from every text and document of crm and from jobs; rows rewritten, by
    table."""
    counts: dict[str, int] = {}
    for model in _tables():
        count = _erase_from(model, who)
        if count:
            counts[model._meta.db_table] = count
    return counts


def erase_from_rows(model: type[TenantOwned], who: Identity) -> list[int]:
    """Remove telling and partial values from the documents of rows that mention the person; the rows' ids."""
    ids = []
    columns = [field.attname for field in _documents(model)]
    pattern = pattern_of(who.telling) if who.telling else None
    for row_id, *values in _matching(model, columns, _conditions(columns, who), who, pattern):
        _rewrite(model, row_id, columns, values, who, partial=True)
        ids.append(row_id)
    return ids


def forget_audit_bodies(who: Identity) -> int:
    """Empty the bodies of audit entries that mention the person; the chain hashes salted digests of them."""
    if not who.telling:
        return 0
    rows = _matching(AuditEntry, ["body"], "body::text ~ %(telling)s", who, pattern_of(who.telling))
    return AuditEntry.objects.filter(pk__in=[row_id for row_id, _ in rows]).update(body=None)


def _tables() -> Iterator[type[TenantOwned]]:
    for model in apps.get_app_config("crm").get_models():
        if issubclass(model, TenantOwned) and model not in LEFT_ALONE:
            yield model
    yield Job


def _erase_from(model: type[TenantOwned], who: Identity) -> int:
    columns = [
        field.attname
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.TextField | models.CharField | models.JSONField)
        and not field.choices
        and field.attname not in OURS
    ]
    if not columns or not who.telling:
        return 0
    condition = " OR ".join(f"{identifier(column)}::text ~ %(telling)s" for column in columns)
    count = 0
    for row_id, *values in _matching(model, columns, condition, who, pattern_of(who.telling)):
        _rewrite(model, row_id, columns, values, who, partial=False)
        count += 1
    return count


def _documents(model: type[TenantOwned]) -> list[models.Field[object, object]]:
    return [field for field in model._meta.local_concrete_fields if isinstance(field, models.JSONField)]


def _conditions(columns: list[str], who: Identity) -> str:
    """A telling value anywhere, or two partial ones side by side."""
    partial = len(who.partial) > 1
    found = []
    for column in columns:
        text = f"{identifier(column)}::text"
        if who.telling:
            found.append(f"{text} ~ %(telling)s")
        if partial:
            found.append(" AND ".join(f"{text} ~ %(partial_{number})s" for number in range(len(who.partial))))
    return " OR ".join(found) or "false"


def _matching(
    model: type[TenantOwned], columns: list[str], condition: str, who: Identity, pattern: str | None
) -> list[db.Row]:
    statement = erasing.MENTIONS.format(
        columns=", ".join(map(identifier, columns)),
        table=identifier(model._meta.db_table),
        matches=condition,
    )
    params = {f"partial_{number}": pattern_of([value]) for number, value in enumerate(sorted(who.partial))}
    return db.fetch_all(statement, {**params, "tenant_id": current_tenant_id(), "telling": pattern})


def _rewrite(
    model: type[TenantOwned],
    row_id: int,
    columns: list[str],
    values: list[object],
    who: Identity,
    *,
    partial: bool,
) -> None:
    changed: dict[str, object] = {}
    for column, value in zip(columns, values, strict=True):
        erased = who.erased_from(value, partial=partial)
        if erased != value:
            changed[column] = db.as_json(erased) if isinstance(erased, dict | list) else erased
    if changed:
        statement = erasing.REWRITE.format(
            table=identifier(model._meta.db_table),
            assignments=", ".join(f"{identifier(column)} = %({column})s" for column in changed),
        )
        db.execute(statement, {**changed, "tenant_id": current_tenant_id(), "id": row_id})
