"""The only readers of the global tables, each by exact key; and what the pages of people and keys list."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from core.errors import NotFound
from core.instants import FOREVER
from tenants.models import ApiKey, Invitation, InvitationToken, Membership, RoleAssignment, Tenant, User
from tenants.scope import current_tenant_id


def membership_of(user_id: int, *, slug: str) -> Membership | None:
    """The active membership of a person in the tenant called `slug`; None for strangers and unknown slugs
    alike."""
    return (
        Membership.objects.select_related("tenant", "user")
        .filter(user_id=user_id, tenant__slug=slug, is_active=True, user__is_active=True)
        .first()
    )


def active_membership(membership_id: int) -> Membership | None:
    """One membership by its id, while it and the person are active."""
    return (
        Membership.objects.select_related("tenant", "user")
        .filter(pk=membership_id, is_active=True, user__is_active=True)
        .first()
    )


def memberships_of(user_id: int) -> list[Membership]:
    """The tenants a person may open, by name."""
    return list(
        Membership.objects.select_related("tenant")
        .filter(user_id=user_id, is_active=True)
        .order_by("tenant__name", "tenant_id")
    )


def membership_in(tenant_id: int, *, user_id: int) -> Membership | None:
    """The active membership of a person in one tenant, by ids."""
    return Membership.objects.filter(tenant_id=tenant_id, user_id=user_id, is_active=True).first()


def belongs_elsewhere(user_id: int, *, tenant_id: int) -> bool:
    """Whether a person has ever belonged to another tenant than this one."""
    return Membership.objects.filter(user_id=user_id).exclude(tenant_id=tenant_id).exists()


def tenant_by_slug(slug: str) -> Tenant | None:
    return Tenant.objects.filter(slug=slug).first()


def tenant_by_id(tenant_id: int) -> Tenant:
    return Tenant.objects.get(pk=tenant_id)


def members_of(tenant_id: int) -> list[Membership]:
    """Everybody in one tenant, active first, then by e-mail."""
    return list(
        Membership.objects.select_related("user")
        .filter(tenant_id=tenant_id)
        .order_by("-is_active", "user__email")
    )


def user_by_email(email: str) -> User | None:
    return User.objects.filter(email=email.lower()).first()


def tenant_of_invitation(token_hash: str) -> Tenant | None:
    row = InvitationToken.objects.select_related("tenant").filter(token_hash=token_hash).first()
    return row.tenant if row else None


def tenant_ids() -> Iterator[int]:
    """Every tenant in turn, for the sweeper and the nightly chain; each is then worked in its own scope."""
    yield from Tenant.objects.order_by("id").values_list("id", flat=True)


def member(membership_id: int) -> Membership:
    """A member of the tenant in scope, active or not. Raises `NotFound`."""
    found = (
        Membership.objects.select_related("user", "tenant")
        .filter(pk=membership_id, tenant_id=current_tenant_id())
        .first()
    )
    if found is None:
        raise NotFound("There is no such member.")
    return found


def members_by_id(ids: Collection[int]) -> dict[int, Membership]:
    """Members of the tenant in scope, active or not, by id; ids of others are left out."""
    found = Membership.objects.select_related("user").filter(tenant_id=current_tenant_id(), pk__in=ids)
    return {one.pk: one for one in found}


def roles_of(membership_id: int) -> list[RoleAssignment]:
    """What a member could do when, as we know it now; newest first."""
    return list(
        RoleAssignment.objects.filter(membership_id=membership_id, known_to=FOREVER).order_by("-valid_from")
    )


def role_at(membership_id: int, *, at: datetime, known_at: datetime | None = None) -> RoleAssignment | None:
    """The role a member had at an instant, as known then or later; None while they were no member."""
    found = RoleAssignment.objects.filter(membership_id=membership_id, valid_from__lte=at, valid_to__gt=at)
    if known_at is None:
        found = found.filter(known_to=FOREVER)
    else:
        found = found.filter(known_from__lte=known_at, known_to__gt=known_at)
    return found.order_by("-valid_from").first()


def open_invitations(*, now: datetime) -> list[Invitation]:
    """Invitations whose links still work, newest first."""
    return list(
        Invitation.objects.select_related("invited_by__user")
        .filter(accepted_at=None, revoked_at=None, expires_at__gt=now)
        .order_by("-pk")
    )


def api_keys() -> list[ApiKey]:
    """Every key there was, those in force first, then the newest."""
    keys = ApiKey.objects.select_related("created_by__user").order_by("-pk")
    return sorted(keys, key=lambda key: key.revoked_at is not None)
