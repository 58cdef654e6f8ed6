"""What an API client may ask: its member's tenant, within the key's scopes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from tenants.principal import Principal

if TYPE_CHECKING:  # DRF reads this module while it makes its views
    from rest_framework.views import APIView


class IsMember(BasePermission):
    """Denies unless the view names a `scope` and the principal holds it: a view that forgets is closed, not
    open."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        principal = request.auth
        if not isinstance(principal, Principal):
            return False
        scope = getattr(view, "scope", None)
        needed = scope.get(request.method) if isinstance(scope, dict) else scope
        return isinstance(needed, str) and principal.may(needed)
