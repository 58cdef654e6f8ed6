"""The parts of the API's plumbing that need no framework and no database."""

from __future__ import annotations

import logging
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import exceptions, serializers
from rest_framework.exceptions import ParseError

from core.api.errors import refusal_for
from core.api.etags import etag_for, matches
from core.api.idempotency import fingerprint, idempotency_key
from core.api.pagination import DEFAULT_LIMIT, PageRequest, decode_cursor, encode_cursor, page_of, read_page
from core.api.parsing import MAX_DEPTH, read_json
from core.api.request_id import RequestIdFilter, acceptable, current_request_id
from core.api.throttling import WINDOW, decide
from core.api.versions import CURRENT, version_asked
from core.errors import Conflict, DomainError, Invalid, TooMany

# Errors


class Money(serializers.Serializer[object]):
    amount = serializers.DecimalField(max_digits=6, decimal_places=2)


class Line(serializers.Serializer[object]):
    prices = Money(many=True)


@pytest.mark.parametrize(
    ("error", "status", "type_", "code", "param"),
    [
        (Conflict("Load it again.", code="stale", param="version"), 409, "conflict", "stale", "version"),
        (Http404("secret"), 404, "not_found", "not_found", None),
        (PermissionDenied(), 403, "permission_denied", "denied", None),
        (exceptions.NotAuthenticated(), 401, "authentication_error", "not_authenticated", None),
        (exceptions.MethodNotAllowed("PUT"), 405, "invalid_request", "method_not_allowed", None),
        (exceptions.UnsupportedMediaType("text/xml"), 415, "invalid_request", "unsupported_media_type", None),
        (exceptions.NotAcceptable(), 406, "invalid_request", "not_acceptable", None),
        (exceptions.Throttled(wait=2.1), 429, "rate_limited", "too_many", None),
        (exceptions.ValidationError("Choose one."), 400, "invalid_request", "invalid", None),
    ],
)
def test_every_refusal_has_one_shape(
    error: Exception, status: int, type_: str, code: str, param: str | None
) -> None:
    refusal = refusal_for(error, allowed=["GET"])

    assert refusal is not None
    assert (refusal.status, refusal.type, refusal.code, refusal.param) == (status, type_, code, param)
    assert refusal.message
    assert "secret" not in refusal.message


def test_a_bug_is_not_a_refusal() -> None:
    assert refusal_for(ZeroDivisionError(), allowed=[]) is None


def test_waiting_and_other_methods_are_told_in_headers() -> None:
    throttled = refusal_for(exceptions.Throttled(wait=2.1), allowed=[])
    too_many = refusal_for(TooMany("Wait.", retry_after=7), allowed=[])
    method = refusal_for(exceptions.MethodNotAllowed("PUT"), allowed=["GET", "POST"])

    assert throttled is not None
    assert too_many is not None
    assert method is not None
    assert throttled.headers == {"Retry-After": "3"}
    assert too_many.headers == {"Retry-After": "7"}
    assert method.headers == {"Allow": "GET, POST"}
    assert "use GET, POST" in method.message


def test_a_wrong_input_names_the_place_in_the_document() -> None:
    line = Line(data={"prices": [{"amount": "1.00"}, {"amount": "much"}]})
    assert not line.is_valid()

    refusal = refusal_for(exceptions.ValidationError(line.errors), allowed=[])

    assert refusal is not None
    assert refusal.param == "prices.1.amount"
    assert refusal.message == "prices.1.amount: A valid number is required."


# Request ids


@pytest.mark.parametrize("asked", [None, "", "short", "x" * 65, "with space", "line\nbreak", "<script>1234"])
def test_a_request_id_that_is_no_plain_word_is_replaced(asked: str | None) -> None:
    assert acceptable(asked).startswith("req_")
    assert acceptable(asked) != acceptable(asked)


def test_a_proxys_request_id_is_kept_and_logs_know_when_there_is_none() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "", None, None)

    assert acceptable("7b2e-front.01") == "7b2e-front.01"
    assert current_request_id() is None
    assert RequestIdFilter().filter(record)
    assert record.__dict__["request_id"] == "-"


# Cursors


@given(
    st.lists(st.one_of(st.none(), st.integers(-(2**53), 2**53), st.text(max_size=40)), max_size=4).map(tuple)
)
def test_a_cursor_gives_back_its_key_to_its_own_list_only(key: tuple[str | int | None, ...]) -> None:
    cursor = encode_cursor(key, scope="/things")

    assert decode_cursor(cursor, scope="/things") == key
    with pytest.raises(Invalid, match="start again"):
        decode_cursor(cursor, scope="/others")
    with pytest.raises(Invalid, match="start again"):
        decode_cursor("A" + cursor, scope="/things")


@pytest.mark.parametrize("cursor", ["x", "::", "é", "\0", "a:b:c", "A" * 100_000])
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_page({"cursor": cursor}, scope="/things")

    assert refusal.value.param == "cursor"


