"""The audit log: listed, filtered, exported."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date, timedelta
from typing import cast
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.components import Pager
from core.instants import start_of_day
from tenants import audit_log
from tenants.access import open_to
from tenants.audit_log import AuditFilter
from tenants.forms import AuditFilterForm
from tenants.principal import TenantRequest
from tenants.scope import tenant_transaction
from tenants.settings import settings_at
from tenants.vocab import READS_AUDIT

reads = open_to(READS_AUDIT, what="read the audit log")
PAGE = 50


@require_safe
@reads
def audit_log_page(request: TenantRequest, tenant: str) -> HttpResponse:
    form = AuditFilterForm(request.GET, actions=audit_log.actions())
    wanted = _filter(form)
    before = request.GET.get("before", "")
    page = audit_log.page(
        wanted, before=int(before) if before.isdigit() and len(before) < 16 else None, size=PAGE
    )
    chosen = {name: value for name, value in request.GET.items() if name in form.fields and value}
    context = {
        "form": form,
        "entries": page.entries,
        "filtered": bool(chosen),
        "export_query": urlencode(chosen),
        "pager": Pager(
            shown=f"Newest first, up to {PAGE} entries a page",
            next_href=f"?{urlencode({**chosen, 'before': page.next_before})}" if page.next_before else "",
            previous_href=f"?{urlencode(chosen)}" if before else "",
        ),
    }
    return render(request, "tenants/audit_log.html", context)


@require_safe
@reads
def audit_entry_page(request: TenantRequest, tenant: str, number: int) -> HttpResponse:
    entry = audit_log.entry(number)
    return render(request, "tenants/audit_entry.html", {"entry": entry, "changes": audit_log.changes(entry)})


@require_safe
@reads
def audit_export(request: TenantRequest, tenant: str) -> HttpResponseBase:
    """Every matching entry, oldest first. The answer outlives the view, so it opens a transaction of its
    own."""
    wanted = _filter(AuditFilterForm(request.GET, actions=audit_log.actions()))
    answer = StreamingHttpResponse(_csv(request.tenant.pk, wanted), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="audit-{request.tenant.slug}.csv"'
    return answer


def _csv(tenant_id: int, wanted: AuditFilter) -> Iterator[str]:
    # A writer whose "file" hands each line on.
    class Line:
        def write(self, text: str) -> str:
            return text

    writer = csv.writer(Line())
    with tenant_transaction(tenant_id):
        for row in audit_log.export_rows(wanted):
            yield cast(str, writer.writerow(row))


def _filter(form: AuditFilterForm) -> AuditFilter:
    """What the form asks for; a field that cannot be read is shown with its error and filters nothing."""
    form.is_valid()
    asked = form.cleaned_data
    start: date | None = asked.get("start")
    end: date | None = asked.get("end")
    zone = settings_at(timezone.now().date()).zone
    return AuditFilter(
        action=asked.get("action", ""),
        actor=asked.get("actor", ""),
        target=asked.get("target", ""),
        start=start_of_day(start, zone) if start else None,
        end=start_of_day(end + timedelta(days=1), zone) if end else None,
    )
