"""From a file to a draft that says how it is read."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import Conflict, DomainError, Invalid
from core.instants import parse_day
from core.navigation import Crumb
from crm.access import IMPORTS, imports_data, reads_imports
from crm.forms import (
    CUSTOM_TYPES,
    DATE_ORDERS,
    DECIMAL_MARKS,
    MODES,
    SaveMappingForm,
    UploadForm,
    mapping_from_post,
)
from crm.imports import create_import, discard_import, save_mapping, set_mappings, start_import
from crm.imports.drafts import mappings_of, needs_date, offered, set_dates
from crm.imports.mapping_page import MappingPage, mapping_page, suggested, with_stages
from crm.imports.pages import import_by_id, imports_page
from crm.imports.preview import preview
from crm.models import Import
from crm.readers import ReadOptions
from crm.rules.check_mapping import check_mapping
from crm.rules.mapping import ImportMapping
from crm.vocab.objects import OBJECTS
from crm.vocab.selling import FORECAST_CATEGORIES, OPPORTUNITY_TYPES, OUTCOMES
from tenants.forms import refuse
from tenants.principal import TenantRequest


@require_safe
@reads_imports
def import_list_page(request: TenantRequest, tenant: str) -> HttpResponse:
    before = request.GET.get("before", "")
    rows, pager = imports_page(tenant, before=int(before) if before.isascii() and before.isdigit() else None)
    context = {"rows": rows, "pager": pager, "imports": request.membership.role in IMPORTS}
    return render(request, "crm/import_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@imports_data
def import_upload_page(request: TenantRequest, tenant: str) -> HttpResponse:
    if request.method != "POST":
        form = UploadForm(initial={"object": request.GET.get("object", "")})
        return render(request, "crm/import_upload.html", _upload(tenant, form))
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            parent = create_import(
                file,
                name=file.name,
                actor=request.principal.actor,
                now=timezone.now(),
                options=ReadOptions(
                    sheet=form.cleaned_data["sheet"] or None, encoding=form.cleaned_data["encoding"] or None
                ),
            )
        except DomainError as error:
            refuse(form, Invalid(error.message, param="file" if error.param is None else error.param))
        else:
            answer = redirect("import-map", tenant, parent.pk)
            if form.cleaned_data["object"]:
                answer["Location"] += f"?object={form.cleaned_data['object']}"
            return answer
    return render(request, "crm/import_upload.html", _upload(tenant, form), status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@imports_data
def import_map_page(request: TenantRequest, tenant: str, import_id: int) -> HttpResponse:
    """What the columns mean. Nothing is asked twice: a wrong answer comes back with what was typed."""
    parent = _draft(import_id)
    if request.method == "POST":
        return _map(request, tenant, parent)
    object_key = request.GET.get("object", "")
    mappings = mappings_of(parent)
    if len(mappings) == 1 and object_key in ("", mappings[0].object):
        return _map_page(request, tenant, mapping_page(parent, mappings[0]))
    found = suggested(parent, object_key if object_key in OBJECTS else "")
    mapping = with_stages(parent, found.mapping)
    page = mapping_page(parent, mapping, questions=[question.message for question in found.questions])
    return _map_page(request, tenant, page)


@require_http_methods(["GET", "HEAD", "POST"])
@imports_data
def import_preview_page(request: TenantRequest, tenant: str, import_id: int) -> HttpResponse:
    """The first rows as they would be taken, what would be rejected, and the button that starts."""
    parent = _draft(import_id)
    refusal = ""
    if request.method == "POST":
        try:
            if "snapshot_on" in request.POST:
                set_dates(parent.pk, snapshot_on=parse_day(request.POST["snapshot_on"], param="snapshot_on"))
            if "start" in request.POST:
                start_import(parent.pk, actor=request.principal.actor)
                return redirect("import-run", tenant, parent.pk)
        except (Conflict, Invalid) as error:
            refusal = error.message
        parent = _draft(import_id)
    if not mappings_of(parent):
        return redirect("import-map", tenant, parent.pk)
    context = {
        "preview": preview(parent) if not needs_date(parent) else None,
        "parent": parent,
        "asks_date": needs_date(parent),
        "refusal": refusal,
        "crumbs": _crumbs(tenant, parent, "Preview"),
    }
    return render(request, "crm/import_preview.html", context, status=422 if refusal else 200)


@require_POST
@imports_data
def import_discard_page(request: TenantRequest, tenant: str, import_id: int) -> HttpResponse:
    discard_import(import_id, actor=request.principal.actor, now=timezone.now())
    messages.success(request, "The draft and its file are gone.")
    return redirect("import-list", tenant)


def _map(request: TenantRequest, tenant: str, parent: Import) -> HttpResponse:
    actor = request.principal.actor
    if use := request.POST.get("use"):
        set_mappings(parent.pk, offered(parent.file, use).mappings, actor=actor)
        return redirect("import-preview", tenant, parent.pk)
    object_key = request.POST.get("object", "")
    if object_key not in OBJECTS:
        raise Invalid("Choose what the file holds.", param="object")
    if request.POST.get("was_object") != object_key:
        answer = redirect("import-map", tenant, parent.pk)
        answer["Location"] += f"?object={object_key}"
        return answer
    headers = parent.file.profile["headers"]
    given = mapping_from_post(request.POST, headers, object_key)
    mapping = with_stages(parent, given)
    problems = check_mapping(mapping, headers)
    form = SaveMappingForm(request.POST)
    form.is_valid()
    # Stages and values are shown before anything goes on with them.
    unseen = bool(mapping.stages) and not given.stages
    unseen = unseen or _has_unseen_values(request, parent, mapping)
    if "update" in request.POST or problems or unseen:
        status = 422 if problems and "update" not in request.POST else 200
        shown = () if "update" in request.POST else problems
        return _map_page(
            request,
            tenant,
            mapping_page(parent, mapping, problems=shown),
            form=form,
            unseen=unseen,
            status=status,
        )
    set_mappings(parent.pk, [mapping], actor=actor)
    if form.cleaned_data.get("save_as"):
        name = form.cleaned_data["save_as"]
        save_mapping(replace(mapping, name=name), name=name, actor=actor)
        messages.success(request, f"The mapping is kept as {name}.")
    return redirect("import-preview", tenant, parent.pk)


def _has_unseen_values(request: TenantRequest, parent: Import, mapping: ImportMapping) -> bool:
    """Whether a column became a governed one on this very form, so that its values were not on it."""
    page = mapping_page(parent, mapping)
    return any(row.values and f"value_{row.place}_0" not in request.POST for row in page.columns)


def _map_page(
    request: TenantRequest,
    tenant: str,
    page: MappingPage,
    *,
    form: SaveMappingForm | None = None,
    unseen: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "page": page,
        "form": form or SaveMappingForm(),
        "unseen": unseen,
        "objects": [(key, spec.plural) for key, spec in OBJECTS.items()],
        "modes": MODES,
        "date_orders": DATE_ORDERS,
        "decimal_marks": DECIMAL_MARKS,
        "custom_types": CUSTOM_TYPES,
        "outcomes": OUTCOMES,
        "categories": FORECAST_CATEGORIES,
        "crumbs": _crumbs(tenant, page.parent, "Columns"),
        "headers": list(islice(page.profile.headers, 400)),
        "types": OPPORTUNITY_TYPES,
        "asks_type": _says_no_type(page.mapping),
        # Most exports are of new business: said here in plain sight, and changed with one choice.
        "all_types": request.POST.get(
            "all_types", dict(page.mapping.constants).get("opportunity_type", "new")
        ),
    }
    return render(request, "crm/import_map.html", context, status=status)


def _says_no_type(mapping: ImportMapping) -> bool:
    """Whether these are opportunities of which no column says if they are new, expansion or renewal."""
    typed = any(column.field == "opportunity_type" for column in mapping.columns)
    return mapping.object == "opportunity" and not typed


def _draft(import_id: int) -> Import:
    parent = import_by_id(import_id)
    if parent.state != Import.State.DRAFT:
        raise Conflict("This import was started already; upload the file again to read it another way.")
    return parent


def _upload(tenant: str, form: UploadForm) -> dict[str, object]:
    return {"form": form, "crumbs": [Crumb("Import a file")]}


def _crumbs(tenant: str, parent: Import, last: str) -> list[Crumb]:
    return [Crumb(parent.file.name), Crumb(last)]
