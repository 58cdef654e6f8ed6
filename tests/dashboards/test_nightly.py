"""The nightly chain, from beat's task to done jobs."""

from __future__ import annotations

import threading

import pytest
from celery import current_app

from revops.celery import app
from revops.nightly import STEPS, nightly
from tenants.jobs import run
from tenants.models import Job
from tenants.scope import tenant_transaction
from tests.conftest import make_company


@pytest.mark.django_db(transaction=True)
def test_every_tenant_gets_the_nights_jobs_and_each_is_done() -> None:
    app.loader.import_default_modules()  # as a worker does: whoever does the jobs makes himself known
    companies = [make_company("acme", "Acme"), make_company("globex", "Globex")]

    nightly()

    for company in companies:
        with tenant_transaction(company.tenant.pk):
            jobs = list(Job.objects.order_by("id").values_list("pk", "kind"))
        assert tuple(kind for _, kind in jobs) == STEPS
        for job_id, _ in jobs:
            run.run_job(company.tenant.pk, job_id)
        with tenant_transaction(company.tenant.pk):
            states = Job.objects.values_list("status", "error")
            assert set(states) == {(Job.Status.SUCCEEDED, "")}


def test_a_thread_of_the_web_server_wakes_workers_through_our_broker() -> None:
    seen: list[object] = []
    thread = threading.Thread(target=lambda: seen.append(current_app.conf.broker_url))

    thread.start()
    thread.join()

    assert seen == [app.conf.broker_url]
    assert app.conf.broker_url


def test_beat_names_only_tasks_that_exist() -> None:
    app.loader.import_default_modules()

    for entry in app.conf.beat_schedule.values():
        assert entry["task"] in app.tasks
