"""The records behind one number of a receipt, under its pins, narrowed to what the reader may see."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core.errors import Invalid, NotFound
from definitions.compiler import EventMetric, RatioMetric, SnapshotMetric
from definitions.compiler.rows import RowsCell, compile_rows
from definitions.execution import run_part
from definitions.language import Type, check_text
from metrics import receipts
from metrics.answer import Answer, Cell
from metrics.meanings import Meanings, pinned_meanings
from metrics.pins import Pins
from metrics.question import parse_question
from metrics.setting import Setting, setting_of
from metrics.surfaces import csv_text
from metrics.visibility import RowScope

PAGE = 100
Side = tuple[tuple[str, EventMetric | SnapshotMetric], ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One fact behind a number. `weight` is -1 for a reversal; `status` says whether it counted and, if not,
    why.
    """

    component: str
    object: str
    record_id: int
    source: str
    source_id: str
    name: str | None
    event_on: date | None
    owner: str | None
    weight: int
    value: Decimal | None
    currency: str | None
    amount: Decimal | None
    status: str


@dataclass(frozen=True, slots=True)
class RowsPage:
    """Rows in the order of component, record and line; `next_after` goes on where this page ends, empty at
    the end.
    """

    part: str
    rows: Sequence[Row]
    next_after: str


def parts_of(answer: Answer) -> list[tuple[str, str]]:
    """The parts of a number that have rows of their own: (name, label). A ratio has its two sides."""
    meanings = pinned_meanings(answer.uses)
    return [
        (name, " and ".join(meanings[key].label for key, _ in side))
        for name, side in _sides(answer, meanings)
    ]


def _sides(answer: Answer, meanings: Meanings) -> list[tuple[str, Side]]:
    body = meanings.metric(answer.metric).body
    if isinstance(body, RatioMetric):
        return [("num", _side(body.numerator, meanings)), ("den", _side(body.denominator, meanings))]
    assert body is not None
    return [("n", ((answer.metric, body),))]


def _side(keys: Sequence[str], meanings: Meanings) -> Side:
    found = []
    for key in keys:
        body = meanings.metric(key).body
        assert isinstance(body, EventMetric | SnapshotMetric)  # the compiler allows nothing else in a ratio
        found.append((key, body))
    return tuple(found)


def rows_behind(
    receipt_id: str, *, cell: str, part: str, after: str, scope: RowScope, limit: int = PAGE
) -> RowsPage:
    """A page of rows. Raises `NotFound` for an unknown receipt, number or part, `Invalid` for a bad
    cursor.
    """
    kept = receipts.receipt(receipt_id)
    answer = receipts.answer_from_json(kept.answer)
    chosen = next((item for item in answer.cells if item.key == cell), None)
    if chosen is None:
        raise NotFound("This receipt has no such number.", code="no_such_cell", param="cell")
    setting = setting_of(parse_question(kept.metric, kept.question), Pins.from_json(kept.pins))
    sides = dict(_sides(answer, setting.meanings))
    name = part or ("den" if "den" in sides else "n")
    if name not in sides:
        raise NotFound(
            f"The parts of this number are: {', '.join(sides)}.", code="no_such_part", param="part"
        )
    start, place = _read_cursor(after)
    rows: list[Row] = []
    for number, (key, body) in enumerate(sides[name]):
        if number < start:
            continue
        wanted = limit - len(rows)
        found, more = _component_rows(
            setting, chosen, key, body, after=place if number == start else None, scope=scope, limit=wanted
        )
        rows += [row for row, _ in found]
        if more or (len(rows) >= limit and number + 1 < len(sides[name])):
            last = found[-1] if found else None
            following = f"{number}.{last[0].record_id}.{last[1]}" if last and more else f"{number + 1}"
            return RowsPage(name, rows, following)
    return RowsPage(name, rows, "")


