"""The words of a version: read, checked and written down with what they lean on."""

from __future__ import annotations

from datetime import datetime

from core.errors import Invalid
from definitions import queries
from definitions.bodies import CheckedBody, check_body, checksum_of
from definitions.language import LanguageError
from definitions.models import Definition, DefinitionVersion, Reference
from definitions.rules.graph import cycle_through

LONGEST_MEANING = 4_000


def checked(definition: Definition, text: str, *, object: str, at: datetime) -> CheckedBody:
    """The text as a usable body. Raises `Invalid` with line and column, or naming an unknown term."""
    try:
        body = check_body(definition.kind, text, object=object, surroundings=queries.surroundings_at(at))
    except LanguageError as error:
        raise refusal(error) from error
    refuse_cycle(definition.key, body.references, at=at)
    return body


def refusal(error: LanguageError) -> Invalid:
    return Invalid(
        str(error),
        code="text_refused",
        param="text",
        line=error.line,
        column=error.column,
        length=error.length,
        expected=list(error.expected),
        suggestion=error.suggestion,
    )


def refuse_cycle(key: str, references: frozenset[str], *, at: datetime) -> None:
    """Raises `Invalid` when the term would lean on itself now or once what is scheduled takes effect."""
    graph: dict[str, set[str]] = {
        source: set(targets) for source, targets in queries.reference_graph(at).items()
    }
    graph[key] = set(references)
    cycle = cycle_through(key, graph)
    if cycle is not None:
        raise Invalid(
            f"A term cannot lean on itself: {' → '.join(cycle)}.",
            code="circular",
            param="text",
            cycle=list(cycle),
        )


def refuse_bad_meaning(meaning: str, *, source: str, reason: str) -> None:
    """Raises `Invalid`: everybody reads the meaning, so there is one."""
    if not meaning.strip():
        raise Invalid("Say in a sentence what this means to the business.", param="meaning")
    for name, text in (("meaning", meaning), ("source", source), ("reason", reason)):
        if len(text) > LONGEST_MEANING or "\x00" in text:
            raise Invalid(f"Use at most {LONGEST_MEANING:,} printable characters here.", param=name)


def put_words(
    version: DefinitionVersion, body: CheckedBody, *, meaning: str, source: str, reason: str
) -> DefinitionVersion:
    """Fill in, unsaved."""
    version.object, version.text, version.body = body.object, body.text, dict(body.body)
    version.meaning, version.source, version.reason = meaning.strip(), source.strip(), reason.strip()
    version.checksum = checksum_of(
        object=version.object, text=version.text, meaning=version.meaning, source=version.source
    )
    return version


def write_references(version: DefinitionVersion, references: frozenset[str]) -> None:
    """Make the stored references those of the text."""
    targets = {each.key: each for each in Definition.objects.filter(key__in=references)}
    missing = sorted(references - set(targets))
    if missing:
        raise Invalid(f"There is no term called {missing[0]}.", code="unknown_term", param="text")
    Reference.objects.filter(version=version).exclude(target__key__in=references).delete()
    present = set(Reference.objects.filter(version=version).values_list("target__key", flat=True))
    Reference.objects.bulk_create(
        Reference(version=version, target=targets[key]) for key in sorted(references - present)
    )
