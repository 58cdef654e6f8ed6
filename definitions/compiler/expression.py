"""A checked expression as a PostgreSQL expression with exactly the meaning of `language.evaluate`.

Numbers are `numeric` throughout; a quotient is cut off after 12 decimals with `div`, which is exact at any
size; money carries its currency along and is unknown where currencies differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol, cast

from sqlglot import exp

from definitions.language import logic, typed
from definitions.language.ast import Comparator
from definitions.language.catalog import Type
from definitions.language.periods import PeriodResolver, RelativePeriod, day_start
from definitions.language.typed import Constant, FieldValue, Typed

from . import sql
from .sql import Params, Sql

_COMPARISONS: dict[str, type[exp.Binary]] = {
    "=": exp.EQ, "!=": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE,
}  # fmt: skip
_SUMS: dict[str, type[exp.Binary]] = {"+": exp.Add, "-": exp.Sub, "*": exp.Mul}


class Columns(Protocol):
    """Where the value of a field stands in the statement being built."""

    def value(self, field: FieldValue) -> Sql: ...

    def currency(self, field: FieldValue) -> Sql: ...


class Timing(Protocol):
    """Where "now" stands: one instant for the whole statement, or one for each period."""

    def constant(self, ask: Callable[[PeriodResolver], date | None], kind: Type) -> Sql: ...


@dataclass(frozen=True, slots=True)
class FixedTiming:
    """One "now" for the whole statement, that of the question; what it leads to are plain parameters."""

    params: Params

    def constant(self, ask: Callable[[PeriodResolver], date | None], kind: Type) -> Sql:
        return self.params.ask_again(lambda asked: ask(asked.periods), kind)


@dataclass(frozen=True, slots=True)
class ExpressionCompiler:
    columns: Columns
    timing: Timing
    params: Params

    def compile(self, node: Typed) -> Sql:
        """The value of `node`; for money, its amount."""
        match node:
            case FieldValue():
                return self.columns.value(node)
            case Constant(kind, _, value):
                if isinstance(value, bool):
                    return exp.Boolean(this=value)
                return self.params.add(value, kind)
            case typed.Compared(_, _, operator, left, right, by):
                return self.compared(operator, left, right, by)
            case typed.Every(_, _, items):
                return sql.all_of(self.compile(item) for item in items)
            case typed.Some(_, _, items):
                return sql.any_of(self.compile(item) for item in items)
            case typed.Inverted(_, _, operand):
                return sql.negation(self.compile(operand))
            case typed.TermMet(_, _, _, inner):
                return self.compile(inner)
            case typed.Among(_, _, operand, items, by, negated):
                return _negated_if(negated, self.among(operand, items, by))
            case typed.Ranged(_, _, low, high, negated):
                return _negated_if(negated, sql.all_of([self.compile(low), self.compile(high)]))
            case typed.InDays(_, _, operand, period, negated):
                return _negated_if(negated, self.in_days(operand, period))
            case typed.Known(_, _, operand, negated):
                found = self.compile(operand)
                return sql.is_null(found) if negated else sql.is_not_null(found)
            case typed.TruthTest(_, _, operand, truth, negated):
                test = exp.Is(this=sql.wrapped(self.compile(operand)), expression=exp.Boolean(this=truth))
                return _negated_if(negated, test)
            case typed.Matched(_, _, how, operand, part):
                return self.matched(how, operand, part)
            case typed.Calculated(_, _, operator, left, right):
                return self.calculated(operator, left, right)
            case typed.Negated(_, _, operand):
                return exp.Neg(this=sql.wrapped(self.number(operand)))
            case typed.ClockValue(kind, _, days):
                return self.timing.constant(lambda periods: _clock(periods, kind, days), kind)
            case typed.Shifted(kind, _, operand, days):
                return self.shifted(kind, operand, days)
            case typed.DayCount(_, _, left, right):
                return sql.as_type(sql.binary(exp.Sub, self.day(left), self.day(right)), "numeric")
        raise TypeError(f"no rule for {type(node).__name__}")

    def number(self, node: Typed) -> Sql:
        """The value as `numeric`, so that no integer arithmetic creeps in."""
        value = self.compile(node)
        return sql.as_type(value, "numeric") if isinstance(node, FieldValue) else value

    def currency(self, node: Typed) -> Sql | None:
        """The currency of an amount; None for a plain zero, which goes with any."""
        match node:
            case FieldValue():
                return self.columns.currency(node)
            case Constant():
                return None if node.currency is None else self.params.add(node.currency, Type.TEXT)
            case typed.Negated(_, _, operand):
                return self.currency(operand)
            case typed.Calculated(_, _, _, left, right):
                return self.currency(left if left.type is Type.MONEY else right)
        raise TypeError(f"{type(node).__name__} has no currency")

    def same_currency(self, left: Typed, right: Typed) -> Sql | None:
        first, second = self.currency(left), self.currency(right)
        return None if first is None or second is None else sql.equal(first, second)

    def compared(self, operator: Comparator, left: Typed, right: Typed, by: str) -> Sql:
        if by == "day":
            return self.compared_by_day(operator, left, right)
        tree = sql.binary(_COMPARISONS[operator], self.compile(left), self.compile(right))
        same = self.same_currency(left, right) if by == "money" else None
        return tree if same is None else sql.case((same, tree))

    def compared_by_day(self, operator: Comparator, left: Typed, right: Typed) -> Sql:
        """An instant against a day: by the tenant's day it falls on. A fixed day leaves an index usable."""
        if _fixed_day(left) is not None:
            left, right, operator = right, left, _MIRRORED[operator]
        ask = _fixed_day(right)
        if ask is None:
            return sql.binary(_COMPARISONS[operator], self.day(left), self.day(right))
        starts = self.timing.constant(lambda periods: _start(ask(periods), periods), Type.INSTANT)
        ends = self.timing.constant(lambda periods: _start(ask(periods), periods, after=1), Type.INSTANT)
        match operator:
            case "<":
                return sql.binary(exp.LT, self.compile(left), starts)
            case "<=":
                return sql.binary(exp.LT, self.compile(left), ends)
            case ">":
                return sql.binary(exp.GTE, self.compile(left), ends)
            case ">=":
                return sql.binary(exp.GTE, self.compile(left), starts)
        inside = sql.all_of(
            [sql.binary(exp.GTE, self.compile(left), starts), sql.binary(exp.LT, self.compile(left), ends)]
        )
        return _negated_if(operator == "!=", inside)

    def among(self, operand: Typed, items: tuple[Constant, ...], by: str) -> Sql:
        if by == "value":
            return exp.In(
                this=sql.wrapped(self.compile(operand)), expressions=[self.compile(item) for item in items]
            )
        return sql.any_of(self.compared("=", operand, item, by) for item in items)

    def in_days(self, operand: Typed, period: RelativePeriod) -> Sql:
        if operand.type is Type.INSTANT:
            start = self.timing.constant(
                lambda periods: _start(periods.days(period)[0], periods), Type.INSTANT
            )
            end = self.timing.constant(lambda periods: _start(periods.days(period)[1], periods), Type.INSTANT)
        else:
            start = self.timing.constant(lambda periods: periods.days(period)[0], Type.DATE)
            end = self.timing.constant(lambda periods: periods.days(period)[1], Type.DATE)
        return sql.all_of(
            [
                sql.binary(exp.GTE, self.compile(operand), start),
                sql.binary(exp.LT, self.compile(operand), end),
            ]
        )

    def matched(self, how: str, operand: Typed, part: str) -> Sql:
        value, wanted = sql.wrapped(self.compile(operand)), self.params.add(part, Type.TEXT)
        if how == "starts with":  # ^@ is leakproof, so an index serves it under row security
            return exp.Operator(this=value, operator=exp.Var(this="pg_catalog.^@"), expression=wanted)
        return sql.binary(exp.GT, sql.call("STRPOS", value, wanted), sql.integer(0))

    def calculated(self, operator: str, left: Typed, right: Typed) -> Sql:
        first, second = self.number(left), self.number(right)
        if operator == "/":
            scale = sql.integer(10**logic.QUOTIENT_DECIMALS)
            divisor = exp.Nullif(this=second, expression=sql.integer(0))
            whole = sql.call("DIV", sql.binary(exp.Mul, first, scale), divisor)
            step = exp.Literal.number(f"0.{'1'.zfill(logic.QUOTIENT_DECIMALS)}")
            tree: Sql = sql.binary(exp.Mul, whole, step)
        else:
            tree = sql.binary(_SUMS[operator], first, second)
        if left.type is right.type is Type.MONEY:
            same = self.same_currency(left, right)
            return tree if same is None else sql.case((same, tree))
        return tree

    def shifted(self, kind: Type, operand: Typed, days: int) -> Sql:
        """Moved by whole days; unknown where the calendar ends, as in Python."""
        if kind is Type.DATE:
            moved = sql.binary(exp.Add, self.compile(operand), self.params.add(days, "int"))
            limit = self.params.add(logic.shift_limit(days), Type.DATE)
        else:
            hours = sql.binary(exp.Mul, self.params.add(24 * days, "int"), _HOUR.copy())
            moved = sql.binary(exp.Add, self.compile(operand), hours)
            edge = _LAST_INSTANT if days > 0 else _FIRST_INSTANT
            limit = self.params.add(edge - timedelta(days=days), Type.INSTANT)
        kept = exp.LTE if days > 0 else exp.GTE
        return sql.case((sql.binary(kept, self.compile(operand), limit), moved))

    def day(self, node: Typed) -> Sql:
        """The tenant's day of a date or instant."""
        if node.type is Type.DATE:
            return self.compile(node)
        zone = self.params.ask("zone", lambda asked: asked.periods.zone.key, Type.TEXT)
        return sql.as_type(sql.call("TIMEZONE", zone, self.compile(node)), "date")


_MIRRORED: dict[Comparator, Comparator] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_FIRST_INSTANT, _LAST_INSTANT = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
_HOUR = sql.as_type(exp.Literal.string("1 hour"), "interval")


def _negated_if(negated: bool, tree: Sql) -> Sql:
    return sql.negation(tree) if negated else tree


def _clock(periods: PeriodResolver, kind: Type, days: int) -> date | None:
    return logic.shift(periods.today if kind is Type.DATE else periods.now, days)


def _fixed_day(node: Typed) -> Callable[[PeriodResolver], date] | None:
    """How to find the day a DATE expression stands for without looking at a record, if it is such a one."""
    if isinstance(node, Constant) and node.type is Type.DATE:
        fixed = cast(date, node.value)
        return lambda periods: fixed
    if isinstance(node, typed.ClockValue) and node.type is Type.DATE:
        days = node.shift
        return lambda periods: periods.today + timedelta(days=days)
    return None


def _start(day: date, periods: PeriodResolver, *, after: int = 0) -> datetime:
    return day_start(day + timedelta(days=after), periods.zone)
