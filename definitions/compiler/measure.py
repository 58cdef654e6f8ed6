"""From facts to figures: placed in periods, converted to the reporting currency, given a status, added up.

    placed    facts in the period they fall in; every period appears, empty ones too
    needed    the exchange rates asked for, each once; `rate` finds them
    measured  facts with `amount` in the reporting currency and one status

Status of a fact: `unmapped` (a governed field is empty), `future_dated` (dated after `as_of`), `past_due`,
`undated`, `no_amount`, `missing_rate`, else `counted`. Facts without an amount or a rate are in `n`, but not
in the value.
"""

from __future__ import annotations

from sqlglot import exp

from definitions.language.catalog import Type

from . import sql
from .bodies import Aggregate, EventMetric, SnapshotMetric
from .facts import FactBuilder, Facts
from .history import Steps
from .joins import Statement, known
from .query import Basis, ColumnSpec
from .sql import Sql

_IN_NUMBER = ("counted", "no_amount", "missing_rate")


class Measure:
    """The steps and figures of one event or snapshot metric."""

    def __init__(
        self, statement: Statement, body: EventMetric | SnapshotMetric, *, for_rows: bool = False
    ) -> None:
        self.statement = statement
        self.body = body
        self.for_rows = for_rows
        self.builder = FactBuilder(statement, body)
        self.facts: Facts = self.builder.facts(with_name=for_rows)

    @property
    def is_money(self) -> bool:
        return self.facts.is_money

    @property
    def has_value(self) -> bool:
        return self.body.aggregate is not Aggregate.COUNT

    def steps(self) -> Steps:
        steps: Steps = [*self.facts.steps, ("placed", self._placed())]
        if self.is_money:
            steps += [("needed", self._needed()), ("rate", self._rate())]
        steps.append(("measured", self._measured()))
        return [("period", self.builder.record.periods.cte()), *steps]

    def _placed(self) -> exp.Select:
        if self.is_money and self.statement.shape.basis is Basis.PLAN:
            self.builder.record.periods.with_plan_tables()
        everything = exp.Column(this=exp.Star(), table=sql.identifier("c"))
        facts = sql.table("credited", "c")
        select = exp.Select(expressions=[sql.column("p", "key")])
        if self.facts.by_position:
            on = sql.same("c", "p", "position")
            names = [each.alias_or_name for each in dict(self.facts.steps)["credited"].selects]
            select.append("expressions", sql.column("p", "position"))
            for name in names:
                if name != "position":
                    select.append("expressions", sql.column("c", name))
        else:
            select.append("expressions", sql.column("p", "position"))
            select.append("expressions", everything)
            place = sql.call(
                "WIDTH_BUCKET", sql.column("c", "event_on"), self.builder.record.periods.starts()
            )
            before = sql.binary(exp.LT, sql.column("c", "event_on"), sql.column("p", "end_on"))
            on = sql.all_of([sql.equal(sql.column("p", "position"), place), before])
        select.append("expressions", sql.named(self._rate_table(), "rate_table"))
        periods = sql.table("period", "p")
        if self.for_rows:
            select = select.from_(facts, copy=False).join(periods, on=on, join_type="left", copy=False)
            placed = sql.is_not_null(sql.column("p", "position"))
            undated = sql.is_null(sql.column("c", "event_on"))
            return select.where(exp.Paren(this=sql.any_of([placed, undated])), copy=False)
        return select.from_(periods, copy=False).join(facts, on=on, join_type="left", copy=False)

    # money

    def _rate_table(self) -> Sql:
        if not self.is_money:
            return sql.null("text")
        if self.statement.shape.basis is Basis.PLAN:
            return sql.column("p", "plan_table")
        return self.statement.params.ask("daily_table", lambda asked: asked.daily_table, Type.TEXT)

    def _rate_on(self, alias: str) -> Sql:
        """The day whose rate applies: the booking's, or today for current rates and plan tables (which have
        one)."""
        if self.statement.shape.basis is Basis.AS_BOOKED:
            return sql.column(alias, "rate_on")
        return self.statement.today()

    def _reporting(self) -> Sql:
        return self.statement.params.ask("currency", lambda asked: asked.query.currency, Type.TEXT)

    def _needed(self) -> exp.Select:
        select = exp.Select(
            distinct=exp.Distinct(),
            expressions=[
                sql.column("c", "currency"),
                sql.named(self._rate_on("c"), "rate_on"),
                sql.column("c", "rate_table"),
            ],
        ).from_(sql.table("placed", "c"), copy=False)
        foreign = sql.binary(exp.NEQ, sql.column("c", "currency"), self._reporting())
        return select.where(sql.all_of([sql.is_not_null(sql.column("c", "value")), foreign]), copy=False)

    def _rate(self) -> exp.Select:
        """For each currency and day the latest rate on or before it, as known at `known_at`."""
        statement = self.statement
        source = statement.source(statement.context.fx)
        names = {
            key: source.columns[key] for key in ("rate_table", "currency", "to_currency", "rate", "valid_on")
        }
        conditions = [
            *known(statement, "x", source.object),
            sql.binary(exp.GT, sql.column("x", "valid_to"), statement.known_at(source.object)),
            sql.negation(sql.column("x", "is_deleted")),
            sql.equal(sql.column("x", names["rate_table"]), sql.column("n", "rate_table")),
            sql.equal(sql.column("x", names["currency"]), sql.column("n", "currency")),
            sql.equal(sql.column("x", names["to_currency"]), self._reporting()),
        ]
        if statement.shape.basis is not Basis.PLAN:
            conditions.append(
                sql.binary(exp.LTE, sql.column("x", names["valid_on"]), sql.column("n", "rate_on"))
            )
        find = exp.Select(expressions=[sql.column("x", names["rate"])])
        find = find.from_(sql.table(source.version_table, "x"), copy=False)
        find = find.where(sql.all_of(conditions), copy=False)
        newest = [
            sql.column("x", names["valid_on"]),
            sql.column("x", "valid_from"),
            sql.column("x", source.id_column),
        ]
        find.set(
            "order",
            exp.Order(expressions=[exp.Ordered(this=each, desc=True, nulls_first=False) for each in newest]),
        )
        find.set("limit", exp.Limit(expression=sql.integer(1)))
        columns = [sql.column("n", name) for name in ("currency", "rate_on", "rate_table")]
        found = sql.named(exp.Subquery(this=find), "rate")
        return exp.Select(expressions=[*columns, found]).from_(sql.table("needed", "n"), copy=False)

    def _measured(self) -> exp.Select:
        everything = exp.Column(this=exp.Star(), table=sql.identifier("c"))
        amount = sql.column("c", "value")
        select = exp.Select(expressions=[everything]).from_(sql.table("placed", "c"), copy=False)
        if self.is_money:
            own = sql.equal(sql.column("c", "currency"), self._reporting())
            converted = sql.binary(exp.Mul, sql.column("c", "value"), sql.column("x", "rate"))
            amount = sql.case((own, sql.column("c", "value")), otherwise=converted)
            on = sql.all_of(
                [
                    sql.same("x", "c", "currency"),
                    sql.equal(sql.column("x", "rate_on"), self._rate_on("c")),
                    sql.same("x", "c", "rate_table"),
                ]
            )
            select = select.join(sql.table("rate", "x"), on=on, join_type="left", copy=False)
        select.append("expressions", sql.named(amount, "amount"))
        select.append("expressions", sql.named(self._status(amount.copy()), "status"))
        return select

    def _status(self, amount: Sql) -> Sql:
        branches: list[tuple[Sql, Sql]] = [(sql.is_null(sql.column("c", "record_id")), exp.Null())]
        for name in ("unmapped", "ahead", "past_due"):
            word = "future_dated" if name == "ahead" else name
            branches.append((sql.column("c", name), exp.Literal.string(word)))
        branches.append((sql.is_null(sql.column("c", "event_on")), exp.Literal.string("undated")))
        if self.has_value:
            branches.append((sql.is_null(sql.column("c", "value")), exp.Literal.string("no_amount")))
        if self.is_money:
            branches.append((sql.is_null(amount), exp.Literal.string("missing_rate")))
        return sql.case(*branches, otherwise=exp.Literal.string("counted"))

    # figures

    def figures(self) -> list[tuple[ColumnSpec, Sql]]:
        """The parts and exceptions of one cell, over `measured` as `m`."""
        made = [(ColumnSpec("n", "part", Type.NUMBER, "Records"), self._number())]
        label = "Value"
        match self.body.aggregate:
            case Aggregate.SUM:
                made.append((self._part("sum", label), self._guarded(_total("amount", "counted"))))
            case Aggregate.MEAN_PARTS:
                made.append((self._part("sum", label), self._guarded(_total("amount", "counted"))))
                count = _filtered(exp.Sum(this=sql.column("m", "weight")), "counted")
                made.append(
                    (ColumnSpec("n_value", "part", Type.NUMBER, "Records with a value"), _or_zero(count))
                )
            case Aggregate.MEDIAN:
                made.append((self._part("median", "Median"), self._guarded(_median())))
        return [*made, *self._exceptions()]

    def _part(self, name: str, label: str) -> ColumnSpec:
        return ColumnSpec(name, "part", Type.NUMBER, label, money=self.is_money)

    def _number(self) -> Sql:
        if self.body.aggregate is Aggregate.COUNT_DISTINCT:
            distinct = exp.Count(this=exp.Distinct(expressions=[sql.column("m", "value")]))
            return _filtered(distinct, "counted")
        return _or_zero(_filtered(exp.Sum(this=sql.column("m", "weight")), *_IN_NUMBER))

    def _guarded(self, figure: Sql) -> Sql:
        """No value where a rate is missing: a part of a sum is not the sum (kpis.md 0.7)."""
        if not self.is_money:
            return figure
        return sql.case((sql.equal(_count("missing_rate"), sql.integer(0)), figure))

    def _exceptions(self) -> list[tuple[ColumnSpec, Sql]]:
        words: list[tuple[str, str]] = []
        if self.has_value:
            words.append(("no_amount", "Without a value"))
        if self.is_money:
            words.append(("missing_rate", "Without an exchange rate"))
        if isinstance(self.body, EventMetric):
            words.append(("future_dated", "Dated in the future"))
        elif self.body.falls_on is not None:
            words.append(("past_due", "Past due"))
        if self.body.governed:
            words.append(("unmapped", "Not mapped"))
        made = [(ColumnSpec(name, "exception", Type.NUMBER, label), _count(name)) for name, label in words]
        if isinstance(self.body, SnapshotMetric) and self.body.falls_on and self.is_money:
            spec = ColumnSpec("past_due_sum", "exception", Type.NUMBER, "Past due, value", money=True)
            made.append((spec, _total("amount", "past_due")))
        if not self.facts.by_position:
            undated = exp.Select(expressions=[exp.Count(this=exp.Star())])
            undated = undated.from_(sql.table("credited", "c"), copy=False)
            undated = undated.where(sql.is_null(sql.column("c", "event_on")), copy=False)
            label = "Without a date, in the whole question"
            made.append((ColumnSpec("undated", "exception", Type.NUMBER, label), exp.Subquery(this=undated)))
        return made

    def dimension_columns(self) -> list[ColumnSpec]:
        pairs = zip(self.statement.shape.dimensions, self.facts.dimensions, strict=True)
        return [
            ColumnSpec(f"d{number}", "dimension", checked.type, path)
            for number, (path, checked) in enumerate(pairs)
        ]


