"""Reading the registry: the list, a term, one of its versions, two versions side by side."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.components import Action
from core.navigation import Crumb
from definitions import queries
from definitions.models import Kind
from definitions.queries import pages
from definitions.rules.abilities import Ability, may
from definitions.rules.layout import diff_of, lines_of
from definitions.views.addresses import address
from tenants.principal import TenantRequest


@require_safe
def definition_list_page(request: TenantRequest, tenant: str) -> HttpResponse:
    kind = request.GET.get("kind", "")
    page = pages.list_page(
        at=timezone.now(), kind=kind if kind in Kind.values else "", search=request.GET.get("q", "")[:120]
    )
    drafts = may(request.membership.role, Ability.DRAFT)
    publishes = may(request.membership.role, Ability.PUBLISH)
    library = Action("Adopt the starter library", address(request, "definition-starters"), "book", "primary")
    new = Action("Define a term", address(request, "definition-new"), "plus")
    context = {
        "page": page,
        "waiting": pages.review_inbox(member=request.membership),
        "first_steps": ([library] if publishes else []) + ([new] if drafts else []),
        "drafts": drafts,
        "publishes": publishes,
        "clear": [Action("Show all", address(request, "definition-list"))],
    }
    return render(request, "definitions/definition_list.html", context)


@require_safe
def definition_detail_page(request: TenantRequest, tenant: str, key: str) -> HttpResponse:
    page = pages.detail_page(key, at=timezone.now(), member=request.membership)
    crumbs = [Crumb(page.definition.label)]
    return render(request, "definitions/definition_detail.html", {"page": page, "crumbs": crumbs})


@require_safe
def definition_version_page(request: TenantRequest, tenant: str, key: str, number: int) -> HttpResponse:
    page = pages.detail_page(key, at=timezone.now(), member=request.membership, number=number)
    crumbs = [
        Crumb(page.definition.label, address(request, "definition-detail", key=key)),
        Crumb(f"Version {number}"),
    ]
    return render(request, "definitions/definition_detail.html", {"page": page, "crumbs": crumbs})


@require_safe
def definition_compare_page(
    request: TenantRequest, tenant: str, key: str, first: int, second: int
) -> HttpResponse:
    old, new = queries.numbered_version(key, first), queries.numbered_version(key, second)
    context = {
        "old": old,
        "new": new,
        "definition": new.definition,
        "text": diff_of(lines_of(old.text), lines_of(new.text)),
        "meaning": diff_of(old.meaning.splitlines(), new.meaning.splitlines()),
        "crumbs": [
            Crumb(new.definition.label, address(request, "definition-detail", key=key)),
            Crumb(f"Version {first} to {second}"),
        ],
    }
    return render(request, "definitions/definition_compare.html", context)
