"""Syntax tree to typed expression: names against the catalog, types against each other, terms inlined."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Literal

from . import ast, limits, typed
from .ast import Node, Path, Span
from .catalog import Catalog, Field, ObjectType, Type
from .errors import LanguageError, nearest
from .parse import parse
from .terms import NO_TERMS, Terms
from .typed import Checked, Constant, FieldValue, Step, Typed

_NUMERIC = (Type.NUMBER, Type.MONEY)
_TIMES = (Type.DATE, Type.INSTANT)
_UNORDERED = (Type.TEXT, Type.BOOL, Type.REFERENCE)
By = Literal["value", "money", "day"]


def check(node: Node, *, text: str, object: str, catalog: Catalog, terms: Terms = NO_TERMS) -> Checked:
    """The typed expression of a tree about `object`. Raises LanguageError at the first mistake."""
    checker = _Checker(catalog, terms)
    root = checker.scalar(node, _Scope(checker.object_named(object), ()))
    return Checked(root, object, text, frozenset(checker.used))


def check_text(text: str, *, object: str, catalog: Catalog, terms: Terms = NO_TERMS) -> Checked:
    return check(parse(text), text=text, object=object, catalog=catalog, terms=terms)


def check_condition(text: str, *, object: str, catalog: Catalog, terms: Terms = NO_TERMS) -> Checked:
    """Like `check_text`, for a place that needs a yes/no condition."""
    checked = check_text(text, object=object, catalog=catalog, terms=terms)
    if checked.type is not Type.BOOL:
        raise _not_a_condition(checked.root)
    return checked


class _Scope:
    """Where names are looked up: an object, reached from the record by `steps`."""

    __slots__ = ("object", "steps")

    def __init__(self, object: ObjectType, steps: tuple[Step, ...]) -> None:
        self.object = object
        self.steps = steps


class _Checker:
    def __init__(self, catalog: Catalog, terms: Terms) -> None:
        self.catalog = catalog
        self.terms = terms
        self.used: set[str] = set()
        self.open_terms: list[str] = []
        self.nodes = 0
        self.depth = 0

    def object_named(self, key: str) -> ObjectType:
        found = self.catalog.objects.get(key)
        if found is None:
            raise LanguageError(
                f"There is no object called {key}.", suggestion=_mean(key, self.catalog.objects)
            )
        return found

    def scalar(self, node: Node, scope: _Scope) -> Typed:
        self.nodes += 1
        self.depth += 1
        if self.nodes > limits.MAX_TYPED_NODES or self.depth > limits.MAX_DEPTH:
            raise _error(node.span, "The definition is too large once the terms it refers to are put in.")
        found = self.typed_node(node, scope)
        self.depth -= 1
        return found

    def typed_node(self, node: Node, scope: _Scope) -> Typed:
        match node:
            case ast.Text(value):
                return Constant(Type.TEXT, node, value)
            case ast.Number(value):
                return Constant(Type.NUMBER, node, value)
            case ast.Amount(value, currency):
                return Constant(Type.MONEY, node, value, currency)
            case ast.Truth(truth):
                return Constant(Type.BOOL, node, truth)
            case ast.Day(day):
                return Constant(Type.DATE, node, day)
            case ast.Clock(word):
                return typed.ClockValue(Type.DATE if word == "today" else Type.INSTANT, node)
            case ast.Days():
                raise _error(
                    node.span,
                    "A length of time only stands beside a date.",
                    "Write, for example, today - 30 days.",
                )
            case ast.Path():
                return self.path(node, scope)
            case ast.Meets():
                return self.meets(node, scope)
            case ast.Negative(inner):
                operand = self.scalar(inner, scope)
                if operand.type not in _NUMERIC:
                    raise _error(
                        inner.span, f"Only numbers and money can be negative; this is {operand.type.phrase}."
                    )
                return typed.Negated(operand.type, node, operand)
            case ast.Arithmetic():
                return self.arithmetic(node, scope)
            case ast.Comparison(operator, left, right):
                return self.compare(node, operator, self.scalar(left, scope), self.scalar(right, scope))
            case ast.InList():
                return self.among(node, scope)
            case ast.Between(value, low, high, negated):
                middle = self.scalar(value, scope)
                return typed.Ranged(
                    Type.BOOL,
                    node,
                    self.compare(node, ">=", middle, self.scalar(low, scope)),
                    self.compare(node, "<=", middle, self.scalar(high, scope)),
                    negated,
                )
            case ast.InPeriod(value, period, negated):
                operand = self.scalar(value, scope)
                if operand.type not in _TIMES:
                    raise _error(value.span, f"Only dates fall in a period; this is {operand.type.phrase}.")
                return typed.InDays(Type.BOOL, node, operand, period, negated)
            case ast.IsKnown(value, negated):
                return typed.Known(Type.BOOL, node, self.scalar(value, scope), negated)
            case ast.IsTruth(value, truth, negated):
                return typed.TruthTest(Type.BOOL, node, self.condition(value, scope), truth, negated)
            case ast.TextMatch(how, value, part):
                operand = self.scalar(value, scope)
                if operand.type is not Type.TEXT:
                    raise _error(value.span, f"Only text {how} text; this is {operand.type.phrase}.")
                return typed.Matched(Type.BOOL, node, how, operand, part.value)
            case ast.Not(inner):
                return typed.Inverted(Type.BOOL, node, self.condition(inner, scope))
            case ast.All(items):
                return typed.Every(Type.BOOL, node, tuple(self.condition(item, scope) for item in items))
            case ast.AnyOf(items):
                return typed.Some(Type.BOOL, node, tuple(self.condition(item, scope) for item in items))
        raise TypeError(f"no rule for {type(node).__name__}")

    def condition(self, node: Node, scope: _Scope) -> Typed:
        found = self.scalar(node, scope)
        if found.type is not Type.BOOL:
            raise _not_a_condition(found)
        return found

    def path(self, node: Path, scope: _Scope) -> FieldValue:
        names, place, steps = node.names, scope.object, scope.steps
        if len(names) > 1 and names[0] == place.key and names[0] not in place.fields:
            names = names[1:]
        position = 0
        while True:
            name = names[position]
            if name == "custom" and position + 1 < len(names) and name not in place.fields:
                position += 1
                name = f"custom.{names[position]}"
            field = place.fields.get(name)
            if field is None:
                raise self.unknown_field(node, name, names[:position], place)
            position += 1
            if position == len(names):
                return FieldValue(field.type, node, place.key, steps, field)
            if field.type is not Type.REFERENCE or field.target is None:
                raise _error(
                    node.span, f"{field.label} is {field.type.phrase}, so nothing can follow {name}."
                )
            steps = (*steps, Step(name, field.target))
            if len(steps) > limits.MAX_PATH:
                raise _error(node.span, f"A path follows at most {limits.MAX_PATH} links.")
            place = self.object_named(field.target)

    def unknown_field(
        self, node: Path, name: str, before: tuple[str, ...], place: ObjectType
    ) -> LanguageError:
        candidates = list(place.fields)
        found = nearest(name, candidates)
        if found is None:
            for field in place.fields.values():
                target = self.catalog.objects.get(field.target or "")
                if target is not None and name in target.fields:
                    found = f"{field.key}.{name}"
                    break
        suggestion = f"Did you mean {'.'.join([*before, found])}?" if found else None
        if name.lower() in ("null", "none"):
            suggestion = "Write is unknown to ask for an empty field."
        return _error(node.span, f"{place.label} has no field called {name}.", suggestion)

    def meets(self, node: ast.Meets, scope: _Scope) -> Typed:
        steps, place = scope.steps, scope.object
        if node.path is not None:
            link = self.path(node.path, scope)
            if link.field.target is None:
                raise _error(node.path.span, f"{node.path.text} does not lead to another record.")
            steps, place = (
                (*link.steps, Step(link.field.key, link.field.target)),
                self.object_named(link.field.target),
            )
            if len(steps) > limits.MAX_PATH:
                raise _error(node.path.span, f"A path follows at most {limits.MAX_PATH} links.")
        term = self.terms.get(node.term)
        if term is None:
            raise _error(node.span, f"There is no term called {node.term}.", _mean(node.term, self.terms))
        if node.term in self.open_terms:
            circle = [*self.open_terms[self.open_terms.index(node.term) :], node.term]
            raise _error(
                node.span, f"{node.term} refers to itself: {' → '.join(circle)}.", "Break the circle."
            )
        if term.object != place.key:
            raise _error(node.span, f"{node.term} is about {term.object}, not {place.key}.")
        if len(self.open_terms) >= limits.MAX_NESTING:
            raise _error(node.span, f"Terms refer to terms more than {limits.MAX_NESTING} deep.")
        self.used.add(node.term)
        self.open_terms.append(node.term)
        try:
            inner = self.condition(term.tree, _Scope(place, steps))
        except LanguageError as error:
            if " → " in error.message or len(self.open_terms) > 1:
                raise _error(node.span, error.message, error.suggestion) from error
            raise _error(node.span, f"The term {node.term} has an error: {error}") from error
        finally:
            self.open_terms.pop()
        return typed.TermMet(Type.BOOL, node, node.term, inner, term.text)

    def arithmetic(self, node: ast.Arithmetic, scope: _Scope) -> Typed:
        left = self.scalar(node.left, scope)
        if isinstance(node.right, ast.Days) and node.operator in "+-":
            if left.type not in _TIMES:
                raise _error(node.left.span, f"Days can be added to a date, not to {left.type.phrase}.")
            days = node.right.count if node.operator == "+" else -node.right.count
            if isinstance(left, typed.ClockValue):
                if abs(left.shift + days) > limits.MAX_DAYS:
                    raise _error(node.span, f"A length of time is at most {limits.MAX_DAYS:,} days.")
                return replace(left, source=node, shift=left.shift + days)
            return typed.Shifted(left.type, node, left, days)
        right = self.scalar(node.right, scope)
        if node.operator == "-" and left.type in _TIMES and right.type in _TIMES:
            return typed.DayCount(Type.NUMBER, node, left, right)
        result = _RESULTS.get((left.type, node.operator, right.type))
        if result is None:
            raise _error(
                node.span,
                f"{left.type.phrase.capitalize()} {node.operator} {right.type.phrase} has no meaning.",
                _money_advice(left, right) if node.operator in "+-" else None,
            )
        return typed.Calculated(result, node, node.operator, left, right)

    def compare(self, node: Node, operator: ast.Comparator, left: Typed, right: Typed) -> typed.Compared:
        left, right, by = _comparable(left, right)
        if operator not in ("=", "!=") and left.type in _UNORDERED:
            raise _error(
                node.span,
                f"{left.type.phrase.capitalize()} has no order, so {operator} has no meaning.",
                "Use =, !=, in (...), starts with or contains." if left.type is Type.TEXT else "Use = or !=.",
            )
        _check_choice(left, right)
        _check_choice(right, left)
        return typed.Compared(Type.BOOL, node, operator, left, right, by)

    def among(self, node: ast.InList, scope: _Scope) -> Typed:
        operand = self.scalar(node.value, scope)
        items: list[Constant] = []
        by: By = "value"
        for item in node.items:
            _, constant, by = _comparable(operand, self.scalar(item, scope))
            _check_choice(operand, constant)
            if not isinstance(constant, Constant):
                raise _error(item.span, "A list holds plain values.")
            items.append(constant)
        return typed.Among(Type.BOOL, node, operand, tuple(items), by, node.negated)


def _comparable(left: Typed, right: Typed) -> tuple[Typed, Typed, By]:
    """Both sides in a form that can be compared, and how. Raises where the types do not go together."""
    left, right = _zero_as_money(left, right.type), _zero_as_money(right, left.type)
    if left.type is Type.REFERENCE and right.type is Type.REFERENCE:
        if (
            isinstance(left, FieldValue)
            and isinstance(right, FieldValue)
            and left.field.target == right.field.target
        ):
            return left, right, "value"
    elif left.type is right.type:
        return left, right, "money" if left.type is Type.MONEY else "value"
    if left.type in _TIMES and right.type in _TIMES:
        return left, right, "day"
    raise _error(
        right.source.span,
        f"{_name(left)} is {left.type.phrase} and cannot be compared with {right.type.phrase}.",
        _money_advice(left, right) or _reference_advice(left, right),
    )


def _zero_as_money(item: Typed, other: Type) -> Typed:
    """Nothing is nothing in any currency, so a plain 0 may stand beside money."""
    if isinstance(item, Constant) and item.type is Type.NUMBER and other is Type.MONEY and item.value == 0:
        return Constant(Type.MONEY, item.source, Decimal(0), None)
    return item


def _check_choice(operand: Typed, other: Typed) -> None:
    if not (isinstance(operand, FieldValue) and operand.field.choices and isinstance(other, Constant)):
        return
    if other.value not in operand.field.choices:
        suggestion = _mean(str(other.value), operand.field.choices)
        raise _error(
            other.source.span,
            f"{operand.field.label} is never {other.value}.",
            suggestion or f"Choose one of: {', '.join(operand.field.choices)}.",
        )


def _money_advice(left: Typed, right: Typed) -> str | None:
    for number, money in ((left, right), (right, left)):
        if number.type is Type.NUMBER and money.type is Type.MONEY:
            value = number.value if isinstance(number, Constant) else "50000"
            return f"Name the currency, like {value} USD: amounts in different currencies are not comparable."
    return None


def _reference_advice(left: Typed, right: Typed) -> str | None:
    for item in (left, right):
        if item.type is Type.REFERENCE:
            return f"Name a field of the record it leads to, like {_name(item)}.name."
    return None


def _not_a_condition(found: Typed) -> LanguageError:
    return _error(
        found.source.span,
        f"{_name(found)} is {found.type.phrase}, but a yes/no condition is needed here.",
        "Compare it with something, or write is known.",
    )


def _name(item: Typed) -> str:
    return item.text if isinstance(item, FieldValue) else "This"


def _mean(name: str, known: Terms | tuple[str, ...] | object) -> str | None:
    found = nearest(name, known) if isinstance(known, (dict, tuple)) else None
    return f"Did you mean {found}?" if found else None


def _error(span: Span, message: str, suggestion: str | None = None) -> LanguageError:
    return LanguageError(
        message, line=span.line, column=span.column, length=span.end - span.start, suggestion=suggestion
    )


def _results() -> dict[tuple[Type, str, Type], Type]:
    number, money = Type.NUMBER, Type.MONEY
    table = {(number, sign, number): number for sign in "+-*/"}
    table |= {(money, "+", money): money, (money, "-", money): money, (money, "/", money): number}
    return table | {(money, "*", number): money, (number, "*", money): money, (money, "/", number): money}


_RESULTS = _results()

__all__ = ["Field", "check", "check_condition", "check_text"]
