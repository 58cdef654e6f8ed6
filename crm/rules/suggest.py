"""Suggestions for a mapping, from column names and sample values. They are shown, never acted upon alone."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from crm.rules.dates import DateOrder, detect_date_order
from crm.rules.mapping import ColumnMap, ImportMapping, ImportMode
from crm.rules.numbers import DecimalMark, detect_decimal_mark, is_number
from crm.rules.problems import RowProblem
from crm.rules.suggest_values import suggest_values
from crm.rules.values import Cell, ValueOptions, parse_value, to_text
from crm.vocab.objects import OBJECTS
from crm.vocab.specs import FieldSpec, FieldType, ObjectSpec, TextFormat

if TYPE_CHECKING:
    from crm.readers.profile import FileProfile

EXACT, SYNONYM, LIKELY, MISFIT = 1.0, 0.95, 0.8, 0.4
_ALIKE = 0.86
_FITTED = 50  # sample rows tried against a field's type
_ID_NAMES = ("id", "record id", "source id", "hs object id", "external id", "unique id", "key")


@dataclass(frozen=True, slots=True)
class ColumnSuggestion:
    """What a column probably is: a field and a confidence from 0 to 1, or "" and the type of its values."""

    column: str
    field: str
    confidence: float
    inferred_type: FieldType


@dataclass(frozen=True, slots=True)
class Question:
    """Something only a person can answer before the import starts. `code` as in `check_mapping`."""

    code: str
    message: str
    column: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A mapping to start from, how sure each column is, and what must be asked."""

    mapping: ImportMapping
    columns: tuple[ColumnSuggestion, ...]
    questions: tuple[Question, ...]

    @property
    def confidence(self) -> float:
        """The share of columns recognised, weighted by how surely."""
        return sum(column.confidence for column in self.columns) / len(self.columns) if self.columns else 0.0


def suggest_mapping(
    profile: FileProfile,
    object_key: str,
    catalog: Mapping[str, ObjectSpec] = OBJECTS,
    *,
    name: str = "",
    source: str = "file",
) -> Suggestion:
    """A mapping of the file into one object: the same for the same columns, in whatever order they stand."""
    spec = catalog[object_key]
    samples = {header: [row.values.get(header) for row in profile.sample] for header in profile.headers}
    order, mark, asked = _file_style(samples)
    pairs = _pairs(profile.headers, spec, samples, order, mark)
    id_columns = _id_columns(profile.headers, spec, samples, pairs)
    if not id_columns:
        asked.append(
            Question(
                "missing_id",
                "No column identifies a record. Choose one, or several that do together.",
                choices=profile.headers,
            )
        )
    columns = tuple(
        ColumnMap(header, pairs[header][0], values=suggest_values(pairs[header][0], samples[header]))
        for header in profile.headers
        if header in pairs
    )
    mapping = ImportMapping(
        name=name or f"{spec.plural} from {source}",
        source=source,
        object=object_key,
        mode=ImportMode.CHANGES_ONLY,
        id_columns=id_columns,
        columns=columns,
        currency_column=next(
            (c.column for c in columns if spec.field(c.field).format is TextFormat.CURRENCY), ""
        ),
        date_order=order,
        decimal_mark=mark,
    )
    asked += _missing(spec, columns, mapping, profile.headers)
    return Suggestion(
        mapping,
        tuple(
            ColumnSuggestion(header, *pairs.get(header, ("", 0.0)), infer_type(samples[header], order, mark))
            for header in profile.headers
        ),
        tuple(asked),
    )


_STAGE_HEADERS = frozenset({"stage", "stage name", "stagename", "deal stage", "dealstage", "sales stage"})


