"""What the home and the KPI list print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from core import formatting
from core.components import Action, Freshness, KpiTile, Tone
from dashboards.freshness import freshness
from dashboards.kpis import kpi_tiles
from tenants import data_versions
from tenants.checklist import checklist
from tenants.settings import settings_at

HOME = (
    "win_rate",
    "bookings",
    "open_pipeline",
    "qualified_pipeline",
    "pipeline_generated",
    "average_deal_size",
    "sales_cycle_length",
    "win_rate_by_value",
)


@dataclass(frozen=True)
class Line:
    text: str
    tone: Tone = ""
    action: Action | None = None


@dataclass(frozen=True)
class Step:
    label: str
    done: bool
    href: str
    verb: str

    @property
    def icon(self) -> str:
        return "check" if self.done else "clock"


@dataclass(frozen=True)
class Empty:
    icon: str
    title: str
    text: str
    actions: Sequence[Action]


@dataclass(frozen=True)
class TilesPage:
    title: str
    tiles: Sequence[KpiTile]
    as_of: str
    freshness: Freshness | None
    actions: Sequence[Action] = ()
    banners: Sequence[Line] = ()
    steps: Sequence[Step] = ()
    steps_left: str = ""
    empty: Empty | None = None


def home_page(tenant: str, *, now: datetime) -> TilesPage:
    """The headline KPIs and, until it is done, what is left to set up."""
    steps = [Step(item.label, item.done, item.href, item.verb) for item in checklist(tenant)]
    left = sum(not step.done for step in steps)
    page = _page("Home", tenant, now=now, keys=HOME)
    return TilesPage(
        title=page.title,
        tiles=page.tiles,
        as_of=page.as_of,
        freshness=page.freshness,
        actions=(Action("All KPIs", reverse("kpi-list", args=[tenant]), icon="arrow"),),
        banners=page.banners,
        steps=steps if left else (),
        steps_left=f"{formatting.counted(left, 'step')} left",
        empty=page.empty,
    )


def list_page(tenant: str, *, now: datetime) -> TilesPage:
    """Every KPI in force."""
    return _page("KPIs", tenant, now=now, keys=())


def _page(title: str, tenant: str, *, now: datetime, keys: Sequence[str]) -> TilesPage:
    settings = settings_at(now.date())
    newest = data_versions.latest()
    tiles = kpi_tiles(tenant, now=now, keys=keys) if newest else []
    return TilesPage(
        title=title,
        tiles=tiles,
        as_of=formatting.instant(now.astimezone(settings.zone)) if tiles else "",
        freshness=freshness(now) if newest else None,
        empty=_no_data(tenant) if newest is None else _no_definitions(tenant),
    )


def _no_data(tenant: str) -> Empty:
    return Empty(
        icon="data",
        title="No data yet",
        text="Numbers need records. Import a CRM export: opportunities with stage and close date do.",
        actions=(
            Action("Import a file", reverse("import-list", args=[tenant]), kind="primary"),
            Action("Read the definitions", reverse("definition-list", args=[tenant])),
        ),
    )


def _no_definitions(tenant: str) -> Empty:
    return Empty(
        icon="book",
        title="No KPI is defined yet",
        text="A number needs a published definition. Adopt the starter library and agree on it later.",
        actions=(
            Action("Open the starter library", reverse("definition-starters", args=[tenant]), kind="primary"),
        ),
    )
