"""The first step on a bare machine: one sentence where it cannot go on, nothing where nothing is to do."""

from __future__ import annotations

import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from revops.services import product
from revops.services.folders import PROJECT

LIE = (
    "import importlib.util, runpy, sys; sys.argv = ['bootstrap', 'run']; "
    "{lie}; runpy.run_path({path!r}, run_name='__main__')"
)
NO_ENSUREPIP = (
    "real = importlib.util.find_spec; "
    "importlib.util.find_spec = lambda name, *rest: None if name == 'ensurepip' else real(name, *rest)"
)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    """The script in a fresh copy of the project, as far as it needs one."""
    for name in ("revops/services", "requirements"):
        (tmp_path / name).mkdir(parents=True)
    shutil.copy(PROJECT / "requirements" / "run.txt", tmp_path / "requirements")
    return Path(
        shutil.copy(PROJECT / "revops" / "services" / "bootstrap.py", tmp_path / "revops" / "services")
    )


def run(script: Path, lie: str) -> subprocess.CompletedProcess[str]:
    """Run the script in a Python about which `lie` is believed."""
    return subprocess.run(
        [sys.executable, "-c", LIE.format(lie=lie, path=str(script))],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/nowhere"},
    )


def test_a_missing_ensurepip_names_the_package_to_install(script: Path, tmp_path: Path) -> None:
    done = run(script, NO_ENSUREPIP)
    assert done.returncode == 1
    assert "has no ensurepip: install the Debian package python3-venv" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_another_python_is_named(script: Path, version: tuple[int, int]) -> None:
    done = run(script, f"sys.version_info = ({version[0]}, {version[1]}, 0)")
    assert done.returncode == 1
    assert done.stderr.startswith(f"This is Python {version[0]}.{version[1]}")
    assert done.stderr.count("\n") == 1


def test_nothing_is_installed_twice(script: Path, tmp_path: Path) -> None:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()
    fingerprint = runpy.run_path(str(script))["_fingerprint"]
    stamp = fingerprint(tmp_path / "requirements" / "run.txt")
    (tmp_path / ".venv" / ".installed-run").write_text(stamp)
    done = run(script, "pass")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_requirements_are_pinned_hashed_and_name_no_index() -> None:
    for name in ("run.txt", "dev.txt"):
        text = (PROJECT / "requirements" / name).read_text(encoding="utf-8")
        pinned = [line for line in text.splitlines() if "==" in line]
        assert len(pinned) > 60
        assert text.count("--hash=sha256:") >= len(pinned)
        assert "://" not in text
        assert "index" not in text


def test_what_was_collected_does_not_ask_to_be_collected_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(product, "PROJECT", tmp_path)
    for name in ("static/css/app.css", "tenants/static/t.css", "var/static/css/app.abc.css"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text("a {}")

    found = {str(path.relative_to(tmp_path)) for path in product.asset_files()}

    assert found == {"static/css/app.css", "tenants/static/t.css", "requirements/run.txt"}
