"""Who may import and who may look at imports; whose rows a member sees."""

from __future__ import annotations

from crm.queries import team_of
from tenants.access import open_to
from tenants.models import Membership

IMPORTS = frozenset({"admin", "steward"})
READS_IMPORTS = IMPORTS | {"analyst", "auditor", "executive"}
SEES_ALL_ROWS = frozenset({"admin", "executive", "steward", "analyst", "auditor"})

imports_data = open_to(IMPORTS, what="import data")
reads_imports = open_to(READS_IMPORTS, what="see imports")


def visible_owners(membership: Membership) -> frozenset[int] | None:
    """The CRM users whose rows the member sees: None for all, else themselves and everybody below them."""
    if membership.role in SEES_ALL_ROWS:
        return None
    return team_of(membership.crm_email or membership.user.email)
