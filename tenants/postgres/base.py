"""PostgreSQL backend that keeps the server's idea of the tenant equal to the scope's.

Inside a transaction the first statement, and the first one after the scope or a savepoint changed, is
preceded by `SET LOCAL app.tenant_id`. The setting ends with the transaction, so a pooled connection carries
nothing over. Without a scope nothing is set, and a row security policy that reads it raises.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import (
    Any,
)  # Django's backend API is untyped: cursors, parameters and connection settings are Any.

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base

from tenants.scope import tenant_in_scope

Execute = Callable[[str, Any, bool, dict[str, Any]], Any]
# The owner of a table may switch its row security off, so owning one is as much as bypassing it.
_ROLE_SQL = """
SELECT rolsuper OR rolbypassrls OR EXISTS (
    SELECT 1 FROM pg_catalog.pg_class
    WHERE relowner = pg_roles.oid AND relkind IN ('r', 'p') AND relpersistence <> 't'
) FROM pg_catalog.pg_roles WHERE rolname = current_user
"""


class DatabaseWrapper(base.DatabaseWrapper):
    """`announced` is the tenant the open transaction was told of; None when the server knows of none."""

    def __init__(self, settings_dict: dict[str, Any], alias: str = "default") -> None:
        super().__init__(settings_dict, alias)
        self.announced: int | None = None
        self.execute_wrappers.append(self._announce_tenant)

    def init_connection_state(self) -> None:
        super().init_connection_state()
        self.announced = None
        if self.settings_dict.get("ROLE") != "app":
            return
        with self.connection.cursor() as cursor:
            cursor.execute(_ROLE_SQL)
            if cursor.fetchone()[0]:
                self.close()
                raise ImproperlyConfigured(
                    "DATABASE_URL names a login that bypasses row security. Serve with the app login; "
                    "the owner's belongs in DATABASE_OWNER_URL."
                )

    def _announce_tenant(
        self, execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        self.announce()
        return execute(sql, params, many, context)

    def announce(self) -> None:
        """Tell the server the tenant in scope, where a transaction is open and does not know it yet."""
        wanted = tenant_in_scope()
        if wanted == self.announced or not self.in_atomic_block or self.needs_rollback:
            return
        with self.connection.cursor() as cursor:
            # An integer of ours, never text: no quoting question arises. 'none' makes the policy's cast
            # raise.
            cursor.execute(f"SET LOCAL app.tenant_id = '{'none' if wanted is None else int(wanted)}'")
        self.announced = wanted

    def chunked_cursor(self) -> Any:
        self.announce()
        return super().chunked_cursor()

    def set_autocommit(
        self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False
    ) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        self.announced = None

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]  # not in the stubs
        self.announced = None

    def _rollback(self) -> None:
        super()._rollback()  # type: ignore[misc]  # not in the stubs
        self.announced = None

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]  # not in the stubs
        self.announced = -1  # the server went back to an earlier setting: say it again
