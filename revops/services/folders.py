"""Where an installation keeps its things, and how files with passwords are written."""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from revops.services.terminal import Refusal

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Folders:
    """`var/` of one installation. The servers' own folders are in `servers`."""

    var: Path

    @property
    def log(self) -> Path:
        return self.var / "log"

    @property
    def servers(self) -> Path:
        """Over the servers' data folders, where nothing stands against it."""
        return self.var / "servers"

    @property
    def pointer(self) -> Path:
        """Says where the servers' data folders are instead."""
        return self.var / "servers-home"

    @property
    def lock(self) -> Path:
        return self.var / "lock"

    @property
    def secrets(self) -> Path:
        """Passwords, ports and keys of this installation."""
        return self.var / "secrets.json"

    @property
    def runtime(self) -> Path:
        """What settings read: the addresses of the embedded servers, and the secret key."""
        return self.var / "runtime.env"

    @property
    def provisioned(self) -> Path:
        """The logins that we made on servers which were given to us."""
        return self.var / "provisioned.json"

    @property
    def prepared(self) -> Path:
        """Fingerprints of the preparation steps that are done."""
        return self.var / "prepared.json"

    @property
    def assets(self) -> Path:
        """What `build_assets` makes for the pages."""
        return self.var / "assets"

    @property
    def beat(self) -> Path:
        """When beat ran what last."""
        return self.var / "beat-schedule"

    @property
    def logins(self) -> Path:
        """The demo accounts: a list of objects with `role`, `email` and `password`."""
        return self.var / "logins.json"


def open_folders(var: Path) -> Folders:
    """Make `var/` and `var/log` where they are missing; refuses a place that cannot be written."""
    folders = Folders(var.resolve())
    try:
        if not folders.var.exists():
            folders.var.mkdir(parents=True)
            # Root's servers run as another user and must be able to walk through; the files inside are
            # private.
            folders.var.chmod(0o711 if os.geteuid() == 0 else 0o700)
        folders.log.mkdir(exist_ok=True, mode=0o700)
        for folder in (folders.var, folders.log):
            with tempfile.TemporaryFile(dir=folder):
                pass
    except OSError as error:
        raise Refusal(
            f"The folder {folders.var} cannot be written ({error.strerror}): make it yours, "
            "or set REVOPS_VAR to a folder of your own."
        ) from error
    return folders


def write_private(path: Path, text: str) -> None:
    """Replace a file at once, readable by its owner only."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)


def read_document(path: Path) -> dict[str, object]:
    """A JSON object from a file; empty when there is no file."""
    if not path.exists():
        return {}
    document = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(document, dict):
        raise Refusal(f"{path} does not hold a JSON object: it was changed by hand, restore it from a copy.")
    return document


def write_document(path: Path, document: dict[str, object]) -> None:
    write_private(path, json.dumps(document, indent=1, sort_keys=True) + "\n")
