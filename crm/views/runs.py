"""An import that was started: progress, result, rejected rows, undo."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Conflict, DomainError
from core.navigation import Crumb
from crm import imports
from crm.access import IMPORTS, imports_data, reads_imports
from crm.imports.pages import import_by_id, rejected_row, rejected_rows, run_page
from crm.imports.rejected import StillRejected
from crm.models import Import, ImportStep, RejectedRow
from tenants.access import require_role
from tenants.principal import TenantRequest
from tenants.scope import tenant_transaction


@require_safe
@reads_imports
def import_run_page(request: TenantRequest, tenant: str, import_id: int) -> HttpResponse:
    """Progress while it runs (htmx asks again for the fragment), the result once it is over."""
    parent = import_by_id(import_id)
    if parent.state == Import.State.DRAFT:
        return redirect("import-map", tenant, import_id)
    page = run_page(tenant, import_id)
    if request.headers.get("HX-Request") == "true":
        if page.over:  # the result is a page of its own
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "ui/_progress.html", {"job": page.progress})
    context = {
        "page": page,
        "job": page.progress,
        "imports": request.membership.role in IMPORTS,
        "crumbs": [Crumb(page.parent.file.name)],
    }
    return render(request, "crm/import_run.html", context)


@require_POST
@imports_data
def import_stop_page(request: TenantRequest, tenant: str, import_id: int) -> HttpResponse:
    imports.stop_import(import_id, actor=request.principal.actor)
    return redirect("import-run", tenant, import_id)


@require_POST
@imports_data
def import_resume_page(request: TenantRequest, tenant: str, import_id: int) -> HttpResponse:
    imports.resume_import(import_id, actor=request.principal.actor)
    return redirect("import-run", tenant, import_id)


@require_POST
@imports_data
def import_confirm_page(request: TenantRequest, tenant: str, import_id: int) -> HttpResponse:
    imports.confirm_ending(import_id, actor=request.principal.actor)
    return redirect("import-run", tenant, import_id)


@require_http_methods(["GET", "HEAD", "POST"])
@imports_data
def import_undo_page(request: TenantRequest, tenant: str, import_id: int) -> HttpResponse:
    """What an undo takes back, and why it may be refused."""
    page = run_page(tenant, import_id)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            with tenant_transaction(request.tenant.pk):
                imports.undo_import(import_id, actor=request.principal.actor, now=timezone.now())
        except Conflict as error:
            refusal = error
        else:
            messages.success(request, "The import is undone. Its file was deleted.")
            return redirect("import-run", tenant, import_id)
    context = {"page": page, "refusal": refusal, "crumbs": [Crumb(page.parent.file.name), Crumb("Undo")]}
    return render(request, "crm/import_undo.html", context, status=409 if refusal else 200)


@require_POST
@imports_data
def import_file_delete_page(request: TenantRequest, tenant: str, import_id: int) -> HttpResponse:
    imports.delete_file(import_id, actor=request.principal.actor, now=timezone.now())
    messages.success(request, "The file is deleted.")
    return redirect("import-run", tenant, import_id)


@require_safe
@reads_imports
def import_rejected_page(request: TenantRequest, tenant: str, import_id: int) -> HttpResponse:
    parent = import_by_id(import_id)
    after = request.GET.get("after", "")
    state = request.GET.get("state", "")
    rows, more = rejected_rows(
        import_id,
        after=int(after) if after.isascii() and after.isdigit() else 0,
        state=state if state in RejectedRow.State.values else "",
    )
    context = {
        "parent": parent,
        "rows": rows,
        "more": more,
        "state": state,
        "imports": request.membership.role in IMPORTS,
        "crumbs": [Crumb(parent.file.name), Crumb("Rejected rows")],
    }
    return render(request, "crm/import_rejected.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reads_imports
def import_row_page(request: TenantRequest, tenant: str, import_id: int, row_id: int) -> HttpResponse:
    """One rejected row: correct its cells and take it, or set it aside."""
    parent = import_by_id(import_id)
    row = rejected_row(import_id, row_id)
    problems = row.problems
    headers = [name for name in parent.file.profile["headers"] if name in row.raw]
    cells = {name: row.raw[name] for name in headers}
    if request.method == "POST":
        require_role(request.membership, IMPORTS, what="import data")
        actor = request.principal.actor
        if "dismiss" in request.POST:
            imports.dismiss_row(row.pk, actor=actor)
            messages.success(request, f"Row {row.row_number} is set aside.")
            return redirect("import-rejected", tenant, import_id)
        cells = {
            name: request.POST.get(f"cell_{place}", cell) for place, (name, cell) in enumerate(cells.items())
        }
        try:
            with tenant_transaction(request.tenant.pk):
                imports.replay_row(row.pk, cells, actor=actor, now=timezone.now())
        except StillRejected as refusal:
            problems = refusal.details["problems"]
        else:
            messages.success(request, f"Row {row.row_number} was taken.")
            return redirect("import-rejected", tenant, import_id)
    at_fault = {problem["column"] for problem in problems if problem["column"]}
    context = {
        "parent": parent,
        "row": row,
        "cells": [
            (place, name, cell, [p["message"] for p in problems if p["column"] == name], name in at_fault)
            for place, (name, cell) in enumerate(cells.items())
        ],
        "problems": [problem["message"] for problem in problems if not problem["column"]],
        "can_fix": row.state == RejectedRow.State.OPEN and request.membership.role in IMPORTS,
        "crumbs": [Crumb(parent.file.name), Crumb(f"Row {row.row_number}")],
    }
    return render(request, "crm/import_row.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@reads_imports
def import_rejected_export(
    request: TenantRequest, tenant: str, import_id: int
) -> HttpResponse | StreamingHttpResponse:
    """Rejected rows as the file had them, with the reasons in two more columns: to fix and upload again."""
    parent = import_by_id(import_id)
    headers = [*parent.file.profile["headers"], "row", "problems"]
    answer = StreamingHttpResponse(
        _csv_lines(request.tenant.pk, import_id, headers), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="rejected-rows-{import_id}.csv"'
    return answer


def _csv_lines(tenant_id: int, import_id: int, headers: list[str]) -> Iterator[str]:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headers)
    with tenant_transaction(tenant_id):
        runs = list(
            ImportStep.objects.filter(parent=import_id, run__isnull=False).values_list("run", flat=True)
        )
        rows = RejectedRow.objects.filter(run__in=runs, state=RejectedRow.State.OPEN).order_by(
            "run", "row_number"
        )
        for row in rows.iterator(chunk_size=1_000):
            reasons = "; ".join(problem["message"] for problem in row.problems)
            writer.writerow(
                [*(_inert(row.raw.get(name)) for name in headers[:-2]), row.row_number, _inert(reasons)]
            )
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def _inert(cell: str | None) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    text = cell or ""
    return (
        f"'{text}"
        if text[:1] in ("=", "@", "\t", "\r") or (text[:1] in ("+", "-") and not _number_like(text))
        else text
    )


def _number_like(text: str) -> bool:
    return text[1:].replace(".", "", 1).replace(",", "").isdigit()
