"""One cell into one typed value, or the reason why not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from core.errors import Invalid
from core.money import Money, currency_code
from crm.rules.dates import DateOrder, WrittenMoment, excel_day, parse_moment, to_instant
from crm.rules.numbers import (
    IMPOSSIBLE_AMOUNT,
    IMPOSSIBLE_NUMBER,
    SIGNS,
    DecimalMark,
    WrittenNumber,
    parse_number,
)
from crm.rules.problems import RowProblem, ValueProblem, nearest, shortened
from crm.vocab.specs import MONEY_PLACES, NUMBER_PLACES, FieldType, TextFormat

Cell = str | int | Decimal | bool | date | datetime | None
Value = str | Decimal | bool | date | datetime | Money | None

_TRUE = frozenset({"true", "t", "yes", "y", "1", "on", "x"})
_FALSE = frozenset({"false", "f", "no", "n", "0", "off"})
_STEP = Decimal(1).scaleb(-NUMBER_PLACES)
_TEXT_LIMIT = 1_000_000


@dataclass(frozen=True, slots=True)
class ValueOptions:
    """How to read cells of one field. `currency` is the row's or file's; `empty_texts` count as nothing."""

    date_order: DateOrder = DateOrder.ISO
    time_zone: str = "UTC"
    decimal_mark: DecimalMark = DecimalMark.POINT
    currency: str | None = None
    choices: tuple[str, ...] = ()
    format: TextFormat = TextFormat.FREE
    whole: bool = False
    share: bool = False
    multiply_by: Decimal = Decimal(1)
    empty_texts: tuple[str, ...] = ()


DEFAULT_OPTIONS = ValueOptions()


def parse_value(
    cell: Cell, type: FieldType, *, options: ValueOptions = DEFAULT_OPTIONS, field: str = "", column: str = ""
) -> Value | RowProblem:
    """The typed value of a cell; None for an empty one; a RowProblem when it cannot be told.

    MONEY gives `Money` and is never rounded: more than 4 decimals is `too_many_decimals`, 10^15 and more
    `impossible_amount`, no currency `currency_missing`. NUMBER is kept to 10 decimals, rounded half-even. A
    DATE with a clock time keeps the day as written, never shifted. INSTANT comes back in UTC. REFERENCE gives
    the raw key.
    """
    text = to_text(cell)
    if text is None or text in options.empty_texts:
        return None
    try:
        if type is FieldType.BOOL:
            return _bool(cell, text)
        if type is FieldType.NUMBER:
            return _number(cell, text, options)
        if type is FieldType.MONEY:
            return _money(cell, text, options)
        if type is FieldType.DATE:
            return _moment(cell, text, options).day
        if type is FieldType.INSTANT:
            return to_instant(_moment(cell, text, options), zone=ZoneInfo(options.time_zone))
        return _text(text, options)
    except ValueProblem as problem:
        return RowProblem(problem.code, problem.message, field, column, shortened(text))


def to_text(cell: Cell) -> str | None:
    """The cell as text without blanks around it; None if nothing is left. Whole numbers have no decimals."""
    if cell is None:
        return None
    if isinstance(cell, str):
        return cell.strip() or None
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, Decimal):
        return format(cell.normalize() if cell % 1 else cell.to_integral_value(), "f")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _text(text: str, options: ValueOptions) -> str:
    if "\0" in text:
        raise ValueProblem("nul_byte", "The cell holds a NUL byte, which no text may hold.")
    if len(text) > _TEXT_LIMIT:
        raise ValueProblem("cell_too_large", f"The cell is longer than {_TEXT_LIMIT:,} characters.")
    if options.format is TextFormat.CURRENCY:
        return _currency(text)
    if options.choices:
        return _choice(text, options.choices)
    return text


def _choice(text: str, choices: tuple[str, ...]) -> str:
    """The governed value meant: case, blanks, hyphens and underscores do not matter, spelling does."""
    found = _by_plain(choices).get(_plain(text))
    if found is not None:
        return found
    near = nearest(text, choices)
    hint = f" Did you mean {near!r}?" if near else ""
    raise ValueProblem(
        "unlisted_value",
        f"{shortened(text)!r} is not one of {', '.join(choices)}.{hint} Map it to one of them.",
    )


@cache
def _by_plain(choices: tuple[str, ...]) -> dict[str, str]:
    return {_plain(choice): choice for choice in choices}


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())


def _currency(text: str) -> str:
    try:
        return currency_code(text)
    except Invalid as unknown:
        raise ValueProblem("unknown_currency", unknown.message) from unknown


def _bool(cell: Cell, text: str) -> bool:
    if isinstance(cell, bool):
        return cell
    plain = text.lower()
    if plain in _TRUE:
        return True
    if plain in _FALSE:
        return False
    raise ValueProblem("not_a_yes_or_no", f"{shortened(text)!r} is neither yes nor no.")


def _written(cell: Cell, text: str, options: ValueOptions) -> WrittenNumber:
    if isinstance(cell, bool | date):
        raise ValueProblem("not_a_number", f"{shortened(text)!r} is not a number.")
    if isinstance(cell, int | Decimal):
        return WrittenNumber(Decimal(cell))
    return parse_number(text, mark=options.decimal_mark)


def _number(cell: Cell, text: str, options: ValueOptions) -> Decimal:
    written = _written(cell, text, options)
    value = written.value * options.multiply_by
    if written.percent and options.share:
        value /= 100
    if abs(value) >= IMPOSSIBLE_NUMBER:
        raise ValueProblem("impossible_number", f"{shortened(text)!r} is too large to be true.")
    if options.whole:
        if value != value.to_integral_value():
            raise ValueProblem("not_whole", f"{shortened(text)!r} is not a whole number.")
        return value.to_integral_value()
    return value if _places(value) <= NUMBER_PLACES else value.quantize(_STEP, rounding=ROUND_HALF_EVEN)


def _money(cell: Cell, text: str, options: ValueOptions) -> Money:
    written = _written(cell, text, options)
    if written.percent:
        raise ValueProblem("not_an_amount", f"{shortened(text)!r} is a percentage, not an amount.")
    amount = written.value * options.multiply_by
    if abs(amount) >= IMPOSSIBLE_AMOUNT:
        raise ValueProblem("impossible_amount", f"{shortened(text)!r} is too large to be an amount.")
    if _places(amount) > MONEY_PLACES:
        raise ValueProblem(
            "too_many_decimals",
            f"{shortened(text)!r} has more than {MONEY_PLACES} decimals, and amounts are never rounded.",
        )
    return Money(amount, _currency_of(written.sign, options.currency))


def _currency_of(sign: str, stated: str | None) -> str:
    meant = SIGNS.get(sign, (sign,) if sign else ())
    if stated is None:
        if len(meant) != 1:
            raise ValueProblem(
                "currency_missing", "The amount has no currency. Map a currency column or choose one."
            )
        return _currency(meant[0])
    code = _currency(stated)
    if meant and code not in meant:
        raise ValueProblem(
            "currency_mismatch", f"The amount is written with {sign} but the row is in {code}."
        )
    return code


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _moment(cell: Cell, text: str, options: ValueOptions) -> WrittenMoment:
    if isinstance(cell, datetime):
        return WrittenMoment(cell.date(), cell.time(), cell.tzinfo)
    if isinstance(cell, date):
        return WrittenMoment(cell)
    if isinstance(cell, bool):
        raise ValueProblem("not_a_date", f"{text!r} is not a date.")
    if isinstance(cell, int | Decimal) and not re.fullmatch(r"\d{8}", text):
        if cell % 1:
            day = excel_day(int(cell))
            seconds = round(float(cell % 1) * 86_400)
            return WrittenMoment(day, time(seconds // 3600 % 24, seconds // 60 % 60, seconds % 60))
        return WrittenMoment(excel_day(int(cell)))
    return parse_moment(text, order=options.date_order)
