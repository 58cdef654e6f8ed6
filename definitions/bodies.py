"""What a definition's text must be, by kind: parsed, checked against the catalog, in its canonical form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from definitions.language import (
    NO_TERMS,
    Catalog,
    Terms,
    check_condition,
    describe,
    parse,
    text_of,
    to_json,
)
from definitions.language.ast import Meets, walk


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a text is read in: the fields there are and the terms in force, with their labels."""

    catalog: Catalog
    terms: Terms = field(default_factory=lambda: NO_TERMS)
    labels: Mapping[str, str] = field(default_factory=dict)


Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CheckedBody:
    """A text that can be used: canonical `text`, its tree as kept in `body`, the terms it names, in words."""

    object: str
    text: str
    body: Document
    references: frozenset[str]
    words: str


def check_body(kind: str, text: str, *, object: str, surroundings: Surroundings) -> CheckedBody:
    """Read a text of a kind. Raises `LanguageError` with line and column of the first thing wrong."""
    tree = parse(text)
    canonical = text_of(tree)
    # Checked as typed, so that positions are those of the text in front of its writer.
    checked = check_condition(text, object=object, catalog=surroundings.catalog, terms=surroundings.terms)
    return CheckedBody(
        object=object,
        text=canonical,
        body={"kind": "condition", "object": object, "condition": to_json(parse(canonical))},
        references=frozenset(node.term for node, _ in walk(tree) if isinstance(node, Meets)),
        words=describe(checked, catalog=surroundings.catalog, labels=surroundings.labels),
    )


def checksum_of(*, object: str, text: str, meaning: str, source: str) -> str:
    """What an approval covers: the words of a version, whatever its number."""
    return hashlib.sha256(json.dumps([object, text, meaning, source]).encode()).hexdigest()
