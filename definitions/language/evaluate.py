"""A checked expression asked of one record, in Python, with the reason for the answer.

A record is a mapping from field key to value; a link holds the record it leads to (a nested mapping with its
`id`) or None. Custom fields are under `custom`. Money is a number beside its currency field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import cast

from . import logic, typed
from .ast import Span
from .catalog import Type
from .logic import Money, Truth, Value
from .periods import PeriodResolver
from .typed import Checked, Constant, FieldValue, Typed

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Seen:
    """A field a clause looked at, and what it held."""

    path: str
    label: str
    value: Value


@dataclass(frozen=True, slots=True)
class Clause:
    """One step of the reason: a piece of text (`span` within the text of `term`, or of the whole definition
    when `term` is None), what it came to, and the fields it looked at."""

    text: str
    span: Span
    value: Value
    seen: tuple[Seen, ...] = ()
    children: tuple[Clause, ...] = ()
    term: str | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    value: Value
    trace: Clause


def evaluate(expression: Checked, record: Record, *, periods: PeriodResolver) -> Evaluation:
    """The answer for one record and why: True, False or None (unknown), or a value."""
    reader = _Reader(record, periods)
    trace = reader.clause(expression.root, expression.text, None)
    return Evaluation(trace.value, trace)


def value_of(expression: Checked, record: Record, *, periods: PeriodResolver) -> Value:
    """The answer alone, for many records."""
    return _Reader(record, periods).value(expression.root)


class _Reader:
    __slots__ = ("periods", "record")

    def __init__(self, record: Record, periods: PeriodResolver) -> None:
        self.record = record
        self.periods = periods

    def clause(self, node: Typed, text: str, term: str | None) -> Clause:
        span = node.source.span
        words = text[span.start : span.end]
        match node:
            case typed.Every(_, _, items) | typed.Some(_, _, items):
                parts = tuple(self.clause(item, text, term) for item in items)
                truths = [cast(Truth, part.value) for part in parts]
                value = logic.all_true(truths) if isinstance(node, typed.Every) else logic.any_true(truths)
                return Clause(words, span, value, children=parts, term=term)
            case typed.Inverted(_, _, operand):
                part = self.clause(operand, text, term)
                return Clause(
                    words, span, logic.negation(cast(Truth, part.value)), children=(part,), term=term
                )
            case typed.TermMet(_, _, key, inner, inner_text):
                part = self.clause(inner, inner_text, key)
                return Clause(words, span, part.value, children=(part,), term=term)
        seen = {field.text: field for field in fields_of(node)}
        return Clause(
            words,
            span,
            self.value(node),
            tuple(Seen(path, field.field.label, self.value(field)) for path, field in seen.items()),
            term=term,
        )

    def truth(self, node: Typed) -> Truth:
        return cast(Truth, self.value(node))

    def value(self, node: Typed) -> Value:
        match node:
            case FieldValue():
                return self.field(node)
            case Constant(kind, _, value, currency):
                return Money(cast(Decimal, value), currency or "") if kind is Type.MONEY else value
            case typed.Compared(_, _, operator, left, right, by):
                if by == "money":
                    return logic.compare_money(operator, self.money(left), self.money(right))
                if by == "day":
                    return logic.compare(operator, self.day(left), self.day(right))
                return logic.compare(operator, self.value(left), self.value(right))
            case typed.Every(_, _, items):
                return logic.all_true([self.truth(item) for item in items])
            case typed.Some(_, _, items):
                return logic.any_true([self.truth(item) for item in items])
            case typed.Inverted(_, _, operand):
                return logic.negation(self.truth(operand))
            case typed.TermMet(_, _, _, inner):
                return self.value(inner)
            case typed.Among(_, source, operand, items, by, negated):
                truths = [
                    self.truth(typed.Compared(Type.BOOL, source, "=", operand, item, by)) for item in items
                ]
                found = logic.any_true(truths)
                return logic.negation(found) if negated else found
            case typed.Ranged(_, _, low, high, negated):
                inside = logic.all_true([self.truth(low), self.truth(high)])
                return logic.negation(inside) if negated else inside
            case typed.InDays(_, _, operand, period, negated):
                day = self.day(operand)
                start, end = self.periods.days(period)
                within = None if day is None else start <= day < end
                return logic.negation(within) if negated else within
            case typed.Known(_, _, operand, negated):
                return (self.value(operand) is None) is negated
            case typed.TruthTest(_, _, operand, truth, negated):
                return (self.value(operand) is truth) is not negated
            case typed.Matched(_, _, how, operand, part):
                return logic.matches(how, cast("str | None", self.value(operand)), part)
            case typed.Calculated(_, _, operator, left, right):
                return logic.calculate(operator, self.value(left), self.value(right))
            case typed.Negated(_, _, operand):
                return logic.negative(self.value(operand))
            case typed.ClockValue(kind, _, days):
                return logic.shift(self.periods.today if kind is Type.DATE else self.periods.now, days)
            case typed.Shifted(_, _, operand, days):
                return logic.shift(self.value(operand), days)
            case typed.DayCount(_, _, left, right):
                last, first = self.day(left), self.day(right)
                return None if last is None or first is None else Decimal((last - first).days)
        raise TypeError(f"no rule for {type(node).__name__}")

    def money(self, node: Typed) -> Money | None:
        return cast("Money | None", self.value(node))

    def day(self, node: Typed) -> date | None:
        """The tenant's day of a date or instant."""
        value = self.value(node)
        if isinstance(value, datetime):
            return value.astimezone(self.periods.zone).date()
        return cast("date | None", value)

    def field(self, node: FieldValue) -> Value:
        place: object = self.record
        for step in node.steps:
            place = place.get(step.field) if isinstance(place, Mapping) else None
        if not isinstance(place, Mapping):
            return None
        return _typed_value(node, place)


def _typed_value(node: FieldValue, place: Record) -> Value:
    field, key = node.field, node.field.key
    if key.startswith("custom.") and key not in place:
        custom = place.get("custom")
        raw = custom.get(key.removeprefix("custom.")) if isinstance(custom, Mapping) else None
    else:
        raw = place.get(key)
    if raw is None:
        return None
    match field.type:
        case Type.NUMBER:
            return raw if isinstance(raw, Decimal) else Decimal(str(raw))
        case Type.MONEY:
            amount = raw if isinstance(raw, Decimal) else Decimal(str(raw))
            currency = place.get(field.currency)
            return Money(amount, str(currency) if currency else None)
        case Type.REFERENCE:
            found = raw.get("id") if isinstance(raw, Mapping) else raw
            return cast("int | None", found)
        case Type.DATE:
            return date.fromisoformat(raw) if isinstance(raw, str) else cast(date, raw)
        case Type.INSTANT:
            instant = datetime.fromisoformat(raw) if isinstance(raw, str) else cast(datetime, raw)
            return instant.astimezone(UTC)
        case _:
            return cast("str | bool", raw)


def fields_of(node: Typed) -> list[FieldValue]:
    """Every field an expression looks at, terms included, in the order they stand."""
    if isinstance(node, FieldValue):
        return [node]
    found: list[FieldValue] = []
    for name in node.__dataclass_fields__:
        value = getattr(node, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Typed):
                found.extend(fields_of(item))
    return found
