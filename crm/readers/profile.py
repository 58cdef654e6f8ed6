"""What a file is, what its rows look like, and how far reading it may go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from core.errors import Invalid

Cell = str | int | Decimal | bool | date | datetime | None

MAX_SHEET_ROWS = 1_048_576  # Excel's own limit
MIB = 1024 * 1024


class UnreadableFile(Invalid):
    """The file as a whole cannot be read: `code` says why, the message what to do. Nothing was taken."""

    default_code = "unreadable_file"


class FileKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a file may ask of us. Sizes are bytes of unpacked content unless they say characters."""

    cell_characters: int = 1_000_000
    record_characters: int = 16_000_000
    columns: int = 2_000
    unpacked_bytes: int = 16 * 1024 * MIB
    gzip_ratio: int = 300
    sheet_bytes: int = 4 * 1024 * MIB
    shared_strings_bytes: int = 256 * MIB
    zip_ratio: int = 200
    zip_entries: int = 10_000
    ratio_applies_above: int = 16 * MIB
    merged_ranges: int = 10_000


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """What the person who uploads knows better than detection. None or "" means: detect."""

    sheet: str | None = None
    encoding: str | None = None
    delimiter: str | None = None
    header_row: int | None = None


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A cell that cannot be taken as a value, or a row of the wrong width (then `column` is empty)."""

    code: str
    message: str
    column: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a file. `number` is its place as a spreadsheet shows it: the first record of the file is 1.

    `line` is the physical line the record ends on (differs from `number` when cells hold line breaks). Values
    are text in CSV; in XLSX text, whole and decimal numbers, booleans, dates and datetimes without zone.
    """

    number: int
    values: Mapping[str, Cell]
    problems: tuple[CellProblem, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class SheetProfile:
    """One sheet. `approximate_rows` counts the header in; `merged` lists ranges such as `A1:B2`."""

    name: str
    visible: bool
    approximate_rows: int
    merged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileProfile:
    """What `inspect` found out. Enough, with the file itself, to read every row again.

    `encoding_certain` is False when bytes alone could not tell (legacy single-byte code pages); ask then.
    `approximate_rows` counts data rows; cells with line breaks make it too high, never too low.
    `digest` is the SHA-256 of the file as it lies on disk.
    """

    kind: FileKind
    headers: tuple[str, ...]
    sample: tuple[RawRow, ...] = field(repr=False)
    approximate_rows: int
    size_bytes: int
    digest: str
    header_row: int = 1
    gzipped: bool = False
    encoding: str = ""
    encoding_certain: bool = True
    delimiter: str = ""
    sheets: tuple[SheetProfile, ...] = ()
    sheet: str = ""

    def to_dict(self) -> dict[str, object]:
        """The profile without its sample rows, as JSON keeps it."""
        return {
            "kind": self.kind.value,
            "headers": list(self.headers),
            "approximate_rows": self.approximate_rows,
            "size_bytes": self.size_bytes,
            "digest": self.digest,
            "header_row": self.header_row,
            "gzipped": self.gzipped,
            "encoding": self.encoding,
            "encoding_certain": self.encoding_certain,
            "delimiter": self.delimiter,
            "sheets": [
                {
                    "name": sheet.name,
                    "visible": sheet.visible,
                    "approximate_rows": sheet.approximate_rows,
                    "merged": list(sheet.merged),
                }
                for sheet in self.sheets
            ],
            "sheet": self.sheet,
        }

    def options(self) -> ReadOptions:
        """The options that make `inspect` choose the same again."""
        return ReadOptions(
            sheet=self.sheet or None,
            encoding=self.encoding or None,
            delimiter=self.delimiter or None,
            header_row=self.header_row,
        )
