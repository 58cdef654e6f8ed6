"""Agreeing and putting in force: submit, review, publish, withdraw, go back, agree to a starter."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Conflict, Denied, Invalid
from core.instants import start_of_day
from core.navigation import Crumb
from definitions import queries, services
from definitions.forms import PublishForm, ReviewForm, RollBackForm, WithdrawForm, refuse
from definitions.models import DefinitionVersion
from definitions.queries import pages
from definitions.rules.abilities import Ability
from definitions.rules.layout import diff_of, lines_of
from definitions.services.registry import require
from definitions.views.addresses import address, go_to
from tenants.models import Function
from tenants.principal import TenantRequest
from tenants.settings import settings_at


@require_POST
def definition_submit_page(request: TenantRequest, tenant: str, key: str) -> HttpResponse:
    services.submit_for_review(queries.open_change(key).pk, actor=request.principal.actor)
    messages.success(request, "The reviewers have it now.")
    return go_to(request, "definition-review", key=key)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def definition_review_page(request: TenantRequest, tenant: str, key: str) -> HttpResponse:
    """The open change as its reviewers see it: the difference, who has answered, one's own answer."""
    version = queries.open_change(key)
    form = ReviewForm(request.POST or None, initial={"rev": version.rev})
    form.offer_decisions(is_author=request.membership.pk in version.editors)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.review_version(
                version.pk,
                decision=form.cleaned_data["decision"],
                rev=form.cleaned_data["rev"],
                comment=form.cleaned_data["comment"],
                actor=request.principal.actor,
            )
        except (Conflict, Denied, Invalid) as error:
            refuse(form, error)
            status = error.status
        else:
            messages.success(request, "Your answer is kept with the version.")
            return go_to(request, "definition-review", key=key)
    elif request.method == "POST":
        status = 422
    return _review(request, version, form, status=status)


def _review(
    request: TenantRequest, version: DefinitionVersion, form: ReviewForm, *, status: int
) -> HttpResponse:
    page = pages.detail_page(
        version.definition.key, at=timezone.now(), member=request.membership, number=version.number
    )
    before = (
        queries.numbered_version(page.definition.key, page.previous_number) if page.previous_number else None
    )
    context = {
        "page": page,
        "form": form,
        "before": before,
        "text": diff_of(lines_of(before.text) if before else (), page.reading.lines),
        "missing": [Function(name).label for name in page.consent.missing] if page.consent else [],
        "crumbs": [
            Crumb(page.definition.label, address(request, "definition-detail", key=page.definition.key)),
            Crumb(f"Review of v{version.number}"),
        ],
    }
    return render(request, "definitions/definition_review.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def definition_publish_page(request: TenantRequest, tenant: str, key: str) -> HttpResponse:
    """From when on the approved change is in force, with what leans on it."""
    require(request.principal.actor, Ability.PUBLISH)
    version = queries.open_change(key)
    form = PublishForm(request.POST or None)
    now = timezone.now()
    status = 200
    if request.method == "POST" and form.is_valid():
        day = form.cleaned_data["effective_on"]
        try:
            published = services.publish_version(
                version.pk,
                effective_from=start_of_day(day, settings_at(now.date()).zone) if day else None,
                actor=request.principal.actor,
            )
        except (Conflict, Invalid) as error:
            param = "effective_on" if error.param == "effective_from" else None
            form.add_error(param, error.message)
            status = error.status
        else:
            messages.success(
                request, f"Version {published.number} is {published.get_status_display().lower()}."
            )
            return go_to(request, "definition-version", key=key, number=published.number)
    elif request.method == "POST":
        status = 422
    page = pages.detail_page(key, at=now, member=request.membership, number=version.number)
    context = {
        "page": page,
        "form": form,
        "crumbs": [
            Crumb(page.definition.label, address(request, "definition-detail", key=key)),
            Crumb(f"Publish v{version.number}"),
        ],
    }
    return render(request, "definitions/definition_publish.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def definition_withdraw_page(request: TenantRequest, tenant: str, key: str, number: int) -> HttpResponse:
    require(request.principal.actor, Ability.DRAFT)
    form = WithdrawForm(request.POST or None)
    page = pages.detail_page(key, at=timezone.now(), member=request.membership, number=number)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw_version(
                page.version.pk,
                reason=form.cleaned_data["reason"],
                successor=form.cleaned_data["successor"].strip() or None,
                actor=request.principal.actor,
            )
        except (Conflict, Invalid) as error:
            refuse(form, error)
        else:
            messages.success(request, f"Version {number} is withdrawn.")
            return go_to(request, "definition-detail", key=key)
    context = {
        "page": page,
        "form": form,
        "crumbs": [
            Crumb(page.definition.label, address(request, "definition-detail", key=key)),
            Crumb(f"Withdraw v{number}"),
        ],
    }
    return render(
        request, "definitions/definition_withdraw.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def definition_roll_back_page(request: TenantRequest, tenant: str, key: str, number: int) -> HttpResponse:
    require(request.principal.actor, Ability.PUBLISH)
    form = RollBackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            again = services.roll_back(
                key, number, reason=form.cleaned_data["reason"], actor=request.principal.actor
            )
        except (Conflict, Invalid) as error:
            refuse(form, error)
        else:
            messages.success(request, f"Version {again.number} says again what version {number} said.")
            return go_to(request, "definition-version", key=key, number=again.number)
    page = pages.detail_page(key, at=timezone.now(), member=request.membership, number=number)
    context = {
        "page": page,
        "form": form,
        "crumbs": [
            Crumb(page.definition.label, address(request, "definition-detail", key=key)),
            Crumb(f"Go back to v{number}"),
        ],
    }
    return render(
        request, "definitions/definition_roll_back.html", context, status=422 if form.is_bound else 200
    )
