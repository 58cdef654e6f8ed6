"""A canonical text in lines, and the lines in which two texts differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+|\s+')
_INDENT = "  "


def lines_of(text: str) -> tuple[str, ...]:
    """A condition, one line for each `and` and `or`, indented by its brackets; other texts line by line."""
    if "\n" in text.strip():
        return tuple(text.rstrip().split("\n"))
    lines, current, depth, waiting = [], "", 0, [0]
    for piece in _PIECE.findall(text.strip()):
        if piece in ("and", "or") and not (piece == "and" and waiting[-1]):
            lines.append(current.rstrip())
            current = _INDENT * depth
        elif piece == "and":
            waiting[-1] -= 1
        elif piece == "between":
            waiting[-1] += 1
        if piece == "(":
            depth += 1
            waiting.append(0)
        elif piece == ")" and depth:
            depth -= 1
            waiting.pop()
        current += piece
    return (*lines, current.rstrip())


@dataclass(frozen=True, slots=True)
class DiffLine:
    """A line of a comparison; `number` counts in the text it comes from."""

    op: Literal["", "add", "del"]
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Diff:
    lines: tuple[DiffLine, ...]
    added: int
    removed: int

    @property
    def is_empty(self) -> bool:
        return not self.added and not self.removed


def diff_of(old: Sequence[str], new: Sequence[str]) -> Diff:
    """The lines of `new`, and those of `old` that are gone, in reading order."""
    lines: list[DiffLine] = []
    added = removed = 0
    for op, start, end, start_new, end_new in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if op == "equal":
            lines += [DiffLine("", start_new + i + 1, text) for i, text in enumerate(new[start_new:end_new])]
            continue
        lines += [DiffLine("del", start + i + 1, text) for i, text in enumerate(old[start:end])]
        lines += [DiffLine("add", start_new + i + 1, text) for i, text in enumerate(new[start_new:end_new])]
        removed += end - start
        added += end_new - start_new
    return Diff(tuple(lines), added, removed)
