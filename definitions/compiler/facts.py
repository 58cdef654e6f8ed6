"""From a metric body to its facts: one row for each time a record counts, as the CTE `credited`.

    record    the records that count, as they are at `as_of` (or at the end of each period)
    entry     the moments found in their history (see `history`); `fact` adds days between two moments
    credited  facts with their dimensions, after the question's filters

Columns of `credited`: record_id, line, event_on (the tenant's day), event_at, rate_on, weight (1, or -1 for a
reversal), value, currency, unmapped, ahead (dated after `as_of`), past_due, d0, d1 ..., and for snapshots
`position`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from definitions.language.catalog import Type
from definitions.language.typed import Checked

from . import sql
from .bodies import EventMetric, Moment, NetEntries, OnField, SnapshotMetric, ValueAt
from .expression import ExpressionCompiler
from .frames import Frames
from .history import History, Steps
from .joins import Statement
from .record import Record, snapshot_at
from .sql import Sql


@dataclass(frozen=True, slots=True)
class Facts:
    steps: Steps
    is_money: bool
    value_type: Type
    dimensions: tuple[Checked, ...]
    by_position: bool
    has_name: bool


class FactBuilder:
    """Builds the steps of one metric, once."""

    def __init__(self, statement: Statement, body: EventMetric | SnapshotMetric) -> None:
        shape = statement.shape
        self.statement = statement
        self.body = body
        self.record = Record(statement, body)
        self.dimensions = tuple(statement.scalar(path, body.object) for path in shape.dimensions)
        self.filter = None if shape.filters is None else statement.condition(shape.filters, body.object)

    def facts(self, *, with_name: bool = False) -> Facts:
        by_position = False
        if isinstance(self.body, EventMetric):
            self.record.start_at_as_of()
            steps = self._event_steps(self.body)
        elif self.body.falls_on is not None:
            self.record.start_at_as_of()
            steps = self._falling_steps(self.body.falls_on)
        else:
            by_position = True
            self.record.start_per_period()
            steps = self._snapshot_steps()
        credited = self._credited(steps[-1][0], by_position=by_position, with_name=with_name)
        record = self.record.finished()
        steps = [(name, record if name == "record" else step) for name, step in steps]
        value = self.record.value
        return Facts(
            steps=[*steps, ("credited", credited)],
            is_money=self.record.is_money,
            value_type=Type.NUMBER if value is None or self.record.is_money else value.type,
            dimensions=self.dimensions,
            by_position=by_position,
            has_name=with_name and self.record.name_column is not None,
        )

    def _falling_steps(self, name: str) -> Steps:
        field = self.record.field(name)
        self.record.keep("event_on", self.record.day(field, self.record.state))
        self.record.keep("event_at", self.statement.as_of())
        self.record.keep("rate_on", self.statement.today())
        self.record.within_the_question(field)
        self.record.keep_values()
        return [("record", self.record.select)]

    def _snapshot_steps(self) -> Steps:
        day = self.statement.day_of(snapshot_at())
        self.record.keep("event_on", day)
        self.record.keep("rate_on", day.copy())
        self.record.keep_values()
        return [("record", self.record.select)]

    def _event_steps(self, body: EventMetric) -> Steps:
        moment = body.moment
        steps: Steps = [("record", self.record.select)]
        if isinstance(moment, OnField):
            self.record.dated_columns(moment.field)
            if body.since is None:
                self.record.keep_values()
                return steps
            steps.append(("entry", self._entries_from_record()))
        else:
            if body.value_at is ValueAt.AS_OF and not isinstance(moment, NetEntries):
                self.record.keep_values()
            steps += History(self.record, body).steps(moment)
        if body.since is None:
            return steps
        return [*steps, *self._since_steps(body.since, body)]

    # days between two moments

    def _entries_from_record(self) -> exp.Select:
        return exp.Select(
            expressions=[
                sql.column("r", "tenant_id"),
                sql.column("r", "record_id"),
                sql.named(sql.integer(1), "line"),
                sql.column("r", "event_on"),
                sql.column("r", "event_at"),
                sql.named(sql.column("r", "event_on"), "rate_on"),
                sql.named(sql.integer(1), "weight"),
            ]
        ).from_(sql.table("record", "r"), copy=False)

    def _since_steps(self, since: Moment, body: EventMetric) -> Steps:
        steps: Steps = []
        if isinstance(since, OnField):
            self.record.keep("since_on", self.record.day(self.record.field(since.field), self.record.state))
            start, column = "record", "since_on"
        else:
            steps = History(self.record, body).steps(since, suffix="_since")
            start, column = "entry_since", "event_on"
        days = sql.binary(exp.Sub, sql.column("e", "event_on"), sql.column("b", column))
        names = ("tenant_id", "record_id", "line", "event_on", "event_at", "rate_on", "weight")
        fact = exp.Select(
            expressions=[
                *(sql.column("e", name) for name in names),
                sql.named(sql.as_type(days, "numeric"), "value"),
                sql.named(sql.null("text"), "currency"),
            ]
        ).from_(sql.table("entry", "e"), copy=False)
        same = sql.all_of([sql.same("b", "e", "tenant_id"), sql.same("b", "e", "record_id")])
        fact = fact.join(sql.table(start, "b"), on=same, join_type="left", copy=False)
        return [*steps, ("fact", fact)]

    # split, filtered

    def _credited(self, last: str, *, by_position: bool, with_name: bool) -> exp.Select:
        """The facts with their dimensions, each read from the state that the question wants it from."""
        from_record = last == "record"
        fact = "r" if from_record else "f"
        frames = Frames(self.record, fact)
        expressions = [
            sql.column(fact, "record_id"),
            sql.named(sql.integer(1), "line") if from_record else sql.column(fact, "line"),
            sql.column(fact, "event_on"),
            sql.column(fact, "event_at"),
            sql.named(sql.column("r", "event_on"), "rate_on")
            if from_record and isinstance(self.body, EventMetric)
            else sql.column(fact, "rate_on"),
            sql.named(sql.integer(1), "weight") if from_record else sql.column(fact, "weight"),
            sql.column(fact, "value"),
            sql.column(fact, "currency"),
            sql.column("r", "unmapped"),
            sql.named(self._ahead(fact), "ahead"),
            sql.named(self._past_due(fact), "past_due"),
            *([sql.column("r", "position")] if by_position else []),
        ]
        if with_name and self.record.name_column is not None:
            self.record.keep("name", sql.column("s", self.record.name_column))
            expressions.append(sql.column("r", "name"))
        compiler = ExpressionCompiler(frames, frames, self.statement.params)
        expressions += [
            sql.named(compiler.compile(dimension.root), f"d{number}")
            for number, dimension in enumerate(self.dimensions)
        ]
        condition = None if self.filter is None else compiler.compile(self.filter.root)
        select = exp.Select(expressions=expressions)
        if from_record:
            select = select.from_(sql.table("record", "r"), copy=False)
        else:
            same = sql.all_of([sql.same("r", "f", "tenant_id"), sql.same("r", "f", "record_id")])
            select = select.from_(sql.table(last, "f"), copy=False)
            select = select.join(sql.table("record", "r"), on=same, copy=False)
        select = frames.joined(select)
        return select if condition is None else select.where(condition, copy=False)

    def _ahead(self, fact: str) -> Sql:
        if isinstance(self.body, SnapshotMetric):
            return exp.false()
        late = sql.binary(exp.GT, sql.column(fact, "event_on"), self.statement.today())
        if isinstance(self.body.moment, NetEntries):  # what reverses a booking of the future goes with it
            booked = sql.binary(exp.GT, sql.column(fact, "rate_on"), self.statement.today())
            return sql.any_of([late, booked])
        return late

    def _past_due(self, fact: str) -> Sql:
        if isinstance(self.body, EventMetric) or self.body.falls_on is None:
            return exp.false()
        return sql.binary(exp.LT, sql.column(fact, "event_on"), self.statement.today())
