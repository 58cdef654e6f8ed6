"""What the company decided about itself: now, planned, and believed before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError, Invalid, NotFound
from tenants import services, settings_log
from tenants.access import open_to, require_role
from tenants.forms import SettingFileForm, refuse
from tenants.principal import TenantRequest
from tenants.rules.settings import SPECS
from tenants.setting_forms import FORMS, SettingForm
from tenants.settings import settings_at
from tenants.vocab import MANAGES, READS_SETTINGS

reads = open_to(READS_SETTINGS, what="see the settings")
MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class Section:
    """A page elsewhere on which more is decided: plan, quotas, rates."""

    label: str
    help: str
    href: str


@require_safe
@reads
def settings_page(request: TenantRequest, tenant: str) -> HttpResponse:
    return _settings_page(request, SettingFileForm())


@require_http_methods(["GET", "HEAD", "POST"])
@reads
def setting_edit_page(request: TenantRequest, tenant: str, key: str) -> HttpResponse:
    """One setting: the form, what is planned, and its history."""
    if key not in SPECS:
        raise NotFound("There is no such setting.")
    today = _today()
    state = settings_log.state(key, today=today)
    if request.method == "POST":
        require_role(request.membership, MANAGES, what="change settings")
    form = _form(key, request)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_setting(
                key,
                form.value(),
                effective_from=form.cleaned_data["effective_from"],
                actor=request.principal.actor,
            )
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"{state.spec.label} is decided.")
            return redirect("settings-edit", tenant, key)
    context = {
        "state": state,
        "form": form,
        "history": settings_log.history(key),
        "today": today,
        "manages": request.membership.role in MANAGES,
    }
    return render(request, "tenants/setting_edit.html", context, status=422 if form.is_bound else 200)


@require_POST
@open_to(MANAGES, what="change settings")
def setting_withdraw_page(request: TenantRequest, tenant: str, setting_id: int) -> HttpResponse:
    setting = services.withdraw_setting(setting_id, actor=request.principal.actor)
    messages.success(request, "Withdrawn. It stays in the history.")
    return redirect("settings-edit", tenant, setting.key)


@require_safe
@reads
def settings_export(request: TenantRequest, tenant: str) -> HttpResponse:
    answer = HttpResponse(settings_log.as_csv(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="settings-{tenant}.csv"'
    return answer


@require_POST
@open_to(MANAGES, what="change settings")
def settings_import_page(request: TenantRequest, tenant: str) -> HttpResponse:
    """All rows of the file or none."""
    form = SettingFileForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            file = form.cleaned_data["file"]
            if file.size > MOST_BYTES:
                raise Invalid("The file is larger than 1 MB.", code="too_long", param="file")
            rows = settings_log.rows_of_csv(file.read())
            services.set_settings(rows, actor=request.principal.actor)
        except DomainError as error:
            form.add_error("file", _with_line(error))
        else:
            messages.success(request, f"{len(rows)} decisions are in force or planned.")
            return redirect("settings", tenant)
    return _settings_page(request, form)


def _settings_page(request: TenantRequest, form: SettingFileForm) -> HttpResponse:
    today = _today()
    context = {
        "states": settings_log.states(today=today),
        "today": today,
        "sections": sections(request.tenant.slug),
        "form": form,
        "manages": request.membership.role in MANAGES,
    }
    return render(request, "tenants/settings.html", context, status=422 if form.is_bound else 200)


def sections(slug: str) -> Sequence[Section]:
    """Further pages named in `REVOPS_SETTINGS_SECTIONS` as (label, help, URL name), where they exist."""
    found = []
    for label, text, url_name in getattr(settings, "REVOPS_SETTINGS_SECTIONS", ()):
        try:
            found.append(Section(label, text, reverse(url_name, args=[slug])))
        except NoReverseMatch:
            continue
    return found


def _form(key: str, request: TenantRequest) -> SettingForm:
    kind = FORMS[key]
    if request.method == "POST":
        return kind(request.POST)
    stored = settings_log.stored(key, today=_today())
    initial = {} if stored is None else kind.initial_of(stored)
    return kind(initial={**initial, "effective_from": _today()})


def _today() -> date:
    now = timezone.now()
    return now.astimezone(settings_at(now.date()).zone).date()


def _with_line(error: DomainError) -> str:
    row = error.details.get("row")
    return f"Row {row}: {error.message}" if isinstance(row, int) else error.message
