from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.money import Money, currency_code, total


def usd(amount: str) -> Money:
    return Money(Decimal(amount), "USD")


def test_amounts_add_up_to_the_last_digit() -> None:
    assert usd("0.1") + usd("0.2") == usd("0.3")
    assert usd("100") - usd("250.0001") == usd("-150.0001")
    assert 3 * usd("33.33") == usd("99.99")
    assert usd("-5") < usd("0") <= usd("0") < usd("1e3")
    assert abs(usd("-5")) == usd("5")
    assert not usd("0.00")
    assert total([usd("1.10"), usd("2.20")], currency="USD") == usd("3.30")
    assert total([], currency="JPY") == Money.zero("JPY")


def test_more_digits_than_a_thread_usually_keeps_are_kept() -> None:
    large, small = usd("12345678901234567890123456.1234"), usd("0.000000000001")

    assert (large + small).amount == Decimal("12345678901234567890123456.123400000001")
    assert (-large).amount == Decimal("-12345678901234567890123456.1234")


def test_two_currencies_never_mix() -> None:
    euro = Money(Decimal(1), "EUR")

    for mixing in (lambda: usd("1") + euro, lambda: usd("1") - euro, lambda: usd("1") < euro):
        with pytest.raises(Invalid) as refusal:
            mixing()
        assert refusal.value.code == "mixed_currencies"
    assert usd("1") != euro


@pytest.mark.parametrize("currency", ["usd", "US", "", "ZZZ", "USD "])
def test_only_iso_currencies_in_capitals_are_money(currency: str) -> None:
    with pytest.raises(Invalid) as refusal:
        Money(Decimal(1), currency)

    assert refusal.value.code == "unknown_currency"


def test_a_typed_currency_is_tidied_or_refused() -> None:
    assert currency_code(" eur ") == "EUR"
    with pytest.raises(Invalid, match="ISO code"):
        currency_code("euros", param="currency")


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_what_is_not_a_number_is_not_money(amount: str) -> None:
    with pytest.raises(Invalid):
        usd(amount)


def test_floats_are_not_money() -> None:
    with pytest.raises(TypeError):
        Money(1.1, "USD")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        ("4567890", "USD", "$4,567,890.00"),
        ("-12.5", "EUR", "-€12.50"),
        ("0.125", "USD", "$0.12"),  # a tie goes to the even digit
        ("0.135", "USD", "$0.14"),
        ("1234.5", "JPY", "¥1,234"),
        ("1235.5", "JPY", "¥1,236"),
        ("1.2345", "KWD", "KWD\N{NO-BREAK SPACE}1.234"),
        ("100", "CHF", "CHF\N{NO-BREAK SPACE}100.00"),
        ("-0.001", "USD", "$0.00"),
    ],
)
def test_money_is_shown_in_full_with_the_decimals_of_its_currency(
    amount: str, currency: str, shown: str
) -> None:
    assert Money(Decimal(amount), currency).display() == shown


@pytest.mark.parametrize(
    ("amount", "shown"),
    [
        ("4567890", "$4.57M"),
        ("45678900", "$45.7M"),
        ("456789000", "$457M"),
        ("1000", "$1.00K"),
        ("999.4", "$999"),
        ("999.6", "$1.00K"),
        ("999499", "$999K"),
        ("999500", "$1.00M"),
        ("9995000", "$10.0M"),
        ("99950000", "$100M"),
        ("1234567890", "$1.23B"),
        ("-2500000000000", "-$2.50T"),
        ("1234567000000000", "$1,235T"),
        ("0", "$0"),
        ("-0.2", "$0"),
    ],
)
def test_compact_money_has_three_figures(amount: str, shown: str) -> None:
    assert usd(amount).compact() == shown


amounts = st.decimals(min_value=-(10**15), max_value=10**15, places=4).map(
    lambda amount: Money(amount, "USD")
)


@given(st.lists(amounts, max_size=20))
def test_the_order_of_adding_never_matters(money: list[Money]) -> None:
    assert total(money, currency="USD") == total(money[::-1], currency="USD")


@given(amounts)
def test_rounding_moves_an_amount_by_half_a_cent_at_most(money: Money) -> None:
    assert abs(money.rounded() - money) <= usd("0.005")
