"""A checked expression as a sentence that can be read aloud."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from . import typed
from .catalog import Catalog, Type
from .periods import Reach, RelativePeriod, Unit
from .typed import Checked, Constant, FieldValue, Typed

_COMPARED = {
    "=": "is",
    "!=": "is not",
    "<": "is less than",
    "<=": "is at most",
    ">": "is more than",
    ">=": "is at least",
}
_DATED = {
    "=": "is",
    "!=": "is not",
    "<": "is before",
    "<=": "is on or before",
    ">": "is after",
    ">=": "is on or after",
}
_SIGNS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}


def describe(expression: Checked, *, catalog: Catalog, labels: Mapping[str, str] | None = None) -> str:
    """One sentence. `labels` gives the names of terms; without one the key is read out."""
    words = _Speaker(catalog, labels or {}).say(expression.root)
    return f"{words[:1].upper()}{words[1:]}."


class _Speaker:
    def __init__(self, catalog: Catalog, labels: Mapping[str, str]) -> None:
        self.catalog = catalog
        self.labels = labels

    def say(self, node: Typed, *, inside: bool = False) -> str:
        match node:
            case typed.Every(_, _, items):
                return _series(
                    [self.say(item, inside=True) for item in items], "and", "both " if inside else ""
                )
            case typed.Some(_, _, items):
                return _series(
                    [self.say(item, inside=True) for item in items], "or", "either " if inside else ""
                )
            case typed.Inverted(_, _, operand):
                return f"it is not so that {self.say(operand)}"
            case typed.TermMet(_, source, term):
                path = getattr(source, "path", None)
                whose = f"the {path.names[-1].replace('_', ' ')}" if path else "it"
                return f"{whose} counts as {self.labels.get(term, term.replace('_', ' ')).lower()}"
            case typed.Compared(_, _, operator, left, right):
                verb = (_DATED if left.type in (Type.DATE, Type.INSTANT) else _COMPARED)[operator]
                return f"{self.say(left)} {verb} {self.say(right)}"
            case typed.Among(_, _, operand, items, _, negated):
                choices = [self.say(item) for item in items]
                verb = "is none of" if negated and len(choices) > 1 else "is not" if negated else "is"
                return f"{self.say(operand)} {verb} {_listed(choices, 'or')}"
            case typed.Ranged(_, _, low, high, negated):
                verb = "is not between" if negated else "is between"
                return f"{self.say(low.left)} {verb} {self.say(low.right)} and {self.say(high.right)}"
            case typed.InDays(_, _, operand, period, negated):
                return f"{self.say(operand)} {'does not fall' if negated else 'falls'} in {_period(period)}"
            case typed.Known(_, _, operand, negated):
                return f"{self.say(operand)} is {'not known' if negated else 'known'}"
            case typed.TruthTest(_, _, operand, truth, negated):
                return f"it is {'not ' * negated}{'true' if truth else 'false'} that {self.say(operand)}"
            case typed.Matched(_, _, how, operand, part):
                return f"{self.say(operand)} {how} “{part}”"
            case typed.Calculated(_, _, operator, left, right):
                return f"{self.say(left)} {_SIGNS[operator]} {self.say(right)}"
            case typed.Negated(_, _, operand):
                return f"minus {self.say(operand)}"
            case typed.DayCount(_, _, left, right):
                return f"the number of days from {self.say(right)} to {self.say(left)}"
            case typed.Shifted(_, _, operand, days):
                return f"{_days(days)} {'after' if days > 0 else 'before'} {self.say(operand)}"
            case typed.ClockValue(kind, _, days):
                word = "today" if kind is Type.DATE else "now"
                return word if not days else f"{_days(days)} {'after' if days > 0 else 'before'} {word}"
            case Constant():
                return _constant(node)
            case FieldValue():
                return self.field(node)
        raise TypeError(f"no rule for {type(node).__name__}")

    def field(self, node: FieldValue) -> str:
        """The field as 'the segment of the account'; yes/no fields read as a statement."""
        words = f"the {node.field.label.lower()}"
        if node.steps:
            target = self.catalog.objects[node.object]
            words = f"the {target.label.lower()}'s {node.field.label.lower()}"
        if node.type is Type.BOOL:
            return f"{words} is yes"
        return words


def _constant(node: Constant) -> str:
    match node.value:
        case bool():
            return "yes" if node.value else "no"
        case Decimal():
            return f"{node.value:,f}{' ' + node.currency if node.currency else ''}"
        case str():
            return f"“{node.value}”"
        case day:
            return f"{day.day} {day:%B %Y}"


def _period(period: RelativePeriod) -> str:
    unit = f"fiscal {period.unit.value}" if period.unit.value in ("quarter", "year") else period.unit.value
    if period.reach is Reach.THIS:
        return f"this {unit}"
    if period.rolling or (period.unit is Unit.DAY and period.reach is Reach.LAST):
        edge = "ending today" if period.reach is Reach.LAST else "starting today"
        return f"the {period.count} {period.unit.value}s {edge}"
    if period.count == 1:
        return f"{period.reach.value} {unit}"
    side = "before" if period.reach is Reach.LAST else "after"
    this = "today" if period.unit.value == "day" else "this one"
    return f"the {period.count} whole {unit}s {side} {this}"


def _days(count: int) -> str:
    return f"{abs(count)} day{'' if abs(count) == 1 else 's'}"


def _listed(items: list[str], word: str) -> str:
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}"


def _series(items: list[str], word: str, opening: str) -> str:
    if len(items) == 2:
        return f"{opening}{items[0]}{',' if not opening else ''} {word} {items[1]}"
    return f"{opening}{', '.join(items[:-1])}, {word} {items[-1]}"


__all__ = ["describe"]
