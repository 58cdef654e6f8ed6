"""Who is behind a request, once the middleware has let it in."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from tenants.audit import Actor
from tenants.models import Membership, Tenant

SCOPES = {
    "metrics:read": "Read metric values, receipts and the rows behind them",
    "definitions:read": "Read definitions and their versions",
    "definitions:write": "Draft and submit definitions",
    "records:read": "Read mirrored CRM records",
    "imports:write": "Start imports",
    "audit:read": "Read the audit log",
}


@dataclass(frozen=True)
class Principal:
    """A member, acting in person (`scopes` None: all that the role allows) or through an API key (only its
    scopes)."""

    membership: Membership
    scopes: frozenset[str] | None = None
    key_prefix: str = ""

    @property
    def actor(self) -> Actor:
        if not self.key_prefix:
            return Actor.of(self.membership)
        return Actor(
            label=f"key:{self.key_prefix} of {self.membership.user.email}", membership=self.membership
        )

    def may(self, scope: str) -> bool:
        return self.scopes is None or scope in self.scopes


class TenantRequest(HttpRequest):
    """A request inside a tenant, as views receive it."""

    tenant: Tenant
    membership: Membership
    principal: Principal
