"""What is left to set up. Each app adds items by naming a function in the `REVOPS_CHECKLIST` setting.

A function takes the tenant's slug, runs in its scope and answers for one item; it asks the database, not a
flag that somebody could forget to set.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string

from tenants import queries
from tenants.models import Setting
from tenants.rules.settings import FISCAL_CALENDAR, REPORTING_CURRENCY, SPECS, TIME_ZONE
from tenants.scope import current_tenant_id

NEEDED = (TIME_ZONE, FISCAL_CALENDAR, REPORTING_CURRENCY)


@dataclass(frozen=True)
class ChecklistItem:
    """One step. `detail` says what is there or what is missing; `href` leads to where it is done."""

    key: str
    label: str
    done: bool
    detail: str
    href: str
    verb: str


Check = Callable[[str], ChecklistItem]
OWN: tuple[str, ...] = ("tenants.checklist.settings_decided", "tenants.checklist.people_invited")


def checklist(slug: str) -> Sequence[ChecklistItem]:
    """Every step in order, for the tenant in scope."""
    return [_check(path)(slug) for path in getattr(settings, "REVOPS_CHECKLIST", OWN)]


def settings_decided(slug: str) -> ChecklistItem:
    decided = set(Setting.objects.filter(key__in=NEEDED).values_list("key", flat=True))
    missing = [SPECS[key].label.lower() for key in NEEDED if key not in decided]
    return ChecklistItem(
        key="settings",
        label="Decide the settings",
        done=not missing,
        detail=f"Still at its default: {', '.join(missing)}."
        if missing
        else "Time zone, calendar and currency stand.",
        href=reverse("settings", args=[slug]),
        verb="Open settings",
    )


def people_invited(slug: str) -> ChecklistItem:
    members = sum(member.is_active for member in queries.members_of(current_tenant_id()))
    return ChecklistItem(
        key="people",
        label="Invite people",
        done=members > 1,
        detail=f"{members} members."
        if members > 1
        else "You are alone. A definition needs somebody else to agree.",
        href=reverse("member-invite", args=[slug]),
        verb="Invite somebody",
    )


def _check(path: str) -> Check:
    check: Check = import_string(path)
    return check
