"""What the company plans and pays, as lists that are kept by importing a file."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.errors import NotFound
from core.navigation import Crumb
from crm.access import IMPORTS, READS_IMPORTS
from crm.record_pages import list_page
from tenants.access import open_to
from tenants.principal import TenantRequest

READS = READS_IMPORTS


@dataclass(frozen=True)
class Template:
    """An empty file to fill: its columns and two rows that show how."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Kept:
    """One list: what it is for and which columns its page shows."""

    object: str
    title: str
    lede: str
    empty: str
    fields: tuple[str, ...]


TEMPLATES = {
    "plan": Template(
        (
            "scope",
            "scope_value",
            "measure",
            "period_start",
            "period_end",
            "amount",
            "currency",
            "version_label",
        ),
        (
            ("company", "", "bookings", "2026-10-01", "2027-01-01", "4000000", "USD", "Original"),
            ("team", "Velocity", "bookings", "2026-10-01", "2027-01-01", "900000", "USD", "Original"),
        ),
    ),
    "quota": Template(
        (
            "user",
            "measure",
            "period_start",
            "period_end",
            "amount",
            "currency",
            "ramp_factor",
            "proration",
            "team",
        ),
        (
            ("U-ANA", "bookings", "2026-10-01", "2027-01-01", "250000", "USD", "1", "1", "Velocity"),
            ("U-BRUNO", "bookings", "2026-10-01", "2027-01-01", "250000", "USD", "0.5", "1", "Velocity"),
        ),
    ),
    "cost": Template(
        ("month", "category", "channel", "amount", "currency", "is_loaded"),
        (
            ("2026-10-01", "sales", "", "310000", "USD", "yes"),
            ("2026-10-01", "marketing", "Events", "45000", "USD", "no"),
        ),
    ),
    "fx_rate": Template(
        ("rate_table", "currency", "to_currency", "rate", "valid_on"),
        (
            ("daily", "EUR", "USD", "1.0850", "2026-10-01"),
            ("plan_FY2026", "EUR", "USD", "1.1000", "2026-01-01"),
        ),
    ),
}

PLANS = Kept(
    "plan",
    "Plan and targets",
    "What was planned, for the company, a team, a segment or a product. Attainment and coverage need it.",
    "Without a plan, attainment and coverage say “set plan” where their number would be.",
    ("scope", "scope_value", "measure", "period_start", "period_end", "amount", "version_label"),
)
QUOTAS = Kept(
    "quota",
    "Quotas",
    "What each person carries in a period, with ramp and proration.",
    "Without quotas, attainment by person and capacity have no number.",
    ("user", "measure", "period_start", "period_end", "amount", "ramp_factor", "proration"),
)
COSTS = Kept(
    "cost",
    "Sales and marketing cost",
    "Cost by month and category. Acquisition cost, payback and the magic number need it.",
    "Without costs, acquisition cost and payback have no number.",
    ("month", "category", "channel", "amount", "is_loaded"),
)
RATES = Kept(
    "fx_rate",
    "FX rates",
    "Each rate holds from its day on until the next of the same pair and table.",
    "Amounts in other currencies cannot be added up without rates; they are listed as exceptions.",
    ("rate_table", "currency", "to_currency", "rate", "valid_on"),
)

reads = open_to(READS, what="see plans, quotas, costs and rates")


@require_safe
@reads
def plan_list_page(request: TenantRequest, tenant: str) -> HttpResponse:
    return _list(request, tenant, PLANS)


@require_safe
@reads
def quota_list_page(request: TenantRequest, tenant: str) -> HttpResponse:
    return _list(request, tenant, QUOTAS)


@require_safe
@reads
def cost_list_page(request: TenantRequest, tenant: str) -> HttpResponse:
    return _list(request, tenant, COSTS)


@require_safe
@reads
def fx_rate_list_page(request: TenantRequest, tenant: str) -> HttpResponse:
    return _list(request, tenant, RATES)


@require_safe
@reads
def template_export(request: TenantRequest, tenant: str, object: str) -> HttpResponse:
    """A file to fill in, with two example rows."""
    template = TEMPLATES.get(object)
    if template is None:
        raise NotFound("There is no template for that.")
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([template.columns, *template.rows])
    answer = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{object}-template.csv"'
    return answer


def _list(request: TenantRequest, tenant: str, kept: Kept) -> HttpResponse:
    after = request.GET.get("after", "")
    page = list_page(
        tenant,
        kept.object,
        fields=kept.fields,
        owners=None,
        after=int(after) if after.isascii() and after.isdigit() else None,
    )
    context = {
        "page": page,
        "kept": kept,
        "imports": request.membership.role in IMPORTS,
        "crumbs": [Crumb(kept.title)],
    }
    return render(request, "crm/planning_list.html", context)
