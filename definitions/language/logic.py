"""The arithmetic and logic both back ends must agree on, in exact decimals and three-valued truth.

* Unknown (None) behaves as SQL's NULL everywhere.
* A quotient keeps 12 decimals; further digits are cut off, not rounded. Division by zero is unknown.
  (Cutting is what PostgreSQL's `div` does exactly at any size; rounding would round twice.)
* Money compares and adds only within one currency; between two currencies the answer is unknown. A zero
  without currency goes with any.
* Dates move within the years 1 to 9999; beyond them the answer is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Context, Decimal
from typing import Literal, cast

from .ast import Comparator, Operator

QUOTIENT_DECIMALS = 12
_EXACT = Context(prec=20_000, Emax=999_999, Emin=-999_999)
_SCALE = Decimal(10) ** QUOTIENT_DECIMALS


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a currency; `currency` None on a stored amount means that nobody wrote it down."""

    amount: Decimal
    currency: str | None


Value = Decimal | str | bool | date | datetime | Money | int | None
Truth = bool | None


def all_true(values: Iterable[Truth]) -> Truth:
    result: Truth = True
    for value in values:
        if value is False:
            return False
        if value is None:
            result = None
    return result


def any_true(values: Iterable[Truth]) -> Truth:
    result: Truth = False
    for value in values:
        if value:
            return True
        if value is None:
            result = None
    return result


def negation(value: Truth) -> Truth:
    return None if value is None else not value


def compare(operator: Comparator, left: Value, right: Value) -> Truth:
    """Compare two values of one type; unknown when either is."""
    if left is None or right is None:
        return None
    if operator == "=":
        return left == right
    if operator == "!=":
        return left != right
    first, second = cast(Decimal, left), cast(Decimal, right)  # the checker lets only ordered types through
    match operator:
        case "<":
            return first < second
        case "<=":
            return first <= second
        case ">":
            return first > second
        case _:
            return first >= second


def compare_money(operator: Comparator, left: Money | None, right: Money | None) -> Truth:
    if left is None or right is None or not _same_currency(left, right):
        return None
    return compare(operator, left.amount, right.amount)


def _same_currency(left: Money, right: Money) -> bool:
    if _is_plain_zero(left) or _is_plain_zero(right):
        return True
    return left.currency is not None and left.currency == right.currency


ZERO = Money(Decimal(0), "")


def _is_plain_zero(money: Money) -> bool:
    """The literal 0, which has the empty currency; never a stored amount."""
    return money is ZERO or money.currency == ""


def calculate(operator: Operator, left: Value, right: Value) -> Decimal | Money | None:
    """+ - * / over numbers and money; unknown for unknown operands, mixed currencies and division by zero."""
    if left is None or right is None:
        return None
    if isinstance(left, Money) and isinstance(right, Money):
        if not _same_currency(left, right):
            return None
        amount = _number(operator, left.amount, right.amount)
        if operator == "/" or amount is None:
            return amount
        return Money(amount, right.currency if _is_plain_zero(left) else left.currency)
    if isinstance(left, Money) or isinstance(right, Money):
        first, second = (left, right) if isinstance(left, Money) else (right, left)
        money = cast(Money, first)
        amount = _number(operator, money.amount, cast(Decimal, second))
        return None if amount is None else Money(amount, money.currency)
    return _number(operator, cast(Decimal, left), cast(Decimal, right))


def _number(operator: Operator, left: Decimal, right: Decimal) -> Decimal | None:
    match operator:
        case "+":
            return _EXACT.add(left, right)
        case "-":
            return _EXACT.subtract(left, right)
        case "*":
            return _EXACT.multiply(left, right)
        case _:
            if right == 0:
                return None
            whole = _EXACT.divide_int(_EXACT.multiply(left, _SCALE), right)
            return _EXACT.scaleb(whole, -QUOTIENT_DECIMALS)


def negative(value: Value) -> Decimal | Money | None:
    if isinstance(value, Money):
        return Money(_EXACT.minus(value.amount), value.currency)
    return None if value is None else _EXACT.minus(cast(Decimal, value))


def shift(value: Value, days: int) -> date | datetime | None:
    if not isinstance(value, date):
        return None
    try:
        return (value.astimezone(UTC) if isinstance(value, datetime) else value) + timedelta(days=days)
    except OverflowError:
        return None


def shift_limit(days: int) -> date:
    """The last day (for days > 0) or the first day (for days < 0) that `shift` can still move."""
    return date.max - timedelta(days=days) if days > 0 else date.min - timedelta(days=days)


def matches(how: Literal["starts with", "contains"], value: str | None, part: str) -> Truth:
    if value is None:
        return None
    return value.startswith(part) if how == "starts with" else part in value
