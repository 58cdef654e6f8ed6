"""The only door for hand-written SQL, and the only importer of Django's connections.

SQL text is a constant of the program (`<app>/sql.py`) or made by `definitions.compiler`; values travel as
named parameters, written `%(name)s`, with a literal percent sign doubled. Table and column names go through
`identifier`, which refuses anything but plain names. jsonb values come back decoded, with exact decimals.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Protocol  # Any: only the asker knows the types of its columns and parameters
from uuid import UUID

import orjson
from django.db import DatabaseError, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2.extras import Json

from core.errors import Invalid

Row = tuple[Any, ...]
Params = Mapping[str, Any]

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}\Z")
_COPY_CHUNK_BYTES = 256 * 1024
_JSON_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
_NUL = "A text holds a NUL character, which cannot be stored; remove it."
_HALF_CHARACTER = "A text holds half a character (a lone surrogate), which cannot be stored; remove it."
_JSONB = 3802  # the type's number in pg_type; Django leaves jsonb as text for its own fields to decode


class ReadsBytes(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


# Asking


def fetch_all(sql: str, params: Params | None = None, *, using: str = "default") -> list[Row]:
    """Every row of the answer, as tuples."""
    with connections[using].cursor() as cursor:
        cursor.execute(sql, params)
        return _decoded(cursor.fetchall(), cursor.description)


def fetch_dicts(sql: str, params: Params | None = None, *, using: str = "default") -> list[dict[str, Any]]:
    """Every row of the answer, by column name."""
    with connections[using].cursor() as cursor:
        cursor.execute(sql, params)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in _decoded(cursor.fetchall(), cursor.description)]


def fetch_one(sql: str, params: Params | None = None, *, using: str = "default") -> Row | None:
    """The only row, or None. Raises `ValueError` when the answer has more than one."""
    rows = fetch_all(sql, params, using=using)
    if len(rows) > 1:
        raise ValueError(f"Expected at most one row, got {len(rows)}.")
    return rows[0] if rows else None


def fetch_value(sql: str, params: Params | None = None, *, using: str = "default") -> Any:  # Any: as in Row
    """The only value of the only row. Raises `ValueError` when there is not exactly one."""
    row = fetch_one(sql, params, using=using)
    if row is None or len(row) != 1:
        raise ValueError(f"Expected one row of one column, got {row!r}.")
    return row[0]


def stream(
    sql: str, params: Params | None = None, *, chunk: int = 2000, using: str = "default"
) -> Iterator[Row]:
    """Rows one at a time through a server-side cursor, `chunk` rows in memory. Only inside a transaction."""
    connection = _in_transaction(using, "stream rows")
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(chunk):
            yield from _decoded(rows, cursor.description)


# Changing


def execute(sql: str, params: Params | None = None, *, using: str = "default") -> int:
    """Run a statement; the number of rows it touched (-1 where that has no meaning)."""
    with connections[using].cursor() as cursor:
        cursor.execute(sql, params)
        return int(cursor.rowcount)


def copy_in(
    table: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, using: str = "default"
) -> int:
    """Stream rows into a table by COPY, holding about 256 kB at a time; the number of rows.

    PostgreSQL refuses COPY into a table with row security: copy into a temporary table, then INSERT from it.
    Values: None, bool, int, Decimal, date, datetime with offset, time, str, UUID, bytes; dict and list as
    JSON; a tuple as an array. Raises `Invalid` with row and column for text that PostgreSQL cannot hold (a
    NUL, half a surrogate pair) and for NaN; `TypeError` for any other type, float among them.
    """
    names = ", ".join(identifier(column) for column in columns)
    target = f"COPY {identifier(*table.split('.'))} ({names}) FROM STDIN"
    return _copy(target, _CopyRows(columns, rows), using=using)


def copy_file(
    table: str,
    columns: Sequence[str],
    file: ReadsBytes,
    *,
    header: bool = False,
    delimiter: str = ",",
    using: str = "default",
) -> int:
    """Stream a UTF-8 CSV file into a table by COPY, in bounded memory; the number of rows.

    An unquoted empty cell is NULL. Raises `django.db.DataError` for rows that do not fit.
    """
    if delimiter not in {",", ";", "\t", "|"}:
        raise ValueError(f"{delimiter!r} is not a delimiter.")
    names = ", ".join(identifier(column) for column in columns)
    target = (
        f"COPY {identifier(*table.split('.'))} ({names}) FROM STDIN "
        f"WITH (FORMAT csv, HEADER {str(header).lower()}, DELIMITER E'{delimiter}', ENCODING 'UTF8')"
    )
    return _copy(target, file, using=using)


def savepoint(*, using: str = "default") -> AbstractContextManager[None]:
    """A part of the transaction that can fail alone: an error inside undoes only what was done inside."""
    _in_transaction(using, "set a savepoint")
    return transaction.atomic(using=using)


def advisory_xact_lock(*key: str | int, using: str = "default") -> None:
    """Wait for the lock named by `key`; it ends with the transaction. Only inside a transaction."""
    _in_transaction(using, "take a lock")
    fetch_all("SELECT pg_advisory_xact_lock(%(key)s)", {"key": lock_number(*key)}, using=using)


def try_advisory_xact_lock(*key: str | int, using: str = "default") -> bool:
    """Take the lock named by `key` until the end of the transaction if it is free; whether it was."""
    _in_transaction(using, "take a lock")
    sql = "SELECT pg_try_advisory_xact_lock(%(key)s)"
    return bool(fetch_value(sql, {"key": lock_number(*key)}, using=using))


# Names, values and connections


def identifier(*parts: str) -> str:
    """A quoted name, as `identifier("public", "crm_account")`. Raises `ValueError` if it is not plain."""
    for part in parts:
        if not _PLAIN_NAME.match(part):
            raise ValueError(f"{part!r} is not a plain table or column name.")
    return ".".join(f'"{part}"' for part in parts)


def as_json(value: Mapping[str, object] | Sequence[object]) -> Json:
    """A document as a statement parameter for a json or jsonb column; decimals stay exact."""
    return Json(value, dumps=json_text)


def json_text(value: object) -> str:
    """A JSON document as text: decimals as exact numbers, dates and instants in ISO form.

    Raises `Invalid` when it holds text or a number that jsonb cannot; `TypeError` for other types.
    """
    try:
        text = orjson.dumps(value, default=_json_default).decode()
    except orjson.JSONEncodeError as error:
        if isinstance(error.__cause__, Invalid):
            raise error.__cause__ from None
        if "surrogate" in str(error):
            raise Invalid(_HALF_CHARACTER, code="bad_text") from error
        if "64-bit" in str(error):
            raise Invalid(
                "A whole number has more than 64 bits; send it as text.", code="bad_number"
            ) from error
        raise
    if _JSON_NUL.search(text):
        raise Invalid(_NUL, code="bad_text")
    return text


def lock_number(*key: str | int) -> int:
    """The signed 64-bit number under which PostgreSQL knows the lock named by `key`."""
    digest = hashlib.blake2b(repr(key).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def in_transaction(*, using: str = "default") -> bool:
    """Whether the calling thread has an open transaction block."""
    return bool(connections[using].in_atomic_block)


def close_connections() -> None:
    """Give back the calling thread's connections; a thread that we started calls it as its last act."""
    connections.close_all()


