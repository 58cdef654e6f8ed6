from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import pytest
from django.db import DataError, transaction
from hypothesis import given
from hypothesis import strategies as st

from core import db
from core.errors import Invalid

COLUMNS = ("id", "amount", "on_day", "at_time", "at", "name", "document", "tags", "is_open", "token", "raw")
TABLE = """
CREATE TEMPORARY TABLE core_db_test (
    id bigint, amount numeric, on_day date, at_time time, at timestamptz, name text, document jsonb,
    tags text[], is_open boolean, token uuid, raw bytea
) ON COMMIT DROP
"""


@pytest.fixture
def table(request: pytest.FixtureRequest) -> str:
    """A temporary table, in the transaction that the `db` fixture rolls back."""
    request.getfixturevalue("db")
    db.execute(TABLE)
    return "core_db_test"


class Stage(StrEnum):
    OPEN = "open"


def test_every_type_comes_back_as_it_went_in(table: str) -> None:
    row = (
        7,
        Decimal("12345678901234567890.1234567890"),
        date(2026, 11, 22),
        time(9, 30),
        datetime(2026, 11, 22, 9, 30, 0, 123456, tzinfo=UTC),
        "tab\there\\N \\. new\nline\r é 🎉 \N{NO-BREAK SPACE}",
        {"price": Decimal("1.10"), "text": 'quote " back \\ line \n', "list": [1, None, True]},
        ("a,b", 'quo"te', "back\\slash", "", "NULL", "{}"),
        True,
        UUID(int=1),
        b"\x00\\\xff",
    )
    assert db.copy_in(table, COLUMNS, [row, (None,) * 11]) == 2

    found, empty = db.fetch_all("SELECT * FROM core_db_test ORDER BY id NULLS LAST")
    assert found[:7] == row[:7]
    assert found[7] == list(row[7])
    assert (found[8], found[9], bytes(found[10])) == row[8:]
    assert empty == (None,) * 11


def test_choices_are_written_as_their_values(table: str) -> None:
    db.copy_in(table, ("name",), [(Stage.OPEN,)])

    assert db.fetch_value("SELECT name FROM core_db_test") == "open"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("a\0b", "bad_text"),
        ("\ud800", "bad_text"),
        ({"k": "\0"}, "bad_text"),
        ({"k": "\ud800"}, "bad_text"),
        ({"k": 2**64}, "bad_number"),
        ({"k": Decimal("NaN")}, "bad_number"),
        (Decimal("NaN"), "bad_number"),
        (Decimal("Infinity"), "bad_number"),
    ],
)
def test_what_postgresql_cannot_hold_is_refused_with_its_place(table: str, value: object, code: str) -> None:
    with pytest.raises(Invalid) as refusal, db.savepoint():
        db.copy_in(table, ("id", "name"), [(1, "fine"), (2, value)])

    assert refusal.value.code == code
    assert (refusal.value.param, refusal.value.details["row"]) == ("name", 2)
    assert refusal.value.message.startswith("Row 2, name: ")
    assert db.fetch_value("SELECT count(*) FROM core_db_test") == 0


def test_an_escaped_nul_is_only_text(table: str) -> None:
    db.copy_in(table, ("document",), [({"k": "\\u0000"},)])

    assert db.fetch_value("SELECT document FROM core_db_test") == {"k": "\\u0000"}


@pytest.mark.parametrize("value", [1.5, {1}, object(), datetime.fromisoformat("2026-11-22T09:30")])
def test_inexact_and_unknown_values_are_mistakes_of_the_program(table: str, value: object) -> None:
    with pytest.raises((TypeError, ValueError)), db.savepoint():
        db.copy_in(table, ("name",), [(value,)])

    assert db.fetch_value("SELECT count(*) FROM core_db_test") == 0


def test_a_row_of_the_wrong_width_is_refused(table: str) -> None:
    with pytest.raises(ValueError, match="Row 2 has 1 values for 2 columns"), db.savepoint():
        db.copy_in(table, ("id", "name"), [(1, "a"), (2,)])


def test_an_error_of_the_source_of_rows_comes_through(table: str) -> None:
    def rows() -> Iterator[tuple[int]]:
        yield (1,)
        raise KeyError("the lease was lost")

    with pytest.raises(KeyError, match="lease"), db.savepoint():
        db.copy_in(table, ("id",), rows())

    assert db.fetch_value("SELECT count(*) FROM core_db_test") == 0


def test_more_rows_than_one_chunk_arrive_in_order(table: str) -> None:
    rows = ((number, f"name {number}") for number in range(50_000))

    assert db.copy_in(table, ("id", "name"), rows) == 50_000
    assert db.fetch_one("SELECT count(*), sum(id), max(name) FROM core_db_test") == (
        50_000,
        1_249_975_000,
        "name 9999",
    )


