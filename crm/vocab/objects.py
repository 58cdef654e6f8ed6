"""The catalog of canonical objects. Tables, mappings and the field catalog are all made from it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from crm.vocab.engagement import ENGAGEMENT
from crm.vocab.parties import PARTIES
from crm.vocab.planning import PLANNING
from crm.vocab.revenue import REVENUE
from crm.vocab.selling import SELLING
from crm.vocab.specs import FieldSpec, FieldType, ObjectSpec, TextFormat

OBJECTS: Mapping[str, ObjectSpec] = MappingProxyType(
    {spec.key: spec for spec in (*PARTIES, *SELLING, *ENGAGEMENT, *REVENUE, *PLANNING)}
)

__all__ = ["OBJECTS", "FieldSpec", "FieldType", "ObjectSpec", "TextFormat"]
