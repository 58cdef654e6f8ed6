from __future__ import annotations

from tenants.models.ledger import AuditEntry, AuditHead, DataVersion, Job, Setting
from tenants.models.owned import TenantForeignKey, TenantManager, TenantOwned, TenantQuerySet
from tenants.models.people import (
    ApiKey,
    Function,
    Invitation,
    InvitationToken,
    Membership,
    Role,
    RoleAssignment,
    Tenant,
    User,
)

__all__ = [
    "ApiKey",
    "AuditEntry",
    "AuditHead",
    "DataVersion",
    "Function",
    "Invitation",
    "InvitationToken",
    "Job",
    "Membership",
    "Role",
    "RoleAssignment",
    "Setting",
    "Tenant",
    "TenantForeignKey",
    "TenantManager",
    "TenantOwned",
    "TenantQuerySet",
    "User",
]
