"""A saved way to read one kind of file into one canonical object."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from urllib.parse import quote

from crm.rules.dates import DateOrder
from crm.rules.numbers import DecimalMark
from crm.vocab.specs import FieldType

CUSTOM = "custom."
ID_SEPARATOR = "/"


class ImportMode(StrEnum):
    """What the rows of a file claim.

    CHANGES_ONLY: these records are so; others are not spoken of. FULL_LIST: these are all records, absent
    ones have ended. DATED_SNAPSHOTS: one full list per date. HISTORY: each row is one change at its own
    instant and asserts only the mapped fields.
    """

    CHANGES_ONLY = "changes_only"
    FULL_LIST = "full_list"
    DATED_SNAPSHOTS = "dated_snapshots"
    HISTORY = "history"


class RowOrder(StrEnum):
    """In which order a history file lists changes of the same instant."""

    OLDEST_FIRST = "oldest_first"
    NEWEST_FIRST = "newest_first"


class BlankMeaning(StrEnum):
    """What an empty cell in a mapped column claims."""

    EMPTY = "empty"
    UNCHANGED = "unchanged"


class Unmapped(StrEnum):
    """What happens to a value that a value map does not list."""

    KEEP = "keep"
    LEAVE_OUT = "leave_out"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """One column into one field (`amount`, or `custom.<name>` with a type).

    `values` maps the file's values to ours (case and blanks around do not matter). `known_values` lists what
    is expected: others are taken as they stand and reported. `date_order`, `decimal_mark` and `currency`
    override the mapping's. `multiply_by` is for amounts written in thousands or millions.
    """

    column: str
    field: str
    type: FieldType | None = None
    label: str = ""
    values: tuple[tuple[str, str], ...] = ()
    unmapped: Unmapped = Unmapped.KEEP
    known_values: tuple[str, ...] = ()
    date_order: DateOrder | None = None
    decimal_mark: DecimalMark | None = None
    currency: str = ""
    currency_column: str = ""
    multiply_by: Decimal = Decimal(1)

    @property
    def is_custom(self) -> bool:
        return self.field.startswith(CUSTOM)


@dataclass(frozen=True, slots=True)
class StageMap:
    """One stage of the pipeline a file speaks of. `values` are the spellings in the file; none means the
    name.
    """

    name: str
    outcome: str
    position: int
    label: str = ""
    values: tuple[str, ...] = ()
    is_qualified: bool = False
    forecast_category: str = ""
    probability: Decimal | None = None


@dataclass(frozen=True, slots=True)
class RowFilter:
    """Which rows the mapping takes: the column is one of `values`, starts with `prefix`, or is filled."""

    column: str
    values: tuple[str, ...] = ()
    prefix: str = ""
    blank: bool = False

    def takes(self, text: str) -> bool:
        """Whether a row with this text in the column is taken; `blank` takes only empty cells."""
        if self.blank:
            return not text
        if self.values:
            return text in self.values
        return bool(text) and text.startswith(self.prefix)


@dataclass(frozen=True, slots=True)
class ImportMapping:
    """How the rows of a file become changes of one canonical object. Saved, reusable, hashable.

    `source` names the system the records come from; ids are unique within it. With several `id_columns` the
    id is their values joined by "/". `pipeline` qualifies stage names: a stage's id is "<pipeline>/<stage
    name>". `changed_at` is the column with the instant of a change, `snapshot_on` the one with the date of a
    full list. `same_instant_rank` orders what several mappings of one export say of a record at the same
    instant: the higher is the later. `constants` set fields to the same text in every row. `record_link`
    opens a record in its source: `{id}` in an https address.
    """

    name: str
    source: str
    object: str
    mode: ImportMode
    id_columns: tuple[str, ...]
    columns: tuple[ColumnMap, ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    changed_at: str = ""
    changed_at_order: DateOrder | None = None
    snapshot_on: str = ""
    row_order: RowOrder = RowOrder.OLDEST_FIRST
    same_instant_rank: int = 0
    deleted: str = ""
    filters: tuple[RowFilter, ...] = ()
    pipeline: str = ""
    pipeline_column: str = ""
    stages: tuple[StageMap, ...] = ()
    currency: str = ""
    currency_column: str = ""
    date_order: DateOrder = DateOrder.ISO
    decimal_mark: DecimalMark = DecimalMark.POINT
    time_zone: str = "UTC"
    blanks: BlankMeaning = BlankMeaning.EMPTY
    empty_texts: tuple[str, ...] = ()
    record_link: str = ""
    note: str = ""

    def link_to(self, source_id: str) -> str:
        """The address that opens the record in its source; "" if the source has none."""
        return self.record_link.replace("{id}", quote(source_id, safe="")) if self.record_link else ""


@dataclass(frozen=True, slots=True)
class SetEntry:
    """One step of a set: files whose name matches the pattern (`*` as in file names) are read with the
    mapping.
    """

    files: str
    mapping: ImportMapping


@dataclass(frozen=True, slots=True)
class MappingSet:
    """Mappings of all files of one export, in the order of import. A file may be read more than once."""

    name: str
    label: str
    entries: tuple[SetEntry, ...]
    description: str = ""


def join_id(parts: tuple[str, ...]) -> str:
    """One id from several parts. A "/" or "%" in any part but the last is escaped, so ids cannot collide."""
    escaped = [part.replace("%", "%25").replace(ID_SEPARATOR, "%2F") for part in parts[:-1]]
    return ID_SEPARATOR.join([*escaped, *parts[-1:]])
