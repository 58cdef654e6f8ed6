"""Bytes of an upload, unpacked under a watch."""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from crm.readers.profile import DEFAULT_LIMITS, Limits, UnreadableFile

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

GZIP_MAGIC = b"\x1f\x8b"


class _WatchedGzip(io.RawIOBase):
    """Unpacks gzip and stops when it gives far more than it took."""

    def __init__(self, packed: BinaryIO, *, limits: Limits) -> None:
        self._packed = packed
        self._gzip = gzip.GzipFile(fileobj=packed, mode="rb")
        self._limits = limits
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        try:
            chunk = self._gzip.read(min(len(view), 1024 * 1024))
        except (EOFError, zlib.error, gzip.BadGzipFile) as broken:
            raise UnreadableFile(
                "The gzip file is damaged or was cut short. Upload it again.", code="damaged_file"
            ) from broken
        self._given += len(chunk)
        taken = max(1, self._packed.tell())
        too_dense = self._given > self._limits.ratio_applies_above and (
            self._given // taken > self._limits.gzip_ratio
        )
        if too_dense or self._given > self._limits.unpacked_bytes:
            raise UnreadableFile(
                "The gzip file unpacks to far more than its size. Unpack it yourself and split it.",
                code="unpacks_too_large",
                unpacked_bytes=self._given,
            )
        view[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._gzip.close()
        super().close()


def is_gzip(path: Path) -> bool:
    """Whether the file starts as gzip does."""
    with path.open("rb") as file:
        return file.read(2) == GZIP_MAGIC


@contextmanager
def open_bytes(path: Path, *, limits: Limits = DEFAULT_LIMITS) -> Iterator[BinaryIO]:
    """The content of the file, unpacked if it is gzip."""
    with path.open("rb") as packed:
        if packed.read(2) != GZIP_MAGIC:
            packed.seek(0)
            yield packed
            return
        packed.seek(0)
        with io.BufferedReader(_WatchedGzip(packed, limits=limits), buffer_size=256 * 1024) as content:
            yield content


def digest_of(path: Path) -> str:
    """SHA-256 of the file as it lies on disk, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
