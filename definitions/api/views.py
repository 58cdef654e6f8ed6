"""Views of the registry's API: each checks the input, asks one query or service, shapes the output."""

from __future__ import annotations

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.pagination import page_of, read_page, scope_of
from core.errors import Invalid, NotFound
from core.instants import parse_as_of
from definitions import queries, services
from definitions.api.shapes import (
    DefinitionInput,
    DefinitionOutput,
    DefinitionPageOutput,
    DraftInput,
    EditInput,
    VersionOutput,
    VersionPageOutput,
)
from definitions.models import DefinitionVersion, Kind
from definitions.queries import listing
from tenants.api import TenantAPIView
from tenants.settings import settings_at

PAGE = [
    OpenApiParameter("limit", int, description="1 to 200, 50 without it"),
    OpenApiParameter("cursor", str, description="`next_cursor` of the page before"),
]
READS_AND_WRITES = {"GET": "definitions:read", "POST": "definitions:write"}
READS_AND_EDITS = {"GET": "definitions:read", "PUT": "definitions:write"}


def shown(version: DefinitionVersion) -> Response:
    return Response(VersionOutput(version, context={"at": timezone.now()}).data)


class DefinitionListView(TenantAPIView):
    """The terms of the tenant, by key."""

    scope = READS_AND_WRITES
    known_parameters = frozenset({"kind", "limit", "cursor"})

    @extend_schema(
        operation_id="definitions_list",
        summary="List terms",
        responses=DefinitionPageOutput,
        parameters=[OpenApiParameter("kind", str, enum=Kind.values, description="Only this kind"), *PAGE],
    )
    def get(self, request: Request, tenant: str) -> Response:
        kind = request.query_params.get("kind", "")
        if kind and kind not in Kind.values:
            raise Invalid(f"Choose a kind: {', '.join(Kind.values)}.", param="kind")
        scope = scope_of(request, ("key",))
        asked = read_page(request.query_params, scope=scope)
        after = str(asked.after[0]) if asked.after else None
        rows = listing.terms_after(after, limit=asked.limit + 1, at=timezone.now(), kind=kind)
        page = page_of(rows, [(row.key,) for row in rows], asked=asked, scope=scope)
        return Response(page.body([DefinitionOutput(row).data for row in page.rows]))

    @extend_schema(
        operation_id="definitions_create",
        summary="Add a term",
        request=DefinitionInput,
        responses={201: VersionOutput},
    )
    def post(self, request: Request, tenant: str) -> Response:
        asked = DefinitionInput(data=request.data)
        asked.is_valid(raise_exception=True)
        version = services.create_definition(actor=self.principal.actor, **asked.validated_data)
        response = shown(version)
        response.status_code = 201
        return response


class DefinitionDetailView(TenantAPIView):
    """One term."""

    scope = "definitions:read"

    @extend_schema(operation_id="definitions_read", summary="Show a term", responses=DefinitionOutput)
    def get(self, request: Request, tenant: str, key: str) -> Response:
        definition = queries.definition_by_key(key)
        return Response(DefinitionOutput(listing.terms_of([definition], at=timezone.now())[0]).data)


class VersionListView(TenantAPIView):
    """The versions of a term, the newest first."""

    scope = READS_AND_WRITES
    known_parameters = frozenset({"limit", "cursor"})

    @extend_schema(
        operation_id="definition_versions_list",
        summary="List versions",
        responses=VersionPageOutput,
        parameters=PAGE,
    )
    def get(self, request: Request, tenant: str, key: str) -> Response:
        queries.definition_by_key(key)
        scope = scope_of(request, ("-number",))
        asked = read_page(request.query_params, scope=scope)
        before = int(str(asked.after[0])) if asked.after else None
        rows = listing.versions_before(key, before, limit=asked.limit + 1)
        page = page_of(rows, [(row.number,) for row in rows], asked=asked, scope=scope)
        context = {"at": timezone.now()}
        return Response(page.body([VersionOutput(row, context=context).data for row in page.rows]))

    @extend_schema(
        operation_id="definition_versions_create",
        summary="Start a draft",
        request=DraftInput,
        responses={201: VersionOutput},
    )
    def post(self, request: Request, tenant: str, key: str) -> Response:
        asked = DraftInput(data=request.data)
        asked.is_valid(raise_exception=True)
        response = shown(services.start_draft(key, actor=self.principal.actor, **asked.validated_data))
        response.status_code = 201
        return response


class VersionInForceView(TenantAPIView):
    """What a term means at an instant: now, or `at`; with `known_at`, as it was known then."""

    scope = "definitions:read"
    known_parameters = frozenset({"at", "known_at"})

    @extend_schema(
        operation_id="definition_version_in_force",
        summary="Show what a term means at an instant",
        responses=VersionOutput,
        parameters=[
            OpenApiParameter("at", str, description="An instant, or a day (its last instant)"),
            OpenApiParameter("known_at", str, description="The same, for what was known"),
        ],
    )
    def get(self, request: Request, tenant: str, key: str) -> Response:
        queries.definition_by_key(key)
        now = timezone.now()
        zone = settings_at(now.date()).zone
        given = {
            name: parse_as_of(text, zone, param=name)
            for name in ("at", "known_at")
            if (text := request.query_params.get(name))
        }
        return shown(queries.version_in_force(key, at=given.get("at", now), known_at=given.get("known_at")))


class VersionDetailView(TenantAPIView):
    """One version; an open one can be given new words."""

    scope = READS_AND_EDITS

    @extend_schema(operation_id="definition_version_read", summary="Show a version", responses=VersionOutput)
    def get(self, request: Request, tenant: str, key: str, number: int) -> Response:
        return shown(_numbered(key, number))

    @extend_schema(
        operation_id="definition_version_edit",
        summary="Edit a draft",
        request=EditInput,
        responses=VersionOutput,
    )
    def put(self, request: Request, tenant: str, key: str, number: int) -> Response:
        asked = EditInput(data=request.data)
        asked.is_valid(raise_exception=True)
        version = services.edit_draft(
            _numbered(key, number).pk, actor=self.principal.actor, **asked.validated_data
        )
        return shown(version)


class SubmitVersionView(TenantAPIView):
    """Put a draft before its reviewers."""

    scope = "definitions:write"

    @extend_schema(
        operation_id="definition_version_submit",
        summary="Submit a draft for review",
        request=None,
        responses=VersionOutput,
    )
    def post(self, request: Request, tenant: str, key: str, number: int) -> Response:
        return shown(services.submit_for_review(_numbered(key, number).pk, actor=self.principal.actor))


def _numbered(key: str, number: int) -> DefinitionVersion:
    if number > 2**31 - 1:
        raise NotFound("There is no such version.", code="unknown_version")
    return queries.numbered_version(key, number)
