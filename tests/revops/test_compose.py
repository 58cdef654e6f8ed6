"""The production shape, as far as it can be checked without an engine."""

from __future__ import annotations

import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any  # the file is YAML of other people's making

import pytest
import yaml

from revops.provision import __main__ as provision_command
from revops.services.folders import PROJECT

SECRET_NAMES = re.compile(r"PASSWORD|SECRET|KEY|URL")
DEMANDED = re.compile(r"\$\{([A-Z_]+):\?")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(_text("docker-compose.yml")))


def test_the_services_of_the_production_shape_are_there(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"postgres", "valkey", "setup", "pgbouncer", "web", "worker", "beat"}
    assert services["postgres"]["image"] == "postgres:18"
    assert services["valkey"]["image"].startswith("valkey/valkey:")
    assert services["worker"]["command"][:4] == ["celery", "-A", "revops.celery", "worker"]
    assert services["beat"]["command"][:4] == ["celery", "-A", "revops.celery", "beat"]
    assert '"revops.wsgi:application"]' in _text("Dockerfile")


def test_the_product_serves_through_pgbouncer_and_migrates_past_it(compose: dict[str, Any]) -> None:
    for name in ("web", "worker", "beat"):
        environment = compose["services"][name]["environment"]
        assert "@pgbouncer:6432/" in environment["DATABASE_URL"]
        assert "revops_app:" in environment["DATABASE_URL"]
        assert "DATABASE_OWNER_URL" not in environment  # who serves cannot migrate
        assert "POSTGRES_PASSWORD" not in environment
    assert "@postgres:5432/" in compose["services"]["setup"]["environment"]["DATABASE_OWNER_URL"]
    assert "pool_mode = transaction" in _text("docker/pgbouncer/pgbouncer.ini")


def test_every_secret_is_demanded_from_the_environment(compose: dict[str, Any]) -> None:
    seen = 0
    for name, service in compose["services"].items():
        for key, value in service.get("environment", {}).items():
            if SECRET_NAMES.search(key):
                seen += 1
                assert DEMANDED.search(value), f"{name}: {key}"
                assert not re.search(r":[^/@]+@", re.sub(r"\$\{[^}]*\}", "", value)), (
                    f"{name}: {key} holds one"
                )
    assert seen > 15


def test_make_compose_env_writes_what_is_demanded_once_and_privately(tmp_path: Path) -> None:
    (tmp_path / "docker").mkdir()
    script = shutil.copy(PROJECT / "docker" / "make_env.py", tmp_path / "docker")
    first = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    written = (tmp_path / ".env").read_text()
    second = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)

    assert (first.returncode, second.returncode) == (0, 1)
    assert (tmp_path / ".env").read_text() == written
    assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
    values = dict(line.split("=") for line in written.splitlines())
    assert set(values) == set(DEMANDED.findall(_text("docker-compose.yml")))
    assert len(set(values.values())) == len(values)
    assert not [value for value in values.values() if value in first.stdout]


def test_only_the_web_port_is_published_and_only_on_loopback(compose: dict[str, Any]) -> None:
    published = {
        name: service["ports"] for name, service in compose["services"].items() if "ports" in service
    }
    assert published == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}


def test_the_product_runs_without_root_and_cannot_write_its_own_code(compose: dict[str, Any]) -> None:
    dockerfile = _text("Dockerfile")
    assert "USER revops" in dockerfile
    assert "--require-hashes" in dockerfile
    assert "index-url" not in dockerfile
    for name in ("setup", "web", "worker", "beat", "pgbouncer"):
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]


def test_what_the_image_must_not_hold_is_left_out() -> None:
    ignored = _text(".dockerignore").splitlines()
    assert {".env", ".git", ".venv", "var"} <= set(ignored)
    assert {".env", "var/", ".venv/"} <= set(_text(".gitignore").splitlines())


def test_the_sql_for_an_administrator_tells_no_password(capsys: pytest.CaptureFixture[str]) -> None:
    environ = {f"REVOPS_{role}_PASSWORD": f"pencil-{role}" for role in ("APP", "OWNER", "MAINT")}
    assert provision_command.main(["sql", "--version", "15"], environ) == 0
    said = capsys.readouterr().out
    assert 'CREATE ROLE "revops_app" LOGIN NOBYPASSRLS' in said
    assert "LC_COLLATE 'C'" in said
    assert "builtin" not in said  # 15 and 16 have no built-in locale provider
    assert "pencil" not in said
    assert provision_command.main(["make"], environ) == 2
    assert capsys.readouterr().err == "Set ADMIN_URL in the environment.\n"


def _text(name: str) -> str:
    return (PROJECT / name).read_text(encoding="utf-8")
