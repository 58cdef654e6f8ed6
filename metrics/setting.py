"""What every step of one computation shares: the question, its pins, and all that they name, read back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from core.errors import Conflict
from definitions.catalog import sources, tenant_catalog
from definitions.compiler import Basis, CompileContext, MetricBody, MetricQuery
from definitions.language import CalendarPeriods
from metrics.answer import Slice
from metrics.meanings import Meaning, Meanings, pinned_meanings
from metrics.pins import Pins
from metrics.planning import period_slices, slices_of
from metrics.question import Question
from tenants.scope import current_tenant_id
from tenants.settings import TenantSettings

MAX_CELLS = 20_000


@dataclass(frozen=True)
class Setting:
    """What every step of one computation shares."""

    question: Question
    pins: Pins
    settings: TenantSettings
    meanings: Meanings
    meaning: Meaning
    slices: tuple[Slice, ...]

    @property
    def body(self) -> MetricBody:
        assert self.meaning.body is not None
        return self.meaning.body

    @cached_property
    def context(self) -> CompileContext:
        return CompileContext(
            tenant_id=current_tenant_id(),
            catalog=tenant_catalog(),
            sources=sources(),
            periods=CalendarPeriods(
                now=self.pins.as_of, calendar=self.settings.calendar, zone=self.settings.zone
            ),
            terms=self.meanings.terms,
            metrics=self.meanings.bodies,
        )

    @cached_property
    def query(self) -> MetricQuery:
        question = self.question
        return MetricQuery(
            periods=period_slices(self.slices, self.settings),
            as_of=self.pins.as_of,
            known_at=self.pins.known_at,
            known_of=self.pins.known_of,
            dimensions=question.by,
            filters=question.where or None,
            organisation=question.organisation,
            basis=question.basis or Basis.PLAN,
            currency=question.currency or self.settings.currency,
            limit=MAX_CELLS,
        )


def setting_of(question: Question, pins: Pins) -> Setting:
    """Read back what the pins name. Raises `Conflict` where settings no longer give what the receipt was made
    with.
    """
    settings = pins.tenant_settings()
    if settings.fingerprint != pins.settings:
        raise Conflict(
            "The tenant's settings of that time read differently now, so the answer cannot be replayed.",
            code="settings_differ",
        )
    meanings = pinned_meanings(pins.uses)
    return Setting(
        question=question,
        pins=pins,
        settings=settings,
        meanings=meanings,
        meaning=meanings.metric(question.metric),
        slices=slices_of(question, settings, as_of=pins.as_of),
    )
