"""Moments found in history: entries to a condition and exits from it.

history  every version known of the records that count, and whether it met the condition
step     the same, and whether the version before did
entry    the first or last entry of each record; or, through `spell` and `booked`, every entry and exit
"""

from __future__ import annotations

from sqlglot import exp

from . import sql
from .bodies import EventMetric, FirstEntry, LastEntry, NetEntries, ValueAt
from .joins import Reach, known
from .record import Record
from .sql import Sql

Entries = FirstEntry | LastEntry | NetEntries
Steps = list[tuple[str, exp.Query]]


class History:
    def __init__(self, record: Record, body: EventMetric) -> None:
        self.record = record
        self.statement = record.statement
        self.body = body

    def steps(self, moment: Entries, *, suffix: str = "") -> Steps:
        history, step = f"history{suffix}", f"step{suffix}"
        steps: Steps = [(history, self._history(moment)), (step, self._step(history))]
        if isinstance(moment, NetEntries):
            return [*steps, *self._net_steps(step)]
        return [*steps, (f"entry{suffix}", self._single_entry(moment, step))]

    def _history(self, moment: Entries) -> exp.Select:
        """Every version known of the records, and whether it met the condition (links as they are at
        `as_of`)."""
        reach = Reach(self.statement, object=self.body.object, alias="h", at=self.statement.as_of)
        condition = self.statement.condition(moment.to, self.body.object)
        met = exp.Is(
            this=sql.wrapped(self.record.compiler(reach).compile(condition.root)), expression=exp.true()
        )
        dated_by = moment.on if isinstance(moment, NetEntries) else moment.otherwise
        dated = sql.null("date") if dated_by is None else self.record.day(self.record.field(dated_by), reach)
        select = exp.Select(
            expressions=[
                sql.column("h", "tenant_id"),
                sql.named(sql.column("h", self.record.source.id_column), "record_id"),
                sql.column("h", "valid_from"),
                sql.column("h", "seq"),
                sql.named(sql.all_of([met, sql.negation(sql.column("h", "is_deleted"))]), "met"),
                sql.named(dated, "dated"),
                *self.record.value_columns(reach),
            ]
        )
        same = (
            sql.same("r", "h", "tenant_id"),
            sql.equal(sql.column("r", "record_id"), sql.column("h", self.record.source.id_column)),
        )
        select = select.from_(sql.table(self.record.source.version_table, "h"), copy=False)
        select = select.join(sql.table("record", "r"), on=sql.all_of(same), copy=False)
        begun = sql.binary(exp.LTE, sql.column("h", "valid_from"), self.statement.as_of())
        lasting = sql.binary(exp.GT, sql.column("h", "valid_to"), sql.column("h", "valid_from"))
        return reach.joined(select).where(
            sql.all_of([*known(self.statement, "h", self.body.object), begun, lasting]), copy=False
        )

    def _step(self, history: str) -> exp.Select:
        """Whether the version before met it too (empty for the first), and how often it was entered so
        far."""
        lag = exp.Window(
            this=sql.call("LAG", sql.column("h", "met")),
            partition_by=[sql.column("h", "record_id")],
            order=sql.order(sql.column("h", "valid_from"), sql.column("h", "seq")),
        )
        return exp.Select(
            expressions=[exp.Column(this=exp.Star(), table=sql.identifier("h")), sql.named(lag, "before")]
        ).from_(sql.table(history, "h"), copy=False)

    def _entered(self, alias: str) -> Sql:
        before = exp.Is(this=sql.column(alias, "before"), expression=exp.true())
        return sql.all_of([sql.column(alias, "met"), sql.negation(before)])

    def _single_entry(self, moment: Entries, step: str) -> exp.Select:
        """The first or last entry of each record; where no version before it is known, dated by `dated`."""
        unseen = sql.is_null(sql.column("e", "before"))
        by_field = sql.all_of([unseen, sql.is_not_null(sql.column("e", "dated"))])
        on = sql.case(
            (by_field, sql.column("e", "dated")),
            otherwise=self.statement.day_of(sql.column("e", "valid_from")),
        )
        at = sql.case(
            (by_field.copy(), self.statement.end_of_day(sql.column("e", "dated"))),
            otherwise=sql.column("e", "valid_from"),
        )
        from_record = self.body.value_at is ValueAt.AS_OF and self.body.moment is moment
        owner = "r" if from_record else "e"
        select = exp.Select(
            distinct=exp.Distinct(on=exp.Tuple(expressions=[sql.column("e", "record_id")])),
            expressions=[
                sql.column("e", "tenant_id"),
                sql.column("e", "record_id"),
                sql.named(sql.integer(1), "line"),
                sql.named(on, "event_on"),
                sql.named(at, "event_at"),
                sql.named(on.copy(), "rate_on"),
                sql.named(sql.integer(1), "weight"),
                sql.column(owner, "value"),
                sql.column(owner, "currency"),
            ],
        ).from_(sql.table(step, "e"), copy=False)
        if from_record:
            same = sql.all_of([sql.same("r", "e", "tenant_id"), sql.same("r", "e", "record_id")])
            select = select.join(sql.table("record", "r"), on=same, copy=False)
        ordered = [sql.column("e", "record_id"), sql.column("e", "valid_from"), sql.column("e", "seq")]
        descending = isinstance(moment, LastEntry)
        select.set("order", sql.order(*ordered, descending=descending))
        return select.where(self._entered("e"), copy=False)

    def _net_steps(self, step: str) -> Steps:
        """Spells: from an entry until the exit after it. Plus at the entry, minus the same at the exit."""
        count = exp.Window(
            this=exp.Sum(this=sql.case((self._entered("h"), sql.integer(1)), otherwise=sql.integer(0))),
            partition_by=[sql.column("h", "record_id")],
            order=sql.order(sql.column("h", "valid_from"), sql.column("h", "seq")),
        )
        everything = exp.Column(this=exp.Star(), table=sql.identifier("h"))
        spell = exp.Select(expressions=[everything, sql.named(sql.as_type(count, "int"), "spell")])
        spell = spell.from_(sql.table(step, "h"), copy=False)
        newest = self.body.value_at is ValueAt.AS_OF
        booked = exp.Select(
            distinct=exp.Distinct(
                on=exp.Tuple(expressions=[sql.column("e", "record_id"), sql.column("e", "spell")])
            ),
            expressions=[
                sql.column("e", name)
                for name in ("tenant_id", "record_id", "spell", "dated", "value", "currency")
            ],
        ).from_(sql.table("spell", "e"), copy=False)
        booked = booked.where(sql.column("e", "met"), copy=False)
        booked.set("order", exp.Order(expressions=[
            exp.Ordered(this=sql.column("e", "record_id")),
            exp.Ordered(this=sql.column("e", "spell")),
            exp.Ordered(this=sql.column("e", "valid_from"), desc=newest),
            exp.Ordered(this=sql.column("e", "seq"), desc=newest),
        ]))  # fmt: skip
        plus = self._booking("b", line=0, on=sql.column("b", "dated"), weight=1)
        plus = plus.from_(sql.table("booked", "b"), copy=False)
        undone = self.statement.day_of(sql.column("x", "valid_from"))
        minus = self._booking("b", line=1, on=undone, weight=-1, at=sql.column("x", "valid_from"))
        minus = minus.from_(sql.table("spell", "x"), copy=False).join(
            sql.table("booked", "b"),
            on=sql.all_of(
                [
                    sql.same("b", "x", "tenant_id"),
                    sql.same("b", "x", "record_id"),
                    sql.same("b", "x", "spell"),
                ]
            ),
            copy=False,
        )
        left = sql.all_of([sql.negation(sql.column("x", "met")), sql.column("x", "before")])
        entry = exp.Union(this=plus, expression=minus.where(left, copy=False), distinct=False)
        return [("spell", spell), ("booked", booked), ("entry", entry)]

    def _booking(self, alias: str, *, line: int, on: Sql, weight: int, at: Sql | None = None) -> exp.Select:
        doubled = sql.binary(exp.Mul, sql.column(alias, "spell"), sql.integer(2))
        number = sql.binary(exp.Add, exp.Paren(this=doubled), sql.integer(line))
        return exp.Select(
            expressions=[
                sql.column(alias, "tenant_id"),
                sql.column(alias, "record_id"),
                sql.named(number, "line"),
                sql.named(on, "event_on"),
                sql.named(self.statement.end_of_day(on.copy()) if at is None else at, "event_at"),
                sql.named(sql.column(alias, "dated"), "rate_on"),
                sql.named(sql.integer(weight), "weight"),
                sql.column(alias, "value"),
                sql.column(alias, "currency"),
            ]
        )