def _filtered(figure: Sql, *statuses: str) -> Sql:
    words: list[Sql] = [exp.Literal.string(word) for word in statuses]
    status = sql.column("m", "status")
    condition = sql.equal(status, words[0]) if len(words) == 1 else exp.In(this=status, expressions=words)
    return exp.Filter(this=figure, expression=exp.Where(this=condition))


def _count(status: str) -> Sql:
    return _filtered(exp.Count(this=exp.Star()), status)


def _or_zero(figure: Sql) -> Sql:
    return exp.Coalesce(this=figure, expressions=[sql.integer(0)])


def _total(column: str, status: str) -> Sql:
    weighted = sql.binary(exp.Mul, sql.column("m", "weight"), sql.column("m", column))
    return _or_zero(_filtered(exp.Sum(this=weighted), status))


def _median() -> Sql:
    """The exact middle in `numeric` (percentile_cont would go through floating point): the lower and the
    upper middle value, halved."""

    def middle(*, from_above: bool) -> Sql:
        order = exp.Order(expressions=[exp.Ordered(this=sql.column("m", "amount"), desc=from_above)])
        half = exp.PercentileDisc(this=exp.Literal.number("0.5"))
        return _filtered(exp.WithinGroup(this=half, expression=order), "counted")

    both = sql.binary(exp.Add, middle(from_above=False), middle(from_above=True))
    return sql.binary(exp.Mul, both, exp.Literal.number("0.5"))
