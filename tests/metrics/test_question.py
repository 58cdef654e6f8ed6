"""What a question may be: every parameter bounded, every refusal naming it."""

from __future__ import annotations

import pytest

from core.errors import Invalid
from metrics.question import parse_question


@pytest.mark.parametrize(
    ("param", "value"),
    [
        ("version", "9" * 5_000),
        ("version", "0"),
        ("as_of", "0001-01-01T00:00:00+14:00"),
        ("as_of", "9999-12-31T23:59:59-14:00"),
        ("known_at", "2026-01-01T00:00:00"),
        ("from", "9999-12-31"),
        ("to", "0001-01-01"),
        ("grain", "fortnight"),
        ("currency", "ZZZ"),
        ("basis", "guess"),
    ],
)
def test_a_parameter_out_of_bounds_is_named(param: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_question("win_rate", {param: value})

    assert refused.value.param == param


def test_a_question_reads_back_as_it_was_written() -> None:
    asked = parse_question(
        "win_rate",
        {"grain": "quarter", "from": "2026-01-01", "to": "2027-01-01", "by": "owner.team", "currency": "eur"},
    )

    assert parse_question("win_rate", asked.to_json()) == asked
