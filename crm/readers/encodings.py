"""Which encoding a text file is in, found by reading all of it once."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from crm.readers.bytestreams import open_bytes
from crm.readers.profile import DEFAULT_LIMITS, Limits, UnreadableFile

_BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OTHER_SCRIPTS = (
    "cp1251",
    "cp1253",
    "cp1254",
    "cp1255",
    "cp1256",
    "shift_jis",
    "gb18030",
    "big5",
    "euc_kr",
    "cp949",
)
_CHUNK = 1024 * 1024
_SAMPLE = 256 * 1024


@dataclass(frozen=True, slots=True)
class TextScan:
    """The encoding of a text file and how many lines it has. `certain` is False for legacy code pages."""

    encoding: str
    certain: bool
    lines: int


def scan_text(path: Path, *, limits: Limits = DEFAULT_LIMITS, encoding: str | None = None) -> TextScan:
    """Read the file once in bounded memory; tell its encoding and count its lines.

    With `encoding` given it is only checked. UnreadableFile (`wrong_encoding`) if the bytes do not fit it.
    """
    with open_bytes(path, limits=limits) as content:
        head = content.read(_SAMPLE)
    chosen = _known(encoding) if encoding else _by_signature(head)
    if chosen is not None:
        lines, bad = _decode_all(path, chosen, limits=limits)
        if bad is not None:
            raise UnreadableFile(
                f"The file is not valid {chosen}: byte {bad[0]:,} does not fit. Choose another encoding.",
                code="wrong_encoding",
                encoding=chosen,
            )
        return TextScan(chosen, True, lines)
    lines, bad = _decode_all(path, "utf-8", limits=limits)
    if bad is None:
        return TextScan("utf-8", True, lines)
    legacy = _legacy(head, bad[1])
    lines, still_bad = _decode_all(path, legacy, limits=limits)
    if still_bad is not None:
        legacy = "latin-1"
        lines, _ = _decode_all(path, legacy, limits=limits)
    return TextScan(legacy, False, lines)


def _known(encoding: str) -> str:
    try:
        return codecs.lookup(encoding).name if encoding.lower() != "utf-8-sig" else "utf-8-sig"
    except LookupError as unknown:
        raise UnreadableFile(f"{encoding} is not an encoding we know.", code="wrong_encoding") from unknown


def _by_signature(head: bytes) -> str | None:
    for bom, name in _BOMS:
        if head.startswith(bom):
            return name
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = max(1, len(head) // 2)
    if odd > 0.3 * half and even < 0.02 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.02 * half:
        return "utf-16-be"
    return None


def _decode_all(path: Path, encoding: str, *, limits: Limits) -> tuple[int, tuple[int, bytes] | None]:
    """Lines, and the first offending place with the bytes around it, if any."""
    decoder = codecs.getincrementaldecoder(encoding)()
    lines, offset, last = 0, 0, "\n"
    with open_bytes(path, limits=limits) as content:
        while True:
            chunk = content.read(_CHUNK)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return lines, (offset + error.start, chunk[max(0, error.start - 2000) : error.start + 2000])
            lines += text.count("\n") or text.count("\r")
            last = text[-1:] or last
            offset += len(chunk)
            if not chunk:
                return lines + (last not in "\r\n"), None


def _legacy(head: bytes, around: bytes) -> str:
    """The likeliest legacy code page: another script if the bytes speak it clearly, else Western (cp1252)."""
    best = from_bytes(around + b"\n" + head, cp_isolation=["cp1252", *_OTHER_SCRIPTS]).best()
    if best is not None and best.encoding != "cp1252" and best.coherence > 0.5:
        return best.encoding
    return "cp1252"
