from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import Money
from crm.rules.dates import DateOrder, detect_date_order
from crm.rules.numbers import DecimalMark, detect_decimal_mark
from crm.rules.problems import RowProblem
from crm.rules.values import Cell, ValueOptions, parse_value
from crm.vocab.specs import FieldType, TextFormat

POINT, COMMA, UNSURE = DecimalMark.POINT, DecimalMark.COMMA, DecimalMark.AMBIGUOUS


def code(cell: Cell, kind: FieldType, options: ValueOptions | None = None) -> str:
    result = parse_value(cell, kind, options=options or ValueOptions(), field="f", column="c")
    assert isinstance(result, RowProblem), result
    assert (result.field, result.column) == ("f", "c")
    return result.code


@pytest.mark.parametrize(
    ("text", "mark", "value"),
    [
        ("1,234.50", POINT, "1234.50"),
        ("1.234,50", COMMA, "1234.50"),
        ("1 234,5", COMMA, "1234.5"),
        ("1\u00a0234\u202f567", POINT, "1234567"),
        ("1'234.50", POINT, "1234.50"),
        ("12,34,567.89", POINT, "1234567.89"),
        ("(1,234)", POINT, "-1234"),
        ("-5", POINT, "-5"),
        ("5-", POINT, "-5"),
        ("\u22125", POINT, "-5"),
        ("+7", POINT, "7"),
        ("$1,000", POINT, "1000"),
        ("1.000 €", COMMA, "1000"),
        ("12.5%", POINT, "12.5"),
        ("1.5E+3", POINT, "1500"),
        (".5", POINT, "0.5"),
        ("1,234", POINT, "1234"),
        ("1,234", COMMA, "1.234"),
        ("1,234.5", UNSURE, "1234.5"),
        ("0,631", UNSURE, "0.631"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, mark: DecimalMark, value: str) -> None:
    assert parse_value(text, FieldType.NUMBER, options=ValueOptions(decimal_mark=mark)) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["NaN", "inf", "-Infinity", "abc", "1,23", "1,2345", "1.2.3", "--5", "(5", "-(5)", "1 2", "$", "12a"],
)
def test_what_is_not_a_number_is_said_to_be_none(text: str) -> None:
    assert code(text, FieldType.NUMBER) == "not_a_number"


def test_a_number_that_fits_two_readings_is_a_question() -> None:
    assert code("1,234", FieldType.NUMBER, ValueOptions(decimal_mark=UNSURE)) == "ambiguous_number"


@pytest.mark.parametrize(
    ("samples", "mark"),
    [
        (["1,234.50", "7"], POINT),
        (["1.234,50"], COMMA),
        (["1,5", "1,234"], COMMA),
        (["1,234", "5.25"], POINT),
        (["1,234", "2,345"], UNSURE),
        (["1.5", "1,5"], UNSURE),
        (["1,234,567"], POINT),
        (["5", "", "Acme, Inc.", "555.123.4567"], POINT),
    ],
)
def test_one_number_can_settle_the_decimal_mark_of_all(samples: list[str], mark: DecimalMark) -> None:
    assert detect_decimal_mark(samples) is mark


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("1,234.50", ValueOptions(currency="USD"), Money(Decimal("1234.50"), "USD")),
        ("$12", ValueOptions(currency="CAD"), Money(Decimal(12), "CAD")),
        ("€ 12", ValueOptions(), Money(Decimal(12), "EUR")),
        ("12 GBP", ValueOptions(), Money(Decimal(12), "GBP")),
        ("-0", ValueOptions(currency="USD"), Money(Decimal(0), "USD")),
        ("2.5", ValueOptions(currency="usd", multiply_by=Decimal(1000)), Money(Decimal(2500), "USD")),
    ],
)
def test_money_has_its_currency(text: str, options: ValueOptions, expected: Money) -> None:
    assert parse_value(text, FieldType.MONEY, options=options) == expected


