"""The first look at a text: its size, its characters, its nesting. Linear, and before any parsing.

Outside text literals only printable ASCII of the language is let through, so separators, comments, casts,
other quotes and look-alike letters stop here with their position. Inside a literal everything is data, save
NUL and half surrogates, which no database text can hold.
"""

from __future__ import annotations

import re
import unicodedata

from .ast import Span
from .errors import LanguageError

MAX_LENGTH = 4_000
MAX_TOKENS = 1_000
MAX_NESTING = 20
MAX_DEPTH = 64
MAX_LIST = 500
MAX_PATH = 4
MAX_DIGITS = 30
MAX_DECIMALS = 12
MAX_DAYS = 36_500
FIRST_YEAR, LAST_YEAR = 1000, 9000
MAX_TYPED_NODES = 20_000

_LEXEME = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<text>"(?:[^"\\]|\\[\s\S])*")
      | (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})
      | (?P<number>[0-9][0-9_]*(?:\.[0-9]+)?)
      | (?P<compare><=|>=|!=|<>|==|&&|\|\||--|/\*|::|[=<>])
      | (?P<mark>[().,+*/-])""",
    re.VERBOSE,
)

_ADVICE = {
    "==": "Write = to compare.",
    "<>": "Write != for 'is not equal to'.",
    "&&": "Write and.",
    "||": "Write or.",
    "--": "Comments are not part of a definition; put the reason in its meaning.",
    "/*": "Comments are not part of a definition; put the reason in its meaning.",
    "::": "Types are never converted by hand; remove the cast.",
    ";": "A definition is one expression; remove the semicolon.",
    "'": 'Put text between double quotes, like "won".',
    "!": "Write not, or != to compare.",
    "%": "Write a share as a number, like 0.25.",
    "$": "Write money as a number and a currency, like 50000 USD.",
    "[": "Put a list between round brackets, like (1, 2).",
    "]": "Put a list between round brackets, like (1, 2).",
    "\\": "A backslash only has a meaning inside text.",
}


def place(text: str, start: int, end: int) -> Span:
    line = text.count("\n", 0, start) + 1
    return Span(start, end, line, start - (text.rfind("\n", 0, start) + 1) + 1)


def refuse(text: str, start: int, length: int, message: str, suggestion: str | None = None) -> LanguageError:
    span = place(text, start, start + length)
    return LanguageError(message, line=span.line, column=span.column, length=length, suggestion=suggestion)


def inspect(text: str) -> None:
    """Refuse a text that is too large, too nested or holds characters the language has no use for.

    Raises LanguageError with the position of the first offence.
    """
    if len(text) > MAX_LENGTH:
        raise refuse(
            text,
            MAX_LENGTH,
            1,
            f"A definition has at most {MAX_LENGTH:,} characters; this one has {len(text):,}.",
            "Move a part of it into a term of its own and refer to it with meets(...).",
        )
    position, tokens, depth = 0, 0, 0
    while position < len(text):
        found = _LEXEME.match(text, position)
        if found is None:
            raise _unknown_character(text, position)
        kind, value = found.lastgroup, found.group()
        if value in _ADVICE:
            raise refuse(text, position, len(value), f"{value} has no meaning here.", _ADVICE[value])
        if kind == "text":
            _inspect_literal(text, position, value)
        elif value == "(":
            depth += 1
            if depth > MAX_NESTING:
                raise refuse(
                    text,
                    position,
                    1,
                    f"Brackets are nested more than {MAX_NESTING} deep.",
                    "Move the inner part into a term of its own and refer to it with meets(...).",
                )
        elif value == ")":
            depth -= 1
        tokens += kind != "space" and value != ","
        if tokens > MAX_TOKENS:
            raise refuse(
                text,
                position,
                len(value),
                f"A definition has at most {MAX_TOKENS:,} words and signs.",
                "Move a part of it into a term of its own and refer to it with meets(...).",
            )
        position = found.end()
    if not tokens:
        raise refuse(text, 0, 1, "The definition is empty.", "Write a condition, like amount is known.")


def _inspect_literal(text: str, position: int, literal: str) -> None:
    for offset, character in enumerate(literal):
        if character == "\x00":
            raise refuse(text, position + offset, 1, "Text cannot contain a NUL character.")
        if "\ud800" <= character <= "\udfff":
            raise refuse(text, position + offset, 1, "Text cannot contain half a surrogate pair.")
    bad = re.search(r'\\[^"\\]', re.sub(r'\\["\\]', "  ", literal))
    if bad:
        raise refuse(
            text,
            position + bad.start(),
            2,
            'Only \\" and \\\\ may follow a backslash.',
            "Write \\\\ for a backslash.",
        )


def _unknown_character(text: str, position: int) -> LanguageError:
    character = text[position]
    if character == '"':
        return refuse(
            text,
            position,
            len(text) - position,
            "This text is never closed.",
            'Close it with a double quote (").',
        )
    if character in _ADVICE:
        return refuse(text, position, 1, f"{character} has no meaning here.", _ADVICE[character])
    if character in "\u201c\u201d\u201e\u00ab\u00bb":
        return refuse(text, position, 1, "This is a typographic quote.", 'Use the plain double quote (").')
    name = unicodedata.name(character, f"U+{ord(character):04X}").lower()
    advice = "Remove it."
    if character.isalpha():
        advice = "Names use the letters a to z; put text between double quotes."
    return refuse(text, position, 1, f"The character {name} has no meaning outside text.", advice)
