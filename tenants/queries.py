"""The only readers of the global tables: each asks by exact key, before any tenant is in scope."""

from __future__ import annotations

from collections.abc import Iterator

from tenants.models import InvitationToken, Membership, Tenant, User


def membership_of(user_id: int, *, slug: str) -> Membership | None:
    """The active membership of a person in the tenant called `slug`; None for strangers and unknown slugs alike."""
    return (
        Membership.objects.select_related("tenant", "user")
        .filter(user_id=user_id, tenant__slug=slug, is_active=True, user__is_active=True)
        .first()
    )


def memberships_of(user_id: int) -> list[Membership]:
    """The tenants a person may open, by name."""
    return list(
        Membership.objects.select_related("tenant")
        .filter(user_id=user_id, is_active=True)
        .order_by("tenant__name", "tenant_id")
    )


def tenant_by_slug(slug: str) -> Tenant | None:
    return Tenant.objects.filter(slug=slug).first()


def tenant_by_id(tenant_id: int) -> Tenant:
    return Tenant.objects.get(pk=tenant_id)


def members_of(tenant_id: int) -> list[Membership]:
    """Everybody in one tenant, active first, then by e-mail."""
    return list(
        Membership.objects.select_related("user").filter(tenant_id=tenant_id).order_by("-is_active", "user__email")
    )


def user_by_email(email: str) -> User | None:
    return User.objects.filter(email=email.lower()).first()


def tenant_of_invitation(token_hash: str) -> Tenant | None:
    row = InvitationToken.objects.select_related("tenant").filter(token_hash=token_hash).first()
    return row.tenant if row else None


def tenant_ids() -> Iterator[int]:
    """Every tenant in turn, for the sweeper and the nightly chain; each is then worked in its own scope."""
    yield from Tenant.objects.order_by("id").values_list("id", flat=True)