def _in_transaction(using: str, purpose: str) -> BaseDatabaseWrapper:
    connection = connections[using]
    if not connection.in_atomic_block:
        raise RuntimeError(f"Open a transaction before you {purpose}: nothing may outlive it.")
    return connection


def _decoded(
    rows: list[Row], description: Sequence[Sequence[Any]] | None
) -> list[Row]:  # Any: as the driver types it
    documents = {index for index, column in enumerate(description or ()) if column[1] == _JSONB}
    if not documents:
        return rows
    return [
        tuple(
            json.loads(cell, parse_float=Decimal) if index in documents and isinstance(cell, str) else cell
            for index, cell in enumerate(row)
        )
        for row in rows
    ]


def _json_default(value: object) -> object:
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise Invalid(f"{value} is not a number that can be stored; leave it empty.", code="bad_number")
        return orjson.Fragment(str(value))
    raise TypeError(f"{type(value).__name__} has no place in a JSON document.")


# COPY


def _copy(statement: str, file: ReadsBytes, *, using: str) -> int:
    with connections[using].cursor() as cursor:
        try:
            with connections[using].wrap_database_errors:
                cursor.copy_expert(statement, file, size=_COPY_CHUNK_BYTES)
        except DatabaseError:
            # The server only says "error in .read() call"; the refusal itself is what people need.
            if isinstance(file, _CopyRows) and file.refusal is not None:
                raise file.refusal from None
            raise
        return int(cursor.rowcount)


