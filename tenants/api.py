"""The API of a tenant: what every view has, and the audit log."""

from __future__ import annotations

from typing import ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.pagination import page_of, read_page, scope_of
from core.api.views import CoreAPIView
from tenants.access import require_role
from tenants.audit_log import AuditFilter, matching
from tenants.models import AuditEntry, Membership
from tenants.principal import Principal
from tenants.vocab import READS_AUDIT


class TenantAPIView(CoreAPIView):
    """A view inside a tenant. Subclasses name the API key scope they need: `scope = "metrics:read"`, or
    per method; and the query parameters they know."""

    scope: str | dict[str, str]
    known_parameters: ClassVar[frozenset[str] | None] = frozenset()

    @property
    def principal(self) -> Principal:
        principal = self.request.auth
        if not isinstance(principal, Principal):  # the permission class stands before every method
            raise TypeError("The request has no principal.")
        return principal

    @property
    def membership(self) -> Membership:
        return self.principal.membership


class AuditEntryOutput(serializers.ModelSerializer[AuditEntry]):
    before = serializers.JSONField(source="body.before", allow_null=True, default=None)
    after = serializers.JSONField(source="body.after", allow_null=True, default=None)

    class Meta:
        model = AuditEntry
        fields = ("number", "at", "action", "target", "actor", "request_id", "before", "after", "digest")


class AuditPageOutput(serializers.Serializer[object]):
    data = AuditEntryOutput(many=True)  # type: ignore[assignment]  # the name that every list of ours has
    next_cursor = serializers.CharField(allow_null=True)
    has_more = serializers.BooleanField()


class ListAuditEntriesView(TenantAPIView):
    """The audit chain, newest first."""

    scope = "audit:read"
    known_parameters = frozenset({"action", "actor", "target", "limit", "cursor"})

    @extend_schema(
        operation_id="audit_list",
        summary="List the audit log",
        responses=AuditPageOutput,
        parameters=[
            OpenApiParameter("action", str, description="Exactly this action"),
            OpenApiParameter("actor", str, description="Whoever starts with this"),
            OpenApiParameter("target", str, description="Whatever starts with this"),
            OpenApiParameter("limit", int, description="1 to 200, 50 without it"),
            OpenApiParameter("cursor", str, description="`next_cursor` of the page before"),
        ],
    )
    def get(self, request: Request, tenant: str) -> Response:
        require_role(self.membership, READS_AUDIT, what="read the audit log")
        scope = scope_of(request, ("-number",))
        asked = read_page(request.query_params, scope=scope)
        wanted = AuditFilter(
            action=request.query_params.get("action", ""),
            actor=request.query_params.get("actor", ""),
            target=request.query_params.get("target", ""),
        )
        found = matching(wanted)
        if asked.after is not None:
            found = found.filter(number__lt=asked.after[0])
        rows = list(found.order_by("-number")[: asked.limit + 1])
        page = page_of(rows, [(row.number,) for row in rows], asked=asked, scope=scope)
        return Response(page.body(list(AuditEntryOutput(page.rows, many=True).data)))
