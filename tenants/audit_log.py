"""Reading the audit log: newest first by page, oldest first for export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from django.db.models import QuerySet

from core import db
from core.errors import NotFound
from tenants import sql
from tenants.models import AuditEntry
from tenants.scope import current_tenant_id

HEADER = ("number", "at", "action", "target", "actor", "request_id", "before", "after", "digest")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class AuditFilter:
    """Empty parts do not filter. `actor` and `target` match from their start; the range is half-open."""

    action: str = ""
    actor: str = ""
    target: str = ""
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class AuditPage:
    entries: Sequence[AuditEntry]
    next_before: int | None


@dataclass(frozen=True)
class FieldChange:
    """One fact of an entry; empty text where there was none."""

    name: str
    before: str
    after: str


def page(wanted: AuditFilter, *, before: int | None, size: int) -> AuditPage:
    found = matching(wanted)
    if before is not None:
        found = found.filter(number__lt=before)
    entries = list(found.order_by("-number")[: size + 1])
    more = len(entries) > size
    return AuditPage(entries=entries[:size], next_before=entries[size - 1].number if more else None)


def entry(number: int) -> AuditEntry:
    found = AuditEntry.objects.filter(number=number).first()
    if found is None:
        raise NotFound("There is no such entry.")
    return found


def actions() -> list[str]:
    """Every action that occurs, by name."""
    return [row[0] for row in db.fetch_all(sql.AUDIT_ACTIONS, {"tenant_id": current_tenant_id()})]


def changes(of: AuditEntry) -> list[FieldChange]:
    """What the entry says, fact by fact."""
    body = of.body or {}
    before, after = body.get("before") or {}, body.get("after") or {}
    names = [*before, *(name for name in after if name not in before)]
    return [FieldChange(name, _words(before.get(name)), _words(after.get(name))) for name in names]


def export_rows(wanted: AuditFilter) -> Iterator[Sequence[str]]:
    """The header, then every matching entry, read through a server-side cursor."""
    yield HEADER
    for found in matching(wanted).order_by("number").iterator(chunk_size=1_000):
        body = found.body or {}
        yield (
            str(found.number),
            found.at.isoformat(),
            found.action,
            _harmless(found.target),
            _harmless(found.actor),
            found.request_id,
            _words(body.get("before")),
            _words(body.get("after")),
            found.digest,
        )


def matching(wanted: AuditFilter) -> QuerySet[AuditEntry]:
    """The entries that a filter lets through, in no order."""
    found = AuditEntry.objects.all()
    if wanted.action:
        found = found.filter(action=wanted.action)
    if wanted.actor:
        found = found.filter(actor__startswith=wanted.actor)
    if wanted.target:
        found = found.filter(target__startswith=wanted.target)
    if wanted.start:
        found = found.filter(at__gte=wanted.start)
    if wanted.end:
        found = found.filter(at__lt=wanted.end)
    return found


def _words(value: object) -> str:
    if value is None:
        return ""
    return _harmless(value if isinstance(value, str) else orjson.dumps(value).decode())


def _harmless(text: str) -> str:
    """A spreadsheet would run a cell that starts like a formula; an apostrophe keeps it text."""
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
