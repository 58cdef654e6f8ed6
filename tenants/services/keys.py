"""API keys: made by an admin, shown once, ended at once."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from core.errors import Conflict, Invalid, NotFound
from tenants.audit import Actor, record
from tenants.authentication import make_key
from tenants.models import ApiKey
from tenants.principal import SCOPES
from tenants.scope import current_tenant_id
from tenants.services.guards import require_admin, require_admin_member


@dataclass(frozen=True)
class ShownKey:
    """A key with its secret, which nobody can read again."""

    key: ApiKey
    text: str


@transaction.atomic
def make_api_key(
    name: str, *, scopes: Collection[str], expires_at: datetime | None, actor: Actor, now: datetime
) -> ShownKey:
    """A key that acts for the member who made it, within the scopes. Raises `Invalid`."""
    member = require_admin_member(actor)
    name = name.strip()
    if not name or len(name) > 120:
        raise Invalid("Say what the key is for, in at most 120 characters.", param="name")
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown or not scopes:
        raise Invalid(f"Choose at least one of {', '.join(SCOPES)}.", param="scopes", unknown=unknown)
    if expires_at is not None and expires_at <= now:
        raise Invalid("Choose a day after today, or none for a key without an end.", param="expires_at")
    new = make_key(current_tenant_id())
    key = ApiKey.objects.create(
        name=name,
        prefix=new.prefix,
        key_hash=new.key_hash,
        scopes=sorted(set(scopes)),
        created_by=member,
        created_at=now,
        expires_at=expires_at,
    )
    record(
        "api_key.created",
        target=key,
        actor=actor,
        after={"name": name, "prefix": key.prefix, "scopes": key.scopes, "expires_at": expires_at},
    )
    return ShownKey(key=key, text=new.text)


@transaction.atomic
def revoke_api_key(key_id: int, *, actor: Actor, now: datetime) -> ApiKey:
    """End a key: the next request with it is refused."""
    require_admin(actor)
    key = ApiKey.objects.select_for_update().filter(pk=key_id).first()
    if key is None:
        raise NotFound("There is no such key.")
    if key.revoked_at is not None:
        raise Conflict("This key has already been revoked.")
    key.revoked_at = now
    key.save(update_fields=["revoked_at"])
    record(
        "api_key.revoked",
        target=key,
        actor=actor,
        before={"name": key.name, "prefix": key.prefix, "revoked_at": None},
        after={"revoked_at": now},
    )
    return key
