"""Suggestions for the values of a column: stages, opportunity types, forecast categories. A person confirms
them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crm.rules.mapping import StageMap
from crm.rules.values import Cell, to_text

if TYPE_CHECKING:
    from crm.readers.profile import RawRow

MOST_VALUES = 500
_TYPES = {
    "new": "new newbusiness newcustomer newlogo newdeal firstpurchase",
    "expansion": "expansion existingbusiness existingcustomerupgrade upgrade upsell crosssell addon "
    "newbusinessaddon amendment",
    "renewal": "renewal renewals renewalbusiness existingcustomerrenewal contractrenewal",
}
_CATEGORIES = {
    "pipeline": "pipeline notforecasted",
    "best_case": "bestcase upside mostlikely",
    "commit": "commit committed forecast",
    "closed": "closed closedwon",
    "omitted": "omitted omit",
}
_LISTED = {"opportunity_type": _TYPES, "forecast_category": _CATEGORIES}
_DISQUALIFIED = re.compile(r"disqualif|unqualif|duplicate|spam|not a fit|no fit|test\b")
_LOST = re.compile(r"lost|declin|cancel|reject|dead|abandon|no decision")
_WON = re.compile(r"\bwon\b|closedwon|activated|signed|booked")
_USUAL_ORDER = (
    "suspect", "new", "submitted", "appointment", "prospect", "engag", "discover", "qualif", "need", "demo",
    "present", "value", "decision", "perception", "evaluat", "proof", "trial", "proposal", "quote", "accept",
    "negotiat", "review", "verbal", "contract", "approv", "legal", "commit",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ValueCount:
    """A value of a column and how many rows hold it."""

    value: str
    rows: int


def distinct_values(
    rows: Iterable[RawRow], column: str, *, most: int = MOST_VALUES
) -> tuple[ValueCount, ...]:
    """The values of a column, most frequent first; blanks left out. Past `most` different ones, new ones are
    not added.
    """
    counts: Counter[str] = Counter()
    for row in rows:
        text = to_text(row.values.get(column))
        if text is not None and (text in counts or len(counts) < most):
            counts[text] += 1
    return tuple(
        ValueCount(value, count)
        for value, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def suggest_values(field: str, cells: Iterable[Cell]) -> tuple[tuple[str, str], ...]:
    """What the values of a governed field probably mean; the others are left to a person."""
    listed = _LISTED.get(field)
    if listed is None:
        return ()
    texts = sorted({text for text in map(to_text, cells) if text is not None})
    meant = {name: ours for ours, names in listed.items() for name in names.split()}
    pairs = ((text, meant.get(re.sub(r"[\W_]+", "", text.lower()))) for text in texts)
    return tuple((text, ours) for text, ours in pairs if ours is not None)


def suggest_stages(values: Iterable[str]) -> tuple[StageMap, ...]:
    """Stages for the values of a stage column, in the order sales processes usually have.

    Outcomes are read from the names (won, lost, declined, ...). No open stage is marked qualified: from where
    on pipeline counts as qualified is a decision of the business.
    """
    open_stages: list[str] = []
    ended: dict[str, list[str]] = {"won": [], "lost": [], "disqualified": []}
    for value in sorted(set(values)):
        outcome = _outcome(value)
        (open_stages if outcome == "open" else ended[outcome]).append(value)
    open_stages.sort(key=lambda value: (_usual_place(value), value))
    ordered = [(value, "open") for value in open_stages]
    ordered += [(value, outcome) for outcome, found in ended.items() for value in found]
    category = {"open": "pipeline", "won": "closed", "lost": "omitted", "disqualified": "omitted"}
    return tuple(
        StageMap(value, outcome, place, is_qualified=outcome == "won", forecast_category=category[outcome])
        for place, (value, outcome) in enumerate(ordered, start=1)
    )


def _outcome(value: str) -> str:
    words = re.sub(r"[_\W]+", " ", value.lower()).strip()
    if _DISQUALIFIED.search(words):
        return "disqualified"
    if _LOST.search(words):
        return "lost"
    return "won" if _WON.search(words) else "open"


def _usual_place(value: str) -> int:
    words = value.lower()
    return next((place for place, part in enumerate(_USUAL_ORDER) if part in words), len(_USUAL_ORDER))
