"""What every registry service starts with: who acts, and the registry's lock with its clock."""

from __future__ import annotations

from datetime import datetime

from core import db
from core.errors import Denied, NotFound
from definitions import sql
from definitions.models import DefinitionVersion
from definitions.rules.abilities import Ability, may, who_may
from tenants.audit import Actor
from tenants.models import Membership
from tenants.scope import current_tenant_id


def require(actor: Actor, ability: Ability) -> Membership:
    """The member who acts. Raises `Denied` when there is none or the role does not allow it."""
    member = actor.membership
    if member is None or not member.is_active or member.tenant_id != current_tenant_id():
        raise Denied("A definition is changed by a member of the tenant.")
    if not may(member.role, ability):
        raise Denied(who_may(ability), code=f"may_not_{ability}")
    return member


def lock_registry() -> datetime:
    """Wait for the tenant's registry and take its time: later than every publication and withdrawal so far.

    Held until the transaction ends, so that what is known of definitions has one order, the order of commits.
    """
    tenant_id = current_tenant_id()
    db.advisory_xact_lock("definitions", tenant_id)
    at: datetime = db.fetch_value(sql.REGISTRY_TIME, {"tenant_id": tenant_id})
    return at


def locked_version(version_id: int) -> DefinitionVersion:
    """The version, for writing. Raises `NotFound`."""
    version = (
        DefinitionVersion.objects.select_related("definition")
        .select_for_update(of=("self",))
        .filter(pk=version_id)
        .first()
    )
    if version is None:
        raise NotFound("There is no such version.")
    return version
