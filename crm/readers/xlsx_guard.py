"""Looks into a workbook's ZIP before anything parses it."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from crm.readers.profile import DEFAULT_LIMITS, Limits, UnreadableFile

_CHUNK = 1024 * 1024
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*?\bref=\"([A-Z0-9:$]+)\"")
_ROW = re.compile(rb"<(?:\w+:)?row[ >/]")
_OVERRIDE = re.compile(rb"<(?:\w+:)?Override\b[^>]*>")
_PART_NAME = re.compile(rb"PartName=[\"']([^\"']+)[\"']")
_ENTITY = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)


def check_workbook(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> None:
    """UnreadableFile unless the ZIP is a workbook of honest size, without document types or entities.

    Codes: `damaged_file`, `wrong_kind`, `unpacks_too_large`, `too_much_text`, `unsafe_xml`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _check_kind(set(archive.namelist()))
            _check_sizes(archive, limits)
            for entry in archive.infolist():
                if entry.filename.endswith((".xml", ".rels")):
                    with archive.open(entry) as part:
                        if _ENTITY.search(part.read(4096)):
                            raise UnreadableFile(
                                "The workbook declares XML entities. It was not opened.",
                                code="unsafe_xml",
                            )
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, KeyError) as broken:
        raise UnreadableFile(
            "The workbook is damaged or encrypted. Open it in Excel and save it again as .xlsx.",
            code="damaged_file",
        ) from broken


def _check_kind(names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        advice = "This is a binary Excel file (.xlsb). Save it as .xlsx or CSV."
    elif "word/document.xml" in names:
        advice = "This is a Word document. Export the table as CSV or XLSX."
    elif "ppt/presentation.xml" in names:
        advice = "This is a presentation. Export the table as CSV or XLSX."
    elif "content.xml" in names:
        advice = "This is an OpenDocument file. Save it as .xlsx or CSV."
    elif any(name.startswith("Index/") for name in names):
        advice = "This is an Apple Numbers file. Export it as .xlsx or CSV."
    else:
        advice = "This is a ZIP archive. Unpack it and upload the CSV or XLSX inside."
    raise UnreadableFile(advice, code="wrong_kind")


def _check_sizes(archive: zipfile.ZipFile, limits: Limits) -> None:
    entries = archive.infolist()
    if len(entries) > limits.zip_entries:
        raise UnreadableFile(
            f"The workbook has {len(entries):,} parts; at most {limits.zip_entries:,} are read.",
            code="unpacks_too_large",
        )
    text_parts = _shared_string_parts(archive)
    total = 0
    for entry in entries:
        total += entry.file_size
        dense = entry.file_size > limits.ratio_applies_above and (
            entry.file_size > limits.zip_ratio * max(1, entry.compress_size)
        )
        if dense or total > limits.sheet_bytes:
            raise UnreadableFile(
                "The workbook unpacks to far more than its size. Save it as CSV, or split it.",
                code="unpacks_too_large",
                part=entry.filename,
            )
        streamed = entry.filename.startswith("xl/worksheets/") and "/" + entry.filename not in text_parts
        if entry.file_size > limits.shared_strings_bytes and not streamed:
            raise UnreadableFile(
                "The workbook holds more text than can be kept in memory. Save the sheet as CSV.",
                code="too_much_text",
            )


def _shared_string_parts(archive: zipfile.ZipFile) -> set[str]:
    """Parts declared as shared text, wherever they lie: they are kept in memory, sheets are streamed."""
    with archive.open("[Content_Types].xml") as part:
        declared = part.read(4 * _CHUNK)
    return {
        name.decode("utf-8", "replace")
        for tag in _OVERRIDE.findall(declared)
        if b"sharedStrings" in tag
        for name in _PART_NAME.findall(tag)
    }


def scan_sheet(path: Path, part: str, *, limits: Limits = DEFAULT_LIMITS) -> tuple[int, tuple[str, ...]]:
    """Rows stored in a sheet part and its merged ranges, read once in bounded memory."""
    rows, merged, tail = 0, [], b""
    with zipfile.ZipFile(path) as archive, archive.open(part) as sheet:
        while chunk := sheet.read(_CHUNK):
            window = tail + chunk
            cut = window.rfind(b"<")
            body, tail = (window[:cut], window[cut:]) if cut > 0 else (window, b"")
            rows += len(_ROW.findall(body))
            merged += [found.decode("ascii") for found in _MERGED.findall(body)]
            if len(merged) > limits.merged_ranges:
                raise UnreadableFile(
                    f"The sheet has more than {limits.merged_ranges:,} merged ranges. Unmerge them.",
                    code="too_many_merged_cells",
                )
        rows += len(_ROW.findall(tail))
        merged += [found.decode("ascii") for found in _MERGED.findall(tail)]
    return rows, tuple(merged)
