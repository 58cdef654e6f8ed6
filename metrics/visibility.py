"""Whose rows a member may read. Company aggregates are the same for everybody; the rows behind them follow
the chain.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from crm.queries import current, team_of
from tenants.models import Membership, Role

SEES_ALL = frozenset({Role.ADMIN, Role.EXECUTIVE, Role.ANALYST, Role.AUDITOR, Role.STEWARD})


@dataclass(frozen=True)
class RowScope:
    """`emails` None: every row. Otherwise only rows whose owner has one of these addresses, and `label` says
    so on the page.
    """

    emails: frozenset[str] | None
    label: str = ""


def row_scope(membership: Membership) -> RowScope:
    """All rows for those who govern or audit; else one's own and one's team's, by today's hierarchy in the
    CRM.

    A member is found among the CRM's users by e-mail; who is not there sees no rows, only the totals.
    """
    if membership.role in SEES_ALL:
        return RowScope(emails=None)
    emails = _team_emails(membership.crm_email or membership.user.email)
    if not emails:
        return RowScope(
            frozenset(),
            "You see the total. Its rows need a CRM user with your e-mail, or a role that reads all rows.",
        )
    return RowScope(
        emails, "You see the rows that you and your team own; the number counts the whole company."
    )


def _team_emails(email: str) -> frozenset[str]:
    people: Any = current("user")  # Any: the columns come from the catalog
    found = people.filter(pk__in=team_of(email)).values_list("email", flat=True)
    return frozenset(person for person in found if person)
