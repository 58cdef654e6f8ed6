"""Whether a metric can be used: its names are known, its conditions conditions, its parts metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from definitions.compiler.bodies import (
    Aggregate,
    EventMetric,
    FirstEntry,
    LastEntry,
    MetricBody,
    Moment,
    NetEntries,
    OnField,
    RatioMetric,
    SnapshotMetric,
    Unit,
)
from definitions.language import (
    Catalog,
    Checked,
    LanguageError,
    Terms,
    Type,
    check_condition,
    check_text,
    parse,
    text_of,
)
from definitions.language.ast import Meets, walk
from definitions.language.errors import nearest
from definitions.rules.metric_text import Good, MetricText

Metrics = Mapping[str, MetricBody]
_TIMES = (Type.DATE, Type.INSTANT)


@dataclass(frozen=True, slots=True)
class CheckedMetric:
    """A metric that can be used, its conditions canonical; `references` are the terms and metrics named."""

    body: MetricBody
    good: Good
    references: frozenset[str]
    expressions: Mapping[str, Checked]


def check_metric(written: MetricText, *, catalog: Catalog, terms: Terms, metrics: Metrics) -> CheckedMetric:
    """Raises `LanguageError` with the place of the first mistake."""
    body = written.body
    if isinstance(body, RatioMetric):
        return _ratio(body, written, metrics)
    if body.object not in catalog.objects:
        near = nearest(body.object, catalog.objects)
        raise written.at(
            "object",
            LanguageError(
                f"There is no object called {body.object}.",
                suggestion=f"Did you mean {near}?" if near else None,
            ),
        )
    found: dict[str, Checked] = {}
    for path, text, kind in _texts(body):
        try:
            check = check_condition if kind == "condition" else check_text
            found[path] = check(text, object=body.object, catalog=catalog, terms=terms)
            _check_type(found[path], kind, body)
        except LanguageError as error:
            raise written.at(path, error) from error
    references = {
        node.term
        for checked in found.values()
        for node, _ in walk(checked.root.source)
        if isinstance(node, Meets)
    }
    return CheckedMetric(_canonical(body), written.good, frozenset(references), found)


def _ratio(body: RatioMetric, written: MetricText, metrics: Metrics) -> CheckedMetric:
    for path, names in (("numerator", body.numerator), ("denominator", body.denominator)):
        for name in names:
            part = metrics.get(name)
            if part is None:
                near = nearest(name, metrics)
                message = f"There is no metric called {name} in force."
                raise written.at(
                    path, LanguageError(message, suggestion=f"Did you mean {near}?" if near else None)
                )
            if isinstance(part, RatioMetric) or not part.is_additive:
                raise written.at(
                    path, LanguageError(f"{name} cannot be added up, so it cannot be a part of a ratio.")
                )
    return CheckedMetric(body, written.good, frozenset((*body.numerator, *body.denominator)), {})


def _texts(body: EventMetric | SnapshotMetric) -> Iterator[tuple[str, str, str]]:
    """Each text in a body: its path, itself, and whether it is a condition, a value, a time or any field."""
    yield "where", body.where, "condition"
    if body.value is not None:
        yield "value", body.value, "value"
    if isinstance(body, SnapshotMetric):
        if body.falls_on is not None:
            yield "falls_on", body.falls_on, "day"
    else:
        yield from _moment_texts("moment", body.moment)
        if body.since is not None:
            yield from _moment_texts("since", body.since)
    for name in body.governed:
        yield "governed", name, "any"


def _moment_texts(path: str, moment: Moment) -> Iterator[tuple[str, str, str]]:
    match moment:
        case OnField(field):
            yield f"{path}.field", field, "time"
        case FirstEntry(to, otherwise):
            yield f"{path}.first_entry_to", to, "condition"
            if otherwise is not None:
                yield f"{path}.else", otherwise, "time"
        case LastEntry(to, otherwise):
            yield f"{path}.last_entry_to", to, "condition"
            if otherwise is not None:
                yield f"{path}.else", otherwise, "time"
        case NetEntries(to, on):
            yield f"{path}.net_entries_to", to, "condition"
            yield f"{path}.on", on, "time"


def _check_type(checked: Checked, kind: str, body: EventMetric | SnapshotMetric) -> None:
    if kind in ("time", "day") and checked.type not in (_TIMES if kind == "time" else (Type.DATE,)):
        wanted = "a date or a point in time" if kind == "time" else "a date"
        raise LanguageError(f"This is {checked.type.phrase}, but {wanted} is needed here.")
    if kind == "value" and body.aggregate is not Aggregate.COUNT_DISTINCT:
        if checked.type not in (Type.NUMBER, Type.MONEY):
            raise LanguageError(f"This is {checked.type.phrase}, but a number or money is needed here.")
        if (checked.type is Type.MONEY) != (body.unit is Unit.MONEY):
            raise LanguageError(
                f"The value is {checked.type.phrase}, but the unit of the metric is {body.unit.value}."
            )


def _canonical(body: EventMetric | SnapshotMetric) -> MetricBody:
    """The same body with its conditions and values as the language prints them."""
    body = replace(body, where=text_of(parse(body.where)))
    if body.value is not None:
        body = replace(body, value=text_of(parse(body.value)))
    if isinstance(body, EventMetric):
        since = None if body.since is None else _canonical_moment(body.since)
        body = replace(body, moment=_canonical_moment(body.moment), since=since)
    return body


def _canonical_moment(moment: Moment) -> Moment:
    if isinstance(moment, OnField):
        return moment
    return replace(moment, to=text_of(parse(moment.to)))
