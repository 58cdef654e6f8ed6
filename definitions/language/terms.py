"""The other definitions a text may refer to with `meets(...)`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from .ast import Node
from .parse import parse


@dataclass(frozen=True, slots=True)
class Term:
    """A qualification other texts may refer to: the object it is about and its text."""

    object: str
    text: str

    @property
    def tree(self) -> Node:
        return parsed(self.text)


Terms = Mapping[str, Term]
NO_TERMS: Terms = {}


@lru_cache(maxsize=4096)
def parsed(text: str) -> Node:
    """The tree of a text that is used again and again. Trees are immutable, so sharing is safe."""
    return parse(text)
