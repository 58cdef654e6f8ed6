"""A metric as text: read without surprises, mistakes told by place, written back the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from definitions.bodies import CheckedBody, Surroundings, check_body
from definitions.language import LanguageError, Term
from definitions.rules.metric_text import body_of, read_metric, write_metric
from definitions.starter import starter_definitions, starter_metrics
from tests.definitions.registry_world import CATALOG

AROUND = Surroundings(
    CATALOG, {"big": Term("opportunity", "account.employees >= 500")}, labels={"big": "Big deal"}
)

WON = """\
kind: event
object: opportunity
aggregate: sum
unit: money
where: amount>0 AND meets(big)
value: amount
moment:
  field: close_date
good: up
"""


def metric(text: str, around: Surroundings = AROUND) -> CheckedBody:
    return check_body("metric", text, object="", surroundings=around)


def refusal(text: str, around: Surroundings = AROUND) -> LanguageError:
    with pytest.raises(LanguageError) as refused:
        metric(text, around)
    return refused.value


def test_a_metric_is_kept_as_a_document_with_canonical_conditions() -> None:
    body = metric(WON)

    assert body.body["where"] == "amount > 0 and meets(big)"
    assert (body.object, body.body["good"]) == ("opportunity", "up")
    assert body.references == {"big"}
    assert metric(body.text).text == body.text


def test_a_metric_reads_aloud() -> None:
    assert metric(WON).words == (
        "The sum of the amount over opportunities. An opportunity is in it when the amount is more than 0, "
        "and it counts as big deal. It counts at the close date."
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "message"),
    [
        ("amount>0", "amout>0", 5, 8, "Opportunity has no field called amout."),
        ("meets(big)", '"x" = meets(big)', 5, 21, None),
        ("value: amount", "value: close_date", 6, 8, "This is a date, but a number or money is needed here."),
        (
            "  field: close_date",
            "  field: amount",
            8,
            10,
            "This is an amount of money, but a date or a point",
        ),
        ("unit: money", "unit: count", 6, 8, "The value is an amount of money, but the unit"),
        ("aggregate: sum", "aggregate: guess", 3, 12, "aggregate: Choose one of"),
        ("good: up", "good: sideways", 9, 7, "good: Choose one of: up, down, none."),
        ("good: up", "colour: red", 9, 9, "colour: Nothing of this name belongs here."),
        ("good: up", "kind: event", 9, 1, "kind stands here twice."),
        ("object: opportunity", "object: opportunit", 2, 9, "There is no object called opportunit."),
        ("object: opportunity", "object: &a opportunity", 2, 1, "Anchors and tags"),
        ("object: opportunity", "object: !!python/name:os.system x", 2, 1, "Anchors and tags"),
        ("object: opportunity", "object: [opportunity", 3, 10, "This is not a list of parts"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    old: str, new: str, line: int, column: int, message: str | None
) -> None:
    error = refusal(WON.replace(old, new))

    assert error.line == line
    if message is not None:
        assert error.message.startswith(message)
        assert error.column == column


@pytest.mark.parametrize(
    "text", ["", "just words", "[" * 1000, "a: " * 2000, "\x00", "- 1\n- 2", "? [a]\n: b", "{}"]
)
def test_what_is_no_metric_is_refused(text: str) -> None:
    assert refusal(text).line >= 1


def test_a_ratio_divides_metrics_in_force_that_add_up() -> None:
    sold = body_of(metric(WON).body)
    around = replace(
        AROUND, metrics={"won": sold, "share": starter_metrics()["win_rate"]}, labels={"won": "Won"}
    )
    ratio = "kind: ratio\nnumerator: [won]\ndenominator: [{}]\n"

    assert metric(ratio.format("won"), around).references == {"won"}
    assert (
        metric(ratio.format("won"), around).words
        == "Won divided by won. Without a denominator there is no value."
    )
    assert refusal(ratio.format("wun"), around).suggestion == "Did you mean won?"
    assert "cannot be added up" in refusal(ratio.format("share"), around).message


@pytest.mark.parametrize(
    "starter", [each for each in starter_definitions() if each.body], ids=lambda each: each.key
)
def test_every_starter_metric_survives_being_written_and_read(starter: object) -> None:
    body = starter.body  # type: ignore[attr-defined]  # a starter definition with a body
    text = write_metric(body, "up")

    assert read_metric(text).body == body
    assert write_metric(read_metric(text).body, "up") == text
