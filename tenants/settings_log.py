"""Reading decisions for the settings pages: what holds, what is planned, what was believed before."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import orjson

from core.errors import Invalid
from core.instants import FOREVER, parse_day
from tenants.models import Setting
from tenants.rules.settings import SPECS, SettingRow, SettingSpec, spec_named

COLUMNS = ("key", "effective_from", "value")
MOST_ROWS = 1_000


@dataclass(frozen=True)
class Decision:
    """One row of a setting's history, in words."""

    id: int
    words: str
    effective_from: date
    known_from: datetime
    known_to: datetime | None

    @property
    def is_believed(self) -> bool:
        return self.known_to is None


@dataclass(frozen=True)
class SettingState:
    """A setting today: what holds (None: nobody decided), whether by default, and what is planned."""

    spec: SettingSpec
    words: str | None
    decided: Decision | None
    planned: Sequence[Decision]

    @property
    def is_default(self) -> bool:
        return self.decided is None


def states(*, today: date) -> list[SettingState]:
    """Every setting, in one query."""
    believed: dict[str, list[Setting]] = {}
    for row in Setting.objects.filter(known_to=FOREVER).order_by("effective_from"):
        believed.setdefault(row.key, []).append(row)
    return [_state(spec, believed.get(spec.key, []), today) for spec in SPECS.values()]


def state(key: str, *, today: date) -> SettingState:
    """Raises `Invalid` for a key that is no setting."""
    spec = spec_named(key)
    rows = Setting.objects.filter(key=key, known_to=FOREVER).order_by("effective_from")
    return _state(spec, list(rows), today)


def history(key: str) -> list[Decision]:
    """Every decision there ever was, latest effect first, also those replaced or withdrawn."""
    spec = spec_named(key)
    rows = Setting.objects.filter(key=key).order_by("-effective_from", "-known_from")
    return [_decision(spec, row) for row in rows]


def as_csv() -> str:
    """What is believed now, in the form that `rows_of_csv` reads."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in Setting.objects.filter(known_to=FOREVER).order_by("key", "effective_from"):
        value = row.value if isinstance(row.value, str) else orjson.dumps(row.value).decode()
        writer.writerow([row.key, row.effective_from.isoformat(), value])
    return text.getvalue()


def rows_of_csv(content: bytes) -> list[SettingRow]:
    """The decisions of a file. Raises `Invalid` naming the line."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid(
            "Save the file as UTF-8 and send it again.", code="bad_encoding", param="file"
        ) from error
    reader = csv.DictReader(io.StringIO(text))
    try:
        if set(reader.fieldnames or ()) != set(COLUMNS):
            raise Invalid(f"The first line must be {','.join(COLUMNS)}.", code="bad_header", param="file")
        rows = [_row(line, reader.line_num) for line in reader]
    except csv.Error as error:
        raise Invalid(f"Line {reader.line_num}: {error}.", code="bad_csv", param="file") from error
    if not rows:
        raise Invalid("The file has no rows.", code="empty_file", param="file")
    if len(rows) > MOST_ROWS:
        raise Invalid(f"Send at most {MOST_ROWS} rows at a time.", code="too_long", param="file")
    return rows


def _row(line: Mapping[str, str | None], number: int) -> SettingRow:
    key, day, value = (line.get(column) for column in COLUMNS)
    if key is None or day is None or value is None or None in line:
        raise Invalid(f"Line {number} does not have three cells.", code="bad_csv", param="file")
    try:
        return SettingRow(key=spec_named(key.strip()).key, value=value, effective_from=parse_day(day))
    except Invalid as error:
        raise Invalid(f"Line {number}: {error.message}", code=error.code, param="file") from error


def _state(spec: SettingSpec, rows: Sequence[Setting], today: date) -> SettingState:
    past = [row for row in rows if row.effective_from <= today]
    planned = [row for row in rows if row.effective_from > today]
    decided = _decision(spec, past[-1]) if past else None
    default = None if spec.default is None else spec.describe(spec.default)
    return SettingState(
        spec=spec,
        words=decided.words if decided else default,
        decided=decided,
        planned=[_decision(spec, row) for row in planned],
    )


def _decision(spec: SettingSpec, row: Setting) -> Decision:
    return Decision(
        id=row.pk,
        words=spec.describe(row.value),
        effective_from=row.effective_from,
        known_from=row.known_from,
        known_to=None if row.known_to == FOREVER else row.known_to,
    )


def stored(key: str, *, today: date) -> object:
    """The stored value in force, or the default; None where there is neither."""
    row = (
        Setting.objects.filter(key=key, known_to=FOREVER, effective_from__lte=today)
        .order_by("-effective_from")
        .first()
    )
    return spec_named(key).default if row is None else row.value
