"""The two questions asked of an upload: what is it, and what are its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from os import PathLike
from pathlib import Path

from crm.readers.bytestreams import digest_of, is_gzip
from crm.readers.csv_rows import CsvShape, csv_rows, find_delimiter, find_shape
from crm.readers.encodings import scan_text
from crm.readers.kinds import kind_of
from crm.readers.profile import (
    DEFAULT_LIMITS,
    FileKind,
    FileProfile,
    Limits,
    RawRow,
    ReadOptions,
    UnreadableFile,
)
from crm.readers.xlsx_rows import choose_sheet, sheet_header, sheets_of, xlsx_rows

SAMPLE_ROWS = 200


def inspect(
    path: str | PathLike[str], *, options: ReadOptions | None = None, limits: Limits = DEFAULT_LIMITS
) -> FileProfile:
    """What the file is, without loading it: kind, encoding, delimiter, headers, sheets, sample, row count.

    Reads the whole file in bounded memory (the only way to be sure of an encoding). UnreadableFile with codes
    `empty_file`, `wrong_kind`, `damaged_file`, `unpacks_too_large`, `too_much_text`, `unsafe_xml`,
    `missing_header`, `duplicate_headers`, `too_many_columns`, `too_many_merged_cells`, `cell_too_large`,
    `wrong_encoding`, `no_such_sheet`, `no_rows`.
    """
    file = Path(path)
    asked = options or ReadOptions()
    if kind_of(file, limits=limits) is FileKind.XLSX:
        profile = _inspect_xlsx(file, asked, limits)
    else:
        profile = _inspect_csv(file, asked, limits)
    sample = tuple(islice(open_rows(file, profile, limits=limits), SAMPLE_ROWS))
    if not sample:
        raise UnreadableFile("The file has column names but no row under them.", code="no_rows")
    return replace(profile, sample=sample)


def open_rows(
    path: str | PathLike[str], profile: FileProfile, *, skip_to: int = 0, limits: Limits = DEFAULT_LIMITS
) -> Iterator[RawRow]:
    """Every data row, streamed, in file order; with `skip_to`, those whose number is at least that.

    Rows that cannot be trusted come with `problems`; only what spoils the whole file raises UnreadableFile.
    """
    file = Path(path)
    if profile.kind is FileKind.XLSX:
        sheet = choose_sheet(profile.sheets, profile.sheet)
        return xlsx_rows(
            file,
            sheet=sheet,
            header_row=profile.header_row,
            headers=profile.headers,
            skip_to=skip_to,
            limits=limits,
        )
    shape = CsvShape(profile.delimiter, profile.header_row, profile.headers)
    return csv_rows(file, encoding=profile.encoding, shape=shape, skip_to=skip_to, limits=limits)


def count_rows(path: str | PathLike[str], profile: FileProfile, *, limits: Limits = DEFAULT_LIMITS) -> int:
    """Data rows, exactly. Reading to the end also raises whatever would stop an import midway."""
    return sum(1 for _ in open_rows(path, profile, limits=limits))


def _inspect_csv(file: Path, asked: ReadOptions, limits: Limits) -> FileProfile:
    scan = scan_text(file, limits=limits, encoding=asked.encoding)
    delimiter = asked.delimiter or find_delimiter(file, encoding=scan.encoding, limits=limits)
    shape = find_shape(
        file, encoding=scan.encoding, delimiter=delimiter, header_row=asked.header_row, limits=limits
    )
    return FileProfile(
        kind=FileKind.CSV,
        headers=shape.headers,
        sample=(),
        approximate_rows=max(0, scan.lines - shape.header_row),
        size_bytes=file.stat().st_size,
        digest=digest_of(file),
        header_row=shape.header_row,
        gzipped=is_gzip(file),
        encoding=scan.encoding,
        encoding_certain=scan.certain or asked.encoding is not None,
        delimiter=delimiter,
    )


def _inspect_xlsx(file: Path, asked: ReadOptions, limits: Limits) -> FileProfile:
    sheets = sheets_of(file, limits=limits)
    sheet = choose_sheet(sheets, asked.sheet)
    header_row, headers = sheet_header(file, sheet, header_row=asked.header_row, limits=limits)
    return FileProfile(
        kind=FileKind.XLSX,
        headers=headers,
        sample=(),
        approximate_rows=max(0, sheet.approximate_rows - 1),
        size_bytes=file.stat().st_size,
        digest=digest_of(file),
        header_row=header_row,
        sheets=sheets,
        sheet=sheet.name,
    )
