"""From a question as asked to a question without gaps, and everything that fixes its answer."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from core.errors import Invalid
from core.instants import day_of, end_of_day
from core.periods import FiscalCalendar, Grain, Period, bounds
from crm.queries import first_loads, last_loads
from definitions.compiler import Basis, PeriodSlice
from metrics.answer import Slice
from metrics.meanings import meanings_in_force, meanings_with_version
from metrics.pins import Pins
from metrics.question import MAX_PERIODS, Question
from tenants import data_versions
from tenants.settings import TenantSettings, settings_at

NOTHING_KNOWN = datetime(1, 1, 2, tzinfo=UTC)
"""The known time of a tenant without data: earlier than anything."""


def plan(question: Question, *, now: datetime) -> tuple[Question, Pins]:
    """Fill what was left open and pin the versions. Raises `NotFound` or `Invalid`."""
    newest = data_versions.latest()
    known_at = newest.at if newest else NOTHING_KNOWN
    number = newest.number if newest else 0
    known_of: tuple[tuple[str, datetime], ...] = ()
    if question.known_at is not None and question.known_at < known_at:
        then = data_versions.known_by(question.known_at)
        number = then.number if then else 0
        known_at = then.at if then else first_known()
        known_of = loaded_later(question.known_at)
    settings = _settings(now, known_at)
    today = settings.day
    as_of = question.as_of or end_of_day(today, settings.zone)
    if question.known_at is not None and known_of:
        as_of = min(as_of, question.known_at)
    meanings = (
        meanings_in_force(now)
        if question.version is None
        else meanings_with_version(now, question.metric, question.version)
    )
    meanings.metric(question.metric)
    pins = Pins(
        as_of=as_of,
        known_at=known_at,
        data_version=number,
        settings_day=today,
        settings=settings.fingerprint,
        uses=tuple(item.used() for item in meanings.reached_from(question.metric)),
        known_of=known_of,
    )
    return _filled(question, settings=settings, as_of=as_of), pins


def first_known() -> datetime:
    """When the tenant's first data version became known."""
    first = data_versions.first()
    return first.at if first else NOTHING_KNOWN


def loaded_later(known_at: datetime) -> tuple[tuple[str, datetime], ...]:
    """The objects of which nothing had been loaded by then, each with the instant at which the first load of
    every source was complete: before it, the sources' own change times answer, and the answer says so.
    """
    found = {each.object: first_loads(each.object).values() for each in last_loads()}
    return tuple(
        (object, max(firsts)) for object, firsts in sorted(found.items()) if firsts and min(firsts) > known_at
    )


def _settings(now: datetime, known_at: datetime) -> TenantSettings:
    """The settings of the tenant's today, as known at `known_at`, so that a replay reads the same ones."""
    settings = settings_at(now.date(), known_at)
    today = day_of(now, settings.zone)
    return settings if today == settings.day else settings_at(today, known_at)


def _filled(question: Question, *, settings: TenantSettings, as_of: datetime) -> Question:
    """Open ends become the fiscal year of `as_of`; currency and basis become the tenant's."""
    year = fiscal_year(settings, as_of=as_of)
    start = question.start or (year.start if question.end is None else question.end - timedelta(days=365))
    end = question.end or max(year.end, start + timedelta(days=1))
    filled = question.ask_for(
        start=start,
        end=end,
        currency=question.currency or settings.currency,
        basis=question.basis or Basis.PLAN,
        where=" ".join(question.where.split()),
    )
    if question.grain is not None:
        count = len(settings.calendar.periods_between(start, end, question.grain))
        if count > MAX_PERIODS:
            raise Invalid(
                f"That is {count:,} periods; ask for at most {MAX_PERIODS} at once, or for a longer grain.",
                param="from",
            )
    return filled


def fiscal_year(settings: TenantSettings, *, as_of: datetime) -> Period:
    return settings.calendar.period_containing(day_of(as_of, settings.zone), Grain.YEAR)


def slices_of(question: Question, settings: TenantSettings, *, as_of: datetime) -> tuple[Slice, ...]:
    """The periods of a filled question in the tenant's calendar; the one holding `as_of` is partial."""
    start, end = _ends(question)
    today = day_of(as_of, settings.zone)
    if question.grain is None:
        label = f"{start:%-d %b %Y} to {end - timedelta(days=1):%-d %b %Y}"
        return (Slice("total", label, start, end, start <= today < end - timedelta(days=1)),)
    found = settings.calendar.periods_between(start, end, question.grain)
    return tuple(
        Slice(item.key, item.label, item.start, item.end, item.start <= today < item.last_day)
        for item in found
    )


def _ends(question: Question) -> tuple[date, date]:
    assert question.start is not None
    assert question.end is not None
    return question.start, question.end


def period_slices(slices: tuple[Slice, ...], settings: TenantSettings) -> tuple[PeriodSlice, ...]:
    """The same periods as the compiler takes them, with instants in the tenant's zone and their plan rate
    table.
    """
    made = []
    for item in slices:
        start_at, end_at = bounds(item.range, settings.zone)
        made.append(
            PeriodSlice(
                key=item.key,
                start_on=item.start,
                end_on=item.end,
                start_at=start_at,
                end_at=end_at,
                plan_table=plan_table(item.start, settings.calendar),
            )
        )
    return tuple(made)


def plan_table(day: date, calendar: FiscalCalendar) -> str:
    """The name of the plan rate table of the fiscal year of a day, e.g. `plan_FY2026`."""
    return f"plan_{calendar.period_containing(day, Grain.YEAR).key}"
