"""Syntax trees as JSON for keeping. A tree stored in another format is refused, never misread."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any

from . import ast
from .ast import Node
from .errors import LanguageError
from .periods import Reach, RelativePeriod, Unit

FORMAT = 1

_NODES: dict[str, type[Node]] = {
    kind.__name__: kind
    for kind in (
        ast.Text, ast.Number, ast.Amount, ast.Truth, ast.Day, ast.Days, ast.Clock, ast.Path, ast.Meets,
        ast.Negative, ast.Arithmetic, ast.Comparison, ast.InList, ast.Between, ast.InPeriod, ast.IsKnown,
        ast.IsTruth, ast.TextMatch, ast.Not, ast.All, ast.AnyOf,
    )
}  # fmt: skip

Json = Any  # a JSON document: what json.loads gives, of any shape


def to_json(node: Node) -> Json:
    """The tree as a JSON document with the number of its format."""
    return {"format": FORMAT, "tree": _pack(node)}


def from_json(document: Json) -> Node:
    """The tree of a document made by `to_json`. Raises LanguageError for another format or a broken tree."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise LanguageError("This definition was stored in a format that this version does not read.")
    try:
        node = _unpack(document["tree"])
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise LanguageError(f"The stored definition is broken: {error}.") from error
    if not isinstance(node, Node):
        raise LanguageError("The stored definition is broken: it holds no expression.")
    return node


def _pack(value: object) -> Json:
    match value:
        case Node():
            body = {
                item.name: _pack(getattr(value, item.name)) for item in fields(value) if item.name != "span"
            }
            span = value.span
            return {
                "node": type(value).__name__,
                "at": [span.start, span.end, span.line, span.column],
                **body,
            }
        case RelativePeriod(reach, count, unit, rolling):
            return {"period": [reach.value, count, unit.value, rolling]}
        case tuple():
            return [_pack(item) for item in value]
        case Decimal():
            return {"number": str(value)}
        case date():
            return {"date": value.isoformat()}
    return value


def _unpack(document: Json) -> Any:  # a node, or the value of one of its parts
    match document:
        case {"node": name, "at": [start, end, line, column], **body}:
            kind = _NODES[name]
            wanted = {item.name for item in fields(kind)} - {"span"}
            if set(body) != wanted:
                raise ValueError(f"{name} has other parts than expected")
            parts = {str(key): _unpack(value) for key, value in body.items()}
            return kind(**parts, span=ast.Span(int(start), int(end), int(line), int(column)))
        case {"period": [reach, count, unit, rolling]}:
            return RelativePeriod(Reach(reach), int(count), Unit(unit), bool(rolling))
        case {"number": text}:
            return Decimal(text)
        case {"date": text}:
            return date.fromisoformat(text)
        case dict():
            raise ValueError("a part is neither a node nor a value")
        case list():
            return tuple(_unpack(item) for item in document)
    return document
