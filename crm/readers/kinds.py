"""Which kind of file this is, told by its first bytes, and what to do about the wrong ones."""

from __future__ import annotations

from pathlib import Path

from crm.readers.bytestreams import GZIP_MAGIC, is_gzip, open_bytes
from crm.readers.profile import DEFAULT_LIMITS, FileKind, Limits, UnreadableFile

_ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_WRONG: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "This is a PDF. Export the table from its system as CSV or XLSX."),
    (b"\x89PNG", "This is a picture (PNG). Export the table as CSV or XLSX."),
    (b"\xff\xd8\xff", "This is a picture (JPEG). Export the table as CSV or XLSX."),
    (b"GIF8", "This is a picture (GIF). Export the table as CSV or XLSX."),
    (
        _OLE,
        "This is an old Excel file (.xls) or has a password. Open it in Excel and save it as .xlsx or CSV.",
    ),
    (b"PAR1", "This is a Parquet file. Export it as CSV or XLSX."),
    (b"{\\rtf", "This is a text document (RTF). Export the table as CSV or XLSX."),
    (b"SQLite format 3", "This is a database file. Export the table as CSV or XLSX."),
    (b"7z\xbc\xaf", "This is a 7-Zip archive. Unpack it and upload the CSV or XLSX inside."),
    (b"Rar!", "This is a RAR archive. Unpack it and upload the CSV or XLSX inside."),
    (b"BZh", "This is a bzip2 file. Unpack it, or pack it as gzip."),
    (b"\xfd7zXZ", "This is an xz file. Unpack it, or pack it as gzip."),
    (b"\x28\xb5\x2f\xfd", "This is a zstd file. Unpack it, or pack it as gzip."),
    (b"\x7fELF", "This is a program, not a table."),
    (b"MZ\x90", "This is a program, not a table."),
    (_EMPTY_ZIP, "This ZIP archive is empty."),
)
_MARKUP = (b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<?xml", b"<div", b"<workbook")


def kind_of(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> FileKind:
    """CSV or XLSX; UnreadableFile (`empty_file`, `wrong_kind`) with what to do for everything else."""
    if path.stat().st_size == 0:
        raise UnreadableFile("The file is empty.", code="empty_file")
    with open_bytes(path, limits=limits) as content:
        head = content.read(4096)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise UnreadableFile("The file holds nothing but blanks.", code="empty_file")
    if head.startswith(_ZIP):
        if is_gzip(path):
            raise _wrong("This is a ZIP or XLSX file inside gzip. Upload what is inside.")
        return FileKind.XLSX
    if head.startswith(GZIP_MAGIC):
        raise _wrong("This is gzip inside gzip. Unpack it once.")
    for magic, advice in _WRONG:
        if head.startswith(magic):
            raise _wrong(advice)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_MARKUP):
        raise _wrong(
            "This is a web page or XML (some systems name it .xls). "
            "Open it in Excel and save it as .xlsx or CSV."
        )
    if start.startswith((b'{"', b"[{", b"{\n", b"{\r\n")):
        raise _wrong("This is JSON. Export the table as CSV or XLSX.")
    if _looks_binary(head):
        raise _wrong("This is not a table we can read. Export it as CSV or XLSX.")
    return FileKind.CSV


def _wrong(advice: str) -> UnreadableFile:
    return UnreadableFile(advice, code="wrong_kind")


def _looks_binary(head: bytes) -> bool:
    """UTF-16 text has NUL bytes on one side of each pair; anything else with many control bytes is binary."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if (even > 0.3 * half and odd < 0.02 * half) or (odd > 0.3 * half and even < 0.02 * half):
        return False
    control = sum(head.count(byte) for byte in range(32) if byte not in (0, 9, 10, 11, 12, 13, 26, 27))
    return even + odd > 0.05 * len(head) or control > 0.05 * len(head)
