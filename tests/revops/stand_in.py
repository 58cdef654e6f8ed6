"""`run` with real servers and small programs in the product's place; a process of its own.

`python -m tests.revops.stand_in run`, with REVOPS_VAR and PORT. The web program has two children, one of them
in a session of its own, and writes down when it is asked to stop whether the database still answers.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import FrameType

import psycopg2

from revops.services import __main__, product
from revops.services.folders import Folders
from revops.services.supervisor import Service

SLEEP = "import time; time.sleep(600)"


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"served")

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


def serve(port: int) -> None:
    children = [
        subprocess.Popen([sys.executable, "-c", SLEEP]),
        subprocess.Popen([sys.executable, "-c", SLEEP], start_new_session=True),
    ]

    def stop(_signal: int, _frame: FrameType | None) -> None:
        psycopg2.connect(os.environ["DATABASE_URL"]).close()
        journal = Path(os.environ["REVOPS_VAR"]) / "journal"
        journal.write_text("the database answered while the web server stopped\n", encoding="utf-8")
        for child in children:
            child.terminate()
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    HTTPServer(("127.0.0.1", port), _Page).serve_forever()


def stand_ins(folders: Folders, env: Mapping[str, str], *, port: int) -> tuple[Service, ...]:
    """A web server and a worker that ignores requests to stop."""
    web = [sys.executable, "-m", "tests.revops.stand_in", "serve", str(port)]
    deaf = "import signal, time; signal.signal(signal.SIGQUIT, signal.SIG_IGN); time.sleep(600)"
    return (
        Service(
            "Web", web, env, ready=lambda: product.answers(port), patience=5.0, stage=product.PRODUCT_STAGE
        ),
        Service(
            "Worker",
            [sys.executable, "-c", deaf],
            env,
            stop_signal=signal.SIGQUIT,
            patience=0.5,
            stage=product.PRODUCT_STAGE,
        ),
    )


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
    else:
        product.STEPS = ()
        product.serving = stand_ins
        sys.exit(__main__.main(["run"]))
