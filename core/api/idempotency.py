"""`Idempotency-Key`: the same request sent twice does its work once and is answered the same.

The store keeps keys in the request's own transaction: a second request with the same key waits for the
first to commit, a request that fails forgets its key and may be sent again. Where keys are kept is
another app's business.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from rest_framework.request import Request
from rest_framework.response import Response

from core.api.parsing import read_json
from core.db import json_text
from core.errors import Conflict, Invalid

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True)
class StoredAnswer:
    """What a key was used for, and how it was answered."""

    fingerprint: str
    status: int
    body: str


class IdempotencyStore(Protocol):
    """Keys of one tenant and asker, in the transaction of the request."""

    def claim(self, key: str, *, fingerprint: str) -> StoredAnswer | None:
        """Take the key, once no other request holds it; the answer it already has, or None if new."""
        ...

    def keep(self, key: str, answer: StoredAnswer) -> None:
        """Write the answer under the claimed key."""
        ...


def idempotency_key(header: str | None) -> str | None:
    """The key a request carries, if any. Raises `Invalid` for one that is not up to 255 plain characters."""
    if header is None:
        return None
    if not _KEY.fullmatch(header):
        message = f"Send {HEADER} as 1 to 255 visible ASCII characters, such as a UUID."
        raise Invalid(message, code="bad_idempotency_key", param=HEADER)
    return header


def fingerprint(method: str, path: str, document: object) -> str:
    """What a request asks, as a digest: another request under the same key has another one."""
    return hashlib.sha256("\n".join((method, path, json_text(document))).encode()).hexdigest()


def answer_once(request: Request, store: IdempotencyStore, act: Callable[[], Response]) -> Response:
    """`act()` the first time a key is seen, its kept answer (with `Idempotent-Replayed: true`) afterwards.

    Without a key, just `act()`. Raises `Conflict` when the key was used for another request.
    """
    key = idempotency_key(request.headers.get(HEADER))
    if key is None:
        return act()
    asked = fingerprint(request.method or "", request.get_full_path(), request.data)
    kept = store.claim(key, fingerprint=asked)
    if kept is None:
        response = act()
        store.keep(key, StoredAnswer(asked, response.status_code, json_text(response.data)))
        return response
    if kept.fingerprint != asked:
        message = f"This {HEADER} was used for another request; send a new one."
        raise Conflict(message, code="idempotency_key_reused", param=HEADER)
    return Response(read_json(kept.body.encode()), status=kept.status, headers={REPLAYED: "true"})
