"""The periods of a question as rows, and relative dates that differ from period to period."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from sqlglot import exp

from definitions.language.catalog import Type
from definitions.language.periods import PeriodResolver

from . import sql
from .joins import Statement
from .query import Asked
from .sql import Ask, Sql

_MICROSECOND = timedelta(microseconds=1)
_ARRAYS = {
    Type.TEXT: "text[]",
    Type.DATE: "date[]",
    Type.INSTANT: "timestamptz[]",
}


class Periods:
    """The slices as a CTE called `period`, made from array parameters: the text of the statement does not
    depend on how many there are. `snapshot_at` is the last microsecond of the period or `as_of`, whichever
    is first, and empty where the period has not begun."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self._columns: dict[str, tuple[Type, Ask]] = {
            "key": (Type.TEXT, lambda asked: [each.key for each in asked.query.periods]),
            "start_on": (Type.DATE, lambda asked: [each.start_on for each in asked.query.periods]),
            "end_on": (Type.DATE, lambda asked: [each.end_on for each in asked.query.periods]),
        }

    def starts(self) -> Sql:
        """The first days as one array, in which `width_bucket` finds the period of a day in log time."""
        kind, ask = self._columns["start_on"]
        return self.statement.params.ask("period_start_on", ask, _ARRAYS[kind])

    def with_plan_tables(self) -> None:
        self._columns["plan_table"] = (
            Type.TEXT,
            lambda asked: [each.plan_table for each in asked.query.periods],
        )

    def with_snapshots(self) -> None:
        self._columns["snapshot_at"] = (Type.INSTANT, _snapshots)

    def with_answers(self, ask: Callable[[PeriodResolver], date | None], kind: Type) -> str:
        """The name of a new column that holds what `ask` answers at the snapshot instant of each period."""

        def answers(asked: Asked) -> list[date | None]:
            instants = [at or asked.query.as_of for at in _snapshots(asked)]
            return [ask(asked.periods.at(at)) for at in instants]

        name = f"c{len(self._columns)}"
        self._columns[name] = (kind, answers)
        return name

    def cte(self) -> exp.Select:
        params = self.statement.params
        arrays = [
            params.ask(f"period_{name}", ask, _ARRAYS[kind]) for name, (kind, ask) in self._columns.items()
        ]
        names = [*self._columns, "position"]
        unnest = exp.Unnest(
            expressions=arrays,
            offset=True,
            alias=exp.TableAlias(
                this=sql.identifier("slice"), columns=[sql.identifier(name) for name in names]
            ),
        )
        return exp.Select(expressions=[sql.column("slice", name) for name in names]).from_(unnest, copy=False)


def _snapshots(asked: Asked) -> list[datetime | None]:
    as_of = asked.query.as_of
    return [
        min(each.end_at - _MICROSECOND, as_of) if each.start_at <= as_of else None
        for each in asked.query.periods
    ]


class PeriodTiming:
    """ "Now" is the snapshot instant of each period: what it leads to is a column of `period`."""

    def __init__(self, periods: Periods, alias: str) -> None:
        self.periods = periods
        self.alias = alias

    def constant(self, ask: Callable[[PeriodResolver], date | None], kind: Type) -> Sql:
        return sql.column(self.alias, self.periods.with_answers(ask, kind))
