"""API keys: how they are made, told apart and checked."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from tenants.models import ApiKey, User
from tenants.principal import Principal
from tenants.queries import active_membership
from tenants.scope import tenant_transaction

# rk_<tenant id>_<public prefix>_<secret>: the tenant id says in whose scope the hash is looked up.
_KEY = re.compile(r"rk_(?P<tenant>[1-9][0-9]{0,15})_(?P<prefix>[a-z0-9]{8})_(?P<secret>[A-Za-z0-9_-]{43})\Z")
_USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class NewKey:
    """A key as it is shown once; afterwards only prefix and hash exist."""

    text: str
    prefix: str
    key_hash: str


def make_key(tenant_id: int) -> NewKey:
    prefix = secrets.token_hex(4)
    text = f"rk_{tenant_id}_{prefix}_{secrets.token_urlsafe(32)}"
    return NewKey(text=text, prefix=prefix, key_hash=hash_key(text))


def hash_key(text: str) -> str:
    """SHA-256 suffices: a key is 256 random bits, not a password someone chose."""
    return hashlib.sha256(text.encode()).hexdigest()


def authenticate_key(header: str) -> Principal | None:
    """The principal of an `Authorization: Bearer` header; None for anything that is not a key in force."""
    scheme, _, text = header.partition(" ")
    match = _KEY.match(text.strip())
    if scheme.lower() != "bearer" or match is None:
        return None
    now = timezone.now()
    with tenant_transaction(int(match["tenant"])):
        key = ApiKey.objects.filter(prefix=match["prefix"], revoked_at=None).first()
        if key is None or not hmac.compare_digest(key.key_hash, hash_key(text.strip())):
            return None
        if key.expires_at is not None and key.expires_at <= now:
            return None
        if key.last_used_at is None or now - key.last_used_at > _USE_NOTED_EVERY:
            ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        membership = active_membership(key.created_by_id)
    if membership is None:  # the member left: their keys go with them
        return None
    return Principal(membership=membership, scopes=frozenset(key.scopes), key_prefix=key.prefix)


class ApiKeyAuthentication(BaseAuthentication):
    """Hands DRF the principal that the middleware has already let in."""

    def authenticate(self, request: Request) -> tuple[User, Principal] | None:
        principal: Principal | None = getattr(request._request, "principal", None)
        return (principal.membership.user, principal) if principal else None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'