@pytest.mark.parametrize(
    ("text", "currency", "problem"),
    [
        ("1.23456", "USD", "too_many_decimals"),
        ("1000000000000000", "USD", "impossible_amount"),
        ("9e99", "USD", "impossible_amount"),
        ("NaN", "USD", "not_a_number"),
        ("12%", "USD", "not_an_amount"),
        ("12", None, "currency_missing"),
        ("$12", None, "currency_missing"),
        ("€12", "USD", "currency_mismatch"),
        ("12", "XXQ", "unknown_currency"),
    ],
)
def test_an_impossible_amount_is_refused_and_never_rounded(
    text: str, currency: str | None, problem: str
) -> None:
    assert code(text, FieldType.MONEY, ValueOptions(currency=currency)) == problem


def test_amounts_of_a_workbook_need_no_decimal_mark() -> None:
    options = ValueOptions(currency="EUR", decimal_mark=COMMA)
    assert parse_value(Decimal("1234.56"), FieldType.MONEY, options=options) == Money(
        Decimal("1234.56"), "EUR"
    )


def test_whole_numbers_may_be_written_with_a_zero_fraction_and_no_other() -> None:
    assert parse_value("2822.0", FieldType.NUMBER, options=ValueOptions(whole=True)) == 2822
    assert code("2822.5", FieldType.NUMBER, ValueOptions(whole=True)) == "not_whole"


def test_a_share_in_percent_is_divided() -> None:
    assert parse_value("80%", FieldType.NUMBER, options=ValueOptions(share=True)) == Decimal("0.8")


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2024-01-31", DateOrder.ISO, date(2024, 1, 31)),
        ("2024/1/31", DateOrder.ISO, date(2024, 1, 31)),
        ("20240131", DateOrder.ISO, date(2024, 1, 31)),
        ("01/02/2024", DateOrder.DMY, date(2024, 2, 1)),
        ("01/02/2024", DateOrder.MDY, date(2024, 1, 2)),
        ("1.2.2024", DateOrder.DMY, date(2024, 2, 1)),
        ("31/01/24", DateOrder.ISO, date(2024, 1, 31)),
        ("31/01/69", DateOrder.DMY, date(1969, 1, 31)),
        ("31 Jan 2024", DateOrder.ISO, date(2024, 1, 31)),
        ("31-Jan-24", DateOrder.ISO, date(2024, 1, 31)),
        ("January 31, 2024", DateOrder.ISO, date(2024, 1, 31)),
        ("2024-01-31T23:30:00-05:00", DateOrder.ISO, date(2024, 1, 31)),
        ("45292", DateOrder.EXCEL, date(2024, 1, 1)),
        ("2018-12-19 00:00:00", DateOrder.ISO, date(2018, 12, 19)),
    ],
)
def test_days_are_read_as_written_and_never_shift(text: str, order: DateOrder, day: date) -> None:
    options = ValueOptions(date_order=order, time_zone="America/New_York")
    assert parse_value(text, FieldType.DATE, options=options) == day


@pytest.mark.parametrize(
    ("text", "order", "problem"),
    [
        ("01/02/2024", DateOrder.ISO, "ambiguous_date"),
        ("01/02/2024", DateOrder.AMBIGUOUS, "ambiguous_date"),
        ("31/02/2024", DateOrder.DMY, "impossible_date"),
        ("2023-02-29", DateOrder.ISO, "impossible_date"),
        ("25/12/2024", DateOrder.MDY, "impossible_date"),
        ("9999-12-31", DateOrder.ISO, "impossible_date"),
        ("0016-01-01", DateOrder.ISO, "impossible_date"),
        ("soon", DateOrder.ISO, "not_a_date"),
        ("45292", DateOrder.ISO, "not_a_date"),
        ("31 Foo 2024", DateOrder.ISO, "not_a_date"),
    ],
)
def test_a_bad_date_is_refused_and_an_unclear_one_asks(text: str, order: DateOrder, problem: str) -> None:
    assert code(text, FieldType.DATE, ValueOptions(date_order=order)) == problem