def suggest_object(
    profile: FileProfile, file_name: str = "", catalog: Mapping[str, ObjectSpec] = OBJECTS
) -> tuple[tuple[str, float], ...]:
    """The objects the file may hold, likeliest first: by the file's name, then by how many columns fit."""
    words = normalised(re.sub(r"\.(csv|tsv|txt|xlsx)(\.gz)?$", "", file_name, flags=re.IGNORECASE))
    headers = {normalised(header) for header in profile.headers}
    found = []
    for key, spec in catalog.items():
        score = suggest_mapping(profile, key, catalog).confidence
        # A file that numbers its rows as opportunities, or gives them stages, holds opportunities.
        if f"{normalised(spec.label)} id" in headers:
            score += 0.3
        if key == "opportunity" and headers & _STAGE_HEADERS:
            score += 0.2
        names = {normalised(spec.key), normalised(spec.plural), normalised(spec.label)}
        names |= {normalised(name) for name in spec.synonyms}
        if words in names:
            score += 1.0
        elif any(re.search(rf"\b{re.escape(name)}\b", words) for name in names):
            score += 0.5
        found.append((key, round(min(1.0, score), 4)))
    return tuple(sorted(found, key=lambda item: (-item[1], item[0])))


@lru_cache(maxsize=16_384)
def normalised(name: str) -> str:
    """A column name as words: `AccountId`, `account_id` and `property_account_id` are the same."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    words = re.sub(r"[^a-z0-9]+", " ", spaced.lower()).split()
    if len(words) > 1 and words[0] == "property":
        words = words[1:]
    if len(words) > 1 and words[-1] == "c":  # Salesforce custom fields end in __c
        words = words[:-1]
    return " ".join(words)


def infer_type(
    cells: Sequence[Cell], order: DateOrder = DateOrder.ISO, mark: DecimalMark = DecimalMark.POINT
) -> FieldType:
    """The narrowest type that every filled sample has; TEXT if none is filled or none fits."""
    filled = [cell for cell in cells if to_text(cell) is not None]
    if not filled:
        return FieldType.TEXT
    options = ValueOptions(date_order=order, decimal_mark=mark)
    texts = {(to_text(cell) or "").lower() for cell in filled}
    if texts <= {"true", "false", "yes", "no"}:
        return FieldType.BOOL
    if any(len(text) > 1 and text.startswith("0") and text.isdecimal() for text in texts):
        return FieldType.TEXT  # leading zeros are part of a code
    for kind in (FieldType.NUMBER, FieldType.INSTANT):
        if not all(_fits(cell, kind, options) for cell in filled):
            continue
        if kind is FieldType.INSTANT and not any(":" in text for text in texts):
            return FieldType.DATE
        return kind
    return FieldType.TEXT


def _fits(cell: Cell, kind: FieldType, options: ValueOptions) -> bool:
    if kind is FieldType.MONEY:
        kind = FieldType.NUMBER
    return not isinstance(parse_value(cell, kind, options=options), RowProblem)


def _file_style(samples: Mapping[str, Sequence[Cell]]) -> tuple[DateOrder, DecimalMark, list[Question]]:
    """How the whole file writes dates and numbers: one column that settles it settles it for all."""
    asked: list[Question] = []
    columns = {
        header: [cell for cell in cells if isinstance(cell, str) and cell.strip()]
        for header, cells in samples.items()
    }
    orders = {header: detect_date_order(texts) for header, texts in columns.items()}
    order = _agreed_order(set(orders.values()))
    if order is DateOrder.AMBIGUOUS:
        asked.append(
            Question(
                "date_order_needed",
                "Dates such as 01/02 fit two readings. Is the day first, or the month?",
                ", ".join(sorted(header for header, found in orders.items() if found is not DateOrder.ISO)),
                (DateOrder.DMY.value, DateOrder.MDY.value),
            )
        )
    numeric = {header: texts for header, texts in columns.items() if texts and all(map(_numeric, texts))}
    mark = detect_decimal_mark(text for texts in numeric.values() for text in texts)
    if mark is DecimalMark.AMBIGUOUS:
        asked.append(
            Question(
                "decimal_mark_needed",
                "Numbers such as 1,234 fit two readings. Is the comma a decimal mark?",
                ", ".join(sorted(h for h, texts in numeric.items() if re.search("[.,]", "".join(texts)))),
                (DecimalMark.POINT.value, DecimalMark.COMMA.value),
            )
        )
    return order, mark, asked


def _agreed_order(found: set[DateOrder]) -> DateOrder:
    settled = found & {DateOrder.DMY, DateOrder.MDY}
    if len(settled) == 1:
        return settled.pop()
    return DateOrder.AMBIGUOUS if settled or DateOrder.AMBIGUOUS in found else DateOrder.ISO


def _numeric(text: str) -> bool:
    return is_number(text, mark=DecimalMark.POINT) or is_number(text, mark=DecimalMark.COMMA)


def _pairs(
    headers: Sequence[str],
    spec: ObjectSpec,
    samples: Mapping[str, Sequence[Cell]],
    order: DateOrder,
    mark: DecimalMark,
) -> dict[str, tuple[str, float]]:
    """Each column with at most one field and each field with at most one column, the surest pairs first."""
    options = ValueOptions(date_order=order, decimal_mark=mark)
    scored = []
    own = _own_id_names(spec)
    for header in headers:
        words = normalised(header)
        if words in own:
            continue
        for place, field in enumerate(spec.fields):
            score = _score(words, field)
            if score and not all(_fits_field(cell, field, options) for cell in samples[header][:_FITTED]):
                score *= MISFIT
            if score >= MISFIT * SYNONYM:
                scored.append((-score, place, words, header, field.name))
    pairs: dict[str, tuple[str, float]] = {}
    taken: set[str] = set()
    for negative, _, _, header, name in sorted(scored):
        if header not in pairs and name not in taken and -negative > 0.5:
            pairs[header] = (name, round(-negative, 4))
            taken.add(name)
    return pairs


@lru_cache(maxsize=65_536)
def _score(words: str, field: FieldSpec) -> float:
    if words in (normalised(field.name), normalised(field.label), normalised(field.column)):
        return EXACT
    names = [normalised(name) for name in field.synonyms]
    if words in names:
        # earlier synonyms are the commoner ones; the difference only breaks ties
        return SYNONYM - names.index(words) / 10_000
    alike = max(
        (SequenceMatcher(None, words, name).ratio() for name in (*names, normalised(field.name))), default=0.0
    )
    return LIKELY * alike if alike >= _ALIKE and len(words) > 4 else 0.0


def _fits_field(cell: Cell, field: FieldSpec, options: ValueOptions) -> bool:
    if field.type in (FieldType.TEXT, FieldType.REFERENCE):
        return True
    parsed = parse_value(
        cell, FieldType.NUMBER if field.type is FieldType.MONEY else field.type, options=options
    )
    return not isinstance(parsed, RowProblem) or parsed.code.startswith("ambiguous_")


def _id_columns(
    headers: Sequence[str],
    spec: ObjectSpec,
    samples: Mapping[str, Sequence[Cell]],
    pairs: Mapping[str, tuple[str, float]],
) -> tuple[str, ...]:
    """The column named as an id, else the natural key, else a name that no two sample rows share."""
    own = _own_id_names(spec)
    named = sorted(
        (header for header in headers if normalised(header) in own),
        key=lambda header: (normalised(header) != "id", normalised(header) in _ID_NAMES, normalised(header)),
    )
    for header in named:
        if _unique(samples[header]):
            return (header,)
    if named:
        return (named[0],)
    by_field = {field: header for header, (field, _) in pairs.items()}
    if spec.natural_key and all(field in by_field for field in spec.natural_key):
        return tuple(by_field[field] for field in spec.natural_key)
    name = by_field.get("name")
    return (name,) if name is not None and _unique(samples[name]) else ()


def _own_id_names(spec: ObjectSpec) -> frozenset[str]:
    """How a column that identifies a record of this object may be called."""
    singular = (name[:-1] for name in spec.synonyms if name.endswith("s"))
    names = (spec.key, spec.label, *spec.synonyms, *singular)
    return frozenset({*_ID_NAMES, *(normalised(f"{name} id") for name in names)})


def _unique(cells: Sequence[Cell]) -> bool:
    texts = [to_text(cell) for cell in cells]
    return bool(texts) and None not in texts and len(set(texts)) == len(texts)


def _missing(
    spec: ObjectSpec, columns: Sequence[ColumnMap], mapping: ImportMapping, headers: tuple[str, ...]
) -> list[Question]:
    mapped = {column.field for column in columns}
    asked = [
        Question("missing_field", f"Which column is {field.label!r}?", choices=headers)
        for field in spec.fields
        if field.required and field.name not in mapped
    ]
    if not mapping.currency_column and any(spec.field(c.field).type is FieldType.MONEY for c in columns):
        asked.append(Question("currency_needed", "Which currency are the amounts in?"))
    return asked
