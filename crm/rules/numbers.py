"""Numbers as people and systems write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from crm.rules.problems import ValueProblem, shortened

IMPOSSIBLE_AMOUNT = Decimal(10) ** 15
IMPOSSIBLE_NUMBER = Decimal(10) ** 17


class DecimalMark(StrEnum):
    """What separates whole from fraction. AMBIGUOUS: the samples fit both, somebody must say."""

    POINT = "point"
    COMMA = "comma"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, slots=True)
class WrittenNumber:
    """A number and what stood around it: a currency sign or code, a percent sign."""

    value: Decimal
    sign: str = ""
    percent: bool = False


SIGNS: dict[str, tuple[str, ...]] = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "TWD", "BRL"),
    "US$": ("USD",),
    "C$": ("CAD",),
    "CA$": ("CAD",),
    "A$": ("AUD",),
    "AU$": ("AUD",),
    "R$": ("BRL",),
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "₹": ("INR",),
    "₩": ("KRW",),
    "₪": ("ILS",),
    "zł": ("PLN",),
    "kr": ("SEK", "NOK", "DKK", "ISK"),
    "Fr.": ("CHF",),
}
_SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007"), " ")
_DASHES = dict.fromkeys(map(ord, "\u2212\u2012\u2013"), "-")
_SIGN = "|".join(re.escape(sign) for sign in sorted(SIGNS, key=len, reverse=True)) + "|[A-Z]{3}"
_AROUND = re.compile(
    rf"(?P<open>\()?\s*(?P<minus>[-+])?\s*(?P<before>{_SIGN})?\s*(?P<minus2>[-+])?\s*"
    rf"(?P<digits>[0-9.,' ]*[0-9][0-9.,' ]*?(?:[eE][-+]?[0-9]{{1,3}})?)"
    rf"\s*(?P<percent>%)?\s*(?P<after>{_SIGN})?\s*(?P<minus3>-)?\s*(?P<close>\))?"
)
_PLAIN = re.compile(r"[0-9]+(?:\.[0-9]*)?(?:[eE][-+]?[0-9]{1,3})?|\.[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?P<group>[,' ])[0-9]{3}(?:(?P=group)[0-9]{3})*(?:\.[0-9]+)?")
_INDIAN = re.compile(r"[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3}(?:\.[0-9]+)?")
_SWAP = str.maketrans(",.", ".,")


def parse_number(text: str, *, mark: DecimalMark = DecimalMark.POINT) -> WrittenNumber:
    """The number in `text`: groups, brackets or a minus on either side, a currency sign or code, percent.

    ValueProblem: `not_a_number`; `ambiguous_number` when the mark is AMBIGUOUS and both readings fit.
    """
    shaped = _AROUND.fullmatch(text.strip().translate(_SPACES).translate(_DASHES))
    if shaped is None:
        raise _no_number(text)
    digits = shaped["digits"].strip()
    if mark is DecimalMark.AMBIGUOUS:
        mark = _mark_of(digits)
        if mark is DecimalMark.AMBIGUOUS:
            raise ValueProblem(
                "ambiguous_number",
                f"{shortened(text)!r} can be read with a decimal comma or a decimal point. Choose which.",
            )
    if mark is DecimalMark.COMMA:
        digits = digits.translate(_SWAP)
    if _PLAIN.fullmatch(digits):
        value = Decimal(digits)
    elif _GROUPED.fullmatch(digits) or _INDIAN.fullmatch(digits):
        value = Decimal(re.sub("[,' ]", "", digits))
    else:
        raise _no_number(text)
    signs = [sign for sign in (shaped["minus"], shaped["minus2"], shaped["minus3"]) if sign]
    bracketed = bool(shaped["open"])
    both = shaped["before"] and shaped["after"]
    if len(signs) + bracketed > 1 or bracketed != bool(shaped["close"]) or both:
        raise _no_number(text)
    negative = bracketed or "-" in signs
    return WrittenNumber(
        -value if negative and value else value,
        sign=shaped["before"] or shaped["after"] or "",
        percent=bool(shaped["percent"]),
    )


def _no_number(text: str) -> ValueProblem:
    return ValueProblem("not_a_number", f"{shortened(text)!r} is not a number.")


def _mark_of(digits: str) -> DecimalMark:
    """What one number says about its decimal mark: POINT also for digits alone, which fit both."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return DecimalMark.POINT if digits.rfind(".") > digits.rfind(",") else DecimalMark.COMMA
    if not points and not commas:
        return DecimalMark.POINT
    mark, other = (DecimalMark.POINT, DecimalMark.COMMA) if points else (DecimalMark.COMMA, DecimalMark.POINT)
    if points + commas > 1:
        return other  # a mark written twice separates groups
    before, after = re.split("[.,]", digits)
    grouped = len(after) == 3 and 1 <= len(before.strip()) <= 3 and not before.startswith("0")
    return DecimalMark.AMBIGUOUS if grouped else mark


def detect_decimal_mark(samples: Iterable[str]) -> DecimalMark:
    """The decimal mark of a column or a whole file. POINT if nothing speaks against it.

    AMBIGUOUS when samples contradict each other, or when all that have a mark look like `1,234`.
    """
    seen: set[DecimalMark] = set()
    for sample in samples:
        shaped = _AROUND.fullmatch(sample.strip().translate(_SPACES).translate(_DASHES))
        if shaped is None or not re.search("[.,]", shaped["digits"]):
            continue
        mark = _mark_of(shaped["digits"].strip())
        if mark is DecimalMark.AMBIGUOUS or is_number(sample, mark=mark):
            seen.add(mark)
    decided = seen - {DecimalMark.AMBIGUOUS}
    if len(decided) == 1:
        return decided.pop()
    return DecimalMark.AMBIGUOUS if seen else DecimalMark.POINT


def is_number(text: str, *, mark: DecimalMark) -> bool:
    """Whether the text is a number when read with that decimal mark."""
    try:
        parse_number(text, mark=mark)
    except ValueProblem:
        return False
    return True
