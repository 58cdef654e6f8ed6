from __future__ import annotations

from definitions.models.terms import Alias, Definition, Kind, Tier, fold
from definitions.models.versions import OPEN, PUBLISHED, DefinitionVersion, Origin, Reference, Review, Status

__all__ = [
    "OPEN",
    "PUBLISHED",
    "Alias",
    "Definition",
    "DefinitionVersion",
    "Kind",
    "Origin",
    "Reference",
    "Review",
    "Status",
    "Tier",
    "fold",
]
