"""Text to syntax tree. The parser is built once; a text is looked over by `limits` before it is parsed."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path as FilePath
from typing import Any, cast

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from . import ast, limits
from .ast import Node, Span
from .errors import LanguageError
from .periods import LARGEST, Reach, RelativePeriod, Unit


def parse(text: str) -> Node:
    """The syntax tree of `text`. Raises LanguageError, with a position, for anything else."""
    limits.inspect(text)
    try:
        # lark types the result of an embedded transformer as a tree; the builder below makes Nodes
        node = cast(Node, _parser().parse(text))
    except UnexpectedInput as error:
        raise _explained(text, error) from None
    for inner, depth in ast.walk(node):
        if depth > limits.MAX_DEPTH:
            raise _at(
                inner.span,
                f"The expression is more than {limits.MAX_DEPTH} steps deep.",
                "Move a part of it into a term of its own and refer to it with meets(...).",
            )
    return node


def _at(span: Span, message: str, suggestion: str | None = None) -> LanguageError:
    return LanguageError(
        message, line=span.line, column=span.column, length=span.end - span.start, suggestion=suggestion
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """A part of an expression that is not one itself (a list, a period), with where it ends."""

    value: Any  # tuple[Node, ...] or RelativePeriod; the rules below know which
    end: int


def _span(items: list[Any]) -> Span:
    first, last = items[0], items[-1]
    start = _token_span(first) if isinstance(first, Token) else first.span
    if isinstance(last, _Piece):
        return Span(start.start, last.end, start.line, start.column)
    end = _token_span(last) if isinstance(last, Token) else last.span
    return Span(start.start, end.end, start.line, start.column)


def _token_span(token: Token) -> Span:
    return Span(token.start_pos or 0, token.end_pos or 0, token.line or 1, token.column or 1)


class _Builder(Transformer[Token, Node]):
    """Grammar rules to nodes. `items` holds tokens and finished nodes; lark leaves them untyped (so Any)."""

    def text(self, items: list[Any]) -> Node:
        return ast.Text(re.sub(r'\\(["\\])', r"\1", items[0][1:-1]), span=_span(items))

    def number(self, items: list[Any]) -> Node:
        return ast.Number(_decimal(items[0], _span(items)), span=_span(items))

    def negative_number(self, items: list[Any]) -> Node:
        return ast.Number(-_decimal(items[1], _span(items)), span=_span(items))

    def amount(self, items: list[Any]) -> Node:
        return ast.Amount(_decimal(items[0], _span(items)), str(items[1]), span=_span(items))

    def negative_amount(self, items: list[Any]) -> Node:
        return ast.Amount(-_decimal(items[1], _span(items)), str(items[2]), span=_span(items))

    def truth(self, items: list[Any]) -> Node:
        return ast.Truth(items[0].lower() == "true", span=_span(items))

    def day(self, items: list[Any]) -> Node:
        span = _span(items)
        try:
            day = date.fromisoformat(items[0])
        except ValueError:
            raise _at(span, f"{items[0]} is not a day of the calendar.") from None
        if not limits.FIRST_YEAR <= day.year <= limits.LAST_YEAR:
            raise _at(span, f"A day lies in the years {limits.FIRST_YEAR} to {limits.LAST_YEAR}.")
        return ast.Day(day, span=span)

    def days(self, items: list[Any]) -> Node:
        span, count, unit = _span(items), _count(items[0], _span(items)), _unit(items[1])
        if unit not in (Unit.DAY, Unit.WEEK):
            raise _at(
                span, f"A {unit.value} has no fixed length.", "Write days or weeks, or compare with a period."
            )
        count *= 7 if unit is Unit.WEEK else 1
        if count > limits.MAX_DAYS:
            raise _at(span, f"A length of time is at most {limits.MAX_DAYS:,} days.")
        return ast.Days(count, span=span)

    def clock(self, items: list[Any]) -> Node:
        return ast.Clock("today" if items[0].lower() == "today" else "now", span=_span(items))

    def path(self, items: list[Any]) -> Node:
        return ast.Path(tuple(map(str, items)), span=_span(items))

    def meets(self, items: list[Any]) -> Node:
        return ast.Meets(str(items[2]), span=_span(items))

    def path_meets(self, items: list[Any]) -> Node:
        return ast.Meets(str(items[3]), items[0], span=_span(items))

    def negative(self, items: list[Any]) -> Node:
        operand, span = items[1], _span(items)
        if isinstance(operand, ast.Number):
            return ast.Number(-operand.value, span=span)
        if isinstance(operand, ast.Amount):
            return ast.Amount(-operand.value, operand.currency, span=span)
        return ast.Negative(operand, span=span)

    def arithmetic(self, items: list[Any]) -> Node:
        return ast.Arithmetic(cast(ast.Operator, str(items[1])), items[0], items[2], span=_span(items))

    def comparison(self, items: list[Any]) -> Node:
        return ast.Comparison(cast(ast.Comparator, str(items[1])), items[0], items[2], span=_span(items))

    def listing(self, items: list[Any]) -> Any:
        values = tuple(items[1:-1])
        if len(values) > limits.MAX_LIST:
            raise _at(
                _span(items), f"A list holds at most {limits.MAX_LIST} values; this one has {len(values)}."
            )
        return _Piece(values, items[-1].end_pos)

    def grouped(self, items: list[Any]) -> Node:
        return cast(Node, replace(items[1], span=_span(items)))

    def in_list(self, items: list[Any]) -> Node:
        return ast.InList(items[0], items[-1].value, span=_span(items))

    def not_in_list(self, items: list[Any]) -> Node:
        return ast.InList(items[0], items[-1].value, negated=True, span=_span(items))

    def between(self, items: list[Any]) -> Node:
        return ast.Between(items[0], items[2], items[4], span=_span(items))

    def not_between(self, items: list[Any]) -> Node:
        return ast.Between(items[0], items[3], items[5], negated=True, span=_span(items))

    def this_period(self, items: list[Any]) -> Any:
        return _Piece(RelativePeriod(Reach.THIS, 1, _unit(items[1])), items[-1].end_pos)

    def one_period(self, items: list[Any]) -> Any:
        return _Piece(RelativePeriod(Reach(items[0].lower()), 1, _unit(items[1])), items[-1].end_pos)

    def periods(self, items: list[Any], *, rolling: bool = False) -> Any:
        unit, count = _unit(items[2]), _count(items[1], _span(items))
        if not 1 <= count <= LARGEST[unit]:
            raise _at(_span(items), f"A period spans between 1 and {LARGEST[unit]:,} {unit.value}s.")
        return _Piece(RelativePeriod(Reach(items[0].lower()), count, unit, rolling), items[-1].end_pos)

    def window(self, items: list[Any]) -> Any:
        piece = self.periods(items, rolling=True)
        if piece.value.reach is Reach.NEXT and piece.value.unit not in (Unit.DAY, Unit.WEEK):
            raise _at(_span(items), "A window ahead counts days or weeks.", "Write in next ... for months.")
        return piece

    def in_period(self, items: list[Any]) -> Node:
        return ast.InPeriod(items[0], items[-1].value, span=_span(items))

    def not_in_period(self, items: list[Any]) -> Node:
        return ast.InPeriod(items[0], items[-1].value, negated=True, span=_span(items))

    def is_known(self, items: list[Any]) -> Node:
        return ast.IsKnown(items[0], span=_span(items))

    def is_unknown(self, items: list[Any]) -> Node:
        return ast.IsKnown(items[0], negated=True, span=_span(items))

    def is_truth(self, items: list[Any]) -> Node:
        return ast.IsTruth(items[0], items[-1].lower() == "true", span=_span(items))

    def is_not_truth(self, items: list[Any]) -> Node:
        return ast.IsTruth(items[0], items[-1].lower() == "true", negated=True, span=_span(items))

    def starts_with(self, items: list[Any]) -> Node:
        return ast.TextMatch("starts with", items[0], self._literal(items[-1]), span=_span(items))

    def contains(self, items: list[Any]) -> Node:
        return ast.TextMatch("contains", items[0], self._literal(items[-1]), span=_span(items))

    def _literal(self, token: Token) -> ast.Text:
        return ast.Text(re.sub(r'\\(["\\])', r"\1", token[1:-1]), span=_token_span(token))

    def negation(self, items: list[Any]) -> Node:
        return ast.Not(items[1], span=_span(items))

    def all_of(self, items: list[Any]) -> Node:
        return ast.All(tuple(items[::2]), span=_span(items))

    def any_of(self, items: list[Any]) -> Node:
        return ast.AnyOf(tuple(items[::2]), span=_span(items))


def _decimal(token: str, span: Span) -> Decimal:
    digits = token.replace("_", "")
    whole, _, decimals = digits.partition(".")
    if len(whole) + len(decimals) > limits.MAX_DIGITS or len(decimals) > limits.MAX_DECIMALS:
        raise _at(
            span,
            f"A number has at most {limits.MAX_DIGITS} digits, {limits.MAX_DECIMALS} after the point.",
        )
    return Decimal(digits)


def _count(token: str, span: Span) -> int:
    value = _decimal(token, span)
    if value != value.to_integral_value():
        raise _at(span, "A period or length of time is a whole number of units.")
    return int(value)


def _unit(token: str) -> Unit:
    return Unit(token.lower().removesuffix("s"))


@cache
def _parser() -> Lark:
    grammar = FilePath(__file__).with_name("grammar.lark").read_text()
    return Lark(grammar, parser="lalr", lexer="contextual", propagate_positions=True, transformer=_Builder())


_WORDS = {
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "IN": "in",
    "IS": "is",
    "BETWEEN": "between",
    "WITHIN": "within",
    "KNOWN": "known",
    "UNKNOWN": "unknown",
    "TRUTH": "true or false",
    "STARTS": "starts with",
    "WITH": "with",
    "CONTAINS": "contains",
    "MEETS": "meets(...)",
    "CLOCK": "today or now",
    "THIS": "this",
    "REACH": "last or next",
    "UNIT": "day, week, month, quarter or year",
    "CURRENCY": "a currency like USD",
    "NAME": "a field name",
    "DATE": "a date like 2026-01-31",
    "NUMBER": "a number",
    "TEXT": "text in double quotes",
    "LPAR": "(",
    "COMPARE": "=, !=, <, <=, > or >=",
    "PLUS": "+",
    "MINUS": "-",
    "TIMES": "*",
    "OVER": "/",
    "RPAR": ")",
    "COMMA": ",",
    "DOT": ".",
    "$END": "the end of the definition",
}
_VALUES = {"NAME", "NUMBER", "TEXT", "DATE"}
_OPERATORS = {
    "NOT",
    "WITHIN",
    "STARTS",
    "CONTAINS",
    "MEETS",
    "PLUS",
    "MINUS",
    "TIMES",
    "OVER",
    "DOT",
    "BETWEEN",
}


def _explained(text: str, error: UnexpectedInput) -> LanguageError:
    position = error.pos_in_stream or 0
    names: set[str] = set()
    found = ""
    if isinstance(error, UnexpectedToken):
        names = set(error.accepts or error.expected)
        at_end = error.token.type == "$END"
        found = "" if at_end else str(error.token)
        position = len(text.rstrip()) if at_end else position
    elif isinstance(error, UnexpectedCharacters):
        names = set(error.allowed or ())
        word = re.compile(r'[A-Za-z0-9_]+|"(?:[^"\\]|\\.)*"|.').match(text, position)
        found = word.group() if word else ""
    if names >= _VALUES:
        expected = ("a field name", "a value", *(["not"] if "NOT" in names else []))
    else:
        if {"COMPARE", "IS"} <= names:
            names -= _OPERATORS
        expected = tuple(phrase for name, phrase in _WORDS.items() if name in names)
    wanted = (
        " or ".join(filter(None, [", ".join(expected[:-1]), expected[-1]])) if expected else "nothing more"
    )
    message = (
        f"Expected {wanted}, but the definition ends." if not found else f"Expected {wanted}, not {found}."
    )
    span = limits.place(text, position, position + len(found))
    return LanguageError(
        message,
        line=span.line,
        column=span.column,
        length=len(found),
        expected=expected,
        suggestion=_advice(text, position, found),
    )


def _advice(text: str, position: int, found: str) -> str | None:
    before = text[:position].rstrip()
    if found == "," and re.search(r"\d$", before) and re.match(r",\d{3}\b", text[position:]):
        return "Write large numbers without commas, like 50000 or 50_000."
    if re.fullmatch(r"[A-Za-z]{3}", found) and re.search(r"\d$", before):
        return f"Write a currency in capitals: {found.upper()}."
    if found.lower() == "like":
        return "Write starts with or contains."
    if found.lower() in ("null", "empty", "blank") and re.search(r"\bis(\s+not)?$", before, re.IGNORECASE):
        return "Write is unknown, or is known."
    if found in ("=", "<", ">", "<=", ">=", "!=") and before[-1:] not in ("=", "<", ">"):
        return "Compare two values at a time and join the comparisons with and."
    return None
