"""The starter library: choose, adopt, agree."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Conflict, NotFound
from core.formatting import counted
from core.navigation import Crumb
from definitions import queries, services
from definitions.queries.starters import starter_groups
from definitions.rules.abilities import Ability, may
from definitions.views.addresses import go_to
from tenants.principal import TenantRequest


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def definition_starters_page(request: TenantRequest, tenant: str) -> HttpResponse:
    refusal, status = "", 200
    if request.method == "POST":
        try:
            adopted = services.adopt_starters(request.POST.getlist("keys"), actor=request.principal.actor)
        except (Conflict, NotFound) as error:
            refusal, status = error.message, error.status
        else:
            messages.success(request, f"{counted(len(adopted), 'definition')} in force, not yet agreed.")
            return go_to(request, "definition-list")
    groups = starter_groups(at=timezone.now())
    context = {
        "groups": groups,
        "left": sum(not each.state for group in groups for each in group.starters),
        "can_adopt": may(request.membership.role, Ability.PUBLISH),
        "refusal": refusal,
        "crumbs": [Crumb("Starter library")],
    }
    return render(request, "definitions/definition_starters.html", context, status=status)


@require_POST
def definition_agree_page(request: TenantRequest, tenant: str, key: str, number: int) -> HttpResponse:
    version = services.agree_starter(queries.numbered_version(key, number).pk, actor=request.principal.actor)
    messages.success(request, f"You agreed to {version.definition.label}.")
    return go_to(request, "definition-detail", key=key)
