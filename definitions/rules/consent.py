"""Whose agreement a change still needs. Nobody agrees to their own change."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

APPROVE, REQUEST_CHANGES, COMMENT = "approve", "request_changes", "comment"


@dataclass(frozen=True, slots=True)
class Said:
    """One review, in the order given. `checksum` is that of the words the reviewer saw."""

    reviewer: int
    function: str
    decision: str
    checksum: str


@dataclass(frozen=True, slots=True)
class Consent:
    """`missing` functions have not approved yet; `objectors` asked for changes and did not approve since."""

    approved: frozenset[str]
    missing: tuple[str, ...]
    objectors: tuple[int, ...]
    approvals: int

    @property
    def complete(self) -> bool:
        return self.approvals > 0 and not self.missing and not self.objectors


def consent(
    said: Sequence[Said],
    *,
    checksum: str,
    editors: Collection[int],
    required: Sequence[str],
    written_by: Collection[str],
) -> Consent:
    """What the reviews of the present words amount to.

    `required` are the functions that must agree; those the editors belong to (`written_by`) have spoken by
    writing. At least one person who wrote nothing must approve, whatever is required. The last word of each
    reviewer counts; comments change nothing.
    """
    last: dict[int, Said] = {}
    for each in said:
        if each.checksum == checksum and each.decision != COMMENT and each.reviewer not in editors:
            last[each.reviewer] = each
    approvals = [each for each in last.values() if each.decision == APPROVE]
    approved = frozenset(each.function for each in approvals)
    return Consent(
        approved=approved,
        missing=tuple(name for name in required if name not in approved and name not in written_by),
        objectors=tuple(each.reviewer for each in last.values() if each.decision == REQUEST_CHANGES),
        approvals=len(approvals),
    )
