"""Coming in: invitations and links to set a password. Links are shown once; only their hashes are kept."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse

from core.errors import Conflict, Invalid, NotFound
from tenants import queries
from tenants.audit import Actor, record
from tenants.models import Invitation, InvitationToken, Membership, User
from tenants.scope import current_tenant_id, tenant_scope
from tenants.services.guards import require_admin, require_admin_member
from tenants.services.membership import active_member, assign_role, check_words

OPEN_FOR = timedelta(days=7)


@dataclass(frozen=True)
class NewInvitation:
    """An invitation with its secret, which nobody can read again."""

    invitation: Invitation
    token: str

    @property
    def path(self) -> str:
        return reverse("invitation-accept", args=[self.token])


def hash_token(token: str) -> str:
    """SHA-256 suffices: a token is 256 random bits."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def invite_member(email: str, *, role: str, function: str, actor: Actor, now: datetime) -> NewInvitation:
    """Offer somebody a place. An earlier open invitation to the same address ends: one link works at a time.

    Raises `Conflict` when the person is a member already, `Invalid` for an address that cannot be one.
    """
    member = require_admin_member(actor)
    check_words(role, function)
    address = _address(email)
    user = queries.user_by_email(address)
    if user is not None and queries.membership_in(current_tenant_id(), user_id=user.pk) is not None:
        raise Conflict(f"{address} is already a member.", code="already_member", param="email")
    replaced = Invitation.objects.filter(email=address, accepted_at=None, revoked_at=None).update(
        revoked_at=now
    )
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=address,
        role=role,
        function=function,
        token_hash=hash_token(token),
        invited_by=member,
        created_at=now,
        expires_at=now + OPEN_FOR,
    )
    InvitationToken.objects.create(token_hash=invitation.token_hash, tenant_id=current_tenant_id())
    record(
        "member.invited",
        target=invitation,
        actor=actor,
        after={"email": address, "role": role, "function": function, "replaced": replaced},
    )
    return NewInvitation(invitation=invitation, token=token)


@transaction.atomic
def revoke_invitation(invitation_id: int, *, actor: Actor, now: datetime) -> Invitation:
    """Make an open invitation's link useless."""
    require_admin(actor)
    invitation = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
    if invitation is None:
        raise NotFound("There is no such invitation.")
    if invitation.accepted_at is not None or invitation.revoked_at is not None:
        raise Conflict("This invitation is no longer open.")
    invitation.revoked_at = now
    invitation.save(update_fields=["revoked_at"])
    record("member.invitation_revoked", target=invitation, actor=actor, before={"email": invitation.email})
    return invitation


@dataclass(frozen=True)
class Offer:
    """What the person with the link may know before accepting."""

    tenant_name: str
    email: str
    role: str
    has_account: bool


@transaction.atomic
def open_offer(token: str, *, now: datetime) -> Offer | None:
    """The offer behind a link; None when it is unknown, used, withdrawn or too old."""
    tenant = queries.tenant_of_invitation(hash_token(token))
    if tenant is None:
        return None
    with tenant_scope(tenant.pk):
        invitation = Invitation.objects.filter(token_hash=hash_token(token)).first()
    if invitation is None or not is_open(invitation, now=now):
        return None
    return Offer(
        tenant_name=tenant.name,
        email=invitation.email,
        role=invitation.get_role_display(),
        has_account=queries.user_by_email(invitation.email) is not None,
    )


@transaction.atomic
def accept_invitation(
    token: str, *, now: datetime, user: User | None = None, name: str = "", password: str = ""
) -> Membership:
    """Join by an invitation's link: as the signed-in person it names, or as a new person with a password.

    Raises `NotFound` for a link that is unknown, used, revoked or too old (all alike), `Conflict` when the
    address has an account that is not the one signed in, `Invalid` for a weak password.
    """
    tenant = queries.tenant_of_invitation(hash_token(token))
    if tenant is None:
        raise _closed()
    with tenant_scope(tenant.pk):
        invitation = Invitation.objects.select_for_update().filter(token_hash=hash_token(token)).first()
        if invitation is None or not is_open(invitation, now=now):
            raise _closed()
        person = _existing(invitation, user) or _new_person(invitation.email, name=name, password=password)
        membership = _join(invitation, person, tenant_id=tenant.pk, now=now)
        invitation.accepted_at = now
        invitation.save(update_fields=["accepted_at"])
        record(
            "member.joined",
            target=membership,
            actor=Actor.of(membership),
            after={"email": person.email, "role": membership.role, "function": membership.function},
        )
    return membership


def is_open(invitation: Invitation, *, now: datetime) -> bool:
    return invitation.accepted_at is None and invitation.revoked_at is None and now < invitation.expires_at


@transaction.atomic
def make_reset_link(membership_id: int, *, actor: Actor) -> str:
    """The path of a link with which a member sets a new password; it works once and for a limited time.

    Raises `Conflict` for somebody who also belongs to another company: its admins never asked for this.
    """
    require_admin(actor)
    membership = active_member(membership_id)
    if queries.belongs_elsewhere(membership.user_id, tenant_id=current_tenant_id()):
        raise Conflict(
            "This person's account is not yours alone, so you cannot reset its password. They can do it "
            "themselves from the sign-in page, or whoever runs this installation can.",
            code="shared_account",
        )
    record("member.reset_link_made", target=membership, actor=actor, after={"email": membership.user.email})
    return reset_path(membership.user)


def reset_path(user: User) -> str:
    """Signed for this person, their present password and a limited time; nothing is stored."""
    key = default_token_generator.make_token(user)
    return reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})


def _existing(invitation: Invitation, user: User | None) -> User | None:
    """The person the invitation names, if they have an account: only they themselves can accept."""
    holder = queries.user_by_email(invitation.email)
    if holder is None and user is None:
        return None
    if user is None or holder is None or user.pk != holder.pk:
        raise Conflict(
            f"This invitation is for {invitation.email}. Sign out, or sign in as that person, and open the "
            "link again.",
            code="other_account",
        )
    return holder


def _new_person(email: str, *, name: str, password: str) -> User:
    candidate = User(email=email, name=name.strip()[:200])
    if not candidate.name:
        raise Invalid("Say what to call you.", param="name")
    try:
        validate_password(password, candidate)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), code="weak_password", param="password") from error
    return User.objects.create_user(email, password, name=candidate.name)


def _join(invitation: Invitation, person: User, *, tenant_id: int, now: datetime) -> Membership:
    membership, _ = Membership.objects.select_for_update(of=("self",)).update_or_create(
        tenant_id=tenant_id,
        user=person,
        defaults={"role": invitation.role, "function": invitation.function, "is_active": True},
        create_defaults={"role": invitation.role, "function": invitation.function, "joined_at": now},
    )
    assign_role(membership, role=invitation.role, function=invitation.function, valid_from=now, now=now)
    return membership


def _address(email: str) -> str:
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise Invalid("Write an e-mail address, like jo@example.com.", param="email") from error
    return address


def _closed() -> NotFound:
    return NotFound(
        "This invitation does not work: it was used, withdrawn or is older than a week. Ask for a new one.",
        code="invitation_closed",
    )
