"""Computing an answer from a filled question and its pins: compile, execute, turn parts into values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core.errors import Invalid
from core.numbers import divide, wilson_interval
from definitions.compiler import (
    Aggregate,
    CompiledQuery,
    CompileError,
    EventMetric,
    MetricBody,
    RatioMetric,
    SnapshotMetric,
    Unit,
    compile_metric,
)
from definitions.execution import run
from definitions.language import LanguageError, Type
from metrics.answer import Answer, Cell
from metrics.history import history_start, needed_from
from metrics.pins import Pins
from metrics.question import Question
from metrics.receipts import Statement, decimal_text
from metrics.setting import MAX_CELLS, Setting, setting_of

Parts = Mapping[str, Decimal]


@dataclass(frozen=True)
class Computed:
    answer: Answer
    statements: Sequence[Statement]


def compute(question: Question, pins: Pins, *, receipt_id: str) -> Computed:
    """The answer, from the tables. Everything that varies stands in `question` and `pins`."""
    setting = setting_of(question, pins)
    compiled = compile_or_refuse(setting)
    rows = run(compiled, rows=MAX_CELLS).rows
    cells = _cells(setting, compiled, rows)
    notes, cells = _before_history(setting, cells, reads=compiled.reads)
    body = setting.body
    answer = Answer(
        receipt_id=receipt_id,
        metric=question.metric,
        label=setting.meaning.label,
        unit=body.unit.value,
        currency=question.currency if any(column.money for column in compiled.columns) else None,
        good=setting.meaning.good,
        grain=question.grain,
        by=question.by,
        slices=setting.slices,
        cells=cells,
        definition=pins.uses[0],
        uses=pins.uses,
        as_of=pins.as_of,
        known_at=pins.known_at,
        data_version=pins.data_version,
        notes=notes,
        parts_are_money=any(column.money for column in compiled.columns),
    )
    return Computed(answer, [Statement(question.metric, compiled.sql, compiled.params)])


def compile_or_refuse(setting: Setting) -> CompiledQuery:
    """The statement of a question. Raises `Invalid` where the metric cannot be asked this."""
    try:
        compiled = compile_metric(setting.body, setting.query, context=setting.context)
    except CompileError as error:
        raise Invalid(error.message, code="cannot_be_asked", param=error.param) from error
    except LanguageError as error:
        param = "where" if setting.question.where else "by"
        raise Invalid(str(error), code="text_refused", param=param) from error
    for column in compiled.columns:
        if column.role == "dimension" and column.type is Type.REFERENCE:
            raise Invalid(
                f"{column.label} leads to another record; split by a field of it, like {column.label}.name.",
                code="cannot_be_asked",
                param="by",
            )
    return compiled


def _cells(setting: Setting, compiled: CompiledQuery, rows: Sequence[Sequence[object]]) -> tuple[Cell, ...]:
    found: list[Cell] = []
    for row in rows:
        period, group, parts, excluded = "", [], {}, {}
        for column, value in zip(compiled.columns, row, strict=True):
            if column.name == "key":
                period = str(value)
            elif column.role == "dimension":
                group.append(_label(value))
            elif column.role == "part" or column.money:
                if value is not None:
                    parts[column.name] = _decimal(value)
            elif column.role == "exception":
                excluded[column.name] = int(str(value or 0))
        if setting.question.by and not any(parts.values()) and not any(excluded.values()):
            continue  # the row that makes an empty period appear; a split has no group to show for it
        found.append(_cell(setting, period, tuple(group), parts, excluded))
    order = {item.key: place for place, item in enumerate(setting.slices)}
    # Names in C collation, so that a receipt lists its groups alike on every server; empty ones last.
    found.sort(key=lambda cell: (order[cell.period], [(part is None, part or "") for part in cell.group]))
    return tuple(found)


def _label(value: object) -> str | None:
    """The value of a dimension as text: names as they are, yes and no, plain digits."""
    match value:
        case None:
            return None
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return decimal_text(value)
        case _:
            return str(value)


def _decimal(value: object) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(str(value))


def _is_share_of_counts(setting: Setting) -> bool:
    """Only a share of things counted has an interval: money is no series of trials (kpis.md 0.3)."""
    body = setting.body
    if not isinstance(body, RatioMetric) or body.unit is not Unit.PERCENT:
        return False
    return all(
        isinstance(part, EventMetric | SnapshotMetric) and part.aggregate is Aggregate.COUNT
        for part in (setting.context.metrics[key] for key in (*body.numerator, *body.denominator))
    )


def _cell(
    setting: Setting, period: str, group: tuple[str | None, ...], parts: Parts, excluded: Mapping[str, int]
) -> Cell:
    value, reason = value_of(setting.body, parts, excluded)
    low = high = None
    if value is not None and _is_share_of_counts(setting):
        won, all_of_them = parts["num"], parts["den"]
        interval = wilson_interval(int(won), int(all_of_them)) if won <= all_of_them else None
        if interval is not None:
            low, high = interval.low, interval.high
    kept = {name: count for name, count in excluded.items() if count}
    return Cell(period, group, value, reason, parts, kept, low, high)


def value_of(
    body: MetricBody, parts: Parts, excluded: Mapping[str, int]
) -> tuple[Decimal | None, str | None]:
    """The number that the parts give, or the reason why they give none (kpis.md 0.1, 0.2, 0.7, 0.10)."""
    if excluded.get("missing_rate"):
        return None, "missing_rate"
    match body:
        case RatioMetric():
            top, bottom = parts.get("num"), parts.get("den")
            if top is None or not bottom:
                return None, "no_denominator"
            return divide(top, bottom), None
        case EventMetric() | SnapshotMetric():
            counted = parts.get("n", Decimal(0))
            match body.aggregate:
                case Aggregate.COUNT | Aggregate.COUNT_DISTINCT:
                    return counted, None
                case Aggregate.SUM:
                    total = parts.get("sum", Decimal(0))
                    if total == 0 and 0 < counted == excluded.get("no_amount", 0):
                        return None, "no_amount"
                    return total, None
                case Aggregate.MEDIAN:
                    return (parts["median"], None) if "median" in parts else (None, "no_rows")
                case Aggregate.MEAN_PARTS:
                    valued = parts.get("n_value", Decimal(0))
                    return (
                        (divide(parts.get("sum", Decimal(0)), valued), None) if valued else (None, "no_rows")
                    )
    raise AssertionError("a metric body of a new kind")


def _before_history(
    setting: Setting, cells: tuple[Cell, ...], *, reads: Collection[str]
) -> tuple[tuple[str, ...], tuple[Cell, ...]]:
    """Take the value from cells that ask about a time before there is history, and say from when there is."""
    notes: list[str] = []
    asked = setting.question.known_at
    late = [object for object, at in setting.pins.known_of if object in reads and asked and at > asked]
    if late:
        labels = ", ".join(setting.context.catalog.objects[object].label.lower() for object in late)
        notes.append(
            f"Nothing had been loaded here by then ({labels}): answered from the sources' own change times."
        )
    starts = history_start(setting)
    if starts is None:
        return tuple(notes), tuple(replace(cell, value=None, reason="no_rows") for cell in cells)
    early = {piece.key for piece in setting.slices if needed_from(piece, setting) < starts}
    if not early:
        return tuple(notes), cells
    notes.append(
        f"History begins on {starts.astimezone(setting.settings.zone):%-d %b %Y}; before it, no value."
    )
    return tuple(notes), tuple(
        replace(cell, value=None, reason="no_history", low=None, high=None) if cell.period in early else cell
        for cell in cells
    )
