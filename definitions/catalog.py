"""What a tenant's definitions may name: the fields of declared sources, and the tenant's own.

The modules listed in the setting `REVOPS_SOURCES` declare what the compiler may read, so that this app need
not know the apps above it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from definitions.compiler.sources import Source, Sources
from definitions.language import Catalog, Field, ObjectType


class Declares(Protocol):
    """A `sources.py`: the tables, the types of their fields, and a query for the tenant's own fields."""

    SOURCES: Sequence[Source]
    OBJECT_TYPES: Sequence[ObjectType]

    def custom_fields(self) -> Mapping[str, Sequence[Field]]:
        """The fields that the tenant in scope added, by object; keys are `custom.<name>`."""


@cache
def _declarations() -> tuple[Declares, ...]:
    return tuple(cast(Declares, import_module(name)) for name in settings.REVOPS_SOURCES)


def sources() -> Sources:
    """The tables of every declared object."""
    return {each.object: each for module in _declarations() for each in module.SOURCES}


def tenant_catalog() -> Catalog:
    """Everything a definition of the tenant in scope may name: one query for each declaring app."""
    objects: dict[str, ObjectType] = {}
    for module in _declarations():
        own = module.custom_fields()
        for each in module.OBJECT_TYPES:
            added = {field.key: field for field in own.get(each.key, ())}
            objects[each.key] = replace(each, fields={**each.fields, **added}) if added else each
    return Catalog(objects)
