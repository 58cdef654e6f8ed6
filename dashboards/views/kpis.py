"""Home, the KPI list, one KPI and its CSV."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from dashboards.kpis import kpi_page
from dashboards.lists import home_page, list_page
from metrics.engine import answer
from metrics.question import PARAMETERS, Question, parse_question
from metrics.surfaces import csv_lines


def _asked(request: HttpRequest, metric: str) -> Question | None:
    """The question in the address; None where the address asks nothing and the page may choose."""
    given = {name: request.GET[name] for name in PARAMETERS if request.GET.get(name)}
    return parse_question(metric, given) if given else None


@require_safe
def home(request: HttpRequest, tenant: str) -> HttpResponse:
    return render(request, "dashboards/kpi_list.html", {"page": home_page(tenant, now=timezone.now())})


@require_safe
def kpi_list(request: HttpRequest, tenant: str) -> HttpResponse:
    return render(request, "dashboards/kpi_list.html", {"page": list_page(tenant, now=timezone.now())})


@require_safe
def kpi_detail(request: HttpRequest, tenant: str, metric: str) -> HttpResponse:
    action = reverse("kpi-detail", args=[tenant, metric])
    page, _ = kpi_page(tenant, _asked(request, metric), metric=metric, now=timezone.now(), action=action)
    return render(request, "dashboards/kpi_detail.html", {"page": page})


@require_safe
def kpi_export(request: HttpRequest, tenant: str, metric: str) -> HttpResponse | StreamingHttpResponse:
    """The answer as CSV. It is computed before the first byte leaves, so nothing can fail halfway."""
    found = answer(_asked(request, metric) or Question(metric=metric), now=timezone.now())
    reply = HttpResponse("".join(csv_lines(found)), content_type="text/csv; charset=utf-8")
    reply["Content-Disposition"] = f'attachment; filename="{metric}.csv"'
    reply["X-Receipt"] = found.receipt_id
    return reply
