"""Rows of delimited text, streamed, with every way a row can be wrong named."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from crm.readers.bytestreams import open_bytes
from crm.readers.headers import cleaned_headers, is_blank
from crm.readers.profile import DEFAULT_LIMITS, CellProblem, Limits, RawRow, UnreadableFile

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_RECORDS = 100


@dataclass(frozen=True, slots=True)
class CsvShape:
    """How to split the file: delimiter, and the number of the record that names the columns."""

    delimiter: str
    header_row: int
    headers: tuple[str, ...]


class _Lines:
    """Physical lines, never longer than a record may be; remembers the text of the record being read."""

    def __init__(self, text: TextIO, *, limits: Limits) -> None:
        self._text = text
        self._limits = limits
        self.record: list[str] = []
        self.size = 0
        self.line = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._limits.record_characters + 1)
        if not line:
            raise StopIteration
        self.line += 1
        self.size += len(line)
        self.record.append(line)
        if self.size > self._limits.record_characters:
            raise csv.Error("record larger than limit")
        return line

    def start_record(self) -> None:
        self.record.clear()
        self.size = 0


def records(
    path: Path, *, encoding: str, delimiter: str, limits: Limits = DEFAULT_LIMITS
) -> Iterator[tuple[int, int, list[str]]]:
    """(number, last line, cells) of every record, blank ones included. A `sep=` line of Excel is left out."""
    csv.field_size_limit(limits.cell_characters)
    with (
        open_bytes(path, limits=limits) as content,
        io.TextIOWrapper(content, encoding=encoding, newline="") as text,
    ):
        lines = _Lines(text, limits=limits)
        number = 0
        try:
            for cells in csv.reader(lines, delimiter=delimiter, strict=False):
                lines.start_record()
                number += 1
                if number == 1 and _is_separator_line(cells, delimiter):
                    continue
                yield number, lines.line, cells
        except csv.Error as error:
            raise _too_large(lines, number + 1, delimiter, limits) from error
        except UnicodeDecodeError as error:
            raise UnreadableFile(
                f"Row {number + 1} holds bytes that are not {encoding}. Choose the right encoding.",
                code="wrong_encoding",
                row=number + 1,
            ) from error


def _is_separator_line(cells: list[str], delimiter: str) -> bool:
    return (len(cells) == 1 and cells[0].lower().startswith("sep=")) or (
        len(cells) == 2 and cells[0].lower() == "sep=" and cells[1] == "" and delimiter != "="
    )


def _too_large(lines: _Lines, row: int, delimiter: str, limits: Limits) -> UnreadableFile:
    """Say where the oversized cell begins; an opening quote that is never closed looks the same."""
    column, inside, length = 1, False, 0
    for char in "".join(lines.record):
        if char == '"':
            inside = not inside
        elif char == delimiter and not inside:
            if length > limits.cell_characters:
                break
            column, length = column + 1, 0
            continue
        length += 1
        if length > limits.cell_characters:
            break
    return UnreadableFile(
        f"Row {row}, column {column}: the cell is longer than {limits.cell_characters:,} characters. "
        "Shorten it, or look for a quotation mark in that row that is never closed.",
        code="cell_too_large",
        row=row,
        column=column,
    )


def find_delimiter(path: Path, *, encoding: str, limits: Limits = DEFAULT_LIMITS) -> str:
    """The delimiter under which most sampled records are as wide as the header; a comma if none splits it."""
    declared = _declared_delimiter(path, encoding=encoding, limits=limits)
    if declared:
        return declared
    best, score = ",", (0.0, 1)
    for delimiter in DELIMITERS:
        widths: list[int] = []
        try:
            for _, _, cells in records(path, encoding=encoding, delimiter=delimiter, limits=limits):
                if not is_blank(cells):
                    widths.append(len(cells))
                if len(widths) >= _SAMPLE_RECORDS:
                    break
        except UnreadableFile:
            if not widths:
                continue
        if not widths or widths[0] < 2:
            continue
        share = sum(1 for width in widths if width == widths[0]) / len(widths)
        if (share, widths[0]) > score and share >= 0.5:
            best, score = delimiter, (share, widths[0])
    return best


def _declared_delimiter(path: Path, *, encoding: str, limits: Limits) -> str:
    with (
        open_bytes(path, limits=limits) as content,
        io.TextIOWrapper(content, encoding=encoding, newline="") as text,
    ):
        first = text.readline(64).rstrip("\r\n").strip('"')
    return first[4:5] if first.lower().startswith("sep=") and len(first) == 5 else ""


def find_shape(
    path: Path, *, encoding: str, delimiter: str, header_row: int | None, limits: Limits = DEFAULT_LIMITS
) -> CsvShape:
    """The header: the first record that is not blank, or the one chosen. Errors as `cleaned_headers`."""
    for number, _, cells in records(path, encoding=encoding, delimiter=delimiter, limits=limits):
        if number == header_row or (header_row is None and not is_blank(cells)):
            return CsvShape(delimiter, number, cleaned_headers(cells, row=number, limits=limits))
    raise UnreadableFile("The file has no row with column names.", code="missing_header")


def csv_rows(
    path: Path, *, encoding: str, shape: CsvShape, skip_to: int = 0, limits: Limits = DEFAULT_LIMITS
) -> Iterator[RawRow]:
    """Data rows from row number `skip_to` on. Blank records are left out.

    A record narrower or wider than the header is given with the problem `ragged_row`, since its cells may
    stand under the wrong names; empty cells past the last header are ignored.
    """
    headers = shape.headers
    width = len(headers)
    for number, line, cells in records(path, encoding=encoding, delimiter=shape.delimiter, limits=limits):
        if number <= shape.header_row or number < skip_to or is_blank(cells):
            continue
        problems: tuple[CellProblem, ...] = ()
        if len(cells) != width:
            extra = cells[width:]
            if len(cells) < width or not is_blank(extra):
                problems = (
                    CellProblem(
                        "ragged_row",
                        f"The row has {len(cells)} cells and the header {width}. A delimiter or line break "
                        "in a cell may lack its quotation marks.",
                    ),
                )
        problems += _nul_problems(headers, cells)
        yield RawRow(number, dict(zip(headers, cells, strict=False)), problems, line)


def _nul_problems(headers: tuple[str, ...], cells: list[str]) -> tuple[CellProblem, ...]:
    if not any("\0" in cell for cell in cells):
        return ()
    message = "The cell holds a NUL byte, which no text may hold."
    return tuple(
        CellProblem("nul_byte", message, name, cell.replace("\0", "␀"))
        for name, cell in zip(headers, cells, strict=False)
        if "\0" in cell
    )
