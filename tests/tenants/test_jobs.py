"""Jobs: claimed by one worker, held by a lease, fenced at the commit, never lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from core import db
from core.errors import Conflict, Invalid, NotFound
from tenants import data_versions
from tenants.audit import Actor
from tenants.jobs import JobContext, LeaseLost, enqueue, queue, run, stop_job
from tenants.jobs.queue import resume_job, sweep
from tenants.jobs.run import run_job
from tenants.models import DataVersion, Job
from tenants.scope import tenant_transaction
from tenants.tasks import sweep_jobs
from tests.conftest import Company

pytestmark = pytest.mark.django_db(transaction=True)
ROOT = Path(__file__).resolve().parents[2]
Handle = Callable[[Callable[[JobContext], object]], None]


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The ids of jobs that a broker was asked to wake a worker for."""
    ids: list[int] = []

    def send_task(name: str, *, kwargs: dict[str, int], retry: bool) -> None:
        assert (name, retry) == ("tenants.run_job", False)
        ids.append(kwargs["job_id"])

    monkeypatch.setattr(current_app, "send_task", send_task)
    return ids


@pytest.fixture
def handle(monkeypatch: pytest.MonkeyPatch) -> Handle:
    """Register what does jobs of the kind `tests.work`."""
    return lambda handler: monkeypatch.setitem(run._handlers, "tests.work", handler)


def ask(company: Company, **payload: object) -> int:
    with tenant_transaction(company.tenant.pk):
        return int(enqueue("tests.work", payload=payload, actor=Actor.of(company.admin)).pk)


def job_of(company: Company, job_id: int) -> Job:
    with tenant_transaction(company.tenant.pk):
        return Job.objects.get(pk=job_id)


def change(company: Company, job_id: int, **values: object) -> None:
    with tenant_transaction(company.tenant.pk):
        Job.objects.filter(pk=job_id).update(**values)


def expire_lease(company: Company, job_id: int) -> None:
    change(company, job_id, lease_until=timezone.now() - timedelta(seconds=1))


def numbers(company: Company) -> list[int]:
    with tenant_transaction(company.tenant.pk):
        return list(DataVersion.objects.order_by("number").values_list("number", flat=True))


def test_a_job_is_written_and_woken_with_the_change_that_asks_for_it(acme: Company, woken: list[int]) -> None:
    with pytest.raises(ZeroDivisionError):
        _ask_and_fail(acme)
    assert woken == []
    with tenant_transaction(acme.tenant.pk):
        assert not Job.objects.exists()

    job_id = ask(acme, file=7)
    assert woken == [job_id]
    assert (job_of(acme, job_id).status, job_of(acme, job_id).payload) == ("queued", {"file": 7})


def _ask_and_fail(company: Company) -> None:
    with tenant_transaction(company.tenant.pk):
        enqueue("tests.work", payload={})
        raise ZeroDivisionError


def test_a_job_is_done_once_however_often_it_is_woken(
    acme: Company, woken: list[int], handle: Handle
) -> None:
    done: list[int] = []

    def work(job: JobContext) -> dict[str, object]:
        done.append(job.attempt)
        with job.step():
            data_versions.open_data_version("work")
        return {"rows": 3}

    handle(work)
    job_id = ask(acme)
    for _ in range(3):
        run_job(acme.tenant.pk, job_id)

    job = job_of(acme, job_id)
    assert (job.status, job.result, job.attempts, job.lease_until) == ("succeeded", {"rows": 3}, 1, None)
    assert job.ended_at is not None
    assert done == [1]
    assert numbers(acme) == [1]


def test_a_refusal_ends_the_job_and_says_why(acme: Company, woken: list[int], handle: Handle) -> None:
    def refuse(job: JobContext) -> None:
        with job.step():
            data_versions.open_data_version("half")
            raise Invalid("The file is empty. Choose another one.")

    handle(refuse)
    job_id = ask(acme)
    run_job(acme.tenant.pk, job_id)

    job = job_of(acme, job_id)
    assert (job.status, job.error) == ("failed", "The file is empty. Choose another one.")
    assert numbers(acme) == []


def test_a_bug_gives_the_job_back_later_each_time_and_fails_it_in_the_end(
    acme: Company, woken: list[int], handle: Handle
) -> None:
    def break_down(job: JobContext) -> None:
        raise ZeroDivisionError("by nothing")

    handle(break_down)
    job_id = ask(acme)
    change(acme, job_id, max_attempts=2)
    with pytest.raises(ZeroDivisionError):
        run_job(acme.tenant.pk, job_id)
    job = job_of(acme, job_id)
    assert job.status == "queued"
    assert job.run_after > timezone.now()
    assert "by nothing" in job.error

    change(acme, job_id, run_after=timezone.now() - timedelta(seconds=1))
    with pytest.raises(ZeroDivisionError):
        run_job(acme.tenant.pk, job_id)
    assert (job_of(acme, job_id).status, job_of(acme, job_id).attempts) == ("failed", 2)


