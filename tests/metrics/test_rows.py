"""The rows behind a number: they add up to it, page by page, and say why some are not in it."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest

from core.errors import Invalid, NotFound
from metrics.answer import Answer
from metrics.rows import Row, parts_of, rows_behind, rows_csv_lines
from metrics.visibility import RowScope
from tests.metrics.books import Books, ask, deal, edit, learn, rate, won

EVERYTHING = RowScope(emails=None)


def all_rows(answer: Answer, cell: str = "total", part: str = "", *, at_a_time: int = 2) -> list[Row]:
    """Every row, fetched in small pages."""
    found: list[Row] = []
    after = ""
    while True:
        page = rows_behind(
            answer.receipt_id, cell=cell, part=part, after=after, scope=EVERYTHING, limit=at_a_time
        )
        found += page.rows
        after = page.next_after
        if not after:
            return found


@pytest.fixture
def deals(books: Books) -> Books:
    learn("fx_rate", [rate("plan_FY2026", "2026-01-01", "1.5")])
    learn("opportunity", [
        *won("a", "2026-01-20"),
        *won("b", "2026-02-20", owner="bob", amount=Decimal("0.0001")),
        *won("c", "2026-02-21", currency="EUR"),
        *won("d", "2026-02-22", amount=None),
        *won("e", "2026-05-22", owner="bob", amount=Decimal(-7)),
        *won("f", "2026-05-22", opportunity_type=None),
        *deal("back", {"2026-01-10": "won", "2026-04-05": "qualified"}, closes="2026-01-10"),
        *deal("l1", {"2026-01-05": "lead", "2026-03-01": "lost"}, owner="bob"),
        *deal("l2", {"2026-01-05": "lead", "2026-06-01": "lost"}),
    ])  # fmt: skip
    return books


@pytest.mark.parametrize("metric", ["bookings", "won_value", "lost_value", "pipeline_generated"])
def test_the_rows_add_up_to_the_number(deals: Books, metric: str) -> None:
    for answer in (ask(metric, grain=None), ask(metric), ask(metric, by=("owner.team",))):
        for cell in answer.cells:
            rows = all_rows(answer, cell.key)
            total = sum(
                (
                    row.weight * row.amount
                    for row in rows
                    if row.amount is not None and row.status == "counted"
                ),
                Decimal(0),
            )
            assert total == cell.parts["sum"], cell.key
            for reason, count in cell.excluded.items():
                assert sum(row.status == reason for row in rows) == count, (cell.key, reason)


def test_the_two_sides_of_a_ratio_are_listed_apart(deals: Books) -> None:
    answer = ask("win_rate")

    assert parts_of(answer) == [
        ("num", "Won opportunities"),
        ("den", "Won opportunities and Lost opportunities"),
    ]
    for cell in answer.cells:
        for part in ("num", "den"):
            rows = all_rows(answer, cell.key, part, at_a_time=3)
            counted = sum(row.weight for row in rows if row.status in {"counted", "no_amount"})
            assert counted == cell.parts[part]
    both = all_rows(answer, answer.cells[0].key)
    assert {row.component for row in both} == {"won_count", "lost_count"}


def test_pages_neither_repeat_nor_lose_a_row(deals: Books) -> None:
    answer = ask("bookings", grain=None)
    whole = [(row.record_id, row.weight) for row in all_rows(answer, at_a_time=1_000)]

    for size in (1, 2, 3, 7):
        assert [(row.record_id, row.weight) for row in all_rows(answer, at_a_time=size)] == whole
    assert sorted(weight for _, weight in whole).count(-1) == 1


def test_rows_are_those_of_the_receipt_and_not_todays(deals: Books) -> None:
    answer = ask("won_value", grain=None)
    before = all_rows(answer)
    learn(
        "opportunity", [edit("a", "2026-02-01", amount=Decimal(1), name="Renamed"), *won("new", "2026-03-01")]
    )

    assert all_rows(answer) == before
    assert all_rows(ask("won_value", grain=None)) != before


def test_the_csv_of_rows_has_every_row_and_the_receipt(deals: Books) -> None:
    answer = ask("win_rate", grain=None)
    lines = rows_csv_lines(answer.receipt_id, cell="total", part="den", scope=EVERYTHING)

    found = list(csv.DictReader(io.StringIO("".join(lines))))

    rows = all_rows(answer, part="den")
    assert [(line["source_id"], line["component"], line["status"]) for line in found] == [
        (row.source_id, row.component, row.status) for row in rows
    ]
    assert {line["receipt"] for line in found} == {answer.receipt_id}


def test_a_value_that_looks_like_a_formula_is_taken_for_text(books: Books) -> None:
    learn("opportunity", won("a", "2026-02-01", name='=HYPERLINK("http://x")'))
    answer = ask("won_value", grain=None)

    (line,) = csv.DictReader(
        io.StringIO("".join(rows_csv_lines(answer.receipt_id, cell="total", part="n", scope=EVERYTHING)))
    )

    assert line["name"] == '\'=HYPERLINK("http://x")'


@pytest.mark.parametrize(
    "name",
    ["line\nbreak", "tab\tand \\ back", "'single' \"double\"", "∅", "a|b", " ", "é\u200b", "%s %(x)s {}"],
)
def test_a_group_is_found_again_whatever_its_name(books: Books, name: str) -> None:
    learn("opportunity", [*won("a", "2026-02-01", lead_source=name), *won("b", "2026-02-01")])
    answer = ask("won_count", grain=None, by=("lead_source",))

    named = next(cell for cell in answer.cells if cell.group != (None,))
    assert [row.source_id for row in all_rows(answer, named.key)] == ["a"]


def test_no_two_groups_have_the_same_key(books: Books) -> None:
    learn("opportunity", [
        *won("none", "2026-02-01", lead_source=None, loss_reason="x"),
        *won("sign", "2026-02-01", lead_source="∅", loss_reason="x"),
        *won("left", "2026-02-01", lead_source="a|b", loss_reason="c"),
        *won("right", "2026-02-01", lead_source="a", loss_reason="b|c"),
        *won("slash", "2026-02-01", lead_source="a\\", loss_reason="b|c"),
    ])  # fmt: skip
    answer = ask("won_count", grain=None, by=("lead_source", "loss_reason"))

    assert len({cell.key for cell in answer.cells}) == 5
    for cell in answer.cells:
        assert len(all_rows(answer, cell.key)) == 1


@pytest.mark.parametrize("after", ["x", "1.2", "-1.2.3", "0.1.9999999999999999999", "²"])
def test_a_cursor_that_is_not_ours_is_refused(deals: Books, after: str) -> None:
    answer = ask("bookings", grain=None)

    with pytest.raises(Invalid):
        rows_behind(answer.receipt_id, cell="total", part="", after=after, scope=EVERYTHING)


def test_a_part_or_number_that_is_not_there_is_not_found(deals: Books) -> None:
    answer = ask("bookings", grain=None)

    for cell, part in (("total", "num"), ("2031-Q1", "")):
        with pytest.raises(NotFound):
            rows_behind(answer.receipt_id, cell=cell, part=part, after="", scope=EVERYTHING)
