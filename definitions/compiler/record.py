"""The records that count: the CTE `record`, and the values read from it."""

from __future__ import annotations

from sqlglot import exp

from definitions.language.catalog import Type
from definitions.language.typed import Checked

from . import sql
from .bodies import EventMetric, SnapshotMetric
from .expression import Columns, ExpressionCompiler, FixedTiming, Timing
from .joins import Reach, Statement, in_force, known, population
from .periods import Periods, PeriodTiming
from .query import CompileError
from .sources import Source
from .sql import Sql


class Record:
    """Grows while a statement is built: whoever needs another value of the record lets it `keep` one.

    `state` reads the record as it is at `as_of`, or at the end of each period.
    """

    state: Reach

    def __init__(self, statement: Statement, body: EventMetric | SnapshotMetric) -> None:
        self.statement = statement
        self.body = body
        self.source: Source = statement.source(body.object)
        self.periods = Periods(statement)
        self.where = statement.condition(body.where, body.object)
        self.value = None if body.value is None else statement.scalar(body.value, body.object)
        self.select = exp.Select(expressions=[])
        self.conditions: list[Sql] = []
        self.timing: Timing = FixedTiming(statement.params)

    @property
    def is_money(self) -> bool:
        return self.value is not None and self.value.type is Type.MONEY

    @property
    def name_column(self) -> str | None:
        return self.source.columns.get(self.source.name_field)

    def finished(self) -> exp.Select:
        return self.state.joined(self.select).where(sql.all_of(self.conditions), copy=False)

    def start_at_as_of(self) -> None:
        self.state = Reach(self.statement, object=self.body.object, alias="s", at=self.statement.as_of)
        self.conditions += [
            *known(self.statement, "s", self.source.object),
            *in_force("s", self.statement.as_of),
        ]
        self.select = self.select.from_(sql.table(self.source.version_table, "s"), copy=False)
        self._add_columns()

    def start_per_period(self) -> None:
        self.periods.with_snapshots()
        self.timing = PeriodTiming(self.periods, "p")
        self.state = Reach(self.statement, object=self.body.object, alias="s", at=snapshot_at)
        on = sql.all_of([*known(self.statement, "s", self.source.object), *in_force("s", snapshot_at)])
        table = sql.table(self.source.version_table, "s")
        self.select = self.select.from_(sql.table("period", "p"), copy=False).join(table, on=on, copy=False)
        self._add_columns()
        self.keep("position", sql.column("p", "position"))
        self.keep("event_at", sql.column("p", "snapshot_at"))

    def _add_columns(self) -> None:
        self.keep("tenant_id", sql.column("s", "tenant_id"))
        self.keep("record_id", sql.column("s", self.source.id_column))
        self.conditions += population(self.source, "s")
        if not self.body.governed:
            self.keep("unmapped", exp.false())
            self.conditions.append(self.state_sql(self.where))
            return
        gaps = sql.any_of(self._is_empty(name) for name in self.body.governed)
        undecided = sql.all_of([sql.is_null(self.state_sql(self.where)), gaps])
        self.keep("unmapped", sql.is_null(self.state_sql(self.where)))
        self.conditions.append(sql.any_of([self.state_sql(self.where), undecided]))

    def _is_empty(self, path: str) -> Sql:
        return sql.is_null(self.state_sql(self.statement.scalar(path, self.body.object)))

    def keep(self, name: str, tree: Sql) -> None:
        self.select.append("expressions", sql.named(tree, name))

    def compiler(self, columns: Columns) -> ExpressionCompiler:
        return ExpressionCompiler(columns, self.timing, self.statement.params)

    def state_sql(self, expression: Checked) -> Sql:
        return self.compiler(self.state).compile(expression.root)

    def value_columns(self, columns: Columns) -> list[Sql]:
        """`value` and `currency` of a row."""
        if self.value is None:
            return [sql.named(sql.null("numeric"), "value"), sql.named(sql.null("text"), "currency")]
        compiler = self.compiler(columns)
        currency = compiler.currency(self.value.root) if self.is_money else None
        return [
            sql.named(compiler.compile(self.value.root), "value"),
            sql.named(sql.null("text") if currency is None else currency, "currency"),
        ]

    def keep_values(self) -> None:
        for tree in self.value_columns(self.state):
            self.select.append("expressions", tree)

    # dated by a field, or a state

    def field(self, name: str) -> Checked:
        found = self.statement.scalar(name, self.body.object)
        if found.type not in (Type.DATE, Type.INSTANT):
            raise CompileError(f"{name} is {found.type.phrase}; a moment is dated by a date.", param="moment")
        return found

    def day(self, expression: Checked, columns: Columns) -> Sql:
        return self.compiler(columns).day(expression.root)

    def dated_columns(self, name: str) -> None:
        field = self.field(name)
        self.keep("event_on", self.day(field, self.state))
        if field.type is Type.DATE:
            self.keep("event_at", self.statement.end_of_day(self.day(field, self.state)))
        else:
            self.keep("event_at", self.state_sql(field))
        self.within_the_question(field)

    def within_the_question(self, field: Checked) -> None:
        """Only rows whose date falls in the question's periods, or that have none: lets an index on it
        help."""
        params, is_day = self.statement.params, field.type is Type.DATE
        first = params.ask_again(
            lambda asked: asked.query.periods[0].start_on if is_day else asked.query.periods[0].start_at,
            field.type,
        )
        after = params.ask_again(
            lambda asked: asked.query.periods[-1].end_on if is_day else asked.query.periods[-1].end_at,
            field.type,
        )
        inside = sql.all_of(
            [
                sql.binary(exp.GTE, self.state_sql(field), first),
                sql.binary(exp.LT, self.state_sql(field), after),
            ]
        )
        self.conditions.append(sql.any_of([inside, sql.is_null(self.state_sql(field))]))


def snapshot_at() -> Sql:
    return sql.column("p", "snapshot_at")
