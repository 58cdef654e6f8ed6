"""Two people publish at once: exactly one version is in force afterwards, whoever asks and however."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from core import db
from core.errors import Conflict
from core.instants import FOREVER
from definitions import catalog, services
from definitions.models import Definition, DefinitionVersion, Status
from tenants.audit import Actor, first_broken_entry
from tenants.scope import tenant_transaction
from tests.conftest import make_company
from tests.definitions.registry_world import CATALOG, People, approved, draft, people_of


@pytest.fixture
def people(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, monkeypatch: pytest.MonkeyPatch
) -> Iterator[People]:
    """People of a tenant whose rows are committed, so that several connections see them; they stay."""
    monkeypatch.setattr(catalog, "tenant_catalog", lambda: CATALOG)
    with django_db_blocker.unblock():
        company = make_company(f"race-{timezone.now():%H%M%S%f}", "Race")
        yield people_of(company)
        db.close_connections()


def together(*acts: Callable[[], object]) -> list[BaseException | None]:
    """Run each act in a thread and connection of its own, all at once; what each ended with."""
    ends: list[BaseException | None] = [None] * len(acts)
    barrier = threading.Barrier(len(acts))

    def run(number: int, act: Callable[[], object]) -> None:
        try:
            barrier.wait(timeout=20)
            act()
        except (Conflict, IntegrityError) as error:
            ends[number] = error
        finally:
            db.close_connections()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ends


def test_publishing_the_same_version_twice_at_once_publishes_it_once(people: People) -> None:
    tenant_id = people.ines.tenant_id
    with tenant_transaction(tenant_id):
        version = approved(people, draft(people))

    def publish(actor: Actor) -> None:
        with tenant_transaction(tenant_id):
            services.publish_version(version.pk, actor=actor)

    ends = together(*[lambda who=who: publish(Actor.of(who)) for who in (people.ines, people.wei) * 2])

    assert [type(end) for end in ends if end] == [Conflict] * 3
    with tenant_transaction(tenant_id):
        assert DefinitionVersion.objects.filter(status=Status.IN_FORCE).count() == 1
        assert first_broken_entry() is None


def test_two_connections_past_the_service_still_leave_one_version_in_force(people: People) -> None:
    tenant_id, now = people.ines.tenant_id, timezone.now()
    with tenant_transaction(tenant_id):
        definition = draft(people).definition

    def insert(number: int) -> None:
        with tenant_transaction(tenant_id):
            DefinitionVersion.objects.create(
                definition=Definition.objects.get(pk=definition.pk),
                number=number,
                status=Status.IN_FORCE,
                text="employees > 1",
                body={},
                meaning="Race.",
                checksum="0" * 64,
                origin="starter",
                starter_unchanged=True,
                author=people.ines,
                edited_by=people.ines,
                editors=[people.ines.pk],
                published_at=now,
                published_by=people.ines,
                effective_from=now + timedelta(days=number),
                effective_to=FOREVER,
            )

    ends = together(*[lambda number=number: insert(number) for number in (2, 3, 4, 5)])

    refused = [end for end in ends if end]
    assert len(refused) == 3
    assert all("one_version_in_force" in str(end) for end in refused)
    with tenant_transaction(tenant_id):
        assert DefinitionVersion.objects.filter(status=Status.IN_FORCE).count() == 1


def test_two_drafts_started_at_once_leave_one(people: People) -> None:
    tenant_id = people.ines.tenant_id
    with tenant_transaction(tenant_id):
        first = approved(people, draft(people))
        services.publish_version(first.pk, actor=people.author)

    def start(actor: Actor) -> None:
        with tenant_transaction(tenant_id):
            services.start_draft("icp", actor=actor)

    ends = together(*[lambda who=who: start(Actor.of(who)) for who in (people.ines, people.wei)])

    assert [type(end) for end in ends if end] == [Conflict]
    with tenant_transaction(tenant_id):
        assert DefinitionVersion.objects.filter(status=Status.DRAFT).count() == 1