def test_a_csv_file_is_copied_as_it_is(table: str) -> None:
    file = io.BytesIO('id;name\n1;"two\nlines; é"\n2;\n'.encode())

    assert db.copy_file(table, ("id", "name"), file, header=True, delimiter=";") == 2
    assert db.fetch_all("SELECT id, name FROM core_db_test ORDER BY id") == [(1, "two\nlines; é"), (2, None)]
    with pytest.raises(DataError), db.savepoint():
        db.copy_file(table, ("id",), io.BytesIO(b"one\n"))
    with pytest.raises(ValueError, match="delimiter"):
        db.copy_file(table, ("id",), io.BytesIO(b""), delimiter="' HEADER")


def test_rows_stream_in_chunks_and_only_inside_a_transaction(table: str) -> None:
    db.copy_in(table, ("id", "document"), [(number, {"n": number}) for number in range(25)])

    rows = db.stream(
        "SELECT id, document FROM core_db_test WHERE id >= %(low)s ORDER BY id", {"low": 5}, chunk=7
    )
    assert list(rows) == [(number, {"n": number}) for number in range(5, 25)]


def test_answers_have_the_shape_that_was_asked_for(table: str) -> None:
    assert db.execute("INSERT INTO core_db_test (id, name) VALUES (%(a)s, 'x'), (2, '%%')", {"a": 1}) == 2
    assert db.fetch_dicts("SELECT id, name FROM core_db_test ORDER BY id")[1] == {"id": 2, "name": "%"}
    assert db.fetch_one("SELECT id FROM core_db_test WHERE id = %(id)s", {"id": 9}) is None
    for too_much in ("SELECT id FROM core_db_test", "SELECT 1 WHERE false"):
        with pytest.raises(ValueError, match="Expected"):
            db.fetch_value(too_much)
    with pytest.raises(ValueError, match="at most one"):
        db.fetch_one("SELECT id FROM core_db_test")
    assert db.fetch_value("SELECT %(d)s::jsonb", {"d": db.as_json({"x": Decimal("1.10")})}) == {
        "x": Decimal("1.10")
    }


def test_a_savepoint_undoes_its_part_alone(table: str) -> None:
    db.execute("INSERT INTO core_db_test (id) VALUES (1)")
    with pytest.raises(DataError), db.savepoint():
        db.execute("INSERT INTO core_db_test (id) VALUES (2), (1 / 0)")

    assert db.fetch_all("SELECT id FROM core_db_test") == [(1,)]


def elsewhere(ask: Callable[[], object]) -> list[object]:
    """What another thread, with a connection of its own, gets."""
    answers: list[object] = []

    def run() -> None:
        answers.append(ask())
        db.close_connections()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return answers


@pytest.mark.parametrize(
    "act",
    [lambda: list(db.stream("SELECT 1")), lambda: db.advisory_xact_lock("x"), lambda: db.savepoint()],
)
def test_nothing_that_would_outlive_a_transaction_is_done_outside_one(
    table: str, act: Callable[[], object]
) -> None:
    def attempt() -> object:
        assert not db.in_transaction()
        with pytest.raises(RuntimeError, match="Open a transaction"):
            act()
        return "refused"

    assert db.in_transaction()
    assert elsewhere(attempt) == ["refused"]


def test_a_lock_is_held_until_the_transaction_ends(table: str) -> None:
    def attempt() -> object:
        with transaction.atomic():
            return db.try_advisory_xact_lock("test", 1), db.try_advisory_xact_lock("test", 2)

    db.advisory_xact_lock("test", 1)

    assert elsewhere(attempt) == [(False, True)]


def test_lock_numbers_fit_and_differ() -> None:
    keys: list[tuple[str | int, ...]] = [("a", 1), ("a", "1"), ("a1",), (1,), ("a", 1, 2)]
    numbers = {db.lock_number(*key) for key in keys}

    assert len(numbers) == 5
    assert all(-(2**63) <= number < 2**63 for number in numbers)


@pytest.mark.parametrize("name", ["", "a b", 'a"b', "a;drop", "1a", "a%s", "a.b", "é", "a\n", "x" * 64])
def test_only_plain_names_are_identifiers(name: str) -> None:
    with pytest.raises(ValueError, match="plain"):
        db.identifier("public", name)


def test_names_are_quoted() -> None:
    assert db.identifier("public", "crm_account") == '"public"."crm_account"'


@given(
    st.recursive(st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(), st.lists, max_leaves=5)
)
def test_json_text_either_reads_back_or_is_refused(value: object) -> None:
    try:
        text = db.json_text([value])
    except Invalid:
        assert "\\x00" in repr(value) or "\\ud" in repr(value)
        return

    assert json.loads(text) == [value]
