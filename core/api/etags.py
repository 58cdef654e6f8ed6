"""ETags: an answer is named by what it was made from, so an unchanged one need not be made again.

The parts are known before the work: the path and parameters, the definition versions, the data version.
"""

from __future__ import annotations

import hashlib
from typing import TypeVar

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework.request import Request

AnyResponse = TypeVar("AnyResponse", bound=HttpResponseBase)


def etag_for(*parts: str | int | None) -> str:
    """A strong ETag, quotes included. Different parts give different tags; None is a part of its own."""
    digest = hashlib.sha256()
    for part in parts:
        text = f"{type(part).__name__}:{part}".encode()
        digest.update(len(text).to_bytes(8, "big") + text)
    return f'"{digest.hexdigest()[:32]}"'


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether a client's `If-None-Match` names `etag`; compared weakly, as RFC 9110 asks for GET."""
    if not if_none_match:
        return False
    asked = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in asked or etag.removeprefix("W/") in asked


def not_modified(request: Request, etag: str) -> HttpResponse | None:
    """An empty 304 when the client already has this answer, else None: make the answer and `tag` it."""
    if not matches(request.headers.get("If-None-Match"), etag):
        return None
    return tag(HttpResponse(status=304), etag)


def tag(response: AnyResponse, etag: str) -> AnyResponse:
    """The response, named. It may be kept by its asker alone, and is asked about again before each use."""
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Accept", "Authorization", "Cookie", "RevOps-Version"])
    return response
