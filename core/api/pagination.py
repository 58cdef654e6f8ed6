"""Pages by cursor: `limit` and `cursor` in, `{"data", "next_cursor", "has_more"}` out.

A cursor is the sort key of the last row seen, signed and bound to its list. A page that starts after a
key neither skips nor repeats rows when others come and go, and costs the same at any depth.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Generic, TypeVar

import orjson
from django.core.signing import BadSignature, Signer
from django.db.models import Model, Q, QuerySet
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Invalid

if TYPE_CHECKING:  # DRF reads this module while it makes its views
    from rest_framework.views import APIView

DEFAULT_LIMIT, MOST = 50, 200
_LONGEST_CURSOR = 2000

Key = tuple[str | int | None, ...]
T = TypeVar("T")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class PageRequest:
    """How many rows, and after which key (None: from the beginning)."""

    limit: int
    after: Key | None


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows of a list, and the cursor of the rows after them (None at the end)."""

    rows: Sequence[T]
    next_cursor: str | None

    def body(self, data: Sequence[object]) -> dict[str, object]:
        """The JSON document around the shaped rows."""
        return {"data": data, "next_cursor": self.next_cursor, "has_more": self.next_cursor is not None}


def encode_cursor(key: Key, *, scope: str) -> str:
    """An opaque word for a place in the list that `scope` names: its path, its order and its filters."""
    return Signer(salt=f"cursor:{scope}").sign(urlsafe_b64encode(orjson.dumps(key)).decode().rstrip("="))


def decode_cursor(text: str, *, scope: str) -> Key:
    """The key inside a cursor. Raises `Invalid` for one that we did not give out for this list."""
    try:
        packed = Signer(salt=f"cursor:{scope}").unsign(text[:_LONGEST_CURSOR])
        return tuple(orjson.loads(urlsafe_b64decode(packed + "=" * (-len(packed) % 4))))
    except (BadSignature, binascii.Error, orjson.JSONDecodeError):
        message = "This cursor does not belong to this list; start again without one."
        raise Invalid(message, code="bad_cursor", param="cursor") from None


def read_page(parameters: Mapping[str, str], *, scope: str) -> PageRequest:
    """`limit` (1 to 200, default 50) and `cursor` of a query string. Raises `Invalid` naming one."""
    text = parameters.get("limit", str(DEFAULT_LIMIT))
    limit = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    if not 1 <= limit <= MOST:
        raise Invalid(f"Ask for 1 to {MOST} rows at a time.", code="bad_limit", param="limit")
    cursor = parameters.get("cursor")
    return PageRequest(limit, decode_cursor(cursor, scope=scope) if cursor else None)


def page_of(rows: Sequence[T], keys: Sequence[Key], *, asked: PageRequest, scope: str) -> Page[T]:
    """A page from rows and their keys. Read one row more than `asked.limit`: it tells whether more follow."""
    more = len(rows) > asked.limit
    next_cursor = encode_cursor(keys[asked.limit - 1], scope=scope) if more else None
    return Page(rows[: asked.limit], next_cursor)


def after_key(order: Sequence[str], key: Sequence[object]) -> Q:
    """The rows that come after `key` in an order of not-null fields, "-" in front for descending."""
    steps = [(field.removeprefix("-"), "lt" if field.startswith("-") else "gt") for field in order]
    first, direction = steps[0]
    condition = Q()
    for index, (field, comparison) in enumerate(steps):
        equal = Q(**{name: value for (name, _), value in zip(steps[:index], key[:index], strict=True)})
        condition |= equal & Q(**{f"{field}__{comparison}": key[index]})
    bound = Q(**{f"{first}__{direction}e": key[0]})  # lets an index on the first field bound the search
    return bound & condition


class KeysetPagination(BasePagination):
    """DRF pagination of a queryset by the view's unique, not-null `keyset`, as `("-created_at", "id")`."""

    page: Page[Model]

    def paginate_queryset(  # type: ignore[override]  # a list has no index to search: querysets only
        self, queryset: QuerySet[M], request: Request, view: APIView | None = None
    ) -> list[M]:
        order: tuple[str, ...] = getattr(view, "keyset", ("id",))
        names = [field.removeprefix("-") for field in order]
        scope = scope_of(request, order)
        asked = read_page(request.query_params, scope=scope)
        if asked.after is not None:
            fields = [queryset.model._meta.get_field(name) for name in names]
            key = [field.to_python(part) for field, part in zip(fields, asked.after, strict=True)]  # type: ignore[union-attr]
            queryset = queryset.filter(after_key(order, key))
        rows = list(queryset.order_by(*order)[: asked.limit + 1])
        keys = [tuple(_plain(getattr(row, name)) for name in names) for row in rows]
        page = page_of(rows, keys, asked=asked, scope=scope)
        self.page = Page(list(page.rows), page.next_cursor)
        return list(page.rows)

    def get_paginated_response(self, data: Sequence[object]) -> Response:
        return Response(self.page.body(data))

    def get_paginated_response_schema(self, schema: dict[str, object]) -> dict[str, object]:
        return {
            "type": "object",
            "required": ["data", "next_cursor", "has_more"],
            "properties": {
                "data": schema,
                "next_cursor": {"type": "string", "nullable": True},
                "has_more": {"type": "boolean"},
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, object]]:
        limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT}
        return [
            {"name": "limit", "in": "query", "required": False, "schema": limit},
            {"name": "cursor", "in": "query", "required": False, "schema": {"type": "string"}},
        ]


def scope_of(request: Request, order: Sequence[str]) -> str:
    """What a cursor is bound to: the path, the order, and every parameter but `limit` and `cursor`."""
    asked = request.query_params.lists()
    filters = sorted((name, values) for name, values in asked if name not in {"limit", "cursor"})
    return orjson.dumps([request.path, list(order), filters]).decode()


def _plain(value: object) -> str | int | None:
    if isinstance(value, date):  # datetime is one
        return value.isoformat()
    return value if value is None or isinstance(value, int) else str(value)
