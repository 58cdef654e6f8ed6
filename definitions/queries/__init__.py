"""What is asked of the registry. Nothing here changes anything."""

from __future__ import annotations

from definitions.queries.graph import Neighbour, leans_on, reference_graph, used_by
from definitions.queries.versions import (
    consent_of,
    definition_by_key,
    key_of_name,
    keys_in_force,
    labels_by_key,
    metrics_at,
    numbered_version,
    open_change,
    surroundings_at,
    terms_at,
    version_in_force,
    versions_in_force,
    versions_of,
)

__all__ = [
    "Neighbour",
    "consent_of",
    "definition_by_key",
    "key_of_name",
    "keys_in_force",
    "labels_by_key",
    "leans_on",
    "metrics_at",
    "numbered_version",
    "open_change",
    "reference_graph",
    "surroundings_at",
    "terms_at",
    "used_by",
    "version_in_force",
    "versions_in_force",
    "versions_of",
]
