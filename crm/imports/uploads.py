"""Uploaded files in storage: put there as a stream under a random name, opened, counted, deleted."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.core.files.base import File
from django.core.files.storage import default_storage

from core.errors import Conflict, Invalid
from crm.models import ImportFile
from crm.readers import FileProfile, ReadOptions, inspect
from crm.readers.profile import FileKind, SheetProfile
from tenants.scope import current_tenant_id

MOST_BYTES = 4 * 1024**3


def store(
    content: File[bytes], *, name: str, now: datetime, options: ReadOptions | None = None
) -> ImportFile:
    """Keep an upload and what inspecting it found. `UnreadableFile` if it is no table: nothing is kept."""
    size = content.size or 0
    if size > MOST_BYTES:
        raise Invalid(
            f"The file is larger than {MOST_BYTES // 1024**3} GB. Split it, or pack it as gzip.",
            code="file_too_large",
            param="file",
        )
    path = default_storage.save(f"{current_tenant_id()}/imports/{secrets.token_hex(16)}", content)
    try:
        with local_path(path) as file:
            profile = inspect(file, options=options)
    except BaseException:
        default_storage.delete(path)
        raise
    return ImportFile.objects.create(
        name=name[-255:],
        path=path,
        size=profile.size_bytes,
        digest=profile.digest,
        profile=profile.to_dict(),
        uploaded_at=now,
    )


@contextmanager
def local_path(path: str) -> Iterator[Path]:
    """The stored file as a file of this machine: in place where storage is local, else a temporary copy."""
    try:
        own = Path(default_storage.path(path))
    except NotImplementedError:
        with tempfile.NamedTemporaryFile() as copy, default_storage.open(path) as stored:
            shutil.copyfileobj(stored, copy)
            copy.flush()
            yield Path(copy.name)
    else:
        yield own


@contextmanager
def opened(file: ImportFile) -> Iterator[tuple[Path, FileProfile]]:
    """The file and its profile, without sample rows. `Conflict` once the file was deleted."""
    if not file.path or not default_storage.exists(file.path):
        raise Conflict("The uploaded file was deleted. Upload it again.", code="file_deleted")
    with local_path(file.path) as path:
        yield path, profile_of(file)


def profile_of(file: ImportFile) -> FileProfile:
    """What inspecting the file found, as it was kept."""
    kept = file.profile
    return FileProfile(
        kind=FileKind(kept["kind"]),
        headers=tuple(kept["headers"]),
        sample=(),
        approximate_rows=kept["approximate_rows"],
        size_bytes=kept["size_bytes"],
        digest=kept["digest"],
        header_row=kept["header_row"],
        gzipped=kept["gzipped"],
        encoding=kept["encoding"],
        encoding_certain=kept["encoding_certain"],
        delimiter=kept["delimiter"],
        sheets=tuple(
            SheetProfile(sheet["name"], sheet["visible"], sheet["approximate_rows"], tuple(sheet["merged"]))
            for sheet in kept["sheets"]
        ),
        sheet=kept["sheet"],
    )


def delete(file: ImportFile, *, now: datetime) -> None:
    """Delete the stored file; its name, size and digest stay as the record of what was read."""
    if file.path:
        default_storage.delete(file.path)
    ImportFile.objects.filter(pk=file.pk).update(path="", deleted_at=now)