def test_excel_serials_are_days_when_the_cell_is_a_number() -> None:
    assert parse_value(45292, FieldType.DATE) == date(2024, 1, 1)
    assert parse_value(Decimal("45292.5"), FieldType.INSTANT) == datetime(2024, 1, 1, 12, tzinfo=UTC)
    assert code(2024, FieldType.DATE) == "not_a_date"


@pytest.mark.parametrize(
    ("samples", "order"),
    [
        (["2024-01-31", ""], DateOrder.ISO),
        (["01/02/2024", "25/12/2024"], DateOrder.DMY),
        (["01/02/2024", "12/25/2024"], DateOrder.MDY),
        (["01/02/2024", "03/04/2024"], DateOrder.AMBIGUOUS),
        (["25/12/2024", "12/25/2024"], DateOrder.AMBIGUOUS),
        (["1.2.2024"], DateOrder.DMY),
        (["02/02/2024"], DateOrder.ISO),
        (["1/31/2024 3:15 PM"], DateOrder.MDY),
        ([], DateOrder.ISO),
    ],
)
def test_one_date_can_settle_the_order_of_a_column(samples: list[str], order: DateOrder) -> None:
    assert detect_date_order(samples) is order


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("2024-01-31T12:00:00Z", "Europe/Berlin", "2024-01-31T12:00:00+00:00"),
        ("2024-01-31T12:00:00.000+0000", "Europe/Berlin", "2024-01-31T12:00:00+00:00"),
        ("2011-09-30 22:39:38.875000+00:00", "UTC", "2011-09-30T22:39:38.875000+00:00"),
        ("2020-12-30 3:15:52", "UTC", "2020-12-30T03:15:52+00:00"),
        ("2023-11-11 08:18:16.519000 UTC", "Asia/Tokyo", "2023-11-11T08:18:16.519000+00:00"),
        ("2024-01-31 12:00", "Europe/Berlin", "2024-01-31T11:00:00+00:00"),
        ("2024-07-31", "America/New_York", "2024-07-31T04:00:00+00:00"),
        ("1/31/2024 3:15 PM", "UTC", "2024-01-31T15:15:00+00:00"),
        ("1/31/2024 12:15 am", "UTC", "2024-01-31T00:15:00+00:00"),
        ("2024-10-27 02:30", "Europe/Berlin", "2024-10-27T00:30:00+00:00"),
    ],
)
def test_instants_are_utc_and_read_in_the_zone_of_the_file(text: str, zone: str, instant: str) -> None:
    options = ValueOptions(time_zone=zone, date_order=DateOrder.MDY)
    assert parse_value(text, FieldType.INSTANT, options=options) == datetime.fromisoformat(instant)


def test_an_hour_that_the_clocks_skipped_is_refused() -> None:
    assert (
        code("2024-03-31 02:30", FieldType.INSTANT, ValueOptions(time_zone="Europe/Berlin"))
        == "nonexistent_time"
    )
    assert code("2024-01-31 25:00", FieldType.INSTANT) == "not_a_date"


@pytest.mark.parametrize(
    ("cell", "truth"),
    [("TRUE", True), ("yes", True), ("1", True), ("F", False), ("No", False), (0, False), (True, True)],
)
def test_yes_and_no(cell: Cell, truth: bool) -> None:
    assert parse_value(cell, FieldType.BOOL) is truth
    assert code("maybe", FieldType.BOOL) == "not_a_yes_or_no"


def test_governed_values_are_found_by_spelling_alone() -> None:
    options = ValueOptions(choices=("best_case", "commit"))
    assert parse_value("Best Case", FieldType.TEXT, options=options) == "best_case"
    assert parse_value("BestCase", FieldType.TEXT, options=options) == "best_case"
    result = parse_value("comit", FieldType.TEXT, options=options)
    assert isinstance(result, RowProblem)
    assert (result.code, "Did you mean 'commit'?" in result.message) == ("unlisted_value", True)