def test_a_job_planned_for_later_waits(acme: Company, woken: list[int], handle: Handle) -> None:
    handle(lambda job: None)
    with tenant_transaction(acme.tenant.pk):
        job_id = enqueue("tests.work", payload={}, run_after=timezone.now() + timedelta(hours=1)).pk
    assert woken == []
    run_job(acme.tenant.pk, job_id)
    assert job_of(acme, job_id).attempts == 0

    change(acme, job_id, run_after=timezone.now() - timedelta(seconds=20))
    sweep_jobs()
    assert woken == [job_id]


# Leases and fences


def test_a_worker_that_lost_its_lease_writes_nothing(acme: Company, woken: list[int], handle: Handle) -> None:
    order: list[str] = []

    def work(job: JobContext) -> None:
        if job.attempt == 2:
            with job.step():
                data_versions.open_data_version("second worker")
            return
        with job.step():
            order.append("the first worker stalls")
            _in_another_thread(lambda: _take_over(acme, job.job_id))
            order.append("the first worker wakes up")
            data_versions.open_data_version("first worker")

    handle(work)
    job_id = ask(acme)
    run_job(acme.tenant.pk, job_id)

    assert order == ["the first worker stalls", "the first worker wakes up"]
    with tenant_transaction(acme.tenant.pk):
        assert list(DataVersion.objects.values_list("cause", flat=True)) == ["second worker"]
    assert (job_of(acme, job_id).status, job_of(acme, job_id).fence) == ("succeeded", 2)


def _take_over(company: Company, job_id: int) -> None:
    expire_lease(company, job_id)
    run_job(company.tenant.pk, job_id)


def _in_another_thread(work: Callable[[], object]) -> None:

    def run_and_close() -> None:
        work()
        db.close_connections()

    thread = threading.Thread(target=run_and_close)
    thread.start()
    thread.join(timeout=30)


def test_a_step_after_the_lease_is_lost_does_not_even_start(
    acme: Company, woken: list[int], handle: Handle
) -> None:
    lost: list[bool] = []

    def work(job: JobContext) -> None:
        change(acme, job.job_id, fence=99)
        try:
            with job.step():
                raise AssertionError("nothing may run here")
        except LeaseLost:
            lost.append(True)
            raise

    handle(work)
    run_job(acme.tenant.pk, ask(acme))
    assert lost == [True]


def test_the_heartbeat_renews_the_lease_and_shows_progress_while_a_step_is_open(
    acme: Company, woken: list[int], handle: Handle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "NEWS_EVERY", 0.05)
    seen: list[tuple[int, int | None, str]] = []

    def work(job: JobContext) -> None:
        with job.step():
            data_versions.open_data_version("long")
            job.progress(done=40, total=100, note="Reading rows")
            until = time.monotonic() + 5
            while time.monotonic() < until and not seen:
                time.sleep(0.05)
                _in_another_thread(lambda: seen.extend(_progress(acme, job.job_id)))

    def _progress(company: Company, job_id: int) -> list[tuple[int, int | None, str]]:
        job = job_of(company, job_id)
        return [(job.done, job.total, job.note)] if job.done else []

    handle(work)
    run_job(acme.tenant.pk, ask(acme))
    assert seen == [(40, 100, "Reading rows")]


def test_sweeping_wakes_workers_for_abandoned_jobs_and_buries_those_that_kill_every_worker(
    acme: Company, globex: Company, woken: list[int]
) -> None:
    abandoned, deadly, fresh, theirs = (ask(company) for company in (acme, acme, acme, globex))
    woken.clear()
    past = timezone.now() - timedelta(seconds=1)
    change(acme, abandoned, status="running", attempts=1, lease_until=past)
    change(acme, deadly, status="running", attempts=5, lease_until=past)
    change(globex, theirs, status="running", attempts=1, lease_until=past)

    sweep_jobs()

    assert sorted(woken) == sorted([abandoned, theirs])
    assert job_of(acme, deadly).status == "failed"
    assert "stopped 5 times" in job_of(acme, deadly).error
    assert job_of(acme, fresh).status == "queued"


def test_emptying_the_broker_loses_nothing(acme: Company, woken: list[int], handle: Handle) -> None:
    handle(lambda job: None)
    jobs = [ask(acme) for _ in range(5)]
    woken.clear()  # every message is gone
    for job_id in jobs:
        change(acme, job_id, run_after=timezone.now() - queue.WAKE_GRACE - timedelta(seconds=1))

    sweep_jobs()

    assert woken == jobs
    for job_id in woken:
        run_job(acme.tenant.pk, job_id)
    assert {job_of(acme, job_id).status for job_id in jobs} == {"succeeded"}


