"""The query parameters of this package, as the documentation tells them."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiParameter

from core.api.pagination import DEFAULT_LIMIT, MOST
from metrics.api.csv_form import FORMATS
from metrics.api.outputs import BASES, GRAINS, ORGANISATIONS, PARTS
from metrics.question import MAX_DIMENSIONS, PARAMETERS

INSTANT = {"type": "string", "format": "date-time"}
LIMIT = OpenApiParameter(
    "limit",
    {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT_LIMIT},
    description=f"Rows a page, 1 to {MOST}.",
)
CURSOR = OpenApiParameter(
    "cursor", {"type": "string", "minLength": 1}, description="`next_cursor` of the page before, unchanged."
)
PAGE = frozenset({"limit", "cursor"})

CELL = OpenApiParameter(
    "cell",
    {"type": "string", "minLength": 1},
    description="Which number: its `cell` in the answer. May be left out where the receipt has one number.",
)
PART = OpenApiParameter(
    "part",
    str,
    enum=PARTS,
    description="Which side of a ratio: `num` or `den` (the default). Other metrics have only `n`.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of an answer you have: 304 without a body while it still holds.",
)
ETAG = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=[200, 304],
    description="Names this answer for `If-None-Match`.",
)
RECEIPT_HEADER = OpenApiParameter(
    "X-Receipt", str, OpenApiParameter.HEADER, response=[200, 304], description="The receipt of this answer."
)

VALUE_PARAMETERS = [
    OpenApiParameter(
        "grain", str, enum=GRAINS, description="Period length; `total` (the default) is one number."
    ),
    OpenApiParameter(
        "from",
        {"type": "string", "format": "date"},
        description="The first day. Without it, the fiscal year's.",
    ),
    OpenApiParameter(
        "to",
        {"type": "string", "format": "date"},
        description="The first day after the last. Open: the fiscal year's.",
    ),
    OpenApiParameter(
        "by",
        {"type": "string", "minLength": 1, "example": "account.segment"},
        description=f"Split by up to {MAX_DIMENSIONS} dimensions, separated by commas.",
    ),
    OpenApiParameter(
        "where",
        {"type": "string", "minLength": 1, "example": 'owner.team = "North"'},
        description="A condition in the definition language, about the metric's object.",
    ),
    OpenApiParameter("as_of", INSTANT, description="The state of the world to read. Open: the end of today."),
    OpenApiParameter("known_at", INSTANT, description="What was known then. Open: everything known now."),
    OpenApiParameter(
        "org",
        str,
        enum=ORGANISATIONS,
        description="Teams as they were at the time (the default) or as they are at `as_of`.",
    ),
    OpenApiParameter("basis", str, enum=BASES, description="Which exchange rates convert money."),
    OpenApiParameter(
        "currency",
        {"type": "string", "pattern": "^[A-Z]{3}$", "example": "USD"},
        description="ISO 4217 code to report in. Open: the tenant's reporting currency.",
    ),
    OpenApiParameter(
        "version",
        {"type": "integer", "minimum": 1, "maximum": 999_999},
        description="A definition version other than the one in force.",
    ),
    OpenApiParameter(
        "format", str, enum=FORMATS, description="The form of the answer; `Accept: text/csv` asks alike."
    ),
]
VALUE_NAMES = PARAMETERS | {"format"}
