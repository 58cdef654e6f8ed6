"""The audit chain: who changed what, in an order and wording that cannot be altered unnoticed.

Each entry's digest covers its own facts and the digest before it; the head row repeats the last one. The body
enters through a salted digest of its own, so a person's values can be erased from it and the chain still
verifies.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from django.db.models import Model
from django.utils import timezone

from core import db
from core.api.request_id import current_request_id
from tenants import sql
from tenants.models import AuditEntry, AuditHead, Membership
from tenants.scope import current_tenant_id

Facts = Mapping[str, object]


@dataclass(frozen=True)
class Actor:
    """Who acts: a member, an API key of a member, or the system itself under a job's name."""

    label: str
    membership: Membership | None = None

    @classmethod
    def of(cls, membership: Membership) -> Actor:
        return cls(label=membership.user.email, membership=membership)

    @classmethod
    def system(cls, name: str) -> Actor:
        return cls(label=f"system:{name}")


def record(
    action: str, *, target: Model | str, actor: Actor, before: Facts | None = None, after: Facts | None = None
) -> AuditEntry:
    """Add one entry. Runs in the transaction of the change it records: both happen or neither."""
    tenant_id = current_tenant_id()
    [(last, previous)] = db.fetch_all(sql.LOCK_AUDIT_HEAD, {"tenant_id": tenant_id})
    number = last + 1
    body = {"before": _plain(before), "after": _plain(after)}
    salt = secrets.token_hex(16)
    entry = AuditEntry(
        number=number,
        at=timezone.now(),
        action=action,
        target=target if isinstance(target, str) else f"{target._meta.label_lower}:{target.pk}",
        actor=actor.label,
        actor_membership=actor.membership,
        request_id=current_request_id() or "",
        body=body,
        salt=salt,
        body_digest=_body_digest(body, salt),
    )
    entry.digest = _digest(entry, previous)
    entry.save(force_insert=True)
    db.execute(sql.MOVE_AUDIT_HEAD, {"tenant_id": tenant_id, "number": number, "digest": entry.digest})
    return entry


@dataclass(frozen=True)
class Broken:
    """The first place where the chain does not hold, in a sentence."""

    number: int
    reason: str


def first_broken_entry() -> Broken | None:
    """Read the tenant's chain from its start; None when every entry holds."""
    previous, expected = "", 1
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=1_000):
        if entry.number != expected:
            return Broken(expected, f"entry {expected} is missing")
        erased = entry.body is None
        if not erased and not hmac.compare_digest(entry.body_digest, _body_digest(entry.body, entry.salt)):
            return Broken(entry.number, "its body was changed")
        if not hmac.compare_digest(entry.digest, _digest(entry, previous)):
            return Broken(entry.number, "it was changed, or an entry before it was")
        previous, expected = entry.digest, expected + 1
    head = AuditHead.objects.first()
    if head is not None and (head.number, head.digest) != (expected - 1, previous):
        return Broken(expected, f"the tail was cut: the head names entry {head.number}")
    if head is None and expected > 1:
        return Broken(expected, "the head of the chain is missing")
    return None


def _plain(facts: Facts | None) -> object:
    """Facts as JSON has them, so that what is hashed now equals what is read back later."""
    return (
        None
        if facts is None
        else orjson.loads(orjson.dumps(dict(facts), default=str, option=orjson.OPT_SORT_KEYS))
    )


def _body_digest(body: object, salt: str) -> str:
    return hashlib.sha256(salt.encode() + orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _digest(entry: AuditEntry, previous: str) -> str:
    at: datetime = entry.at.astimezone(UTC)
    facts = [
        previous,
        entry.tenant_id,
        entry.number,
        at.isoformat(timespec="microseconds"),
        entry.action,
        entry.target,
        entry.actor,
        entry.actor_membership_id,
        entry.request_id,
        entry.body_digest,
    ]
    return hashlib.sha256(orjson.dumps(facts)).hexdigest()
