"""Which pages the navigation offers and to whom. A page whose URL name does not exist yet is left out by
itself.
"""

from __future__ import annotations

from core.navigation import NavEntry, NavSection

ADMIN = frozenset({"admin"})
KEEPERS = frozenset({"admin", "steward", "analyst"})
WATCHERS = frozenset({"admin", "executive", "auditor"})

SECTIONS = (
    NavSection("", (NavEntry("home", "Home", "home"),)),
    NavSection("Revenue", (NavEntry("kpi-list", "KPIs", "kpi", ("kpi-", "receipt-")),)),
    NavSection(
        "Governance",
        (
            NavEntry("definition-list", "Definitions", "book", ("definition-",)),
            NavEntry("audit-log", "Audit log", "history", ("audit-",), WATCHERS),
        ),
    ),
    NavSection(
        "Platform",
        (
            NavEntry("import-list", "Sources", "data", ("import-", "source-", "record-"), KEEPERS),
            NavEntry("api-key-list", "API and keys", "api", ("api-",), KEEPERS),
            NavEntry("member-list", "Members", "user", ("member-", "invitation-"), ADMIN | {"auditor"}),
            NavEntry("settings", "Settings", "tune", ("settings-",), ADMIN),
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
