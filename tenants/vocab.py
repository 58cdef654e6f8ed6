"""Words of people and access: job titles and the product role and function that each starts with. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class JobTitle:
    """What somebody is called at work, and what they may do here unless an admin says otherwise."""

    label: str
    role: str
    function: str


JOB_TITLES: tuple[JobTitle, ...] = (
    JobTitle("VP RevOps", "admin", "revops"),
    JobTitle("RevOps Manager", "admin", "revops"),
    JobTitle("CRM Manager", "admin", "revops"),
    JobTitle("Automation Manager", "admin", "revops"),
    JobTitle("Architect", "admin", "revops"),
    JobTitle("RevOps Analyst", "analyst", "revops"),
    JobTitle("Enablement Specialist", "analyst", "revops"),
    JobTitle("Data steward", "steward", "revops"),
    JobTitle("Deal desk", "analyst", "finance"),
    JobTitle("CEO", "executive", "revops"),
    JobTitle("COO", "executive", "revops"),
    JobTitle("CRO", "executive", "sales"),
    JobTitle("CFO", "executive", "finance"),
    JobTitle("VP Sales", "executive", "sales"),
    JobTitle("CMO", "executive", "marketing"),
    JobTitle("Marketer", "marketer", "marketing"),
    JobTitle("SDR", "rep", "sales"),
    JobTitle("AE", "rep", "sales"),
    JobTitle("Sales manager", "manager", "sales"),
    JobTitle("CSM", "csm", "cs"),
    JobTitle("Auditor", "auditor", "finance"),
)

# Who may see what every admin page's 403 names.
READS_AUDIT = frozenset({"admin", "executive", "auditor"})
READS_MEMBERS = frozenset({"admin", "executive", "auditor"})
READS_SETTINGS = frozenset({"admin", "executive", "auditor", "analyst", "steward"})
READS_KEYS = frozenset({"admin", "auditor"})
MANAGES = frozenset({"admin"})
