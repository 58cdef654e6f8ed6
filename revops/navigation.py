"""Which pages the navigation offers and to whom. A page without an address yet is left out by itself."""

from __future__ import annotations

from core.navigation import NavEntry, NavSection
from tenants.vocab import READS_AUDIT, READS_KEYS, READS_MEMBERS, READS_SETTINGS

IMPORTS = frozenset({"admin", "steward", "analyst"})

SECTIONS = (
    NavSection("", (NavEntry("home", "Home", "home", ("checklist",)),)),
    NavSection("Revenue", (NavEntry("kpi-list", "KPIs", "kpi", ("kpi-", "receipt", "receipt-")),)),
    NavSection(
        "Governance",
        (
            NavEntry("definition-list", "Definitions", "book", ("definition-",)),
            NavEntry("audit-log", "Audit log", "history", ("audit-",), READS_AUDIT),
        ),
    ),
    NavSection(
        "Platform",
        (
            NavEntry("import-list", "Sources", "data", ("import-", "source-", "record-"), IMPORTS),
            NavEntry("api-key-list", "API and keys", "api", ("api-",), READS_KEYS),
            NavEntry("member-list", "Members", "people", ("member-", "invitation-"), READS_MEMBERS),
            NavEntry("settings", "Settings", "tune", ("settings-",), READS_SETTINGS),
        ),
    ),
)

ACCOUNT = (
    NavSection(
        "Your account",
        (
            NavEntry(
                "mfa_index",
                "Two-factor",
                "lock",
                (
                    "mfa_activate_totp",
                    "mfa_deactivate_totp",
                    "mfa_view_recovery_codes",
                    "mfa_generate_recovery_codes",
                ),
            ),
            NavEntry("account_change_password", "Password", "key", ("account_set_password",)),
            NavEntry("account_email", "E-mail address", "mail"),
        ),
    ),
)
