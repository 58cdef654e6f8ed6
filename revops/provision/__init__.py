"""Makes the database and its three logins on a server, or says in SQL what an administrator would have to do.

`owner` owns the database and migrates (bypasses row security). `app` serves: it reads and writes rows under
row security, makes temporary tables, and nothing else. `maint` is for audited commands across tenants (rows
only, bypasses row security). Logins are named after the database, so that two installations can share a
server. Passwords travel as SCRAM verifiers: neither the server's log nor a printed script tells them.
"""

from __future__ import annotations

from revops.provision.logins import (
    Logins,
    Names,
    Passwords,
    database_of,
    database_wanted,
    logins_for,
    passwords_in,
    random_passwords,
)
from revops.provision.server import CannotProvision, create_database_like, drop_database, prepare, works
from revops.provision.statements import sql

__all__ = [
    "CannotProvision",
    "Logins",
    "Names",
    "Passwords",
    "create_database_like",
    "database_of",
    "database_wanted",
    "drop_database",
    "logins_for",
    "passwords_in",
    "prepare",
    "random_passwords",
    "sql",
    "works",
]
