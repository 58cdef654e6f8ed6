from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.http import HttpRequest, HttpResponse
from redis.exceptions import ConnectionError as RedisDown
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from core.api import throttling
from core.api.errors import exception_handler, not_found_response, server_error_response
from core.api.etags import etag_for, not_modified, tag
from core.api.idempotency import StoredAnswer, answer_once
from core.api.request_id import HEADER as REQUEST_ID
from core.api.request_id import RequestIdMiddleware, current_request_id
from core.api.versions import CURRENT
from core.api.views import CoreAPIView
from core.errors import Conflict, Invalid


@dataclass
class Keys:
    """An idempotency store in memory."""

    answers: dict[str, StoredAnswer] = field(default_factory=dict)

    def claim(self, key: str, *, fingerprint: str) -> StoredAnswer | None:
        return self.answers.get(key)

    def keep(self, key: str, answer: StoredAnswer) -> None:
        self.answers[key] = answer


class EchoView(CoreAPIView):
    authentication_classes = ()
    permission_classes = [AllowAny]
    keys = Keys()
    calls = 0

    def get_exception_handler(self) -> Callable[..., Response | None]:
        return exception_handler

    def get(self, request: Request) -> HttpResponse | Response:
        if request.query_params.get("refuse"):
            raise Conflict("Load it again.", code="stale", param="version")
        etag = etag_for("echo", 7)
        return not_modified(request, etag) or tag(Response({"version": self.api_version}), etag)

    def post(self, request: Request) -> Response:
        return answer_once(request, self.keys, lambda: self._act(request))

    def _act(self, request: Request) -> Response:
        sent = request.data
        type(self).calls += 1
        return Response({"sent": sent, "call": self.calls}, status=201)


@pytest.fixture(autouse=True)
def own_counters(monkeypatch: pytest.MonkeyPatch) -> LocMemCache:
    counters = LocMemCache("core-api-tests", {})
    counters.clear()
    monkeypatch.setattr(throttling, "cache", counters)
    monkeypatch.setattr(EchoView, "keys", Keys())
    monkeypatch.setattr(EchoView, "calls", 0)
    return counters


asks = APIRequestFactory()


def answer(request: HttpRequest) -> Response:
    response = EchoView.as_view()(request)
    if isinstance(response, Response):
        response.render()
    return response


def error_of(response: HttpResponse) -> dict[str, str | None]:
    found: dict[str, str | None] = json.loads(response.content)["error"]
    return found


def test_a_refusal_in_a_view_has_the_one_shape_and_the_request_id() -> None:
    reply = RequestIdMiddleware(answer)(
        asks.get("/echo", {"refuse": "1"}, headers={REQUEST_ID: "front-0001"})
    )

    assert reply.status_code == 409
    assert error_of(reply) == {
        "type": "conflict",
        "code": "stale",
        "message": "Load it again.",
        "param": "version",
        "request_id": "front-0001",
        "doc_url": None,
    }
    assert reply[REQUEST_ID] == "front-0001"
    assert current_request_id() is None


def test_unchanged_answers_are_not_sent_again() -> None:
    first = answer(asks.get("/echo"))
    again = answer(asks.get("/echo", headers={"If-None-Match": first["ETag"]}))

    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")
    assert again["ETag"] == first["ETag"]
    assert first["Cache-Control"] == "private, no-cache"
    assert "Authorization" in first["Vary"]


def test_the_version_is_named_in_every_answer_and_an_unknown_one_refused() -> None:
    assert answer(asks.get("/echo"))["RevOps-Version"] == CURRENT
    refused = answer(asks.get("/echo", headers={"RevOps-Version": "1999-01-01"}))
    assert refused.status_code == 422
    assert error_of(refused)["code"] == "unknown_version"


def test_text_that_cannot_be_stored_is_refused_in_query_and_body() -> None:
    query = answer(asks.get("/echo?name=a%00b"))
    body = answer(asks.generic("POST", "/echo", '{"name": "a\\u0000b"}', content_type="application/json"))

    assert (query.status_code, error_of(query)["param"]) == (422, "name")
    assert (body.status_code, error_of(body)["code"]) == (400, "bad_text")


def test_a_body_beyond_the_limit_is_refused(settings: object) -> None:
    settings.REVOPS_API_MAX_BODY_BYTES = 100  # type: ignore[attr-defined]  # pytest-django's settings take any name
    fits = answer(asks.post("/echo", {"text": "x" * 50}, format="json"))
    refused = answer(asks.post("/echo", {"text": "x" * 100}, format="json"))

    assert fits.status_code == 201
    assert (refused.status_code, error_of(refused)["code"]) == (413, "too_large")
    assert EchoView.calls == 1


def test_other_methods_and_other_languages_are_told_what_to_use() -> None:
    method = answer(asks.delete("/echo"))
    language = answer(asks.generic("POST", "/echo", "<a/>", content_type="text/xml"))

    assert (method.status_code, error_of(method)["code"]) == (405, "method_not_allowed")
    assert "GET, POST" in method["Allow"]
    assert (language.status_code, error_of(language)["code"]) == (415, "unsupported_media_type")


def test_too_many_requests_wait_and_writing_has_a_limit_of_its_own(settings: object) -> None:
    settings.REVOPS_API_RATES = {"read": 2, "write": 1}  # type: ignore[attr-defined]
    replies = [answer(asks.get("/echo")) for _ in range(3)]
    written = answer(asks.post("/echo", {}, format="json"))

    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert 1 <= int(replies[2]["Retry-After"]) <= 120
    assert error_of(replies[2])["type"] == "rate_limited"
    assert written.status_code == 201


def test_without_the_counter_nothing_passes_uncounted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Down(LocMemCache):
        def incr(self, *args: object, **kwargs: object) -> int:
            raise RedisDown

    monkeypatch.setattr(throttling, "cache", Down("down", {}))
    reply = answer(asks.get("/echo"))

    assert (reply.status_code, reply["Retry-After"]) == (503, "5")


def test_the_same_key_does_the_work_once() -> None:
    key = {"Idempotency-Key": "6f1c-2"}
    first = answer(asks.post("/echo", {"amount": "1.10"}, format="json", headers=key))
    again = answer(asks.post("/echo", {"amount": "1.10"}, format="json", headers=key))
    other = answer(asks.post("/echo", {"amount": "9.99"}, format="json", headers=key))
    fresh = answer(asks.post("/echo", {"amount": "1.10"}, format="json"))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert (other.status_code, error_of(other)["code"]) == (409, "idempotency_key_reused")
    assert fresh.data["call"] == 2


def test_a_failed_request_keeps_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: EchoView, request: Request) -> Response:
        raise Invalid("Give an amount.")

    with monkeypatch.context() as broken:
        broken.setattr(EchoView, "_act", refuse)
        assert (
            answer(asks.post("/echo", {}, format="json", headers={"Idempotency-Key": "k"})).status_code == 422
        )

    assert EchoView.keys.answers == {}
    assert answer(asks.post("/echo", {}, format="json", headers={"Idempotency-Key": "k"})).status_code == 201


def test_addresses_and_bugs_outside_views_have_the_shape_too() -> None:
    missing, broken = not_found_response(HttpRequest()), server_error_response(HttpRequest())

    assert (missing.status_code, error_of(missing)["code"]) == (404, "not_found")
    assert (broken.status_code, error_of(broken)["type"]) == (500, "api_error")
