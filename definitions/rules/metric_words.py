"""A metric read aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from definitions.compiler.bodies import (
    Aggregate,
    EventMetric,
    FirstEntry,
    LastEntry,
    Moment,
    NetEntries,
    OnField,
    RatioMetric,
    SnapshotMetric,
)
from definitions.language import Catalog, describe
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
        article = "An" if thing[0] in "aeiou" else "A"
        sentences = [f"{_opening(body.aggregate, thing, self.value(body))}."]
        if self.expressions["where"].text.strip().lower() != "true":
            sentences.append(f"{article} {thing} is in it when {self.phrase('where')}.")
        sentences.append(self.timing(body, thing))
        if body.governed:
            names = ", ".join(name.replace("_", " ") for name in body.governed)
            sentences.append(f"Where the {names} is empty, it is counted apart.")
        return " ".join(sentences)

    def value(self, body: EventMetric | SnapshotMetric) -> str:
        if isinstance(body, EventMetric) and body.since is not None:
            return f"days from {self.moment('since', body.since)} to {self.moment('moment', body.moment)}"
        return "" if body.value is None else self.phrase("value")

    def timing(self, body: EventMetric | SnapshotMetric, thing: str) -> str:
        if isinstance(body, SnapshotMetric):
            if body.falls_on is None:
                return "It is the state at the end of each period, or now where that comes first."
            day = self.phrase("falls_on")
            return f"Each {thing} stands in the period of {day}; what is past due stands apart."
        if isinstance(body.moment, NetEntries):
            to, on = self.phrase("moment.net_entries_to"), self.phrase("moment.on")
            return f"Each time that {to} it is added, on {on}; when that ends it is taken back, on that day."
        return f"It counts at {self.moment('moment', body.moment)}."

    def moment(self, path: str, moment: Moment) -> str:
        match moment:
            case OnField():
                return self.phrase(f"{path}.field")
            case FirstEntry():
                return f"the first time that {self.phrase(f'{path}.first_entry_to')}{self.otherwise(path)}"
            case LastEntry():
                return f"the last time that {self.phrase(f'{path}.last_entry_to')}{self.otherwise(path)}"
            case NetEntries():
                return self.phrase(f"{path}.on")

    def otherwise(self, path: str) -> str:
        named = f"{path}.else"
        return f" (or {self.phrase(named)} where there is no history)" if named in self.expressions else ""

    def phrase(self, path: str) -> str:
        words = describe(self.expressions[path], catalog=self.catalog, labels=self.labels).removesuffix(".")
        return f"{words[:1].lower()}{words[1:]}"


def _opening(aggregate: Aggregate, thing: str, value: str) -> str:
    things = f"{thing[:-1]}ies" if thing.endswith("y") else f"{thing}s"
    match aggregate:
        case Aggregate.COUNT:
            return f"The number of {things}"
        case Aggregate.COUNT_DISTINCT:
            return f"The number of different values of {value} over {things}"
        case Aggregate.SUM:
            return f"The sum of {value} over {things}"
        case Aggregate.MEDIAN:
            return f"The median over {things} of {value}"
        case Aggregate.MEAN_PARTS:
            return f"The mean over {things} of {value}"
