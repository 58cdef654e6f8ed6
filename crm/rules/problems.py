"""What is wrong with a cell or a row, in words a person can act on."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True)
class RowProblem:
    """One thing wrong with one row: `code` is stable, `field` canonical, `column` and `value` the file's."""

    code: str
    message: str
    field: str = ""
    column: str = ""
    value: str = ""

    def to_dict(self) -> dict[str, str]:
        """As rejected rows keep it."""
        return {
            "code": self.code,
            "message": self.message,
            "field": self.field,
            "column": self.column,
            "value": self.value,
        }


class ValueProblem(ValueError):
    """Raised inside the parsers; `parse_value` turns it into a `RowProblem`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def nearest(text: str, known: list[str] | tuple[str, ...]) -> str:
    """The known name most like `text`, or "": named to the reader, never put in its place."""
    plain = {"".join(name.lower().split()): name for name in known}
    found = get_close_matches("".join(text.lower().split()), list(plain), n=1, cutoff=0.75)
    return plain[found[0]] if found else ""


def shortened(text: str, *, limit: int = 80) -> str:
    """Text as a message may quote it."""
    return text if len(text) <= limit else text[: limit - 1] + "…"