def test_texts_lose_only_the_blanks_around_them() -> None:
    assert parse_value("  Müller & Söhne ", FieldType.TEXT) == "Müller & Söhne"
    assert parse_value("   ", FieldType.TEXT) is None
    assert parse_value("N/A", FieldType.NUMBER, options=ValueOptions(empty_texts=("N/A",))) is None
    assert parse_value("usd", FieldType.TEXT, options=ValueOptions(format=TextFormat.CURRENCY)) == "USD"
    assert code("a\0b", FieldType.TEXT) == "nul_byte"


def _grouped(value: Decimal, mark: DecimalMark) -> str:
    text = f"{value:,f}"
    return text if mark is POINT else text.translate(str.maketrans(",.", ".,"))


@given(
    value=st.decimals(min_value=-(10**14), max_value=10**14, places=4, allow_nan=False, allow_infinity=False),
    mark=st.sampled_from([POINT, COMMA]),
    currency=st.sampled_from(["USD", "EUR", "JPY"]),
)
def test_an_amount_written_is_the_amount_read(value: Decimal, mark: DecimalMark, currency: str) -> None:
    options = ValueOptions(decimal_mark=mark, currency=currency)
    assert parse_value(_grouped(value, mark), FieldType.MONEY, options=options) == Money(value, currency)
    assert parse_value(value, FieldType.MONEY, options=options) == Money(value, currency)


STYLES = [
    ("%Y-%m-%d", DateOrder.ISO),
    ("%d/%m/%Y", DateOrder.DMY),
    ("%m/%d/%Y", DateOrder.MDY),
    ("%d.%m.%Y", DateOrder.DMY),
    ("%d %b %Y", DateOrder.ISO),
    ("%B %d, %Y", DateOrder.AMBIGUOUS),
]


@given(
    day=st.dates(date(1900, 1, 1), date(2199, 12, 31)),
    style=st.sampled_from(STYLES),
)
def test_a_day_written_is_the_day_read(day: date, style: tuple[str, DateOrder]) -> None:
    pattern, order = style
    assert parse_value(day.strftime(pattern), FieldType.DATE, options=ValueOptions(date_order=order)) == day


@given(
    at=st.datetimes(
        datetime.fromisoformat("1950-01-01"), datetime.fromisoformat("2150-01-01"), timezones=st.just(UTC)
    ),
    zone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]),
    minutes=st.integers(-14 * 60, 14 * 60),
)
def test_an_instant_written_with_its_offset_is_the_instant_read(
    at: datetime, zone: str, minutes: int
) -> None:
    offset = timedelta(minutes=minutes)
    sign = "-" if minutes < 0 else "+"
    text = (at + offset).strftime(
        "%Y-%m-%dT%H:%M:%S.%f"
    ) + f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
    assert parse_value(text, FieldType.INSTANT, options=ValueOptions(time_zone=zone)) == at


@given(days=st.lists(st.dates(date(1990, 1, 1), date(2060, 1, 1)), min_size=1, max_size=20))
def test_the_order_of_a_column_is_never_told_wrong(days: list[date]) -> None:
    assert detect_date_order([f"{day:%d/%m/%Y}" for day in days]) is not DateOrder.MDY
    assert detect_date_order([f"{day:%m/%d/%Y}" for day in days]) is not DateOrder.DMY


@given(st.text(max_size=30), st.sampled_from(FieldType))
def test_any_text_gives_a_value_or_a_reason(text: str, kind: FieldType) -> None:
    parse_value(
        text, kind, options=ValueOptions(currency="USD", date_order=DateOrder.AMBIGUOUS, decimal_mark=UNSURE)
    )
