"""`GET records/<object>/`, one record and its history; rows follow the asker's team."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any  # values of a record are of the types its catalog gives them
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.pagination import page_of, read_page, scope_of
from core.errors import NotFound
from core.instants import FOREVER, parse_as_of, parse_instant
from crm import queries
from crm.access import visible_owners
from crm.loader.layout import layout_of
from crm.models import CURRENT
from crm.record_pages import seen_by, spec_of, versions_seen_by
from crm.vocab.objects import OBJECTS
from tenants.api import TenantAPIView
from tenants.settings import settings_at

OBJECT = OpenApiParameter("object", str, OpenApiParameter.PATH, enum=sorted(OBJECTS))
AS_OF = OpenApiParameter("as_of", str, description="As it was: an instant with offset, or a day (its end)")
KNOWN_AT = OpenApiParameter("known_at", str, description="As we knew it then: an instant, or a day (its end)")
LIMIT = OpenApiParameter("limit", int, description="1 to 200, 50 without it")
CURSOR = OpenApiParameter("cursor", str, description="`next_cursor` of the page before")


class RecordOutput(serializers.Serializer[object]):
    """A record as it was at one instant, as known at another."""

    id = serializers.IntegerField()
    object = serializers.CharField()
    source_name = serializers.CharField(help_text="Key of the system it comes from")
    source_id = serializers.CharField(help_text="Its id there")
    link = serializers.URLField(allow_null=True, help_text="Opens it there")
    valid_from = serializers.DateTimeField(help_text="From when it was so")
    valid_to = serializers.DateTimeField(allow_null=True, help_text="Until when it was so; null: still")
    known_from = serializers.DateTimeField(help_text="When we learned it")
    values = serializers.DictField(
        help_text="By column; exact decimals and money as text, references as record ids"
    )
    custom = serializers.DictField(help_text="The company's own fields")


class RecordPageOutput(serializers.Serializer[object]):
    data = RecordOutput(many=True)  # type: ignore[assignment]  # the name that every list of ours has
    next_cursor = serializers.CharField(allow_null=True)
    has_more = serializers.BooleanField()


class ChangeOutput(serializers.Serializer[object]):
    """One change of a record."""

    valid_from = serializers.DateTimeField()
    valid_to = serializers.DateTimeField(allow_null=True)
    known_from = serializers.DateTimeField()
    known_to = serializers.DateTimeField(allow_null=True, help_text="Null: still believed")
    asserted = serializers.ListField(child=serializers.CharField(), help_text="Columns the change spoke of")
    values = serializers.DictField(help_text="The whole state it led to")
    custom = serializers.DictField()
    is_deleted = serializers.BooleanField()
    is_reconstructed = serializers.BooleanField(help_text="Learnt afterwards, from a history or a first load")


class HistoryOutput(serializers.Serializer[object]):
    data = ChangeOutput(many=True)  # type: ignore[assignment]  # the name that every list of ours has


@dataclass(frozen=True)
class _Times:
    """The two axes asked for; None is now."""

    as_of: datetime | None
    known_at: datetime | None

    @property
    def is_now(self) -> bool:
        return self.as_of is None and self.known_at is None


class ListRecordsView(TenantAPIView):
    """Records of one object in the order of their ids."""

    scope = "records:read"
    known_parameters = frozenset({"as_of", "known_at", "source", "updated_since", "limit", "cursor"})

    @extend_schema(
        operation_id="records_list",
        summary="List records",
        responses=RecordPageOutput,
        parameters=[
            OBJECT,
            OpenApiParameter("source", str, description="Only records of this system"),
            OpenApiParameter(
                "updated_since", str, description="Only what we learned at or after this instant"
            ),
            AS_OF,
            KNOWN_AT,
            LIMIT,
            CURSOR,
        ],
    )
    def get(self, request: Request, tenant: str, object: str) -> Response:
        spec_of(object)
        times = _times(request)
        owners = visible_owners(self.membership)
        key = "id" if times.is_now else "record_id"
        scope = scope_of(request, (key,))
        asked = read_page(request.query_params, scope=scope)
        rows: Any  # current rows or versions; both have the columns that are read here
        if times.is_now:
            rows = seen_by(queries.current(object), object, owners)
        else:
            rows = _versions(object, times, owners).select_related("record")
        if source := request.query_params.get("source"):
            rows = rows.filter(**{"source" if times.is_now else "record__source": source})
        if since := request.query_params.get("updated_since"):
            rows = rows.filter(known_from__gte=parse_instant(since, param="updated_since"))
        if asked.after is not None:
            rows = rows.filter(**{f"{key}__gt": asked.after[0]})
        found = list(rows.order_by(key)[: asked.limit + 1])
        page = page_of(found, [(getattr(row, key),) for row in found], asked=asked, scope=scope)
        return Response(page.body([_record(object, row) for row in page.rows]))


class ShowRecordView(TenantAPIView):
    """One record."""

    scope = "records:read"
    known_parameters = frozenset({"as_of", "known_at"})

    @extend_schema(
        operation_id="records_show",
        summary="Show a record",
        responses=RecordOutput,
        parameters=[OBJECT, AS_OF, KNOWN_AT],
    )
    def get(self, request: Request, tenant: str, object: str, record_id: int) -> Response:
        spec_of(object)
        times = _times(request)
        owners = visible_owners(self.membership)
        row: Any  # as above
        if times.is_now:
            row = seen_by(queries.current(object).filter(pk=record_id), object, owners).first()
        else:
            versions: Any = _versions(object, times, owners)
            row = versions.select_related("record").filter(record_id=record_id).first()
        if row is None:
            raise NotFound("There is no such record, or it did not exist then.")
        return Response(_record(object, row))


class ShowHistoryView(TenantAPIView):
    """Every change of a record that was ever believed, in order of valid time."""

    scope = "records:read"

    @extend_schema(
        operation_id="records_history",
        summary="Show a record's history",
        responses=HistoryOutput,
        parameters=[OBJECT],
    )
    def get(self, request: Request, tenant: str, object: str, record_id: int) -> Response:
        spec_of(object)
        rows = CURRENT[object].objects.filter(pk=record_id)
        if not seen_by(rows, object, visible_owners(self.membership)).exists():
            raise NotFound("There is no such record.")
        return Response({"data": [_change(entry) for entry in queries.history_of(object, record_id)]})


def _times(request: Request) -> _Times:
    zone = settings_at(timezone.now().date()).zone
    return _Times(_instant(request, "as_of", zone), _instant(request, "known_at", zone))


def _instant(request: Request, name: str, zone: ZoneInfo) -> datetime | None:
    text = request.query_params.get(name)
    return parse_as_of(text, zone, param=name) if text else None


def _versions(object: str, times: _Times, owners: frozenset[int] | None) -> QuerySet[Any]:
    now = timezone.now()
    rows = queries.versions_at(object, as_of=times.as_of or now, known_at=times.known_at or now)
    return versions_seen_by(rows, object, owners)


def _record(object: str, row: Any) -> dict[str, object]:
    is_version = hasattr(row, "record_id")
    record = row.record if is_version else row
    return {
        "id": record.pk,
        "object": object,
        "source_name": record.source,
        "source_id": record.source_id,
        "link": queries.link_to_source(record, object),
        "valid_from": row.valid_from,
        "valid_to": _end(row.valid_to) if is_version else None,
        "known_from": row.known_from,
        "values": {column.name: _plain(getattr(row, column.name)) for column in layout_of(object).columns},
        "custom": row.custom,
    }


def _change(entry: queries.HistoryEntry) -> dict[str, object]:
    return {
        "valid_from": entry.at,
        "valid_to": _end(entry.until),
        "known_from": entry.known_from,
        "known_to": _end(entry.known_to),
        "asserted": list(entry.asserted),
        "values": _plain_values(entry.values),
        "custom": dict(entry.custom),
        "is_deleted": entry.is_deleted,
        "is_reconstructed": entry.is_reconstructed,
    }


def _end(instant: datetime) -> datetime | None:
    return None if instant == FOREVER else instant


def _plain_values(values: Mapping[str, Any]) -> dict[str, object]:
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) and not isinstance(value, datetime) else value
