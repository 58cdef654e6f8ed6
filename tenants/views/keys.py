"""API keys: which there are, one more, one less."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from core.instants import start_of_day
from tenants import queries, services
from tenants.access import open_to, require_role
from tenants.forms import ApiKeyForm, refuse
from tenants.principal import SCOPES, TenantRequest
from tenants.settings import settings_at
from tenants.vocab import MANAGES, READS_KEYS


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@open_to(READS_KEYS, what="see the API keys")
def api_key_list_page(request: TenantRequest, tenant: str) -> HttpResponse:
    """The list, and the form that makes a key. A new key is shown on the answer to that form and never
    again."""
    now = timezone.now()
    form = ApiKeyForm(request.POST or None)
    shown: services.ShownKey | None = None
    if request.method == "POST":
        require_role(request.membership, MANAGES, what="make API keys")
        if form.is_valid():
            ends_on = form.cleaned_data["expires_on"]
            try:
                shown = services.make_api_key(
                    form.cleaned_data["name"],
                    scopes=form.cleaned_data["scopes"],
                    expires_at=start_of_day(ends_on, settings_at(now.date()).zone) if ends_on else None,
                    actor=request.principal.actor,
                    now=now,
                )
            except DomainError as error:
                refuse(form, DomainError(error.message, param=_field(error.param)))
            else:
                form = ApiKeyForm()
    context = {
        "keys": queries.api_keys(),
        "now": now,
        "form": form,
        "shown": shown,
        "scopes": SCOPES,
        "manages": request.membership.role in MANAGES,
    }
    return render(request, "tenants/api_key_list.html", context, status=422 if form.is_bound else 200)


@require_POST
@open_to(MANAGES, what="revoke API keys")
def api_key_revoke_page(request: TenantRequest, tenant: str, key_id: int) -> HttpResponse:
    key = services.revoke_api_key(key_id, actor=request.principal.actor, now=timezone.now())
    messages.success(request, f"{key.name} no longer works.")
    return redirect("api-key-list", tenant)


def _field(param: str | None) -> str | None:
    return "expires_on" if param == "expires_at" else param
