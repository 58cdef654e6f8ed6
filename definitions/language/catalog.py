"""What may be named in a definition: objects, their fields and the type of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum


class Type(Enum):
    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    BOOL = "bool"
    DATE = "date"
    INSTANT = "instant"
    REFERENCE = "reference"

    @property
    def phrase(self) -> str:
        """The type as it reads in a sentence: 'a number'."""
        return _PHRASES[self]


_PHRASES = {
    Type.TEXT: "text",
    Type.NUMBER: "a number",
    Type.MONEY: "an amount of money",
    Type.BOOL: "a yes/no value",
    Type.DATE: "a date",
    Type.INSTANT: "a point in time",
    Type.REFERENCE: "a link to another record",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an object. `target` is the object a REFERENCE leads to; `currency` is the key of the
    field beside a MONEY field that holds its ISO currency. Custom fields have keys like `custom.tier`."""

    key: str
    label: str
    type: Type
    target: str | None = None
    nullable: bool = True
    choices: tuple[str, ...] = ()
    currency: str = "currency"


@dataclass(frozen=True, slots=True)
class ObjectType:
    key: str
    label: str
    fields: Mapping[str, Field]

    @staticmethod
    def of(key: str, label: str, *fields: Field) -> ObjectType:
        return ObjectType(key, label, {field.key: field for field in fields})


@dataclass(frozen=True, slots=True)
class Catalog:
    objects: Mapping[str, ObjectType]

    @staticmethod
    def of(*objects: ObjectType) -> Catalog:
        return Catalog({item.key: item for item in objects})
