"""Who may manage, and the rule that somebody always can."""

from __future__ import annotations

from core.errors import Conflict, Denied
from tenants.audit import Actor
from tenants.models import Membership, Role
from tenants.scope import current_tenant_id


def require_admin(actor: Actor) -> None:
    """Members manage a tenant as RevOps admin of that very tenant; commands act as the system."""
    member = actor.membership
    if member is None:
        return
    if member.role != Role.ADMIN or not member.is_active or member.tenant_id != current_tenant_id():
        raise Denied("Only a RevOps admin can do this. Ask one of them, or ask them for the role.")


def require_admin_member(actor: Actor) -> Membership:
    """As `require_admin`, for what only a person can do: the system has no keys and invites nobody."""
    require_admin(actor)
    if actor.membership is None:
        raise Denied("Only a member can do this.")
    return actor.membership


def require_another_admin(leaving: Membership) -> None:
    """Raises `Conflict` when no other active admin would be left. Locks the admins, so two cannot leave at
    once."""
    admins = list(
        Membership.objects.select_for_update()
        .filter(tenant_id=leaving.tenant_id, role=Role.ADMIN, is_active=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    if admins == [leaving.pk]:
        raise Conflict(
            "This is the last RevOps admin. Make somebody else an admin first.",
            code="last_admin",
            param="role",
        )
