"""A new company in the installation."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import IntegrityError, transaction

from core.errors import Conflict, Invalid
from tenants.audit import Actor, record
from tenants.models import Function, Membership, Role, Tenant, User
from tenants.queries import tenant_by_slug, user_by_email
from tenants.scope import tenant_scope
from tenants.services.membership import assign_role

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])\Z")


@transaction.atomic
def create_tenant(
    slug: str, *, name: str, founder: User, now: datetime, is_demo: bool = False, actor: Actor | None = None
) -> Membership:
    """A tenant whose first admin is its founder; the founder's membership.

    Raises `Invalid` for a name or address that cannot be one, `Conflict` for an address in use.
    """
    name = name.strip()
    if not name or len(name) > 200:
        raise Invalid("Give the company's name, at most 200 characters.", param="name")
    if not _SLUG.match(slug):
        raise Invalid(
            "Write the address in small letters, digits and hyphens, like acme-corp; 2 to 50 of them.",
            param="slug",
        )
    if tenant_by_slug(slug) is not None:
        raise _taken(slug)
    try:
        with transaction.atomic():
            tenant = Tenant.objects.create(slug=slug, name=name, is_demo=is_demo, created_at=now)
    except IntegrityError as error:  # somebody took it between the question and the answer
        raise _taken(slug) from error
    membership = Membership.objects.create(
        tenant=tenant, user=founder, role=Role.ADMIN, function=Function.REVOPS, joined_at=now
    )
    with tenant_scope(tenant.pk):
        assign_role(membership, role=Role.ADMIN, function=Function.REVOPS, valid_from=now, now=now)
        record(
            "tenant.created",
            target=f"tenant:{slug}",
            actor=actor or Actor.of(membership),
            after={"slug": slug, "name": name, "admin": founder.email},
        )
    return membership


def create_person(email: str, *, name: str = "") -> User:
    """Somebody who can sign in once they have set a password by a link. Raises `Conflict`."""
    if user_by_email(email) is not None:
        raise Conflict(f"{email} has an account already.", code="email_taken", param="email")
    return User.objects.create_user(email, name=name)


def _taken(slug: str) -> Conflict:
    return Conflict(f"The address {slug} is taken. Choose another one.", code="slug_taken", param="slug")
