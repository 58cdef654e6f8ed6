"""Compiled statements are read, within limits, in the tenant's own rows, and leave no trace."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, ProgrammingError, transaction

from core import db
from core.errors import Invalid, TooMany, Unavailable
from definitions.compiler.query import ColumnSpec, CompiledQuery
from definitions.execution import run, run_part
from definitions.language import Type
from tenants.models import DataVersion
from tenants.scope import tenant_scope
from tests.conftest import Company


def compiled(sql: str, company: Company, **params: object) -> CompiledQuery:
    return CompiledQuery(
        sql=sql,
        params={"tenant_id": company.tenant.pk, **params},
        columns=(ColumnSpec("n", "part", Type.NUMBER, "n"),),
        reads=frozenset(),
        terms=frozenset(),
    )


def test_rows_come_back_in_order_with_their_columns(in_acme: Company) -> None:
    answer = run(
        compiled("SELECT n FROM generate_series(1, %(top)s::int) AS n ORDER BY n DESC", in_acme, top=3)
    )

    assert answer.rows == ((3,), (2,), (1,))
    assert [column.name for column in answer.columns] == ["n"]


def test_more_rows_than_allowed_are_an_error_or_are_cut_off_on_request(in_acme: Company) -> None:
    many = compiled("SELECT n FROM generate_series(1, 11) AS n", in_acme)

    with pytest.raises(TooMany, match="more than 10 rows"):
        run(many, rows=10)

    part = run_part(many, rows=10)
    assert (len(part.rows), part.has_more) == (10, True)
    assert run(many, rows=11).has_more is False


def test_a_statement_that_takes_too_long_is_stopped_and_the_transaction_lives_on(in_acme: Company) -> None:
    with pytest.raises(Unavailable, match=r"longer than 0\.05 s"):
        run(compiled("SELECT 1 FROM pg_sleep(5)", in_acme), seconds=0.05)

    assert DataVersion.objects.count() == 0
    assert db.fetch_value("SELECT current_setting('statement_timeout')") == "0"
    assert db.fetch_value("SELECT current_setting('app.tenant_id')") == str(in_acme.tenant.pk)


def test_the_limits_end_with_the_statement(in_acme: Company) -> None:
    run(compiled("SELECT 1", in_acme))

    assert db.fetch_value("SELECT current_setting('statement_timeout')") == "0"
    assert db.fetch_value("SELECT current_setting('transaction_read_only')") == "off"
    DataVersion.objects.create(number=1, at="2026-01-01T00:00:00Z", cause="writing still works")


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM tenants_data_version RETURNING 1",
        "WITH gone AS (DELETE FROM tenants_data_version RETURNING 1) SELECT 1 FROM gone",
        "SELECT 1) AS a; DELETE FROM tenants_data_version; SELECT * FROM (SELECT 1",
        "SELECT nextval('tenants_data_version_id_seq')",
        "SET app.tenant_id = '1'",
    ],
)
def test_nothing_but_reading_happens(in_acme: Company, sql: str) -> None:
    DataVersion.objects.create(number=1, at="2026-01-01T00:00:00Z", cause="here")

    with pytest.raises(DatabaseError), transaction.atomic():
        run(compiled(sql, in_acme))

    assert DataVersion.objects.count() == 1


def test_another_tenants_rows_are_out_of_reach(in_acme: Company, globex: Company) -> None:
    DataVersion.objects.create(number=1, at="2026-01-01T00:00:00Z", cause="acme's")
    every = "SELECT count(*) FROM tenants_data_version"
    assert run(compiled(every, in_acme)).rows == ((1,),)

    with tenant_scope(globex.tenant.pk):
        assert run(compiled(every, globex)).rows == ((0,),)
        with pytest.raises(ValueError, match="another tenant"):
            run(compiled(every, in_acme))


def test_a_value_that_cannot_be_computed_is_said_so(in_acme: Company) -> None:
    with pytest.raises(Invalid, match="too large"):
        run(compiled("SELECT (10::numeric ^ 131071) * 10 ^ 131071", in_acme))

    assert DataVersion.objects.count() == 0


def test_a_broken_statement_is_a_bug_and_not_a_refusal(in_acme: Company) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        run(compiled("SELECT nothing FROM nowhere", in_acme))


def test_only_what_the_compiler_made_is_run(in_acme: Company) -> None:
    with pytest.raises(TypeError):
        run("SELECT 1")  # type: ignore[arg-type]  # the point of the test
