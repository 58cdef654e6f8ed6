"""What a member may do, from when to when, and leaving."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from core.errors import Conflict, Invalid, NotFound
from core.instants import FOREVER
from tenants.audit import Actor, record
from tenants.jobs.queue import enqueue
from tenants.models import ApiKey, Function, Membership, Role, RoleAssignment, User
from tenants.scope import current_tenant_id
from tenants.services.guards import require_admin, require_another_admin

APPLY_ROLES = "tenants.apply_roles"


def assign_role(
    membership: Membership, *, role: str, function: str, valid_from: datetime, now: datetime
) -> None:
    """From an instant on the member has this role; what was planned for later is withdrawn.

    What was believed before stays readable: rows are closed in known time and written anew, never edited.
    """
    end_roles(membership, at=valid_from, now=now)
    RoleAssignment.objects.create(
        membership=membership,
        role=role,
        function=function,
        valid_from=valid_from,
        valid_to=FOREVER,
        known_from=now,
        known_to=FOREVER,
    )


def end_roles(membership: Membership, *, at: datetime, now: datetime) -> None:
    """Nothing is held from `at` on."""
    believed = RoleAssignment.objects.filter(membership=membership, known_to=FOREVER, valid_to__gt=at)
    for row in believed.select_for_update():
        row.known_to = now
        row.save(update_fields=["known_to"])
        if row.valid_from < at:
            row.pk, row.valid_to, row.known_from, row.known_to = None, at, now, FOREVER
            row.save(force_insert=True)


@transaction.atomic
def add_member(person: User, *, role: str, function: str, actor: Actor, now: datetime) -> Membership:
    """Make a known person a member at once, for commands; pages invite. Raises `Conflict` for a member."""
    require_admin(actor)
    check_words(role, function)
    tenant_id = current_tenant_id()
    if Membership.objects.filter(tenant_id=tenant_id, user=person).exists():
        raise Conflict(f"{person.email} is or was a member.", code="already_member")
    membership = Membership.objects.create(
        tenant_id=tenant_id, user=person, role=role, function=function, joined_at=now
    )
    assign_role(membership, role=role, function=function, valid_from=now, now=now)
    after = {"email": person.email, "role": role, "function": function}
    record("member.added", target=membership, actor=actor, after=after)
    return membership


@transaction.atomic
def change_role(
    membership_id: int,
    *,
    role: str,
    function: str,
    actor: Actor,
    now: datetime,
    effective_from: datetime | None = None,
) -> Membership:
    """Give a member another role and function, at once or from a later instant on.

    Raises `Conflict` when the tenant would be left without an admin, `Invalid` for a date in the past.
    """
    require_admin(actor)
    membership = active_member(membership_id)
    check_words(role, function)
    starts = effective_from or now
    if starts < now:
        raise Invalid("A role can change today or later, not in the past.", param="effective_from")
    if membership.is_admin and role != Role.ADMIN:
        require_another_admin(membership)
    before = {"role": membership.role, "function": membership.function}
    after = {"role": role, "function": function, "from": starts}
    assign_role(membership, role=role, function=function, valid_from=starts, now=now)
    if starts == now:
        _copy(membership, role=role, function=function)
    else:
        enqueue(APPLY_ROLES, payload={"membership_id": membership.pk}, actor=actor, run_after=starts)
    record("member.role_changed", target=membership, actor=actor, before=before, after=after)
    return membership


@transaction.atomic
def apply_roles_in_force(membership_id: int, *, now: datetime) -> None:
    """Copy the role in force now to the membership: what a planned change comes to when its day arrives."""
    membership = active_member(membership_id)
    row = RoleAssignment.objects.filter(
        membership=membership, valid_from__lte=now, valid_to__gt=now, known_to=FOREVER
    ).first()
    if row is None or (row.role, row.function) == (membership.role, membership.function):
        return
    if membership.is_admin and row.role != Role.ADMIN:
        require_another_admin(membership)
    before = {"role": membership.role, "function": membership.function}
    _copy(membership, role=row.role, function=row.function)
    record(
        "member.role_took_effect",
        target=membership,
        actor=Actor.system(APPLY_ROLES),
        before=before,
        after={"role": row.role, "function": row.function},
    )


@transaction.atomic
def edit_member(membership_id: int, *, title: str, crm_email: str, actor: Actor) -> Membership:
    """Say what a member is called at work and which CRM user they are."""
    require_admin(actor)
    membership = active_member(membership_id)
    before = {"title": membership.title, "crm_email": membership.crm_email}
    membership.title, membership.crm_email = title.strip()[:120], crm_email.strip().lower()
    after = {"title": membership.title, "crm_email": membership.crm_email}
    if before == after:
        return membership
    membership.save(update_fields=["title", "crm_email"])
    record("member.edited", target=membership, actor=actor, before=before, after=after)
    return membership


@transaction.atomic
def deactivate_member(membership_id: int, *, actor: Actor, now: datetime) -> Membership:
    """Close the tenant to a member at once. Their API keys end with them; what they did stays."""
    require_admin(actor)
    membership = active_member(membership_id)
    if membership.is_admin:
        require_another_admin(membership)
    ended_keys = list(
        ApiKey.objects.filter(created_by=membership, revoked_at=None)
        .order_by("pk")
        .values_list("prefix", flat=True)
    )
    ApiKey.objects.filter(created_by=membership, revoked_at=None).update(revoked_at=now)
    membership.is_active = False
    membership.save(update_fields=["is_active"])
    end_roles(membership, at=now, now=now)
    record(
        "member.deactivated",
        target=membership,
        actor=actor,
        before={"email": membership.user.email, "role": membership.role, "is_active": True},
        after={"is_active": False, "keys_revoked": ended_keys},
    )
    return membership


def active_member(membership_id: int) -> Membership:
    """The active member with this id in the tenant in scope, locked. Raises `NotFound`, `Conflict`."""
    membership = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(pk=membership_id, tenant_id=current_tenant_id())
        .first()
    )
    if membership is None:
        raise NotFound("There is no such member.")
    if not membership.is_active:
        raise Conflict("This member has already left. Invite them again.", code="member_inactive")
    return membership


def _copy(membership: Membership, *, role: str, function: str) -> None:
    membership.role, membership.function = role, function
    membership.save(update_fields=["role", "function"])


def check_words(role: str, function: str) -> None:
    if role not in Role.values:
        raise Invalid(f"{role[:20]!r} is not a role; choose one of {', '.join(Role.values)}.", param="role")
    if function not in Function.values:
        raise Invalid(
            f"{function[:20]!r} is not a function; choose one of {', '.join(Function.values)}.",
            param="function",
        )
