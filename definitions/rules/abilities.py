"""What a role may do with definitions. Everybody in the tenant may read them."""

from __future__ import annotations

from enum import StrEnum


class Ability(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    PUBLISH = "publish"


_ROLES: dict[Ability, frozenset[str]] = {
    Ability.DRAFT: frozenset({"admin", "analyst", "steward"}),
    # Managers and executives speak for their function; reps and auditors do not bind it.
    Ability.REVIEW: frozenset({"admin", "executive", "manager", "csm", "marketer", "steward", "analyst"}),
    Ability.PUBLISH: frozenset({"admin"}),
}

_WHO: dict[Ability, str] = {
    Ability.DRAFT: "RevOps admins, data stewards and analysts draft definitions.",
    Ability.REVIEW: "Reps and auditors do not review definitions; ask your manager to.",
    Ability.PUBLISH: "Only RevOps admins publish definitions.",
}


def may(role: str, ability: Ability) -> bool:
    return role in _ROLES[ability]


def roles_that_may(ability: Ability) -> frozenset[str]:
    return _ROLES[ability]


def who_may(ability: Ability) -> str:
    """A sentence for somebody who may not."""
    return _WHO[ability]
