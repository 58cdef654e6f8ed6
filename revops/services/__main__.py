"""`python -m revops.services run | logins | test-env -- command`: see the Makefile."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from revops.provision import CannotProvision
from revops.services import kernel
from revops.services.folders import PROJECT, Folders
from revops.services.installation import running_at
from revops.services.run import run, show_logins
from revops.services.supervisor import StopAsked
from revops.services.terminal import Refusal, complain
from revops.services.test_env import run_in_test_env


def main(arguments: Sequence[str]) -> int:
    asked = _parser().parse_args(arguments)
    var = Path(os.environ.get("REVOPS_VAR") or PROJECT / "var")
    if asked.end_with_parent:
        kernel.die_with_parent(signal.SIGTERM, parent=os.getppid())
    try:
        if asked.command == "run":
            run(var, port=_port())
        elif asked.command == "logins":
            _logins(Folders(var.resolve()))
        else:
            return run_in_test_env(var, [word for word in asked.words if word != "--"])
    except Refusal as refused:
        complain(str(refused))
        return 1
    except CannotProvision as refused:
        complain(refused.sentence)
        return 1
    except (StopAsked, KeyboardInterrupt):
        return 130
    return 0


def _logins(folders: Folders) -> None:
    if not folders.logins.exists():
        raise Refusal(f"There are no demo logins in {folders.var} yet: run make run first.")
    show_logins(folders, running_at(folders) or f"http://127.0.0.1:{_port()} (not running)")


def _port() -> int:
    return int(os.environ.get("PORT") or 8000)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m revops.services")
    parser.add_argument(
        "--end-with-parent", action="store_true", help="stop in order when the caller is killed"
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("run", help="serve the product on this machine until Ctrl-C")
    commands.add_parser("logins", help="print the demo logins again")
    test_env = commands.add_parser("test-env", help="run a command with throw-away servers")
    test_env.add_argument("words", nargs=argparse.REMAINDER, metavar="-- command")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
