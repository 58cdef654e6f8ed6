"""Order, repetition and division of loads do not matter: held against a plain reading of the promise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.instants import FOREVER
from crm.loader import Change, Op
from crm.models import CURRENT, VERSION
from tenants.models import DataVersion
from tests.conftest import Company
from tests.crm import ledger
from tests.crm.ledger import (
    day,
    histories,
    make_source,
    state_at,
    stored_histories,
    stored_state,
    take,
    versions,
)

COLUMNS = ("name", "amount", "close_date", "is_test")
VALUES = {
    "name": st.sampled_from(["Alpha", "Béta\t\\N", "", None]),
    "amount": st.sampled_from(
        [Decimal("0.0001"), Decimal("1200.5000"), Decimal("9999999999999999.9999"), None]
    ),
    "close_date": st.sampled_from([date(2026, 3, 31), date(1999, 1, 1), None]),
    "is_test": st.sampled_from([True, False, None]),
}
REFS: st.SearchStrategy[dict[str, str | None]] = st.one_of(
    st.just({}), st.fixed_dictionaries({"account": st.sampled_from(["a1", "a2", None])})
)
CUSTOM: st.SearchStrategy[dict[str, object]] = st.one_of(
    st.just({}),
    st.dictionaries(
        st.sampled_from(["x", "y"]), st.sampled_from([Decimal("1.50"), "text", True, None]), max_size=2
    ),
)
MANY = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class _Undo(Exception):
    """Takes back what an example wrote."""


@contextmanager
def undone() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            raise _Undo
    except _Undo:
        pass


@st.composite
def change_sets(draw: st.DrawFn) -> list[Change]:
    """Changes of three records, each at its own place in time, so that none contradicts another."""
    places = draw(
        st.lists(
            st.tuples(st.sampled_from(["o1", "o2", "o3"]), st.integers(1, 6), st.integers(0, 1)),
            min_size=1,
            max_size=9,
            unique=True,
        )
    )
    changes = []
    for source_id, on, seq in places:
        op = draw(st.sampled_from([Op.UPSERT, Op.PATCH, Op.PATCH, Op.DELETE]))
        values = {} if op is Op.DELETE else draw(st.fixed_dictionaries({}, optional=VALUES))
        refs = {} if op is Op.DELETE else draw(REFS)
        custom = {} if op is Op.DELETE else draw(CUSTOM)
        if op is Op.PATCH and not (values or refs or custom):
            values = {"name": "Only"}
        changes.append(Change(source_id, day(on), seq, op, values, refs, custom))
    return changes


@st.composite
def loads(draw: st.DrawFn) -> tuple[list[Change], list[list[Change]]]:
    """A set of changes, and the same with repetitions, in some order, cut into loads."""
    changes = draw(change_sets())
    repeated = draw(st.permutations([*changes, *draw(st.lists(st.sampled_from(changes), max_size=4))]))
    cuts = sorted(draw(st.sets(st.integers(1, len(repeated)), max_size=3)))
    batches = [repeated[a:b] for a, b in zip([0, *cuts], [*cuts, len(repeated)], strict=True)]
    return changes, [batch for batch in batches if batch]


@MANY
@given(case=loads())
def test_the_history_does_not_depend_on_order_repetition_or_batches(
    in_acme: Company, case: tuple[list[Change], list[list[Change]]]
) -> None:
    changes, batches = case
    with undone():
        source = make_source()
        for batch in batches:
            take(source, batch)

        assert stored_histories("opportunity", COLUMNS) == histories(changes)
        accounts = dict(CURRENT["account"].objects.values_list("pk", "source_id"))
        current = {
            row.source_id: stored_state(row, COLUMNS, accounts)
            for row in CURRENT["opportunity"].objects.filter(is_stub=False)
        }
        assert current == {key: rows[-1].state for key, rows in histories(changes).items()}

        count = DataVersion.objects.count()
        rows = VERSION["opportunity"].objects.count()
        again = take(source, changes)
        assert (again.changed, again.data_version) == (0, None)
        assert DataVersion.objects.count() == count
        assert VERSION["opportunity"].objects.count() == rows


@MANY
@given(case=loads())
def test_every_past_belief_stays_readable(
    in_acme: Company, case: tuple[list[Change], list[list[Change]]]
) -> None:
    """The oracle keeps, after each load, what was known then: a dump per day of valid time."""
    _, batches = case
    with undone():
        source = make_source()
        known: list[Change] = []
        beliefs = []
        for batch in batches:
            version = take(source, batch).data_version
            known = [*known, *batch]
            if version:
                beliefs.append((version.at, list(known)))

        accounts = dict(CURRENT["account"].objects.values_list("pk", "source_id"))
        for known_at, changes in beliefs:
            for on in range(1, 8):
                as_of = day(on) + ledger.hours(on)
                rows = versions("opportunity").filter(
                    valid_from__lte=as_of,
                    valid_to__gt=as_of,
                    known_from__lte=known_at,
                    known_to__gt=known_at,
                    is_deleted=False,
                )
                found = {row.record.source_id: stored_state(row, COLUMNS, accounts) for row in rows}
                assert len(found) == len(rows)
                assert found == state_at(changes, as_of)


@settings(MANY, max_examples=8)
@given(changes=change_sets())
def test_known_rows_of_a_record_tile_its_time(in_acme: Company, changes: list[Change]) -> None:
    with undone():
        source = make_source()
        for change in changes:
            take(source, [change])

        for rows in stored_histories("opportunity", COLUMNS).values():
            assert [row.valid_to for row in rows[:-1]] == [row.at for row in rows[1:]]
            assert rows[-1].valid_to == FOREVER
