"""A metric's body as the text that people edit: YAML without its surprises.

Every scalar is text, a key stands once, anchors and tags are refused. Mistakes are told with line and column,
also those inside a condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import yaml

from definitions.compiler.bodies import BodyError, MetricBody, from_json, to_json
from definitions.language import LanguageError
from definitions.language.limits import MAX_LENGTH

Part = str | list["Part"] | dict[str, "Part"]
Places = Mapping[str, yaml.Node]
Good = Literal["up", "down", "none"]
GOOD = "good"
GOODS: tuple[Good, ...] = get_args(Good)
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class MetricText:
    """A body as written, which direction of it is good news, and where each of its parts stands."""

    body: MetricBody
    good: Good
    places: Places

    def at(self, path: str, error: LanguageError) -> LanguageError:
        """An error inside the text at `path`, with its place in the whole."""
        node = self.places.get(path)
        if node is None:
            return error
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        one_line = isinstance(node, yaml.ScalarNode) and node.start_mark.line == node.end_mark.line
        if one_line and error.line == 1:
            column += error.column - 1 + bool(getattr(node, "style", None))
        return LanguageError(
            error.message,
            line=line,
            column=column,
            length=error.length,
            expected=error.expected,
            suggestion=error.suggestion,
        )


def read_metric(text: str) -> MetricText:
    """Raises `LanguageError` with the place of the first mistake."""
    if len(text) > MAX_LENGTH:
        raise LanguageError(f"A metric has at most {MAX_LENGTH:,} characters; this one has {len(text):,}.")
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.BaseLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                raise LanguageError("Parts are nested too deep.", line=_line(event.start_mark))
            if (
                isinstance(event, yaml.AliasEvent)
                or getattr(event, "anchor", None)
                or getattr(event, "tag", None)
            ):
                raise LanguageError(
                    "Anchors and tags are not part of a metric.", line=_line(event.start_mark)
                )
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise LanguageError(
            f"This is not a list of parts: {error.problem}.",
            line=mark.line + 1 if mark else 1,
            column=mark.column + 1 if mark else 1,
            suggestion="Write each part as `name: value` on a line of its own.",
        ) from error
    except yaml.YAMLError as error:
        raise LanguageError("This text holds a character that cannot be used.") from error
    if root is None:
        raise LanguageError("The metric is empty.", suggestion="Begin with `kind: event`.")
    places: dict[str, yaml.Node] = {"": root}
    document = _plain(root, "", places)
    word = document.pop(GOOD, "none") if isinstance(document, dict) else "none"
    good = next((each for each in GOODS if each == word), None)
    if good is None:
        raise _placed(GOOD, f"Choose one of: {', '.join(GOODS)}.", places)
    try:
        return MetricText(from_json(document), good, places)
    except BodyError as error:
        raise _placed(error.path, error.message, places) from error


def document_of(body: MetricBody, good: Good) -> dict[str, object]:
    """The body as it is kept: the compiler's document, and `good` beside it."""
    return {**to_json(body), GOOD: good}


def body_of(document: Mapping[str, object]) -> MetricBody:
    """The compiler's body out of what is kept."""
    return from_json({key: value for key, value in document.items() if key != GOOD})


def write_metric(body: MetricBody, good: Good) -> str:
    """The canonical text of a metric."""
    return yaml.safe_dump(document_of(body, good), sort_keys=False, allow_unicode=True, width=10_000)


def _line(mark: object) -> int:
    return int(getattr(mark, "line", 0)) + 1


def _plain(node: yaml.Node, path: str, places: dict[str, yaml.Node]) -> Part:
    if isinstance(node, yaml.MappingNode):
        made: dict[str, Part] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            here = f"{path}.{name}" if path else name
            if not name or name in made:
                mark = key.start_mark
                raise LanguageError(
                    f"{name or 'This'} stands here twice." if name else "A part needs a plain name.",
                    line=mark.line + 1,
                    column=mark.column + 1,
                )
            places[here] = value
            made[name] = _plain(value, here, places)
        return made
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, path, places) for item in node.value]
    return str(node.value)


def _placed(path: str, message: str, places: Places) -> LanguageError:
    known = path if path in places else path.rpartition(".")[0]
    mark = places.get(known, places[""]).start_mark
    label = "" if path in ("", "body") else f"{path}: "
    return LanguageError(f"{label}{message}", line=mark.line + 1, column=mark.column + 1)
