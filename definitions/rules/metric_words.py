"""A metric read aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
)
from definitions.language import Catalog, Checked, describe
from definitions.rules.metric_check import CheckedMetric


def describe_metric(metric: CheckedMetric, *, catalog: Catalog, labels: Mapping[str, str]) -> str:
    """A few sentences: what is counted or added up, of which records, when, and what a ratio divides."""
    body = metric.body
    if isinstance(body, RatioMetric):
        return _ratio(body, labels)
    return _Speaker(metric, catalog, labels).say(body)


def _ratio(body: RatioMetric, labels: Mapping[str, str]) -> str:
    upper = _sum([labels.get(key, key) for key in body.numerator])
    lower = _sum([labels.get(key, key) for key in body.denominator])
    return f"{upper} divided by {lower[:1].lower()}{lower[1:]}. Without a denominator there is no value."


def _sum(names: Sequence[str]) -> str:
    return " plus ".join([names[0], *(f"{name[:1].lower()}{name[1:]}" for name in names[1:])])


class _Speaker:
    def __init__(self, metric: CheckedMetric, catalog: Catalog, labels: Mapping[str, str]) -> None:
        self.expressions = metric.expressions
        self.catalog = catalog
        self.labels = labels

    def say(self, body: EventMetric | SnapshotMetric) -> str:
        thing = self.catalog.objects[body.object].label.lower()
        things = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
        value = "" if body.value is None else self.phrase("value")
        if isinstance(body, EventMetric) and body.since is not None:
            start, end = self.moment("since", body.since), self.moment("moment", body.moment)
            value = f"the number of days from {start} to {end}"
        sentences = [f"{_opening(body.aggregate, things, value)}{self.condition()}."]
        sentences.append(self.timing(body, thing))
        if body.governed:
            names = ", ".join(name.replace("_", " ") for name in body.governed)
            sentences.append(f"Records whose {names} is empty are counted apart.")
        return " ".join(sentences)

    def condition(self) -> str:
        text = self.expressions["where"].text.strip().lower()
        return "" if text == "true" else f" for which {self.phrase('where')}"

    def timing(self, body: EventMetric | SnapshotMetric, thing: str) -> str:
        if isinstance(body, EventMetric):
            return f"Each counts at {self.moment('moment', body.moment)}."
        if body.falls_on is not None:
            day = self.phrase("falls_on")
            return f"Each {thing} stands in the period of {day}; what is past due stands apart."
        return "It is the state at the end of each period, or today where that comes first."

    def moment(self, path: str, moment: Moment) -> str:
        match moment:
            case OnField():
                return self.phrase(f"{path}.field")
            case FirstEntry():
                return f"the first time that {self.phrase(f'{path}.first_entry_to')}{self.otherwise(path)}"
            case LastEntry():
                return f"the last time that {self.phrase(f'{path}.last_entry_to')}{self.otherwise(path)}"
            case NetEntries():
                to, on = self.phrase(f"{path}.net_entries_to"), self.phrase(f"{path}.on")
                return f"{on} each time that {to} begins, and is taken back when it ends"

    def otherwise(self, path: str) -> str:
        named = f"{path}.else"
        return f" (or {self.phrase(named)} where there is no history)" if named in self.expressions else ""

    def phrase(self, path: str) -> str:
        words = describe(self._expression(path), catalog=self.catalog, labels=self.labels).rstrip(".")
        return f"{words[:1].lower()}{words[1:]}"

    def _expression(self, path: str) -> Checked:
        return self.expressions[path]


def _opening(aggregate: Aggregate, things: str, value: str) -> str:
    match aggregate:
        case Aggregate.COUNT:
            return f"The number of {things}"
        case Aggregate.COUNT_DISTINCT:
            return f"The number of different values of {value} of {things}"
        case Aggregate.SUM:
            return f"The sum of {value} of {things}"
        case Aggregate.MEDIAN:
            return f"The median of {value} of {things}"
        case Aggregate.MEAN_PARTS:
            return f"The mean of {value} of {things}, kept as sum and count"


def parts_of(body: MetricBody) -> tuple[str, ...]:
    """The metrics that a ratio divides; none for the others."""
    return (*body.numerator, *body.denominator) if isinstance(body, RatioMetric) else ()