@pytest.mark.parametrize("limit", ["0", "201", "-1", "1.5", "ten", "", "٣", "9" * 5000])
def test_a_limit_out_of_range_is_refused(limit: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_page({"limit": limit}, scope="/things")

    assert refusal.value.param == "limit"


def test_the_first_page_needs_no_parameters() -> None:
    assert read_page({}, scope="/things") == PageRequest(DEFAULT_LIMIT, None)


@given(st.integers(0, 60), st.integers(1, 7))
def test_pages_cover_a_list_once(length: int, limit: int) -> None:
    rows, cursor = list(range(length)), None
    seen: list[int] = []
    while True:
        asked = read_page({"limit": str(limit)} | ({"cursor": cursor} if cursor else {}), scope="/n")
        start = 0 if asked.after is None else int(str(asked.after[0])) + 1
        found = rows[start : start + limit + 1]
        page = page_of(found, [(row,) for row in found], asked=asked, scope="/n")
        seen += page.rows
        assert page.body([])["has_more"] == (page.next_cursor is not None)
        if page.next_cursor is None:
            break
        cursor = page.next_cursor

    assert seen == rows


# ETags


def test_an_etag_changes_with_any_part() -> None:
    tags = {
        etag_for(*parts)
        for parts in [("a", 1), ("a", 2), ("a1",), ("a", "1"), ("a", None), ("a", "None"), ()]
    }

    assert len(tags) == 7
    assert etag_for("metric", 7) == etag_for("metric", 7)


@pytest.mark.parametrize(
    ("header", "same"),
    [
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", "abc"', True),
        ("*", True),
        ('"x"', False),
        ("", False),
        (None, False),
    ],
)
def test_if_none_match_compares_weakly(header: str | None, same: bool) -> None:
    assert matches(header, '"abc"') is same


# Versions


def test_a_client_gets_the_version_it_names_or_the_current_one() -> None:
    assert version_asked(None) == version_asked(f" {CURRENT} ") == CURRENT
    with pytest.raises(Invalid, match=CURRENT):
        version_asked("2020-01-01")


# Rates


@pytest.mark.parametrize(
    ("second", "present", "last", "allowed", "wait"),
    [
        (0, 10, 0, True, 0),
        (30, 11, 0, False, 41),  # 11 weigh on the next minute: 9 from its second 60 - 9*60/11 = 10.9
        (30, 5, 10, True, 0),  # 5 + half of 10
        (30, 6, 10, False, 12),  # 6 + 1 + 10*(60-s)/60 <= 10 from second 42
        (59, 10, 600, False, 7),  # in the next minute 10 weigh 9 from its 6th second
    ],
)
def test_ten_a_minute_slide_over_the_minute(
    second: int, present: int, last: int, allowed: bool, wait: int
) -> None:
    decision = decide(limit=10, now=1_000_000 * WINDOW + second, present=present, last=last)

    assert (decision.allowed, decision.wait) == (allowed, wait)


@given(st.integers(1, 50), st.integers(1, 120), st.integers(0, 120), st.integers(0, 59))
def test_who_waits_as_told_gets_through(limit: int, present: int, last: int, second: int) -> None:
    now = 1_000_000 * WINDOW + second
    first = decide(limit=limit, now=now, present=present, last=last)
    later = now + first.wait
    minutes = int(later // WINDOW) - int(now // WINDOW)
    if first.allowed:
        return
    counts = {0: (present + 1, last), 1: (1, present), 2: (1, 0)}[minutes]

    assert decide(limit=limit, now=later, present=counts[0], last=counts[1]).allowed


# Reading JSON


def test_numbers_are_read_exactly() -> None:
    assert read_json(b'{"a": 1.10, "b": 12345678901234567890}') == {
        "a": Decimal("1.10"),
        "b": 12345678901234567890,
    }
    assert str(read_json(b"1.10")) == "1.10"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"NaN",
        b'{"a": Infinity}',
        b'"\\u0000"',
        b'{"a\\u0000": 1}',
        b'["\\ud800"]',
        b"9" * 5000,
        b"[" * 40 + b"]" * 40,
        b"[" * 100_000,
    ],
)
def test_json_that_would_break_something_later_is_refused(body: bytes) -> None:
    with pytest.raises(ParseError) as refusal:
        read_json(body)

    assert len(str(refusal.value.detail)) < 300


def test_depth_up_to_the_limit_is_fine() -> None:
    assert read_json(b"[" * MAX_DEPTH + b"]" * MAX_DEPTH) is not None


# Idempotency


def test_an_idempotency_key_is_a_plain_word() -> None:
    assert idempotency_key(None) is None
    assert idempotency_key("6f1c-2") == "6f1c-2"
    for bad in ("", "two words", "é", "x" * 256):
        with pytest.raises(Invalid):
            idempotency_key(bad)


def test_a_fingerprint_tells_requests_apart() -> None:
    prints = {
        fingerprint("POST", "/a", {"x": 1}),
        fingerprint("POST", "/a", {"x": 2}),
        fingerprint("POST", "/b", {"x": 1}),
        fingerprint("PATCH", "/a", {"x": 1}),
    }

    assert len(prints) == 4


def test_domain_errors_are_the_only_ones_people_see() -> None:
    assert refusal_for(DomainError("Do this."), allowed=[]) is not None
    assert refusal_for(KeyError("x"), allowed=[]) is None