def test_a_broker_that_is_away_does_not_stop_anybody_from_asking(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(current_app, "send_task", refuse)
    assert job_of(acme, ask(acme)).status == "queued"


def test_every_job_is_swept_within_a_minute() -> None:
    every = settings.CELERY_BEAT_SCHEDULE["sweep-jobs"]["schedule"]
    assert isinstance(every, float)
    assert every + queue.WAKE_GRACE.total_seconds() < 60


# Stopping and going on


def test_a_waiting_job_stops_at_once_and_goes_on_when_asked(
    acme: Company, woken: list[int], handle: Handle
) -> None:
    handle(lambda job: None)
    job_id = ask(acme)
    with tenant_transaction(acme.tenant.pk):
        stop_job(job_id)
    run_job(acme.tenant.pk, job_id)
    assert (job_of(acme, job_id).status, job_of(acme, job_id).attempts) == ("stopped", 0)

    with tenant_transaction(acme.tenant.pk):
        resume_job(job_id)
    run_job(acme.tenant.pk, job_id)
    assert job_of(acme, job_id).status == "succeeded"
    with tenant_transaction(acme.tenant.pk):
        with pytest.raises(Conflict):
            stop_job(job_id)
        with pytest.raises(Conflict):
            resume_job(job_id)


def test_a_running_job_stops_at_its_next_safe_point_and_keeps_what_it_committed(
    acme: Company, woken: list[int], handle: Handle
) -> None:
    stopped: list[bool] = []

    def work(job: JobContext) -> None:
        for number in range(1, 4):
            with job.step():
                if data_versions.latest() is None or number > 1:
                    data_versions.open_data_version(f"step {number}")
            if number == 1 and not stopped:
                stopped.append(True)
                with tenant_transaction(acme.tenant.pk):
                    stop_job(job.job_id)
            job.progress(done=number, total=3, note=f"step {number}")

    handle(work)
    job_id = ask(acme)
    run_job(acme.tenant.pk, job_id)
    assert (job_of(acme, job_id).status, numbers(acme)) == ("stopped", [1])

    with tenant_transaction(acme.tenant.pk):
        resume_job(job_id)
    run_job(acme.tenant.pk, job_id)
    assert (job_of(acme, job_id).status, numbers(acme)) == ("succeeded", [1, 2, 3])


def test_a_stop_reaches_a_handler_inside_a_step_and_undoes_that_step(
    acme: Company, woken: list[int], handle: Handle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "NEWS_EVERY", 0.05)

    def work(job: JobContext) -> None:
        with job.step():
            data_versions.open_data_version("undone")
            _in_another_thread(lambda: _stop(job.job_id))
            for count in range(200):
                job.progress(done=count)
                time.sleep(0.05)
        raise AssertionError("the stop came too late")

    def _stop(job_id: int) -> None:
        with tenant_transaction(acme.tenant.pk):
            stop_job(job_id)

    handle(work)
    job_id = ask(acme)
    run_job(acme.tenant.pk, job_id)
    assert (job_of(acme, job_id).status, numbers(acme)) == ("stopped", [])


def test_jobs_of_another_tenant_do_not_exist(acme: Company, globex: Company, woken: list[int]) -> None:
    theirs = ask(globex)
    with tenant_transaction(acme.tenant.pk):
        for attempt in (stop_job, resume_job):
            with pytest.raises(NotFound):
                attempt(theirs)
        assert sweep() == 0
    run_job(acme.tenant.pk, theirs)
    assert (job_of(globex, theirs).status, job_of(globex, theirs).attempts) == ("queued", 0)


# A worker that is killed


def test_a_worker_killed_midway_loses_nothing_and_another_goes_on(acme: Company, woken: list[int]) -> None:
    serving = settings.DATABASES["default"]
    login = f"{serving['USER']}:{serving['PASSWORD']}@{serving['HOST']}:{serving['PORT'] or 5432}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql://{login}/{serving['NAME']}",
        "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    with tenant_transaction(acme.tenant.pk):
        job_id = int(enqueue("tests.count", payload={"upto": 5, "hang_at": 3}).pk)

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.tenants.worker_that_dies", str(acme.tenant.pk), str(job_id)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.PIPE,
            text=True,
        )

    with start() as worker:
        assert worker.stdout is not None
        for line in worker.stdout:
            if line.strip() == "written 3":
                break
        os.kill(worker.pid, signal.SIGKILL)
    assert worker.returncode == -signal.SIGKILL

    assert numbers(acme) == [1, 2]  # the third was written and never committed
    assert job_of(acme, job_id).status == "running"
    expire_lease(acme, job_id)
    woken.clear()
    sweep_jobs()
    assert woken == [job_id]

    with start() as second:
        second.communicate(timeout=60)
    job = job_of(acme, job_id)
    assert (job.status, job.attempts, job.result, job.done) == ("succeeded", 2, {"counted": 5}, 5)
    assert numbers(acme) == [1, 2, 3, 4, 5]
