from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import formatting

NBSP = "\u00a0"
amounts = st.decimals(min_value=-(10**13), max_value=10**13, allow_nan=False, allow_infinity=False, places=4)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("0", "$0"),
        ("0.4", "$0"),
        ("-0.4", "$0"),
        ("9480", "$9,480"),
        ("9999.5", "$10.0K"),
        ("35000", "$35.0K"),
        ("99950", "$100.0K"),
        ("585000", "$585K"),
        ("999499", "$999K"),
        ("999500", "$1.00M"),
        ("4573180", "$4.57M"),
        ("999994999", "$999.99M"),
        ("999995000", "$1.00B"),
        ("-730000", "\u2212$730K"),
    ],
)
def test_money_is_short_and_never_reads_a_thousand_thousands(value: str, written: str) -> None:
    assert formatting.money(Decimal(value)) == written


def test_money_names_currencies_that_have_no_sign_of_their_own() -> None:
    assert formatting.money(Decimal(1_200_000), "CHF") == f"CHF{NBSP}1.20M"
    assert formatting.money(Decimal(9480), "EUR") == "€9,480"
    assert formatting.money_exact(Decimal("4573180"), "USD") == "$4,573,180.00"
    assert formatting.money_exact(Decimal("-12.345"), "USD") == "\u2212$12.34"
    assert formatting.money_exact(Decimal("4573180.4"), "JPY") == "¥4,573,180"


def test_a_tie_goes_to_the_even_digit() -> None:
    assert formatting.number(Decimal("0.125"), 2) == "0.12"
    assert formatting.number(Decimal("-0.135"), 2) == "\u22120.14"
    assert formatting.number(2.675, 2) == "2.68"  # the binary float lies below, the text people see does not
    assert formatting.percent(Decimal("0.6315"), 1) == "63.2%"


def test_signs_carry_meaning_and_zero_has_none() -> None:
    assert formatting.signed(40) == "+40"
    assert formatting.signed(-25) == "\u221225"
    assert formatting.signed(Decimal("0.2")) == "±0"
    assert formatting.number(Decimal("-0.2")) == "0"


def test_units_follow_their_number() -> None:
    assert formatting.percent(Decimal("0.241")) == "24.1%"
    assert formatting.points(Decimal("0.008")) == f"0.8{NBSP}pts"
    assert formatting.days(1) == f"1{NBSP}day"
    assert formatting.days(Decimal("12.5"), 1) == f"12.5{NBSP}days"
    assert formatting.counted(2, "opportunity", "opportunities") == f"2{NBSP}opportunities"
    assert formatting.times(Decimal("3.4")) == "3.4\u00d7"
    assert formatting.file_size(820) == f"820{NBSP}B"
    assert formatting.file_size(3_140_000) == f"3.1{NBSP}MB"


def test_no_value_is_a_dash_and_never_zero() -> None:
    written = {formatting.number(None), formatting.signed(None), formatting.percent(None)}
    written |= {formatting.money(None), formatting.money_exact(None), formatting.days(None)}
    written |= {formatting.duration(None), formatting.day(None), formatting.instant(None)}

    assert written == {formatting.NO_VALUE}


@pytest.mark.parametrize(
    ("length", "written"),
    [
        (timedelta(seconds=40), "40_s"),
        (timedelta(minutes=12, seconds=59), "12_min"),
        (timedelta(hours=1, minutes=37), "1_h 37_min"),
        (timedelta(hours=2), "2_h"),
        (timedelta(days=1), "1_day"),
        (timedelta(days=3, hours=4, minutes=59), "3_days 4_h"),
        (timedelta(minutes=-5), "\u22125_min"),
    ],
)
def test_durations_keep_the_two_largest_units(length: timedelta, written: str) -> None:
    assert formatting.duration(length) == written.replace("_", NBSP)


def test_relative_times_end_after_48_hours() -> None:
    now = datetime(2026, 11, 19, 6, 0, tzinfo=UTC)

    assert formatting.ago(now - timedelta(seconds=20), now) == "just now"
    assert formatting.ago(now - timedelta(minutes=12), now) == f"12{NBSP}min ago"
    assert formatting.ago(now - timedelta(hours=5, minutes=12), now) == f"5{NBSP}h ago"
    assert formatting.ago(now - timedelta(hours=49), now) == "17 Nov 2026"
    assert formatting.ago(now + timedelta(hours=1), now) == "19 Nov 2026"


def test_days_and_instants_are_written_out() -> None:
    assert formatting.day(date(2026, 11, 9)) == "9 Nov 2026"
    assert formatting.instant(datetime(2026, 11, 19, 6, 0, tzinfo=UTC)) == "Thu 19 Nov 2026, 06:00 UTC"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Dana Whitfield", "DW"),
        ("dana@halyard.test", "DA"),
        ("Ines van der Berg", "IB"),
        ("Å", "Å"),
        ("", "?"),
    ],
)
def test_initials_are_two_letters(name: str, letters: str) -> None:
    assert formatting.initials(name) == letters


@given(amounts)
def test_short_money_is_within_one_percent_of_the_amount(amount: Decimal) -> None:
    text = formatting.money(amount)
    digits = text.replace(formatting.MINUS, "").removeprefix("$").replace(",", "")
    scale = {"K": 10**3, "M": 10**6, "B": 10**9}.get(digits[-1], 1)
    read = Decimal(digits.rstrip("KMB")) * scale

    assert abs(read - abs(amount)) <= max(Decimal("0.5"), abs(amount) / 100)
    assert text.startswith(formatting.MINUS) == (read != 0 and amount < 0)
