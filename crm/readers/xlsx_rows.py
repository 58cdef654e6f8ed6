"""Rows of one sheet of a workbook, streamed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from crm.readers.headers import cleaned_headers, is_blank
from crm.readers.profile import (
    DEFAULT_LIMITS,
    MAX_SHEET_ROWS,
    Cell,
    CellProblem,
    Limits,
    RawRow,
    SheetProfile,
    UnreadableFile,
)
from crm.readers.xlsx_guard import check_workbook, scan_sheet

_AnyCell = ReadOnlyCell | EmptyCell | SheetCell | MergedCell
_Bounds = tuple[int, int, int, int]  # first column, first row, last column, last row


@contextmanager
def _workbook(path: Path, limits: Limits) -> Iterator[Workbook]:
    check_workbook(path, limits=limits)
    # Opened here: given a path, openpyxl judges it by its ending, and a kept upload has none.
    with path.open("rb") as content:
        try:
            book = load_workbook(content, read_only=True, data_only=False, keep_links=False)
        except _BROKEN as broken:
            raise _damaged() from broken
        try:
            yield book
        finally:
            book.close()


_BROKEN = (InvalidFileException, KeyError, ValueError, ParseError, DefusedXmlException, zipfile.BadZipFile)


def _damaged() -> UnreadableFile:
    return UnreadableFile(
        "The workbook is damaged. Open it in Excel and save it again as .xlsx.", code="damaged_file"
    )


def sheets_of(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> tuple[SheetProfile, ...]:
    """The sheets that hold cells (charts left out), in the workbook's order."""
    with _workbook(path, limits) as book:
        found = []
        for sheet in _tables(book):
            part: str = sheet._worksheet_path  # type: ignore[attr-defined]  # the stubs leave it out
            rows, merged = scan_sheet(path, part, limits=limits)
            found.append(SheetProfile(sheet.title, sheet.sheet_state == "visible", rows, merged))
    return tuple(found)


def _tables(book: Workbook) -> list[ReadOnlyWorksheet]:
    return [sheet for sheet in book.worksheets if isinstance(sheet, ReadOnlyWorksheet)]


def choose_sheet(sheets: Sequence[SheetProfile], wanted: str | None) -> SheetProfile:
    """The sheet asked for, else the first visible one with rows; UnreadableFile if there is none."""
    if wanted is not None:
        for sheet in sheets:
            if sheet.name == wanted:
                return sheet
        names = ", ".join(repr(sheet.name) for sheet in sheets)
        raise UnreadableFile(f"There is no sheet {wanted!r}. The workbook has {names}.", code="no_such_sheet")
    for sheet in (*(s for s in sheets if s.visible), *sheets):
        if sheet.approximate_rows:
            return sheet
    raise UnreadableFile("No sheet of the workbook holds any row.", code="empty_file")


def sheet_header(
    path: Path, sheet: SheetProfile, *, header_row: int | None, limits: Limits = DEFAULT_LIMITS
) -> tuple[int, tuple[str, ...]]:
    """(row, names) of the header: the first row that is not blank, or the one chosen."""
    for number, cells in _records(path, sheet.name, limits):
        values = [cell.value for cell in cells]
        if number == header_row or (header_row is None and not is_blank(values)):
            return number, cleaned_headers(values, row=number, limits=limits)
    raise UnreadableFile("The sheet has no row with column names.", code="missing_header")


def _records(path: Path, sheet: str, limits: Limits) -> Iterator[tuple[int, Sequence[_AnyCell]]]:
    with _workbook(path, limits) as book:
        table = book[sheet]
        if not isinstance(table, ReadOnlyWorksheet):
            raise UnreadableFile(f"{sheet!r} is a chart, not a table.", code="no_such_sheet")
        table.reset_dimensions()  # a stale stated size would cut rows off
        try:
            for number, cells in enumerate(table.iter_rows(), start=1):
                if number > MAX_SHEET_ROWS:
                    raise UnreadableFile(
                        f"The sheet claims more than {MAX_SHEET_ROWS:,} rows, which no spreadsheet has.",
                        code="damaged_file",
                    )
                yield number, cells
        except _BROKEN as broken:
            raise _damaged() from broken


def xlsx_rows(
    path: Path,
    *,
    sheet: SheetProfile,
    header_row: int,
    headers: tuple[str, ...],
    skip_to: int = 0,
    limits: Limits = DEFAULT_LIMITS,
) -> Iterator[RawRow]:
    """Data rows from row number `skip_to` on, blank ones left out.

    Formula cells, error cells and cells hidden under a merge are problems of their row: what they stand for
    is not in the file in a way that could be trusted.
    """
    merged = [bounds for bounds in map(_bounds, sheet.merged) if bounds[3] > header_row]
    width = len(headers)
    for number, cells in _records(path, sheet.name, limits):
        if number <= header_row or number < skip_to:
            continue
        if is_blank([cell.value for cell in cells]):
            continue
        values: dict[str, Cell] = {}
        problems: list[CellProblem] = []
        for place, name in enumerate(headers):
            value, problem = _taken(cells[place], name, limits) if place < len(cells) else (None, None)
            values[name] = value
            if problem is not None:
                problems.append(problem)
        if not is_blank([cell.value for cell in cells[width:]]):
            problems.append(
                CellProblem("ragged_row", f"The row has cells past the last named column ({width}).")
            )
        if merged:
            problems += _under_merge(number, headers, merged)
        yield RawRow(number, values, tuple(problems), number)


def _bounds(merged: str) -> _Bounds:
    first_column, first_row, last_column, last_row = range_boundaries(merged)
    return first_column or 1, first_row or 1, last_column or 1, last_row or 1


def _under_merge(number: int, headers: tuple[str, ...], merged: list[_Bounds]) -> list[CellProblem]:
    found = []
    for left, top, right, bottom in merged:
        if not top <= number <= bottom:
            continue
        for column in range(left, min(right, len(headers)) + 1):
            if (column, number) != (left, top):
                where = f"{get_column_letter(column)}{number}"
                anchor = f"{get_column_letter(left)}{top}"
                found.append(
                    CellProblem(
                        "merged_cell",
                        f"Cell {where} is merged with {anchor}. Unmerge and fill it.",
                        headers[column - 1],
                    )
                )
    return found


def _taken(cell: _AnyCell, name: str, limits: Limits) -> tuple[Cell, CellProblem | None]:
    value: object = cell.value
    if value is None:
        return None, None
    if cell.data_type == "f":
        return None, CellProblem(
            "formula_cell",
            "The cell holds a formula. Paste the column as values, so that what you see is what is imported.",
            name,
            str(value)[:200],
        )
    if cell.data_type == "e":
        return None, CellProblem("error_cell", f"The cell shows the error {value}.", name, str(value))
    if isinstance(value, str):
        if len(value) > limits.cell_characters:
            return None, CellProblem(
                "cell_too_large",
                f"The cell is longer than {limits.cell_characters:,} characters.",
                name,
                value[:200],
            )
        if "\0" in value:
            return None, CellProblem("nul_byte", "The cell holds a NUL byte, which no text may hold.", name)
        return value, None
    if isinstance(value, bool | int):
        return value, None
    if isinstance(value, float):
        return Decimal(format(value, ".15g")), None  # Excel itself keeps 15 significant digits
    if isinstance(value, datetime):
        return (value.date() if value.time() == time(0) else value), None
    if isinstance(value, date):
        return value, None
    if isinstance(value, time | timedelta):
        return str(value), None
    return str(value), None
