"""The syntax tree of a definition, as written: every node knows where it stands in the text.

Spans take no part in equality, so two texts that differ only in layout have equal trees.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from typing import Literal

from .periods import RelativePeriod

Comparator = Literal["=", "!=", "<", "<=", ">", ">="]
Operator = Literal["+", "-", "*", "/"]


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` up to but not including `end`; `line` and `column` of the first, from 1."""

    start: int
    end: int
    line: int
    column: int


NOWHERE = Span(0, 0, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    span: Span = field(default=NOWHERE, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Text(Node):
    value: str


@dataclass(frozen=True, slots=True)
class Number(Node):
    value: Decimal


@dataclass(frozen=True, slots=True)
class Amount(Node):
    """Money spelled out: `50000 USD`."""

    value: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Truth(Node):
    value: bool


@dataclass(frozen=True, slots=True)
class Day(Node):
    value: date


@dataclass(frozen=True, slots=True)
class Days(Node):
    """A length of time, `30 days`; it only stands beside + or - of a date."""

    count: int


@dataclass(frozen=True, slots=True)
class Clock(Node):
    """`today` or `now`: parameters of the question, never the machine's clock."""

    word: Literal["today", "now"]


@dataclass(frozen=True, slots=True)
class Path(Node):
    names: tuple[str, ...]

    @property
    def text(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True, slots=True)
class Meets(Node):
    """Whether the record, or the record at the end of `path`, meets another term."""

    term: str
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Negative(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    operator: Operator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    operator: Comparator
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class InList(Node):
    value: Node
    items: tuple[Node, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Between(Node):
    value: Node
    low: Node
    high: Node
    negated: bool = False


@dataclass(frozen=True, slots=True)
class InPeriod(Node):
    value: Node
    period: RelativePeriod
    negated: bool = False


@dataclass(frozen=True, slots=True)
class IsKnown(Node):
    value: Node
    negated: bool = False


@dataclass(frozen=True, slots=True)
class IsTruth(Node):
    """`is true` and its three relatives; never unknown."""

    value: Node
    truth: bool
    negated: bool = False


@dataclass(frozen=True, slots=True)
class TextMatch(Node):
    how: Literal["starts with", "contains"]
    value: Node
    part: Text


@dataclass(frozen=True, slots=True)
class Not(Node):
    operand: Node


@dataclass(frozen=True, slots=True)
class All(Node):
    """`a and b and c`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf(Node):
    """`a or b or c`."""

    items: tuple[Node, ...]


def children(node: Node) -> Iterator[Node]:
    for item in fields(node):
        value = getattr(node, item.name)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, tuple):
            yield from (each for each in value if isinstance(each, Node))


def walk(node: Node) -> Iterator[tuple[Node, int]]:
    """Every node with its depth (the root has depth 1), without recursion."""
    waiting = [(node, 1)]
    while waiting:
        current, depth = waiting.pop()
        yield current, depth
        waiting.extend((child, depth + 1) for child in children(current))
