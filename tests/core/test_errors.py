from __future__ import annotations

import pytest

from core.errors import Conflict, Denied, DomainError, Invalid, NotFound, TooMany, Unavailable


@pytest.mark.parametrize(
    ("kind", "status", "type_", "code"),
    [
        (DomainError, 400, "invalid_request", "invalid_request"),
        (NotFound, 404, "not_found", "not_found"),
        (Conflict, 409, "conflict", "conflict"),
        (Invalid, 422, "invalid_request", "invalid"),
        (Denied, 403, "permission_denied", "denied"),
        (TooMany, 429, "rate_limited", "too_many"),
        (Unavailable, 503, "unavailable", "unavailable"),
    ],
)
def test_each_refusal_has_its_status_and_default_code(
    kind: type[DomainError], status: int, type_: str, code: str
) -> None:
    error = kind("Do this instead.")

    assert error.status == status
    assert error.to_dict() == {"type": type_, "code": code, "message": "Do this instead.", "param": None}
    assert str(error) == "Do this instead."


def test_a_refusal_names_its_input_and_keeps_facts_for_the_page() -> None:
    error = Invalid("Give a later day.", code="too_early", param="effective_from", earliest="2026-12-01")

    assert error.to_dict()["code"] == "too_early"
    assert error.to_dict()["param"] == "effective_from"
    assert error.details == {"earliest": "2026-12-01"}
    assert error.retry_after is None


def test_waiting_is_told_in_whole_seconds() -> None:
    assert TooMany("Wait a little.", retry_after=30).retry_after == 30
    assert Unavailable("Try again.", retry_after=-5).retry_after == 0
