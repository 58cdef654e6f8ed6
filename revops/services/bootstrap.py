"""Makes .venv and installs pinned packages into it: `python3 revops/services/bootstrap.py run|dev`.

Run before anything is installed, by whatever Python there is: written for 3.7 and later, so that an old one
gives a sentence and not a syntax error. Nothing is done when nothing changed. Packages come from the index
that pip is configured for on this machine; each must match its hash.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
VENV = PROJECT / ".venv"
OLDEST, NEWEST = (3, 11), (3, 13)


def main(kind: str) -> int:
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return _with_another_python(kind)
    requirements = PROJECT / "requirements" / f"{kind}.txt"
    stamp = VENV / f".installed-{kind}"
    wanted = _fingerprint(requirements)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted and (VENV / "bin" / "python").exists():
        return 0
    lacking = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if lacking:
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        return _complain(
            f"This Python has no {' and no '.join(lacking)}: install the Debian package python3-venv "
            f"(apt-get install python3-venv, or {package}), then run make again."
        )
    try:
        _install(requirements)
    except subprocess.CalledProcessError as error:
        return _complain(f"Installing failed (exit code {error.returncode}); what went wrong stands above.")
    except OSError as error:
        return _complain(f"{VENV} cannot be written ({error.strerror}): make the project folder yours.")
    stamp.write_text(wanted, encoding="utf-8")
    return 0


def _install(requirements: Path) -> None:
    python = VENV / "bin" / "python"
    if not _works(python):
        _say(f"Making a virtual environment in {VENV} ...")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
    packages = requirements.read_text(encoding="utf-8").count("==")
    _say(f"Installing {packages} pinned packages (this takes a while the first time) ...")
    command = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    subprocess.run([*command, "--only-binary=:all:", "--require-hashes", "-r", str(requirements)], check=True)


def _works(python: Path) -> bool:
    """Whether the environment is whole: a copied or half-made one is made anew."""
    if not python.exists():
        return False
    return (
        subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True, check=False).returncode
        == 0
    )


def _with_another_python(kind: str) -> int:
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found:
            os.execv(found, [found, __file__, kind])  # noqa: S606 - this program again, under a Python that can run it
    have = ".".join(str(part) for part in sys.version_info[:2])
    return _complain(
        f"This is Python {have}; Python 3.11, 3.12 or 3.13 is needed (make PYTHON=/path/to/python3.13 run)."
    )


def _fingerprint(requirements: Path) -> str:
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()
    return f"{digest} {VENV} {sys.version_info[0]}.{sys.version_info[1]}\n"


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _complain(line: str) -> int:
    sys.stderr.write(line + "\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
