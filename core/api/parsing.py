"""Reading JSON that a stranger sends: bounded in size and depth, exact in numbers, storable in text."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any, NoReturn  # Any: a document is whatever was sent

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.renderers import JSONRenderer

DEFAULT_MAX_BYTES = 1024 * 1024
MAX_DEPTH = 32
UNSTORABLE = "A text holds a character that cannot be stored (NUL or half a surrogate pair); remove it."
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class TooLarge(APIException):
    """A body beyond the limit."""

    status_code = 413
    default_code = "too_large"


class BoundedJSONParser(BaseParser):
    """DRF's JSON parser with limits. The setting `REVOPS_API_MAX_BODY_BYTES` replaces the one of 1 MB."""

    media_type = "application/json"
    renderer_class = JSONRenderer

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, object] | None = None,
    ) -> Any:
        limit: int = getattr(settings, "REVOPS_API_MAX_BODY_BYTES", DEFAULT_MAX_BYTES)
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge(f"The request is larger than {limit} bytes; send less at once.")
        return read_json(body)


def read_json(body: bytes) -> Any:
    """The document, decimals exact. Raises `ParseError` for bad JSON, NaN, deep nests and unstorable text."""
    try:
        document = json.loads(body.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant)
    except RecursionError:
        raise ParseError(f"Nest at most {MAX_DEPTH} levels deep.", code="too_deep") from None
    except ValueError as error:  # bad UTF-8, bad JSON and overlong integers are all ValueErrors
        raise ParseError(f"The body is not JSON: {str(error)[:200]}.", code="bad_json") from None
    _check(document)
    return document


def unstorable(text: str) -> bool:
    """Whether PostgreSQL cannot hold the text: a NUL, or half of a surrogate pair."""
    return _UNSTORABLE.search(text) is not None


def _check(document: object) -> None:
    level, depth = [document], 0
    while level:
        if depth > MAX_DEPTH:
            raise ParseError(f"Nest at most {MAX_DEPTH} levels deep.", code="too_deep")
        below: list[object] = []
        for value in level:
            if isinstance(value, dict):
                below += [*value.keys(), *value.values()]
            elif isinstance(value, list):
                below += value
            elif isinstance(value, str) and unstorable(value):
                raise ParseError(UNSTORABLE, code="bad_text")
        level, depth = below, depth + 1


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON value")
