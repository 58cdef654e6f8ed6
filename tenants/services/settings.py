"""Deciding settings: from a day on, known from now on. Nothing decided before is edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from core.errors import Conflict, Invalid, NotFound
from core.instants import FOREVER
from tenants.audit import Actor, record
from tenants.data_versions import DataVersion, open_data_version
from tenants.models import Setting
from tenants.rules.settings import SettingRow, Stored, spec_named
from tenants.services.guards import require_admin


def set_setting(key: str, value: object, *, effective_from: date, actor: Actor) -> Setting:
    """Decide one setting from a day on. The same decision twice changes nothing. Raises `Invalid`."""
    return set_settings([SettingRow(key, value, effective_from)], actor=actor)[0]


@transaction.atomic
def set_settings(rows: Sequence[SettingRow], *, actor: Actor) -> list[Setting]:
    """Decide several at once, under one data version: all or none. Raises `Invalid` naming row and key."""
    require_admin(actor)
    decisions = [_checked(row, number) for number, row in enumerate(rows, start=1)]
    if len({(row.key, row.effective_from) for row, _ in decisions}) < len(decisions):
        raise Invalid("A setting appears twice for the same day. Keep one of the rows.", code="repeated_row")
    version: DataVersion | None = None
    settings = []
    for row, stored in decisions:
        present = _believed(row.key, row.effective_from)
        if present is not None and present.value == stored:
            settings.append(present)
            continue
        version = version or open_data_version("settings")
        settings.append(_decide(row, stored, present, version, actor))
    return settings


@transaction.atomic
def withdraw_setting(setting_id: int, *, actor: Actor) -> Setting:
    """Take a decision back: from now on the one before it is known to hold. Its history stays."""
    require_admin(actor)
    setting = Setting.objects.select_for_update().filter(pk=setting_id).first()
    if setting is None:
        raise NotFound("There is no such decision.")
    if setting.known_to != FOREVER:
        raise Conflict("This decision was replaced or withdrawn before.")
    _close(setting, open_data_version(f"setting {setting.key} withdrawn"))
    record("setting.withdrawn", target=f"setting:{setting.key}", actor=actor, before=_facts(setting))
    return setting


def _checked(row: SettingRow, number: int) -> tuple[SettingRow, Stored]:
    spec = spec_named(row.key)
    try:
        return row, spec.read(row.value)
    except Invalid as error:
        raise Invalid(
            f"{spec.label}: {error.message}", code=error.code, param="value", row=number, part=error.param
        ) from error


def _believed(key: str, effective_from: date) -> Setting | None:
    return (
        Setting.objects.select_for_update()
        .filter(key=key, effective_from=effective_from, known_to=FOREVER)
        .first()
    )


def _decide(
    row: SettingRow, stored: Stored, present: Setting | None, version: DataVersion, actor: Actor
) -> Setting:
    if present is not None:
        _close(present, version)
    setting = Setting.objects.create(
        key=row.key,
        value=stored,
        effective_from=row.effective_from,
        known_from=version.at,
        known_to=FOREVER,
    )
    record(
        "setting.changed",
        target=f"setting:{row.key}",
        actor=actor,
        before=_facts(present) if present is not None else None,
        after=_facts(setting),
    )
    return setting


def _close(setting: Setting, version: DataVersion) -> None:
    setting.known_to = version.at
    setting.save(update_fields=["known_to"])


def _facts(setting: Setting) -> dict[str, object]:
    return {"value": setting.value, "effective_from": setting.effective_from}
