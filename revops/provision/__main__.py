"""`python -m revops.provision make`: database and logins with an administrator's URL; `sql` prints the SQL.

ADMIN_URL names the administrator; REVOPS_APP_PASSWORD, REVOPS_OWNER_PASSWORD and REVOPS_MAINT_PASSWORD are
the passwords to give (ASCII). `sql` needs no ADMIN_URL.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence

from revops.provision.logins import Names, Passwords
from revops.provision.server import NEWEST, CannotProvision, prepare
from revops.provision.statements import sql


def main(arguments: Sequence[str], environ: Mapping[str, str] = os.environ) -> int:
    parser = argparse.ArgumentParser(prog="python -m revops.provision")
    parser.add_argument("command", choices=["make", "sql"])
    parser.add_argument("--database", default="revops")
    parser.add_argument("--version", type=int, default=NEWEST, help="major version of the server (sql)")
    asked = parser.parse_args(arguments)
    needed = ["ADMIN_URL"] if asked.command == "make" else []
    needed += ["REVOPS_APP_PASSWORD", "REVOPS_OWNER_PASSWORD", "REVOPS_MAINT_PASSWORD"]
    if missing := [name for name in needed if not environ.get(name)]:
        sys.stderr.write(f"Set {', '.join(missing)} in the environment.\n")
        return 2
    passwords = Passwords(*(environ[f"REVOPS_{role}_PASSWORD"] for role in ("APP", "OWNER", "MAINT")))
    if asked.command == "sql":
        sys.stdout.write(sql(Names.of(asked.database), passwords, version=asked.version) + "\n")
        return 0
    try:
        prepare(environ["ADMIN_URL"], database=asked.database, passwords=passwords)
    except CannotProvision as refused:
        sys.stderr.write("\n\n".join(part for part in (refused.sentence, refused.script) if part) + "\n")
        return 1
    sys.stdout.write(f"The database {asked.database} and its logins are ready.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
