"""The one error of the language: a sentence, a place in the text, what was expected, the nearest name."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class LanguageError(ValueError):
    """A definition text that cannot be used. `line` and `column` count from 1; `length` is in characters."""

    def __init__(
        self,
        message: str,
        *,
        line: int = 1,
        column: int = 1,
        length: int = 1,
        expected: tuple[str, ...] = (),
        suggestion: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.length = max(length, 1)
        self.expected = expected
        self.suggestion = suggestion

    def __str__(self) -> str:
        hint = f" {self.suggestion}" if self.suggestion else ""
        return f"Line {self.line}, column {self.column}: {self.message}{hint}"


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name most like `name`, or None when nothing is near."""
    by_folded = {item.lower(): item for item in known}
    found = get_close_matches(name.lower(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None
