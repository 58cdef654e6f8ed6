from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.numbers import Interval, divide, group_digits, percent_text, round_half_even, wilson_interval


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [("0.125", 2, "0.12"), ("0.135", 2, "0.14"), ("2.5", 0, "2"), ("-3.5", 0, "-4"), ("7", 3, "7.000")],
)
def test_ties_go_to_the_even_digit(value: str, places: int, rounded: str) -> None:
    assert str(round_half_even(Decimal(value), places=places)) == rounded


def test_the_context_of_the_thread_changes_nothing() -> None:
    with localcontext() as context:
        context.prec = 3
        assert divide(Decimal(1), Decimal(3)) == Decimal("0.333333333333")
        assert round_half_even(Decimal("123456.785"), places=2) == Decimal("123456.78")


def test_a_zero_denominator_is_no_value_and_a_zero_numerator_is_zero() -> None:
    assert divide(Decimal(5), Decimal(0)) is None
    assert divide(Decimal(0), Decimal(0)) is None
    assert divide(Decimal(0), Decimal(5)) == 0


def test_win_rate_of_the_maven_export() -> None:
    """4,238 won and 2,473 lost: 0.6315 by count."""
    rate = divide(Decimal(4238), Decimal(4238 + 2473), places=4)

    assert rate == Decimal("0.6315")
    assert percent_text(rate) == "63.2%"  # 63.15 is a tie: to the even digit


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (5, 10, "0.236593", "0.763407"),  # statsmodels proportion_confint(5, 10, method="wilson")
        (0, 10, "0", "0.277533"),  # upper bound z²/(n+z²) = 3.841459/13.841459
        (10, 10, "0.722467", "1"),
        (1, 1, "0.206549", "1"),  # lower bound 1/(1+z²)
        (15, 50, "0.191036", "0.437504"),  # (0.338415 ± 1.959964·√0.004584146) / 1.0768292
    ],
)
def test_wilson_intervals(successes: int, trials: int, low: str, high: str) -> None:
    assert wilson_interval(successes, trials) == Interval(Decimal(low), Decimal(high))


def test_no_trials_have_no_interval() -> None:
    assert wilson_interval(0, 0) is None
    with pytest.raises(ValueError, match="not a rate"):
        wilson_interval(3, 2)


@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_rate_and_mirrors(counts: tuple[int, int]) -> None:
    successes, trials = counts
    interval, mirror = wilson_interval(successes, trials), wilson_interval(trials - successes, trials)

    assert interval is not None
    assert mirror is not None
    assert 0 <= interval.low <= round_half_even(Decimal(successes) / trials, places=6) <= interval.high <= 1
    assert interval.low == 1 - mirror.high


def test_numbers_are_grouped_for_reading() -> None:
    assert group_digits(Decimal("1234567.891"), places=1) == "1,234,567.9"
    assert group_digits(Decimal("-0.04"), places=1) == "0.0"
    assert group_digits(Decimal("1E+6"), places=0) == "1,000,000"