def _read_cursor(after: str) -> tuple[int, tuple[int, int] | None]:
    numbers = after.split(".") if after else ["0"]
    if len(numbers) not in {1, 3} or not all(
        part.isascii() and part.isdigit() and len(part) < 19 for part in numbers
    ):
        raise Invalid("after is the cursor of the page before, unchanged.", param="after")
    return int(numbers[0]), (int(numbers[1]), int(numbers[2])) if len(numbers) == 3 else None


def _component_rows(
    setting: Setting,
    cell: Cell,
    key: str,
    body: EventMetric | SnapshotMetric,
    *,
    after: tuple[int, int] | None,
    scope: RowScope,
    limit: int,
) -> tuple[list[tuple[Row, int]], bool]:
    """Rows of one metric, each with its line number, and whether there are more."""
    has_owner = "owner" in setting.context.catalog.objects[body.object].fields
    if scope.emails is not None and not (has_owner and scope.emails):
        return [], False
    conditions = [
        *group_conditions(setting, cell.group, body.object),
        *(
            [f"owner.email in ({', '.join(map(_quoted, sorted(scope.emails)))})"]
            if scope.emails is not None
            else []
        ),
    ]
    query = replace(
        setting.query,
        dimensions=("owner.name",) if has_owner else (),
        filters=" and ".join(f"({text})" for text in conditions) or None,
    )
    wanted = RowsCell(key=cell.period, after=after, limit=limit + 1)
    compiled = compile_rows(body, query, wanted, context=setting.context)
    names = [column.name for column in compiled.columns]
    found: list[tuple[Row, int]] = []
    for values in run_part(compiled, rows=limit + 1).rows:
        facts = dict(zip(names, values, strict=True))
        row = Row(
            component=key,
            object=body.object,
            record_id=facts["record_id"],
            source=facts["source"],
            source_id=facts["source_id"],
            name=facts.get("name"),
            event_on=facts["event_on"],
            owner=facts.get("d0"),
            weight=int(facts["weight"]),
            value=facts["value"],
            currency=facts["currency"],
            amount=facts["amount"],
            status=facts["status"],
        )
        found.append((row, facts["line"]))
    return found[:limit], len(found) > limit


def group_conditions(setting: Setting, group: tuple[str | None, ...], object: str) -> list[str]:
    """What a record must meet to stand in a cell's group: the question's filter and each dimension's
    value.
    """
    return [
        *([setting.question.where] if setting.question.where else []),
        *(
            _equals(path, value, setting, object)
            for path, value in zip(setting.question.by, group, strict=True)
        ),
    ]


def _equals(path: str, value: str | None, setting: Setting, object: str) -> str:
    """The condition that a dimension has the value its cell shows, in the language itself."""
    if value is None:
        return f"{path} is unknown"
    kind = check_text(path, object=object, catalog=setting.context.catalog, terms=setting.context.terms).type
    match kind:
        case Type.BOOL:
            return f"{path} is {'true' if value == 'yes' else 'false'}"
        case Type.NUMBER | Type.DATE:
            return f"{path} = {value}"
        case _:
            return f"{path} = {_quoted(value)}"


def _quoted(text: str) -> str:
    """Text as the language writes it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def rows_csv_lines(receipt_id: str, *, cell: str, part: str, scope: RowScope) -> Iterator[str]:
    """Every row as CSV, page by page."""
    yield csv_text(
        (
            "component",
            "record_id",
            "source",
            "source_id",
            "name",
            "date",
            "owner",
            "weight",
            "value",
            "currency",
            "amount_in_reporting_currency",
            "status",
            "receipt",
        )
    )
    after = ""
    while True:
        page = rows_behind(receipt_id, cell=cell, part=part, after=after, scope=scope, limit=2_000)
        for row in page.rows:
            yield csv_text(
                (
                    row.component,
                    row.record_id,
                    row.source,
                    row.source_id,
                    row.name,
                    row.event_on,
                    row.owner,
                    row.weight,
                    row.value,
                    row.currency,
                    row.amount,
                    row.status,
                    receipt_id,
                )
            )
        if not page.next_after:
            return
        after = page.next_after
