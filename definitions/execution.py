"""The only runner of compiled statements: reads, for a limited time, a limited number of rows, of one tenant.

A statement runs inside the transaction of whoever asks, in a savepoint that is read-only and always rolled
back: nothing it could do would stay, and its settings end with it. It is the inner query of a SELECT, so the
server itself refuses anything that is not one. Row security applies, because it runs as the serving login.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import DataError, OperationalError

from core import db
from core.errors import Invalid, TooMany, Unavailable
from definitions.compiler.query import ColumnSpec, CompiledQuery
from tenants.scope import current_tenant_id

SECONDS = 20
ROWS = 10_000
_QUERY_CANCELED = "57014"

_OPEN = (
    "SAVEPOINT definitions_read;"
    " SET LOCAL transaction_read_only = on; SET LOCAL statement_timeout = {milliseconds:d};"
    # The steps of a statement are CTEs, whose sizes the planner guesses too low; looping one over another
    # is then quadratic, where hashing costs at worst a scan.
    " SET LOCAL enable_nestloop = off; SET LOCAL jit = off;"
    " SELECT * FROM (\n{sql}\n) AS answer LIMIT {rows:d}"
)
_CLOSE = "ROLLBACK TO SAVEPOINT definitions_read; RELEASE SAVEPOINT definitions_read"


@dataclass(frozen=True, slots=True)
class Answer:
    """Rows in the order of `columns`. `has_more` only where rows beyond the cap were cut off on request."""

    columns: tuple[ColumnSpec, ...]
    rows: tuple[db.Row, ...]
    has_more: bool = False


def run(compiled: CompiledQuery, *, seconds: float = SECONDS, rows: int = ROWS) -> Answer:
    """The whole answer. Raises `TooMany` for more than `rows` rows, `Unavailable` when it takes too long."""
    answer = run_part(compiled, seconds=seconds, rows=rows)
    if answer.has_more:
        raise TooMany(
            f"The answer has more than {rows:,} rows. Ask for fewer periods, or split it by less.",
            code="too_many_rows",
            rows=rows,
        )
    return answer


def run_part(compiled: CompiledQuery, *, seconds: float = SECONDS, rows: int = ROWS) -> Answer:
    """The first `rows` rows, and whether there are more: for lists of records. Raises `Unavailable`."""
    _refuse_strangers(compiled)
    statement = _OPEN.format(milliseconds=max(1, round(seconds * 1000)), sql=compiled.sql, rows=rows + 1)
    try:
        found = db.fetch_all(statement, compiled.params)
    except OperationalError as error:
        _close_after(error)
        if _state_of(error) != _QUERY_CANCELED:
            raise
        raise Unavailable(
            f"This takes longer than {seconds:g} s to compute, so it was stopped; nothing was changed. Ask "
            "for fewer periods, or split it by less.",
            code="too_slow",
        ) from error
    except DataError as error:
        _close_after(error)
        raise Invalid(
            "A value in the data is too large or too far in the past or future to compute with.",
            code="not_computable",
        ) from error
    db.execute(_CLOSE)
    if found and len(found[0]) != len(compiled.columns):
        raise ValueError(
            f"The statement gives {len(found[0])} columns, its columns are {len(compiled.columns)}."
        )
    return Answer(columns=compiled.columns, rows=tuple(found[:rows]), has_more=len(found) > rows)


def _refuse_strangers(compiled: CompiledQuery) -> None:
    """A statement comes from the compiler and is about the tenant in scope; anything else is a bug."""
    if not isinstance(compiled, CompiledQuery):
        raise TypeError("Only a CompiledQuery is run here.")
    if compiled.params.get("tenant_id") != current_tenant_id():
        raise ValueError("The statement is about another tenant than the one in scope.")
    if not db.in_transaction():
        raise RuntimeError(
            "Open a transaction first: the tenant in scope is known to the server only inside one."
        )


def _close_after(error: Exception) -> None:
    """Make the transaction usable again, unless the connection itself is gone."""
    if _state_of(error) is not None:
        db.execute(_CLOSE)


def _state_of(error: Exception) -> str | None:
    """PostgreSQL's error code; None when the server gave none, which means that it is out of reach."""
    state = getattr(error.__cause__, "pgcode", None)
    return state if isinstance(state, str) else None
