"""Which tenant the running code may see. Outside a scope every tenant read and write raises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

_tenant: ContextVar[int | None] = ContextVar("tenant", default=None)


class NoTenantScope(RuntimeError):
    """Code asked for tenant data without saying whose. A bug, never a user's mistake."""

    def __init__(self) -> None:
        super().__init__(
            "No tenant is in scope: open tenant_transaction(tenant_id) before touching tenant data."
        )


def current_tenant_id() -> int:
    tenant_id = _tenant.get()
    if tenant_id is None:
        raise NoTenantScope
    return tenant_id


def tenant_in_scope() -> int | None:
    return _tenant.get()


@contextmanager
def tenant_scope(tenant_id: int) -> Iterator[None]:
    """Name the tenant. Queries still need a transaction: the database learns the tenant with SET LOCAL."""
    token = _tenant.set(tenant_id)
    try:
        yield
    finally:
        _tenant.reset(token)


@contextmanager
def no_tenant_scope() -> Iterator[None]:
    """For code that serves the whole installation, e.g. signing in: tenant tables are out of reach inside."""
    token = _tenant.set(None)
    try:
        yield
    finally:
        _tenant.reset(token)


@contextmanager
def tenant_transaction(tenant_id: int, *, using: str = "default") -> Iterator[None]:
    """One transaction that sees exactly one tenant."""
    with tenant_scope(tenant_id), transaction.atomic(using=using):
        yield
