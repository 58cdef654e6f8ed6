"""What people can ask of their tenant: each a named write that checks, changes and records in one
transaction."""

from __future__ import annotations

from tenants.services.keys import ShownKey, make_api_key, revoke_api_key
from tenants.services.membership import (
    add_member,
    apply_roles_in_force,
    change_role,
    deactivate_member,
    edit_member,
)
from tenants.services.people import (
    NewInvitation,
    accept_invitation,
    invite_member,
    make_reset_link,
    open_offer,
    revoke_invitation,
)
from tenants.services.settings import set_setting, set_settings, withdraw_setting
from tenants.services.tenancy import create_person, create_tenant

__all__ = [
    "NewInvitation",
    "ShownKey",
    "accept_invitation",
    "add_member",
    "apply_roles_in_force",
    "change_role",
    "create_person",
    "create_tenant",
    "deactivate_member",
    "edit_member",
    "invite_member",
    "make_api_key",
    "make_reset_link",
    "open_offer",
    "revoke_api_key",
    "revoke_invitation",
    "set_setting",
    "set_settings",
    "withdraw_setting",
]
