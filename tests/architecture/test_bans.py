"""Rules about the text of the program: where SQL lives, who reads global tables, what each contract
catches."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "core",
    "tenants",
    "definitions",
    "crm",
    "metrics",
    "pipeline",
    "governance",
    "forecasting",
    "dashboards",
    "revops",
)
# The only modules that may ask Tenant, Membership, InvitationToken and User for rows.
READS_GLOBAL_TABLES = {"tenants/queries.py", "tenants/models/people.py"}
READS_GLOBAL_PACKAGES = ("tenants/services/", "revops/management/")  # what operators run by hand
GLOBAL_MODELS = {"Tenant", "Membership", "InvitationToken", "User"}


def sources(*apps: str) -> Iterator[tuple[str, ast.Module]]:
    for app in apps or APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            if "migrations" not in file.parts:
                yield file.relative_to(ROOT).as_posix(), ast.parse(file.read_text("utf-8"))


def test_global_tables_are_read_only_through_named_queries_and_services() -> None:
    asked = [
        f"{name}:{node.lineno} {node.value.id}.{node.attr}"
        for name, tree in sources()
        if name not in READS_GLOBAL_TABLES and not name.startswith(READS_GLOBAL_PACKAGES)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"objects", "_base_manager", "_default_manager"}
        and isinstance(node.value, ast.Name)
        and node.value.id in GLOBAL_MODELS
    ]
    assert asked == []


# A statement over temporary tables only (they are called load_…) needs no tenant: what filled them did.
_READS = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE|USING)\s+(?!LATERAL|unnest)([\w{}.]+)")


def sql_modules() -> list[str]:
    """Every `<app>/sql.py` and module of `<app>/sql/`."""
    names = []
    for app in APPS:
        folder = ROOT / app
        if (folder / "sql.py").exists():
            names.append(f"{app}.sql")
        names += [
            f"{app}.sql.{module.name}"
            for module in pkgutil.iter_modules([str(folder / "sql")])
            if not module.ispkg
        ]
    return names


@pytest.mark.parametrize("module", sql_modules())
def test_every_hand_written_statement_names_the_tenant(module: str) -> None:
    constants = {
        name: value
        for name, value in vars(importlib.import_module(module)).items()
        if name.isupper() and not name.startswith("_") and isinstance(value, str)
    }
    loose = [
        name
        for name, text in constants.items()
        if "%(tenant_id)s" not in text
        and not all(table.startswith("load_") for table in _READS.findall(text))
    ]
    assert loose == []


def test_sql_is_not_executed_outside_its_doors() -> None:
    """`cursor()` and `raw()` of Django stand in core.db and the backend only."""
    allowed = {"core/db.py", "tenants/postgres/base.py"}
    found = [
        f"{name}:{node.lineno}"
        for name, tree in sources()
        if name not in allowed and not name.startswith("revops/")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in {"cursor", "raw", "extra"}
    ]
    assert found == []


def test_nothing_says_which_tenant_but_the_backend() -> None:
    """`SET LOCAL app.tenant_id` is written once; `set_config` and session-level SET nowhere."""
    found = [
        f"{name}:{node.lineno}"
        for name, tree in sources()
        if not name.startswith(("tenants/postgres/", "tenants/checks.py", "revops/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and ("set_config(" in node.value or "SET LOCAL app." in node.value or "SET app." in node.value)
    ]
    assert found == []


# A contract that catches nothing is worth nothing: plant a violation, see it caught.


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program's text in a folder of its own."""
    target = tmp_path_factory.mktemp("planted")
    for app in APPS:
        shutil.copytree(ROOT / app, target / app, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", target)
    return target


def run_in(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / command[0]), *command[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


PLANTED_IMPORTS = (
    ("core/planted.py", "import tenants.models", "Imports only go down"),
    ("tenants/planted.py", "import crm.vocab", "Imports only go down"),
    ("definitions/planted.py", "import metrics.models", "Imports only go down"),
    ("definitions/language/planted.py", "import django.db", "Pure packages"),
)


@pytest.mark.parametrize(("file", "line", "contract"), PLANTED_IMPORTS, ids=lambda part: str(part)[:24])
def test_an_import_that_goes_up_is_caught(copy: Path, file: str, line: str, contract: str) -> None:
    planted = copy / file
    planted.write_text(f"{line}\n")
    try:
        answer = run_in(copy, "lint-imports", "--no-cache")
    finally:
        planted.unlink()

    assert answer.returncode != 0
    broken = [row for row in answer.stdout.splitlines() if row.endswith("BROKEN")]
    assert any(contract in row for row in broken), answer.stdout + answer.stderr


PLANTED_LINES = (
    ("from django.db import connection\nprint(connection)\n", "TID251"),
    ("from django.db.models.signals import post_save\nprint(post_save)\n", "TID251"),
    ("from django.dispatch import receiver\nprint(receiver)\n", "TID251"),
    ("try:\n    pass\nexcept Exception:\n    pass\n", "BLE001"),
)


@pytest.mark.parametrize(("text", "rule"), PLANTED_LINES, ids=[rule for _, rule in PLANTED_LINES])
def test_a_banned_line_is_caught(copy: Path, text: str, rule: str) -> None:
    planted = copy / "metrics" / "planted.py"
    planted.write_text(text)
    try:
        answer = run_in(
            copy, "ruff", "check", "--no-cache", "--output-format", "concise", "metrics/planted.py"
        )
    finally:
        planted.unlink()

    assert answer.returncode != 0
    assert rule in answer.stdout
