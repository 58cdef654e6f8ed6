"""`test-env`: throw-away servers for one command, or the given ones, with the environment that names them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from revops.services import accounts, installation
from revops.services.databases import given_logins
from revops.services.embedded import embedded_servers
from revops.services.run import start_servers
from revops.services.supervisor import Supervisor

# The data is thrown away after the run: nothing need survive a power cut.
_FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_wal_size": "4GB",
    "max_connections": "200",
}


def run_in_test_env(var: Path, command: Sequence[str]) -> int:
    """Run the command and return its exit code. `var` keeps only logins made on a server that was given."""
    environ = dict(os.environ)
    given = None
    if environ.get("DATABASE_URL"):
        kept, instance = installation.open_installation(var)
        given = given_logins(kept, environ, database=f"revops_test_{instance.instance}", for_tests=True)
    with tempfile.TemporaryDirectory(prefix="revops-test-") as made:
        if os.geteuid() == 0:
            Path(made).chmod(0o711)  # the servers' own account walks through
        folders, known = installation.open_installation(Path(made) / "var")
        folders.assets.mkdir()
        lock = installation.take_lock(folders, address="tests")
        embedded = not (given and environ.get("REDIS_URL"))
        servers = embedded_servers(folders, known, options=_FAST) if embedded else None
        data = servers.folders if servers else []
        supervisor = Supervisor(folders.log, f"REVOPS_INSTANCE={known.instance}", data, lock)
        try:
            values = start_servers(supervisor, known, servers, given, environ, for_tests=True)
            secret = environ.get("SECRET_KEY") or known.secret_key
            env = {**environ, **values, "SECRET_KEY": secret, "REVOPS_VAR": str(folders.var)}
            return supervisor.run_foreground(command, env)
        finally:
            supervisor.stop()
            if servers and not servers.postgres.home.is_relative_to(made):
                accounts.remove(servers.postgres.home)
