"""An answer of the engine as people read it. Formats, never computes: every figure is a cell's own value."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from urllib.parse import quote

from django.urls import reverse

from core import formatting
from core.components import Delta, Good, Missing, Shown, delta_of
from metrics.answer import Answer, Cell
from metrics.receipts import decimal_text

REASONS: Mapping[str, str] = {
    "no_denominator": "n/a (0 of 0)",
    "no_amount": "No amount on any row",
    "no_rows": "No rows",
    "missing_rate": "Exchange rate missing",
    "no_history": "Before history exists",
}
EXCLUDED: Mapping[str, str] = {
    "no_amount": "without an amount: counted, not valued",
    "missing_rate": "without an exchange rate",
    "future_dated": "closed but dated in the future",
    "unmapped": "with a type nobody mapped",
    "past_due": "past due: open with a close date in the past",
    "undated": "without a date, in all periods asked about",
}
GOOD: Mapping[str, Good] = {"up": "up", "down": "down", "none": "none"}


def value_text(value: Decimal | None, answer: Answer) -> str:
    """Short, for tiles and prose: `$4.57M`, `63.2%`, `41 days`, `1,294`."""
    if value is None:
        return formatting.NO_VALUE
    match answer.unit:
        case "money":
            return formatting.money(value, answer.currency or "USD")
        case "percent":
            return formatting.percent(value)
        case "days":
            return formatting.days(value, 0 if value == value.to_integral_value() else 1)
        case _:
            return formatting.number(value)


def part_text(cell: Cell, name: str, answer: Answer) -> str:
    """A part of the number: money where the parts are money, a count otherwise."""
    part = cell.parts.get(name)
    if part is None:
        return formatting.NO_VALUE
    if answer.parts_are_money and name != "n":
        return formatting.money(part, answer.currency or "USD")
    return formatting.number(part, 0 if part == part.to_integral_value() else 1)


def exact_text(cell: Cell, answer: Answer) -> str:
    """Every digit, for tooltips and receipts."""
    if cell.value is None:
        return REASONS.get(cell.reason or "", cell.reason or "")
    digits = decimal_text(cell.value) or ""
    unit = answer.currency or {"percent": "as a share of one", "days": "days"}.get(answer.unit, "")
    return f"{digits} {unit}".strip()


def change_text(change: Decimal, answer: Answer) -> str:
    """The size of a difference, without sign: `0.8 pts`, `$12.0K`."""
    if answer.unit == "percent":
        return formatting.points(abs(change))
    return value_text(abs(change), answer)


def shown(cell: Cell, answer: Answer, *, tenant: str) -> Shown:
    """A cell as a number that opens where it comes from."""
    piece = answer.slice(cell.period)
    where = ", ".join(part or "none" for part in cell.group)
    return Shown(
        text=value_text(cell.value, answer)
        if cell.value is not None
        else REASONS.get(cell.reason or "", formatting.NO_VALUE),
        label=", ".join(part for part in (answer.label, where, piece.label) if part),
        href=number_href(cell, answer, tenant=tenant),
        receipt=answer.receipt_id,
        exact=exact_text(cell, answer),
    )


def missing(cell: Cell, answer: Answer) -> Missing:
    """Why there is no value, in words."""
    return Missing(reason=REASONS.get(cell.reason or "", "No value"))


def number_href(cell: Cell, answer: Answer, *, tenant: str) -> str:
    """Where the number explains itself: a link that says the same tomorrow."""
    return f"{reverse('number', args=[tenant, answer.receipt_id])}?cell={quote(cell.key)}"


def delta(now: Cell, before: Cell | None, answer: Answer, *, against: str) -> Delta | None:
    """The change of a cell against another answer's cell of the same metric; None where either has no
    value.
    """
    if before is None or now.value is None or before.value is None:
        return None
    change = now.value - before.value
    return delta_of(change, change_text(change, answer), good=GOOD.get(answer.good, "none"), against=against)


def excluded_sentences(cell: Cell) -> list[str]:
    """What was left out of the number and why: `3 opportunities without an exchange rate`."""
    return [
        f"{formatting.counted(count, 'row')} {EXCLUDED.get(reason, reason.replace('_', ' '))}"
        for reason, count in sorted(cell.excluded.items())
        if count
    ]