class _CopyRows:
    """Rows as a file in COPY's text format."""

    def __init__(self, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        self.refusal: BaseException | None = None
        self._chunks = _copy_chunks(columns, rows)

    def read(self, size: int = -1, /) -> bytes:
        try:
            return next(self._chunks, b"")
        except BaseException as error:  # kept, then raised again by `_copy`: the driver would swallow it
            self.refusal = error
            raise


def _copy_chunks(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    lines: list[str] = []
    size = 0
    for number, row in enumerate(rows, start=1):
        if len(row) != len(columns):
            raise ValueError(f"Row {number} has {len(row)} values for {len(columns)} columns.")
        try:
            line = "\t".join([_WRITERS[type(value)](value) for value in row])
        except Invalid:
            _refuse_cell(number, columns, row)
            raise
        lines.append(line)
        size += len(line)
        if size >= _COPY_CHUNK_BYTES:
            lines.append("")
            yield "\n".join(lines).encode()
            lines, size = [], 0
    if lines:
        lines.append("")
        yield "\n".join(lines).encode()


def _refuse_cell(number: int, columns: Sequence[str], row: Sequence[object]) -> None:
    for column, value in zip(columns, row, strict=True):
        try:
            _WRITERS[type(value)](value)
        except Invalid as error:
            raise Invalid(
                f"Row {number}, {column}: {error.message}", code=error.code, param=column, row=number
            ) from error


def _write_text(value: str) -> str:
    if value.isprintable() and "\\" not in value:
        return value
    if "\0" in value:
        raise Invalid(_NUL, code="bad_text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Invalid(_HALF_CHARACTER, code="bad_text") from None
    return value.replace("\\", r"\\").replace("\n", r"\n").replace("\r", r"\r").replace("\t", r"\t")


def _write_decimal(value: Decimal) -> str:
    if not value.is_finite():
        raise Invalid(f"{value} is not a number that can be stored; leave it empty.", code="bad_number")
    return str(value)


def _write_instant(value: datetime) -> str:
    if value.tzinfo is None:
        raise ValueError(f"{value.isoformat()} has no time zone.")
    return value.isoformat()


def _write_array(value: tuple[object, ...]) -> str:
    return _write_text("{" + ",".join([_array_item(item) for item in value]) + "}")


def _array_item(item: object) -> str:
    if item is None:
        return "NULL"
    if isinstance(item, str):
        return '"' + str.__str__(item).replace("\\", r"\\").replace('"', r"\"") + '"'
    if isinstance(item, tuple | list | dict | bytes):
        raise TypeError(f"{type(item).__name__} has no place in an array.")
    return _WRITERS[type(item)](item)


_Writer = Callable[[Any], str]  # Any: each writer takes the one type that it stands under


class _Writers(dict[type, _Writer]):
    """How each type is written; a subclass is written as the first base that is known."""

    def __missing__(self, kind: type) -> _Writer:
        for base in kind.__mro__[1:]:
            if base in self:
                self[kind] = self[base]
                return self[kind]
        raise TypeError(f"{kind.__name__} cannot be copied into the database.")


_WRITERS = _Writers(
    {
        type(None): lambda _: r"\N",
        bool: lambda value: "t" if value else "f",
        int: int.__repr__,
        Decimal: _write_decimal,
        datetime: _write_instant,
        date: date.isoformat,
        time: time.isoformat,
        str: lambda value: _write_text(str.__str__(value)),
        UUID: str,
        bytes: lambda value: r"\\x" + value.hex(),
        tuple: _write_array,
        list: lambda value: _write_text(json_text(value)),
        dict: lambda value: _write_text(json_text(value)),
    }
)
