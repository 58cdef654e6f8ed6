"""Exact numbers: rounding for display, division of a pair, and how sure a rate is (kpis.md 0.1 to 0.3)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext

_EXACT = Context(prec=50, rounding=ROUND_HALF_EVEN)
_Z_95 = Decimal("1.959963984540054")  # the normal quantile of 0.975
_PROBABILITY_PLACES = 6


@dataclass(frozen=True)
class Interval:
    """A closed range of shares, `0 <= low <= high <= 1`."""

    low: Decimal
    high: Decimal


def round_half_even(value: Decimal, *, places: int) -> Decimal:
    """`value` with exactly `places` decimals; a tie goes to the even digit, whatever the thread's context."""
    with localcontext(_EXACT) as context:
        context.prec = max(context.prec, value.adjusted() + 2 + places) if value.is_finite() else context.prec
        return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)


def divide(numerator: Decimal, denominator: Decimal, *, places: int = 12) -> Decimal | None:
    """The value of a pair, rounded half-even to `places`; None, not 0, when the denominator is zero."""
    if denominator == 0:
        return None
    with localcontext(_EXACT):
        return round_half_even(numerator / denominator, places=places)


def wilson_interval(successes: int, trials: int) -> Interval | None:
    """The Wilson 95 % interval of a rate, to six decimals; None when there were no trials.

    Wilson 1927: (p + z²/2n ± z·√(p(1-p)/n + z²/4n²)) / (1 + z²/n). Raises `ValueError` for impossible counts.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is not a rate.")
    if trials == 0:
        return None
    with localcontext(_EXACT):
        n, k, z2 = Decimal(trials), Decimal(successes), _Z_95 * _Z_95
        centre = (k / n + z2 / (2 * n)) / (1 + z2 / n)
        reach = _Z_95 * (k * (n - k) / n**3 + z2 / (4 * n * n)).sqrt() / (1 + z2 / n)
        low, high = max(centre - reach, Decimal(0)), min(centre + reach, Decimal(1))
        # At the ends the exact bound is 0 or 1; the square root would leave a last-digit crumb.
        low = Decimal(0) if successes == 0 else low
        high = Decimal(1) if successes == trials else high
        return Interval(
            low=round_half_even(low, places=_PROBABILITY_PLACES),
            high=round_half_even(high, places=_PROBABILITY_PLACES),
        )


def group_digits(value: Decimal, *, places: int) -> str:
    """`value` for reading: rounded half-even, thousands set apart by commas, no minus before a zero."""
    text = f"{round_half_even(value, places=places):,f}"
    return text.removeprefix("-") if not any(digit in "123456789" for digit in text) else text


def percent_text(share: Decimal, *, places: int = 1) -> str:
    """A share as people read it: `Decimal("0.6315")` is "63.2%"; ties go to the even digit."""
    return f"{group_digits(share * 100, places=places)}%"
