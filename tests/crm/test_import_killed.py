"""A worker is killed in the middle of an import: another one goes on, and the end is that of a good run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any  # records have the columns of their catalog entry
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings
from django.core.files.base import File
from django.utils import timezone

import crm.tasks  # noqa: F401 - registers the handler
from crm import imports
from crm.models import CURRENT, VERSION, Import, ImportStep, RejectedRow
from crm.rules.mapping import ImportMapping, ImportMode
from tenants.jobs.run import run_job
from tenants.models import Job
from tenants.scope import tenant_transaction
from tests.conftest import Company
from tests.crm.importing import ACTOR, deals, write

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
ROWS = 900
WORKER = """
import sys, time, django
from django.conf import settings
django.setup()
settings.REVOPS_IMPORT_CHUNK = 100
settings.STORAGES["default"]["OPTIONS"] = {"location": sys.argv[3]}
import crm.tasks
from crm.imports import execution
load = execution.load
def slowly(*args, **options):
    time.sleep(0.3)
    return load(*args, **options)
execution.load = slowly
from tenants.jobs.run import run_job
run_job(int(sys.argv[1]), int(sys.argv[2]))
"""


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tenants.jobs.queue.wake", lambda tenant_id, job_id: None)


@pytest.mark.parametrize("mode", [ImportMode.CHANGES_ONLY, ImportMode.HISTORY, ImportMode.FULL_LIST])
def test_a_killed_import_ends_like_a_good_one(
    acme: Company, globex: Company, tmp_path: Path, own_files: Path, mode: ImportMode
) -> None:
    lines = [
        f"{n},2026-01-0{n % 7 + 1},Deal {n},{'Oops' if n % 50 == 0 else 'Open'},{n}" for n in range(ROWS)
    ]
    path = write(tmp_path / "deals.csv", "id,at,name,stage,amount", *lines)
    mapping = deals(mode, changed_at="at" if mode is ImportMode.HISTORY else "")
    import_id, job_id = ask(acme, path, mapping)

    worker = start_worker(acme, job_id, own_files)
    wait_until_under_way(acme, import_id, whole=mode is ImportMode.FULL_LIST)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait(timeout=20)
    with tenant_transaction(acme.tenant.pk):
        assert ImportStep.objects.get().is_done is False
        Job.objects.filter(pk=job_id).update(lease_until=timezone.now() - timedelta(seconds=1))
    run_job(acme.tenant.pk, job_id)
    good_id, good_job = ask(globex, path, mapping)
    run_job(globex.tenant.pk, good_job)

    assert told(acme, import_id) == told(globex, good_id)


def ask(company: Company, path: Path, mapping: ImportMapping) -> tuple[int, int]:
    with tenant_transaction(company.tenant.pk), path.open("rb") as content:
        parent = imports.create_import(File(content), name=path.name, actor=ACTOR, now=timezone.now())
        imports.set_mappings(parent.pk, [mapping], actor=ACTOR)
        started = imports.start_import(parent.pk, actor=ACTOR)
        assert started.job is not None
        return parent.pk, started.job.pk


def start_worker(company: Company, job_id: int, files: Path) -> subprocess.Popen[bytes]:
    database = settings.DATABASES["default"]["NAME"]
    address = urlsplit(os.environ["DATABASE_URL"])
    env = {
        **os.environ,
        "DATABASE_URL": urlunsplit(address._replace(path=f"/{database}")),
        "DJANGO_SETTINGS_MODULE": "revops.settings",
        "PYTHONPATH": str(ROOT),
        "SECRET_KEY": settings.SECRET_KEY,
    }
    arguments = [sys.executable, "-c", WORKER, str(company.tenant.pk), str(job_id), str(files)]
    return subprocess.Popen(arguments, env=env, cwd=ROOT)


def wait_until_under_way(company: Company, import_id: int, *, whole: bool) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with tenant_transaction(company.tenant.pk):
            step = ImportStep.objects.get(parent=import_id)
        if step.is_checked if whole else step.next_row:
            return
        time.sleep(0.02)
    raise AssertionError("the worker did not begin")


def told(company: Company, import_id: int) -> dict[str, Any]:  # Any: facts of several kinds
    with tenant_transaction(company.tenant.pk):
        parent = Import.objects.get(pk=import_id)
        step = ImportStep.objects.select_related("run").get(parent=import_id)
        run: Any = step.run
        current: Any = CURRENT["opportunity"].objects.filter(is_stub=False)
        versions: Any = VERSION["opportunity"].objects
        return {
            "state": parent.state,
            "counts": (parent.total, step.rows_seen, run.read, run.changed, run.rejected, run.status),
            "findings": step.findings,
            "records": sorted(current.values_list("source_id", "name", "amount", "stage__name")),
            "versions": versions.count(),
            "rejected": sorted(RejectedRow.objects.values_list("row_number", flat=True)),
        }
