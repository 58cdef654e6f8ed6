"""Which roles a page is open to; everybody else is told who could."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpResponseBase

from core.errors import Denied
from tenants.models import Membership, Role
from tenants.principal import TenantRequest

P = ParamSpec("P")
View = Callable[Concatenate[TenantRequest, P], HttpResponseBase]


def open_to(roles: frozenset[str], *, what: str) -> Callable[[View[P]], View[P]]:
    """Refuse other roles with a page that names those who may: `@open_to(READS_AUDIT, what="read the audit
    log")`."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: TenantRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            require_role(request.membership, roles, what=what)
            return view(request, *args, **kwargs)

        return cast(View[P], guarded)

    return guard


def require_role(membership: Membership, roles: frozenset[str], *, what: str) -> None:
    """Raises `Denied` naming the roles that may."""
    if membership.role not in roles:
        able = [str(role.label) for role in Role if role in roles]
        who = able[0] if len(able) == 1 else f"{', '.join(able[:-1])} or {able[-1]}"
        raise Denied(f"To {what} you need the role {who}. A RevOps admin can give it to you under Members.")
