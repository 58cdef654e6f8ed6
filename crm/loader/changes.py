"""What the loader takes and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from tenants.data_versions import DataVersion

_NO_VALUES: Final[Mapping[str, object]] = MappingProxyType({})
_NO_REFS: Final[Mapping[str, str | None]] = MappingProxyType({})


class Op(StrEnum):
    """What a change says about the record's existence."""

    UPSERT = "upsert"
    """The record exists: a full row, a row of a list, a created record."""
    DELETE = "delete"
    """The record ended at this instant. Its values stay as they were."""
    PATCH = "patch"
    """Nothing: some fields changed, as a field history tells. A deleted record stays deleted."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a source says about one record at one instant.

    `at` is the instant from which it was so (with offset). With it, the change is an event and is kept even
    where it restates what was known, so that late arrivals fold correctly. Without it, the change is an
    observation at the run's `observed_at`: dropped where it says nothing new, and several of one record in
    one load count as one. For dated snapshots `at` is the start of the day in the tenant's zone.

    `seq` orders changes of one record at one instant. `values` are by column (`amount`, `close_date`,
    `annual_revenue_currency`), `refs` by field name with the id in the source (`account`: "001A..."),
    `custom` by name. Only what is present is asserted; None asserts "empty".
    """

    source_id: str
    at: datetime | None = None
    seq: int = 0
    op: Op = Op.UPSERT
    values: Mapping[str, object] = field(default_factory=lambda: _NO_VALUES)
    refs: Mapping[str, str | None] = field(default_factory=lambda: _NO_REFS)
    custom: Mapping[str, object] = field(default_factory=lambda: _NO_VALUES)


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What one load did. `read`, `changed`, `unchanged` count changes; `stubs`, `ended` count records.

    `data_version` is None where nothing was new: then nothing was written.
    """

    read: int = 0
    changed: int = 0
    unchanged: int = 0
    stubs: int = 0
    ended: int = 0
    data_version: DataVersion | None = None
