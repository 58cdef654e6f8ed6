"""Writing: a new term, the draft of a change, names."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from core.components import Chip
from core.errors import Conflict, DomainError, Invalid
from core.navigation import Crumb
from definitions import catalog, queries, services
from definitions.bodies import check_body
from definitions.forms import AliasForm, NewTermForm, WordsForm, refuse
from definitions.language import LanguageError
from definitions.models import DefinitionVersion
from definitions.queries import pages
from definitions.rules.abilities import Ability
from definitions.rules.layout import diff_of, lines_of
from definitions.services.registry import require
from definitions.views.addresses import address, go_to
from tenants.principal import TenantRequest


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def definition_new_page(request: TenantRequest, tenant: str) -> HttpResponse:
    """A new term and its first draft."""
    require(request.principal.actor, Ability.DRAFT)
    form = NewTermForm(request.POST or None)
    form.offer_objects(_objects())
    if request.method == "POST" and form.is_valid():
        try:
            version = services.create_definition(actor=request.principal.actor, **form.cleaned_data)
        except DomainError as error:
            refuse(form, error)
        else:
            messages.success(request, f"{version.definition.label} is a draft now.")
            return go_to(request, "definition-draft", key=version.definition.key)
    context = {"form": form, "crumbs": [Crumb("New term")]}
    return render(request, "definitions/definition_new.html", context, status=422 if form.is_bound else 200)


@require_POST
def definition_draft_start_page(request: TenantRequest, tenant: str, key: str) -> HttpResponse:
    services.start_draft(key, actor=request.principal.actor)
    return go_to(request, "definition-draft", key=key)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def definition_draft_page(request: TenantRequest, tenant: str, key: str) -> HttpResponse:
    """The editor. `check` reads the text without saving it; `save` saves; a stale `rev` shows both texts."""
    require(request.principal.actor, Ability.DRAFT)
    version = queries.open_change(key)
    if request.method != "POST":
        return _editor(request, version, _filled(version))
    form = WordsForm(request.POST)
    form.offer_objects(_objects())
    if not form.is_valid():
        return _editor(request, version, form, status=422)
    words = form.cleaned_data
    if request.POST.get("act") == "check":
        return _checked(request, version, form)
    try:
        saved = services.edit_draft(
            version.pk,
            rev=words["rev"],
            text=words["text"],
            object=words["object"] or None,
            meaning=words["meaning"],
            source=words["source"],
            reason=words["reason"],
            actor=request.principal.actor,
        )
    except Invalid as error:
        refuse(form, error)
        return _editor(request, version, form, status=422)
    except Conflict as error:
        if error.code != "stale_rev":
            raise
        return _conflict(request, version, form, error)
    if request.POST.get("act") != "submit":
        messages.success(request, "Saved.")
        return go_to(request, "definition-draft", key=key)
    try:
        services.submit_for_review(saved.pk, actor=request.principal.actor)
    except Conflict as error:  # the words are saved all the same
        messages.warning(request, f"Saved. {error.message}")
        return go_to(request, "definition-draft", key=key)
    messages.success(request, "Saved and put before the reviewers.")
    return go_to(request, "definition-review", key=key)


def _checked(request: TenantRequest, version: DefinitionVersion, form: WordsForm) -> HttpResponse:
    """What the text in the form would mean, or its first mistake. Nothing is saved."""
    words = form.cleaned_data
    at = timezone.now()
    try:
        body = check_body(
            version.definition.kind,
            words["text"],
            object=words["object"] or version.object,
            surroundings=queries.surroundings_at(at),
        )
    except LanguageError as error:
        form.add_error("text", str(error))
        return _editor(request, version, form, status=422)
    return _editor(request, version, form, spoken=body.words)


def _filled(version: DefinitionVersion) -> WordsForm:
    names = ("rev", "object", "text", "meaning", "source", "reason")
    form = WordsForm(initial={name: getattr(version, name) for name in names})
    form.offer_objects(_objects())
    return form


def _editor(
    request: TenantRequest,
    version: DefinitionVersion,
    form: WordsForm,
    *,
    status: int = 200,
    spoken: str = "",
    **more: object,
) -> HttpResponse:
    at = timezone.now()
    reading = pages.reading_of(version, at=at)
    context = {
        "form": form,
        "version": version,
        "definition": version.definition,
        "chip": pages.chip_of(version, at=at),
        "spoken": spoken or (reading.words if not form.is_bound else ""),
        "broken": reading.broken if not form.is_bound else "",
        "crumbs": [
            Crumb(
                version.definition.label, address(request, "definition-detail", key=version.definition.key)
            ),
            Crumb(f"Draft v{version.number}"),
        ],
        **more,
    }
    return render(request, "definitions/definition_draft.html", context, status=status)


def _conflict(
    request: TenantRequest, version: DefinitionVersion, form: WordsForm, error: Conflict
) -> HttpResponse:
    """Both texts, and a form that saves the writer's own on top of the other: nothing is lost either way."""
    mine = WordsForm({**{name: form.data.get(name) for name in form.fields}, "rev": str(version.rev)})
    mine.offer_objects(_objects())
    mine.is_valid()
    return _editor(
        request,
        version,
        mine,
        status=409,
        conflict=error,
        conflict_chip=Chip(f"saved by {version.edited_by.user}", "warn"),
        theirs=diff_of(lines_of(form.cleaned_data["text"]), lines_of(version.text)),
    )


def _objects() -> list[tuple[str, str]]:
    found = catalog.tenant_catalog().objects.values()
    return sorted(((each.key, each.label) for each in found), key=lambda pair: pair[1])


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def definition_names_page(request: TenantRequest, tenant: str, key: str) -> HttpResponse:
    """The names a term goes by: one more, or one less."""
    require(request.principal.actor, Ability.DRAFT)
    definition = queries.definition_by_key(key)
    form = AliasForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        try:
            if request.POST.get("act") == "remove":
                services.remove_alias(key, name, actor=request.principal.actor)
            else:
                services.add_alias(key, name, actor=request.principal.actor)
        except (Conflict, Invalid) as error:
            refuse(form, error)
        else:
            return go_to(request, "definition-names", key=key)
    context = {
        "definition": definition,
        "names": definition.aliases.order_by("source", "id"),
        "form": form,
        "crumbs": [Crumb(definition.label, address(request, "definition-detail", key=key)), Crumb("Names")],
    }
    return render(request, "definitions/definition_names.html", context, status=422 if form.is_bound else 200)
