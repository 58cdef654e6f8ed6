"""What a canonical object and a canonical field are made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MONEY_DIGITS, MONEY_PLACES = 20, 4
NUMBER_DIGITS, NUMBER_PLACES = 28, 10


class FieldType(StrEnum):
    """The type of a canonical or custom field. Each has one column type, see `FieldSpec`."""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    BOOL = "bool"
    DATE = "date"
    INSTANT = "instant"
    REFERENCE = "reference"


class TextFormat(StrEnum):
    """A narrower shape of a TEXT field. CURRENCY is checked on import; the others say how to show it."""

    FREE = "free"
    CURRENCY = "currency"
    EMAIL = "email"
    URL = "url"


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One typed field of a canonical object. Every value column may be empty, whatever `required` says.

    Column types: TEXT text; TEXT with format CURRENCY char(3); NUMBER numeric(28,10), or bigint when `whole`;
    MONEY numeric(20,4) with its currency in `currency_field`; BOOL boolean; DATE date; INSTANT timestamptz;
    REFERENCE bigint in the column `<name>_id`.

    `required` means that an import of full rows must map it. `choices` are the governed values. `synonyms`
    are the names under which sources export it. `currency_field` names the sibling field that holds the
    currency of a MONEY field; empty means the companion column `<name>_currency`. `personal` marks what
    identifies a person (erasure). `share` marks a NUMBER from 0 to 1, so that 80 % is read as 0.8.
    """

    name: str
    label: str
    type: FieldType
    target: str | None = None
    required: bool = False
    choices: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    help: str = ""
    whole: bool = False
    format: TextFormat = TextFormat.FREE
    currency_field: str = ""
    personal: bool = False
    share: bool = False

    @property
    def column(self) -> str:
        """The column that holds the value: `account` is kept in `account_id`."""
        return f"{self.name}_id" if self.type is FieldType.REFERENCE else self.name

    @property
    def currency_column(self) -> str | None:
        """The column that holds the currency of a MONEY field; None for every other type."""
        if self.type is not FieldType.MONEY:
            return None
        return self.currency_field or f"{self.name}_currency"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns this field itself brings to the table, the companion currency included."""
        if self.type is FieldType.MONEY and not self.currency_field:
            return (self.name, f"{self.name}_currency")
        return (self.column,)


@dataclass(frozen=True, slots=True)
class ObjectSpec:
    """One canonical object. `natural_key` names what identifies a row of a file that has no id column."""

    key: str
    label: str
    plural: str
    fields: tuple[FieldSpec, ...]
    natural_key: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    help: str = ""

    def field(self, name: str) -> FieldSpec:
        """The field of that name; KeyError if the object has none."""
        for spec in self.fields:
            if spec.name == name:
                return spec
        raise KeyError(name)

    def has(self, name: str) -> bool:
        """Whether the object has a field of that name."""
        return any(spec.name == name for spec in self.fields)

    @property
    def columns(self) -> tuple[str, ...]:
        """All value columns in order, companion currency columns included."""
        return tuple(column for spec in self.fields for column in spec.columns)


def text(
    name: str,
    label: str,
    *synonyms: str,
    help: str = "",
    required: bool = False,
    choices: tuple[str, ...] = (),
    format: TextFormat = TextFormat.FREE,
    personal: bool = False,
) -> FieldSpec:
    """A TEXT field."""
    return FieldSpec(
        name,
        label,
        FieldType.TEXT,
        required=required,
        choices=choices,
        synonyms=synonyms,
        help=help,
        format=format,
        personal=personal,
    )


def currency(
    name: str = "currency", label: str = "Currency", *synonyms: str, help: str = "ISO 4217 code."
) -> FieldSpec:
    """A TEXT field that holds an ISO 4217 code."""
    names = synonyms or ("CurrencyIsoCode", "currency_iso_code", "deal_currency_code", "currency_code", "ccy")
    return FieldSpec(name, label, FieldType.TEXT, synonyms=names, help=help, format=TextFormat.CURRENCY)


def number(name: str, label: str, *synonyms: str, help: str = "", required: bool = False) -> FieldSpec:
    """A NUMBER field with decimals."""
    return FieldSpec(name, label, FieldType.NUMBER, required=required, synonyms=synonyms, help=help)


def share(name: str, label: str, *synonyms: str, help: str = "") -> FieldSpec:
    """A NUMBER field from 0 to 1."""
    return FieldSpec(name, label, FieldType.NUMBER, synonyms=synonyms, help=help, share=True)


def whole(name: str, label: str, *synonyms: str, help: str = "", required: bool = False) -> FieldSpec:
    """A NUMBER field without decimals."""
    return FieldSpec(
        name, label, FieldType.NUMBER, required=required, synonyms=synonyms, help=help, whole=True
    )


def money(
    name: str, label: str, *synonyms: str, help: str = "", required: bool = False, currency_field: str = ""
) -> FieldSpec:
    """A MONEY field; its currency stands in `currency_field` or in the companion column."""
    return FieldSpec(
        name,
        label,
        FieldType.MONEY,
        required=required,
        synonyms=synonyms,
        help=help,
        currency_field=currency_field,
    )


def flag(name: str, label: str, *synonyms: str, help: str = "") -> FieldSpec:
    """A BOOL field."""
    return FieldSpec(name, label, FieldType.BOOL, synonyms=synonyms, help=help)


def day(name: str, label: str, *synonyms: str, help: str = "", required: bool = False) -> FieldSpec:
    """A DATE field: a calendar day that never shifts with a time zone."""
    return FieldSpec(name, label, FieldType.DATE, required=required, synonyms=synonyms, help=help)


def instant(name: str, label: str, *synonyms: str, help: str = "", required: bool = False) -> FieldSpec:
    """An INSTANT field, kept in UTC."""
    return FieldSpec(name, label, FieldType.INSTANT, required=required, synonyms=synonyms, help=help)


def reference(
    name: str, label: str, target: str, *synonyms: str, help: str = "", required: bool = False
) -> FieldSpec:
    """A REFERENCE field to one record of `target` in the same source."""
    return FieldSpec(
        name, label, FieldType.REFERENCE, target=target, required=required, synonyms=synonyms, help=help
    )
