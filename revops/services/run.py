"""`run`: everything from nothing to a signed-in page, and back to nothing on Ctrl-C."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from revops import provision
from revops.services import installation, kernel, product, runtime
from revops.services.databases import given_logins
from revops.services.embedded import Embedded, embedded_servers
from revops.services.folders import Folders, write_private
from revops.services.installation import Secrets
from revops.services.supervisor import StopAsked, Supervisor
from revops.services.terminal import Refusal, say

_NO_OPTIONS: Mapping[str, str] = {}


def run(var: Path, *, port: int) -> None:
    """Serve until somebody asks to stop. Raises `Refusal` before anything is changed where it cannot."""
    folders, known = installation.open_installation(var)
    address = f"http://127.0.0.1:{port}"
    lock = installation.take_lock(folders, address=address)
    mark = f"REVOPS_INSTANCE={known.instance}"
    left = kernel.end_leftovers(mark=mark, folders=())
    if not installation.is_free(port):
        raise Refusal(
            f"Port {port} is taken by another program: end it, or choose another port (PORT=8001 make run)."
        )
    environ = dict(os.environ)
    needs_database, needs_broker = not environ.get("DATABASE_URL"), not environ.get("REDIS_URL")
    servers = (
        embedded_servers(folders, known, options=_NO_OPTIONS) if needs_database or needs_broker else None
    )
    data = servers.folders if servers else []
    given = None
    if not needs_database:
        given = given_logins(folders, environ, database=provision.database_wanted(environ["DATABASE_URL"]))
    if left := left + kernel.end_leftovers(mark=mark, folders=data):
        say(f"Ended {left} processes that an earlier run left behind.")
    supervisor = Supervisor(folders.log, mark, data, lock)
    try:
        values = {
            "SECRET_KEY": environ.get("SECRET_KEY") or known.secret_key,
            **start_servers(supervisor, known, servers, given, environ),
        }
        write_private(folders.runtime, runtime.text(_own(values, environ)))
        env = {**environ, **values, "REVOPS_VAR": str(folders.var), "PYTHONUNBUFFERED": "1"}
        place = known.instance if needs_database else runtime.fingerprint(values["DATABASE_URL"])
        product.prepare(supervisor, folders, env, place=place, embedded=needs_database)
        for service in product.serving(folders, env, port=port):
            seconds = supervisor.start(service)
            say(f"{service.name} is running ({seconds:.1f} s).")
        show_logins(folders, address)
        say(f"Logs are in {folders.log}. Ctrl-C stops everything.")
        supervisor.watch()
    except StopAsked:
        pass
    finally:
        say("Stopping ...")
        supervisor.stop()
        say("Stopped.")


def start_servers(
    supervisor: Supervisor,
    known: Secrets,
    servers: Embedded | None,
    given: provision.Logins | None,
    environ: Mapping[str, str],
    *,
    for_tests: bool = False,
) -> dict[str, str]:
    """Start the embedded servers that no given ones replace; the addresses of database and broker."""
    values: dict[str, str] = {}
    if given:
        values.update(given.environment())
    elif servers:
        postgres = servers.postgres
        if postgres.prepare():
            say(f"Made a database folder in {postgres.data}.")
        seconds = supervisor.start(postgres.service())
        say(
            f"PostgreSQL {postgres.binaries.postgres_version} is running on 127.0.0.1:{postgres.port} "
            f"({seconds:.1f} s)."
        )
        passwords = provision.Passwords(
            app=known.app_password, owner=known.owner_password, maint=known.maint_password
        )
        logins = provision.prepare(
            postgres.admin_url, database="revops", passwords=passwords, for_tests=for_tests
        )
        values.update(logins.environment())
    if redis := environ.get("REDIS_URL"):
        values["REDIS_URL"] = redis
    elif servers:
        servers.valkey.prepare()
        seconds = supervisor.start(servers.valkey.service())
        values["REDIS_URL"] = servers.valkey.url
        say(
            f"Valkey {servers.valkey.binaries.valkey_version} is running on 127.0.0.1:{servers.valkey.port} "
            f"({seconds:.1f} s)."
        )
    return values


def show_logins(folders: Folders, address: str) -> None:
    """The address, and one demo login per role."""
    say()
    say(f"Open {address}")
    if folders.logins.exists():
        accounts = json.loads(folders.logins.read_text(encoding="utf-8"))
        width = max((len(str(account["role"])) for account in accounts), default=0)
        longest = max((len(str(account["email"])) for account in accounts), default=0)
        for account in accounts:
            say(f"  {account['role']:<{width}}  {account['email']:<{longest}}  {account['password']}")
    say()


def _own(values: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """What this installation provides itself: commands run by hand read it while the servers run."""
    given = {"SECRET_KEY", "REDIS_URL"} & {name for name, value in environ.items() if value}
    if environ.get("DATABASE_URL"):
        given |= set(runtime.LOGIN_NAMES)
    return {name: value for name, value in values.items() if name not in given}
