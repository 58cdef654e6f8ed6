"""Money: an exact amount in one currency. Two currencies never add up; converting is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from functools import cache

from babel.numbers import get_currency_precision, get_currency_symbol, list_currencies

from core.errors import Invalid
from core.numbers import group_digits, round_half_even

_LOCALE = "en_US"
_EXACT = Context(prec=100, traps=[Inexact, InvalidOperation, Overflow])  # a lost digit is an error
_STEPS = ((Decimal(10) ** 12, "T"), (Decimal(10) ** 9, "B"), (Decimal(10) ** 6, "M"), (Decimal(10) ** 3, "K"))


@cache
def _currencies() -> frozenset[str]:
    return frozenset(list_currencies())


def currency_code(text: str, *, param: str | None = None) -> str:
    """The ISO 4217 code in capitals. Raises `Invalid` for one that does not exist."""
    code = text.strip().upper()
    if code not in _currencies():
        raise Invalid(
            f"{text[:20]!r} is not a currency; use an ISO code such as USD.",
            code="unknown_currency",
            param=param,
        )
    return code


@dataclass(frozen=True)
class Money:
    """An amount to the last digit. Arithmetic is exact; mixing currencies raises `Invalid`."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"An amount of money is a Decimal, not {type(self.amount).__name__}.")
        if not self.amount.is_finite():
            raise Invalid(f"{self.amount} is not an amount of money; leave it empty.", code="bad_amount")
        if self.currency not in _currencies():
            currency_code(self.currency)
            raise Invalid(f"Write the currency {self.currency!r} in capitals.", code="unknown_currency")

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(Decimal(0), currency)

    def __add__(self, other: Money) -> Money:
        return Money(_EXACT.add(self.amount, self._same(other).amount), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(_EXACT.subtract(self.amount, self._same(other).amount), self.currency)

    def __neg__(self) -> Money:
        return Money(_EXACT.minus(self.amount), self.currency)

    def __abs__(self) -> Money:
        return Money(self.amount.copy_abs(), self.currency)

    def __mul__(self, factor: Decimal | int) -> Money:
        return Money(_EXACT.multiply(self.amount, Decimal(factor)), self.currency)

    __rmul__ = __mul__

    def __lt__(self, other: Money) -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: Money) -> bool:
        return self.amount <= self._same(other).amount

    def __gt__(self, other: Money) -> bool:
        return self.amount > self._same(other).amount

    def __ge__(self, other: Money) -> bool:
        return self.amount >= self._same(other).amount

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        return self.display()

    def rounded(self) -> Money:
        """Half-even to the currency's decimals (2 for USD, 0 for JPY, 3 for KWD)."""
        return Money(
            round_half_even(self.amount, places=get_currency_precision(self.currency)), self.currency
        )

    def display(self) -> str:
        """In full: "$4,567,890.00", "-€12.50", "¥1,234", "CHF 100.00"."""
        return self._signed(
            group_digits(self.amount.copy_abs(), places=get_currency_precision(self.currency))
        )

    def compact(self) -> str:
        """To three figures: "$4.57M", "$45.7M", "$457M", "$950"."""
        return self._signed(_three_figures(self.amount.copy_abs()))

    def _signed(self, digits: str) -> str:
        symbol = get_currency_symbol(self.currency, locale=_LOCALE)
        gap = "\N{NO-BREAK SPACE}" if symbol[-1].isalpha() else ""
        sign = "-" if self.amount < 0 and any(digit in "123456789" for digit in digits) else ""
        return f"{sign}{symbol}{gap}{digits}"

    def _same(self, other: Money) -> Money:
        if not isinstance(other, Money):
            raise TypeError(f"Money goes with money, not with {type(other).__name__}.")
        if other.currency != self.currency:
            message = (
                f"{self.currency} and {other.currency} cannot be put together; convert one of them first."
            )
            raise Invalid(message, code="mixed_currencies")
        return other


def total(amounts: list[Money], *, currency: str) -> Money:
    """The exact sum; zero when there is nothing to add. Raises `Invalid` on another currency."""
    result = Money.zero(currency)
    for amount in amounts:
        result = result + amount
    return result


def _three_figures(value: Decimal) -> str:
    for step, unit in reversed(_STEPS):
        scaled = value / step
        if (
            round_half_even(scaled, places=_places(scaled)) < 1000
            and round_half_even(value, places=0) >= 1000
        ):
            places = _places(scaled)
            return f"{group_digits(scaled, places=places)}{unit}"
    if value >= 1000:
        step, unit = _STEPS[0]
        return f"{group_digits(value / step, places=0)}{unit}"
    return group_digits(value, places=0)


def _places(scaled: Decimal) -> int:
    """How many decimals leave three figures."""
    if round_half_even(scaled, places=2) < 10:
        return 2
    return 1 if round_half_even(scaled, places=1) < 100 else 0
