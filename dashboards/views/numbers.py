"""Where a number comes from: the popover, the receipt, its rows, its replay and why it changed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from dashboards import provenance
from metrics.replay import replay
from metrics.rows import rows_csv_lines
from metrics.visibility import row_scope
from tenants.principal import TenantRequest


@require_safe
def number(request: HttpRequest, tenant: str, receipt_id: str) -> HttpResponse:
    """The popover of one number; without htmx the receipt's page says the same and more."""
    if not request.headers.get("HX-Request"):
        return redirect("receipt", tenant=tenant, receipt_id=receipt_id)
    prov = provenance.popover(
        tenant,
        receipt_id,
        request.GET.get("cell", ""),
        now=timezone.now(),
        host=request.build_absolute_uri("/"),
    )
    reply = render(request, "ui/_prov.html", {"prov": prov})
    reply["Vary"] = "HX-Request"
    return reply


@require_safe
def receipt_page(request: HttpRequest, tenant: str, receipt_id: str) -> HttpResponse:
    return render(request, "dashboards/receipt.html", {"page": provenance.receipt_page(tenant, receipt_id)})


@require_POST
def replay_page(request: HttpRequest, tenant: str, receipt_id: str) -> HttpResponse:
    """Compute the answer anew from its pins and say whether it is the same to the last digit."""
    result = replay(receipt_id)
    page = provenance.receipt_page(tenant, receipt_id, replayed=result)
    return render(request, "dashboards/receipt.html", {"page": page})


@require_safe
def rows_page(request: TenantRequest, tenant: str, receipt_id: str) -> HttpResponse:
    page = provenance.rows_page(
        tenant,
        receipt_id,
        cell=request.GET.get("cell", ""),
        part=request.GET.get("part", ""),
        after=request.GET.get("after", ""),
        scope=row_scope(request.membership),
    )
    return render(request, "dashboards/rows.html", {"page": page})


@require_safe
def rows_export(request: TenantRequest, tenant: str, receipt_id: str) -> HttpResponse:
    cell, part = request.GET.get("cell", ""), request.GET.get("part", "")
    lines = rows_csv_lines(receipt_id, cell=cell, part=part, scope=row_scope(request.membership))
    reply = HttpResponse("".join(lines), content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="rows-{receipt_id}.csv"'
    return reply


@require_safe
def change_page(request: HttpRequest, tenant: str, before: str, after: str) -> HttpResponse:
    page = provenance.change_page(tenant, before, after, cell=request.GET.get("cell", ""))
    return render(request, "dashboards/change.html", {"page": page})
