"""What the KPI pages print, built from answers of the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse

from core import formatting
from core.charts import Series, Unit, bars_over_periods, line_over_periods
from core.components import Action, Chart, Chip, Column, DataTable, Delta, Freshness, KpiTile, Missing, Shown
from core.instants import day_of, end_of_day
from core.numbers import percent_text
from core.periods import Grain
from dashboards import present
from dashboards.controls import Controls, controls_for
from dashboards.freshness import freshness
from dashboards.periods import YEARS_BACK, has_rows, last_quarters, last_with_rows
from definitions.compiler import SnapshotMetric
from metrics.answer import Answer, Cell
from metrics.dimensions import dimensions_of
from metrics.engine import answer
from metrics.meanings import Meaning, meanings_in_force, metrics_in_force
from metrics.question import Question
from metrics.rows import parts_of
from tenants.settings import TenantSettings, settings_at

LOW_N = 10
PART_LABELS = {
    "num": "Numerator",
    "den": "Denominator",
    "n": "Rows",
    "sum": "Sum",
    "n_value": "Rows with a value",
    "median": "Median",
    "past_due_sum": "Past due",
}


@dataclass(frozen=True)
class SplitRow:
    name: str
    number: Shown
    parts: Sequence[str]
    low_n: bool


@dataclass(frozen=True)
class Split:
    label: str
    period: str
    heads: Sequence[str]
    rows: Sequence[SplitRow]


@dataclass(frozen=True)
class KpiPage:
    """One KPI: its sentence, its course over time, its split."""

    name: str
    meaning: str
    version: Chip
    owner: str
    as_of: str
    data_version: int
    receipt_href: str
    freshness: Freshness
    before: str
    number: Shown | None
    missing: Missing | None
    after: str
    interval: str
    excluded: Sequence[str]
    notes: Sequence[str]
    over: str
    unit_words: str
    chart: Chart | None
    empty_text: str
    partial: str
    controls: Controls
    split: Split | None
    actions: Sequence[Action]


def kpi_tiles(tenant: str, *, now: datetime, keys: Sequence[str] = ()) -> list[KpiTile]:
    """A tile for each KPI in force, by label; `keys` limits and orders them."""
    settings = settings_at(now.date())
    meanings = metrics_in_force(now)
    chosen = [meanings[key] for key in keys if key in meanings] or sorted(
        meanings.values(), key=lambda m: m.label
    )
    state = freshness(now)
    return [_tile(meaning, tenant, settings=settings, now=now, state=state) for meaning in chosen]


def _tile(
    meaning: Meaning, tenant: str, *, settings: TenantSettings, now: datetime, state: Freshness
) -> KpiTile:
    href = reverse("kpi-detail", args=[tenant, meaning.key])
    found = answer(last_quarters(meaning.key, settings=settings), now=now)
    latest, older = found.cells[-1], found.cells[-2] if len(found.cells) > 1 else None
    if not has_rows(found):
        return KpiTile(
            name=meaning.label,
            href=href,
            number=None,
            missing=Missing("No rows in the last eight quarters", Action("See all periods", href)),
            version=version_chip(found),
            freshness=state,
            state="no_data",
        )
    piece = found.slice(latest.period)
    # What is still open and falls into a past quarter says nothing about that quarter: such a tile has
    # no course.
    falls = isinstance(meaning.body, SnapshotMetric) and meaning.body.falls_on is not None
    return KpiTile(
        name=meaning.label,
        href=href,
        number=present.shown(latest, found, tenant=tenant) if latest.value is not None else None,
        missing=None if latest.value is not None else present.missing(latest, found),
        version=version_chip(found),
        delta=_week_delta(meaning, found, latest, now=now, settings=settings)
        if falls
        else _same_point_delta(found, latest, older, now=now, settings=settings),
        trend=() if falls else tuple(cell.value for cell in found.cells),
        foot=f"closing in {piece.label}"
        if falls
        else f"{piece.label} to date"
        if piece.is_partial
        else piece.label,
        freshness=state,
    )


def _week_delta(
    meaning: Meaning, found: Answer, latest: Cell, *, now: datetime, settings: TenantSettings
) -> Delta | None:
    """Against the same period as it stood a week ago."""
    piece = found.slice(latest.period)
    then = end_of_day(settings.day - timedelta(days=7), settings.zone)
    before = answer(Question(metric=meaning.key, start=piece.start, end=piece.end, as_of=then), now=now)
    return present.delta(latest, before.only, found, against="7 days ago")


def _same_point_delta(
    found: Answer, latest: Cell, older: Cell | None, *, now: datetime, settings: TenantSettings
) -> Delta | None:
    """Against the same elapsed point of the period before (kpis.md 0.6), never against the whole of it."""
    if older is None:
        return None
    piece, before = found.slice(latest.period), found.slice(older.period)
    if not piece.is_partial:
        return present.delta(latest, older, found, against=before.label)
    elapsed = (settings.day - piece.start).days + 1
    end = min(before.start + timedelta(days=elapsed), before.end)
    then = answer(Question(metric=found.metric, start=before.start, end=end), now=now)
    return present.delta(latest, then.only, found, against=f"{before.label} to the same day")


def as_of_text(instant: datetime, zone: ZoneInfo) -> str:
    """`the end of 22 Nov 2026` for the last moment of a day, the instant itself otherwise."""
    day = day_of(instant, zone)
    if instant == end_of_day(day, zone):
        return f"the end of {formatting.day(day)}"
    return formatting.instant(instant.astimezone(zone))


def version_chip(found: Answer) -> Chip:
    """Which version stands behind the number, and whether it was agreed."""
    used = found.definition
    if used.state == "starter":
        return Chip(f"v{used.number} starter", "", title="Starter, not yet agreed")
    return Chip(f"v{used.number}", "", title="In force")


def kpi_page(
    tenant: str, question: Question | None, *, metric: str, now: datetime, action: str
) -> tuple[KpiPage, Answer]:
    """The page of one KPI and the answer it shows. `question` None: the page chooses the periods."""
    settings = settings_at(now.date())
    meanings = meanings_in_force(now)
    meaning = meanings.metric(metric)
    notes: list[str] = []
    asked = question or last_quarters(metric, settings=settings)
    found = answer(asked.ask_for(by=()), now=now)
    if question is None and not has_rows(found):
        other = last_with_rows(metric, settings=settings, now=now)
        if other is not None:
            asked, found = other, answer(other, now=now)
            notes.append(
                f"There are no rows in the last eight quarters. Shown are the quarters up to "
                f"{found.slices[-1].label}, the last one that has any."
            )
    notes += found.notes
    latest = _headline(found)
    piece = found.slice(latest.period)
    label = meaning.label
    dimensions = {item.path: item.label for item in dimensions_of(meaning, meanings)}
    page = KpiPage(
        name=label,
        meaning=meaning.meaning,
        version=version_chip(found),
        owner=meaning.owner,
        as_of=as_of_text(found.as_of, settings.zone),
        data_version=found.data_version,
        receipt_href=reverse("receipt", args=[tenant, found.receipt_id]),
        freshness=freshness(now),
        before=f"{label}:" if latest.value is None else f"{label} {'is' if piece.is_partial else 'was'}",
        number=present.shown(latest, found, tenant=tenant) if latest.value is not None else None,
        missing=None if latest.value is not None else present.missing(latest, found),
        after=_after(latest, found, piece.label, partial=piece.is_partial),
        interval=_interval(latest),
        excluded=present.excluded_sentences(latest),
        notes=notes,
        over=f"by {found.grain.value}" if found.grain else "over the whole period",
        unit_words=unit_words(found),
        chart=_chart(found, tenant) if has_rows(found) else None,
        empty_text="Nothing happened in these periods, or it has not been imported. Choose other periods.",
        partial=f"{piece.label} is still running: to date only." if piece.is_partial else "",
        controls=controls_for(
            asked,
            start=found.slices[0].start,
            end=found.slices[-1].end,
            action=action,
            dimensions=list(dimensions.items()),
        ),
        split=_split(asked, latest.period, found, tenant, dimensions, now=now) if asked.by else None,
        actions=(
            Action("All time", f"{action}?{_query(_all_time(metric, settings))}", icon="cal"),
            Action("Definition", reverse("definition-detail", args=[tenant, metric]), icon="book"),
            Action(
                "Export CSV", f"{reverse('kpi-export', args=[tenant, metric])}?{_query(asked)}", icon="out"
            ),
        ),
    )
    return page, found


def _query(question: Question) -> str:
    return urlencode({key: str(value) for key, value in question.to_json().items() if key != "metric"})


def _headline(found: Answer) -> Cell:
    """The last period that says something; the last one where none does."""
    return next((cell for cell in reversed(found.cells) if cell.value is not None), found.cells[-1])


def _all_time(metric: str, settings: TenantSettings) -> Question:
    """One number over everything there is, up to the end of the fiscal year."""
    year = settings.calendar.period_containing(settings.day, Grain.YEAR)
    first = settings.calendar.shift(year, -YEARS_BACK)
    return Question(metric=metric, start=first.start, end=year.end)


def _after(cell: Cell, found: Answer, period: str, *, partial: bool) -> str:
    if " to " in period:  # a range of days, not a period of the calendar
        when = f"from {period}, so far" if partial else f"from {period}"
    else:
        when = f"in {period} to date" if partial else f"in {period}"
    if "den" in cell.parts and found.unit == "percent":
        part = present.part_text
        return f"{when}: {part(cell, 'num', found)} of {part(cell, 'den', found)}."
    return f"{when}."


def _interval(cell: Cell) -> str:
    if cell.low is None or cell.high is None:
        return ""
    text = (
        f"95 times in 100 the true rate lies between {percent_text(cell.low)} and {percent_text(cell.high)}."
    )
    small = cell.parts.get("den", Decimal(0)) < LOW_N
    return f"Low n: {text}" if small else text


def unit_words(found: Answer) -> str:
    return {
        "money": f"in {found.currency}",
        "percent": "share, in percent",
        "days": "in days",
        "count": "number of opportunities",
    }.get(found.unit, found.unit)


def _axis(found: Answer) -> tuple[Unit, Decimal]:
    """How the value axis reads, and what an exact value is multiplied by to stand on it."""
    if found.unit == "percent":
        return Unit(suffix="%"), Decimal(100)
    if found.unit == "money":
        top = max((abs(cell.value) for cell in found.cells if cell.value is not None), default=Decimal(0))
        sign = formatting.NARROW_SIGNS.get(found.currency or "", "")
        for scale, letter in ((10**6, "M"), (10**3, "K")):
            if top >= 2 * scale:
                return Unit(prefix=sign, suffix=letter), Decimal(1) / scale
        return Unit(prefix=sign), Decimal(1)
    return Unit(), Decimal(1)


def _chart(found: Answer, tenant: str) -> Chart:
    unit, factor = _axis(found)
    cells = list(found.cells)
    numbers = [present.shown(cell, found, tenant=tenant) for cell in cells]
    series = Series(
        name=found.label,
        values=[None if cell.value is None else cell.value * factor for cell in cells],
        texts=[number.text for number in numbers],
        receipts=[found.receipt_id] * len(cells),
        links=[number.href for number in numbers],
        emphasis=True,
    )
    labels = [piece.label for piece in found.slices]
    draw = line_over_periods if found.unit in {"percent", "days"} else bars_over_periods
    figure = draw(labels, [series], unit=unit, last_is_partial=found.slices[-1].is_partial)
    return Chart(
        figure=figure,
        finding=f"{found.label} by period: "
        + ", ".join(f"{label} {number.text}" for label, number in zip(labels, numbers, strict=True)),
        table=DataTable(
            columns=[Column("Period"), Column(found.label, "r")],
            rows=[[label, number] for label, number in zip(labels, numbers, strict=True)],
            caption=f"{found.label}, {unit_words(found)}",
        ),
        size="lg",
    )


def _split(
    asked: Question, period: str, whole: Answer, tenant: str, dimensions: Mapping[str, str], *, now: datetime
) -> Split:
    """The headline period, split: one question of its own, with its own receipt."""
    piece = whole.slice(period)
    found = answer(asked.ask_for(grain=None, start=piece.start, end=piece.end), now=now)
    present_parts = {name for cell in found.cells for name in cell.parts}
    names = [name for name in PART_LABELS if name in present_parts]
    labels = {**PART_LABELS, **dict(parts_of(found))}
    ordered = sorted(found.cells, key=lambda cell: (cell.value is None, -(cell.value or 0), cell.group))
    return Split(
        label=" and ".join(
            dimensions.get(path, path.replace(".", " ").replace("_", " ")) for path in asked.by
        ),
        period=piece.label,
        heads=[labels[name] for name in names],
        rows=[
            SplitRow(
                name=", ".join(part if part is not None else "Not set" for part in cell.group),
                number=present.shown(cell, found, tenant=tenant),
                parts=[present.part_text(cell, name, found) for name in names],
                low_n=found.unit == "percent" and cell.parts.get("den", Decimal(LOW_N)) < LOW_N,
            )
            for cell in ordered
        ],
    )
