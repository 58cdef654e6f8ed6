"""What identifies a person, and how to recognise it in free text. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crm.vocab.objects import OBJECTS

PEOPLE = tuple(key for key, spec in OBJECTS.items() if any(field.personal for field in spec.fields))
"""Objects whose records are persons."""

SHORTEST = 4
_REPLACED = "[erased]"
_BEFORE, _AFTER = "(?<![0-9A-Za-z])", "(?![0-9A-Za-z])"


def personal_columns(object: str) -> tuple[str, ...]:
    """The columns of an object that identify a person; none for things."""
    return tuple(field.column for field in OBJECTS[object].fields if field.personal)


@dataclass(frozen=True)
class Identity:
    """The values that identify one person.

    `telling` ones (e-mail, phone, full name) identify wherever they stand; `partial` ones (first name,
    last name) only beside a telling one or beside each other.
    """

    telling: frozenset[str]
    partial: frozenset[str]

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(sorted(self.telling | self.partial))

    def erased_from(self, value: object, *, partial: bool = False) -> object:
        """The same text or JSON document without the values; a number that is one of them becomes null."""
        values = self.telling | self.partial if partial else self.telling
        pattern = re.compile(pattern_of(values), re.DOTALL) if values else None
        return value if pattern is None else _erased(value, pattern)


def identity(named: Iterable[tuple[str, str]]) -> Identity:
    """Sort found values, given as (column, value), into telling and partial ones. Very short ones are
    dropped."""
    telling: set[str] = set()
    partial: set[str] = set()
    for column, raw in named:
        value = raw.strip()
        if len(value) < 2:
            continue
        words = len(value.split())
        whole = column not in {"first_name", "last_name", "name"} or (column == "name" and words > 1)
        (telling if whole and len(value) >= SHORTEST else partial).add(value)
    return Identity(frozenset(telling), frozenset(partial))


def pattern_of(values: Iterable[str]) -> str:
    """A regular expression, the same in Python and PostgreSQL, that finds any value as a whole, in any
    case."""
    longest_first = sorted(values, key=lambda value: (-len(value), value))
    return f"{_BEFORE}(?:{'|'.join(map(_any_case, longest_first))}){_AFTER}"


def _any_case(value: str) -> str:
    return r"\s+".join("".join(map(_character, word)) for word in value.split())


def _character(character: str) -> str:
    cases = sorted({character, character.lower(), character.upper()} - {""})
    single = [case for case in cases if len(case) == 1]
    if len(single) > 1:
        return f"[{''.join(single)}]"
    return character if character.isalnum() or ord(character) > 127 else "\\" + character


def _erased(value: object, pattern: re.Pattern[str]) -> object:
    match value:
        case str():
            return pattern.sub(_REPLACED, value)
        case dict():
            return {str(_erased(key, pattern)): _erased(item, pattern) for key, item in value.items()}
        case list():
            return [_erased(item, pattern) for item in value]
        case bool() | None:
            return value
        case _:
            return None if pattern.fullmatch(str(value)) else value
