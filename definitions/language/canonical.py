"""Syntax tree to its one canonical text: parsing that text gives an equal tree, and the same text again."""

from __future__ import annotations

from . import ast
from .ast import Node

_ANY, _ALL, _NOT, _PREDICATE, _SUM, _PRODUCT, _FACTOR = range(7)


def text_of(node: Node) -> str:
    """The canonical text of a tree: lower-case keywords, single spaces, brackets only where needed."""
    return _write(node, _ANY)


def _write(node: Node, place: int) -> str:
    words, level = _words(node)
    return f"({words})" if level < place else words


def _words(node: Node) -> tuple[str, int]:
    match node:
        case ast.Text(value):
            return quoted(value), _FACTOR
        case ast.Number(value):
            return f"{value:f}", _FACTOR
        case ast.Amount(value, currency):
            return f"{value:f} {currency}", _FACTOR
        case ast.Truth(truth):
            return str(truth).lower(), _FACTOR
        case ast.Day(day):
            return day.isoformat(), _FACTOR
        case ast.Days(count):
            return f"{count} day{'' if count == 1 else 's'}", _FACTOR
        case ast.Clock(word):
            return word, _FACTOR
        case ast.Path():
            return node.text, _FACTOR
        case ast.Meets(term, path):
            return f"{path.text + ' ' if path else ''}meets({term})", _FACTOR
        case ast.Negative(operand):
            inner = _write(operand, _FACTOR)
            return (f"-({inner})" if inner[0] in "-0123456789" else f"-{inner}"), _FACTOR
        case ast.Arithmetic(operator, left, right):
            level = _SUM if operator in "+-" else _PRODUCT
            return f"{_write(left, level)} {operator} {_write(right, level + 1)}", level
        case ast.Comparison(operator, left, right):
            return f"{_write(left, _SUM)} {operator} {_write(right, _SUM)}", _PREDICATE
        case ast.InList(value, items, negated):
            listed = ", ".join(_write(item, _FACTOR) for item in items)
            return f"{_write(value, _SUM)} {'not ' * negated}in ({listed})", _PREDICATE
        case ast.Between(value, low, high, negated):
            between = f"{'not ' * negated}between {_write(low, _SUM)} and {_write(high, _SUM)}"
            return f"{_write(value, _SUM)} {between}", _PREDICATE
        case ast.InPeriod(value, period, negated):
            return f"{_write(value, _SUM)} {'not ' * negated}{period.text}", _PREDICATE
        case ast.IsKnown(value, negated):
            return f"{_write(value, _SUM)} is {'unknown' if negated else 'known'}", _PREDICATE
        case ast.IsTruth(value, truth, negated):
            return f"{_write(value, _SUM)} is {'not ' * negated}{str(truth).lower()}", _PREDICATE
        case ast.TextMatch(how, value, part):
            return f"{_write(value, _SUM)} {how} {quoted(part.value)}", _PREDICATE
        case ast.Not(operand):
            return f"not {_write(operand, _NOT)}", _NOT
        case ast.All(items):
            return " and ".join(_write(item, _NOT) for item in items), _ALL
        case ast.AnyOf(items):
            return " or ".join(_write(item, _ALL) for item in items), _ANY
    raise TypeError(f"no rule for {type(node).__name__}")


def quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
