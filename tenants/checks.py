"""What `manage.py check --deploy --database default` says about the server's roles."""

from __future__ import annotations

from collections.abc import Sequence

from django.core import checks
from django.db import transaction

from core import db

_SET_CONFIG = "SELECT has_function_privilege('pg_catalog.set_config(text, text, boolean)', 'EXECUTE')"


@checks.register(checks.Tags.database, deploy=True)
def the_app_login_cannot_set_configuration(
    *, databases: Sequence[str] | None = None, **_: object
) -> list[checks.CheckMessage]:
    """Depth, not the barrier: no text of a user reaches a cursor, but the function is not needed either."""
    if "default" not in (databases or ()):
        return []
    with transaction.atomic():
        allowed = bool(db.fetch_value(_SET_CONFIG))
    if not allowed:
        return []
    return [
        checks.Warning(
            "The serving login may call set_config().",
            hint="As a superuser: REVOKE EXECUTE ON FUNCTION pg_catalog.set_config(text, text, boolean)"
            " FROM PUBLIC;",
            id="tenants.W001",
        )
    ]
