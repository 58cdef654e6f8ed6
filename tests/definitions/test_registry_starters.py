"""The starter library in a tenant: in force at once, marked, agreed to by a second person."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core.errors import Conflict, Denied, NotFound
from definitions import queries, services
from definitions.compiler.bodies import RatioMetric
from definitions.models import Definition, DefinitionVersion, Status
from definitions.queries.pages import detail_page, list_page
from definitions.queries.starters import check_starters, starter_groups
from definitions.starter import starter_definitions
from tenants.audit import Actor, first_broken_entry
from tenants.models import Role
from tenants.scope import tenant_transaction
from tests.conftest import Company, make_member
from tests.definitions.registry_world import People, people_of


def everything() -> list[str]:
    return [each.key for each in starter_definitions()]


@pytest.fixture
def people(in_acme: Company) -> People:
    return people_of(in_acme)


def test_every_starter_can_be_used_with_the_declared_sources(in_acme: Company) -> None:
    checked = check_starters(at=timezone.now())

    assert checked.broken == {}
    assert set(checked.usable) == set(everything())
    assert all(body.words.endswith(".") for body in checked.usable.values())


def test_an_only_admin_reaches_a_published_number_with_the_library(in_acme: Company) -> None:
    adopted = services.adopt_starters(everything(), actor=Actor.of(in_acme.admin))
    now = timezone.now()

    assert len(adopted) == len(everything())
    assert {each.key for each in starter_definitions()} == queries.keys_in_force(now)
    assert queries.version_in_force("win_rate", at=datetime(2020, 1, 1, tzinfo=UTC)).number == 1
    assert all(each.awaits_agreement and each.status == Status.IN_FORCE for each in adopted)
    assert set(queries.metrics_at(now)) == {each.key for each in starter_definitions() if each.body}
    assert set(queries.terms_at(now)) == {each.key for each in starter_definitions() if each.text}
    assert first_broken_entry() is None


def test_what_a_starter_leans_on_comes_with_it(in_acme: Company) -> None:
    adopted = services.adopt_starters(["win_rate"], actor=Actor.of(in_acme.admin))

    keys = [each.definition.key for each in adopted]
    assert keys[-1] == "win_rate"
    assert {"closed_won", "new_business", "won_count"} <= set(keys)
    body = queries.metrics_at(timezone.now())["win_rate"]
    assert isinstance(body, RatioMetric)
    assert set(body.numerator) <= set(keys)


def test_adopting_twice_adds_nothing(in_acme: Company) -> None:
    services.adopt_starters(["closed_won"], actor=Actor.of(in_acme.admin))

    assert services.adopt_starters(["closed_won"], actor=Actor.of(in_acme.admin)) == ()
    assert DefinitionVersion.objects.count() == 1


def test_a_starter_is_marked_until_a_second_person_agrees(people: People) -> None:
    (version,) = services.adopt_starters(["closed_won"], actor=people.author)
    shown = list_page(at=timezone.now()).rows[0]
    assert [chip.text for chip in shown.chips] == ["v1 in force", "starter, not yet agreed"]

    with pytest.raises(Denied):
        services.agree_starter(version.pk, actor=people.author)
    agreed = services.agree_starter(version.pk, actor=Actor.of(people.sam))

    assert not agreed.awaits_agreement
    page = detail_page("closed_won", at=timezone.now(), member=people.rob)
    assert [chip.text for chip in page.chips] == ["v1 in force"]
    with pytest.raises(Conflict):
        services.agree_starter(version.pk, actor=Actor.of(people.wei))


def test_a_changed_starter_is_a_change_like_any_other(people: People) -> None:
    services.adopt_starters(["new_business"], actor=people.author)
    version = services.start_draft("new_business", actor=people.author)
    edited = services.edit_draft(
        version.pk, rev=1, text='opportunity_type = "new"', meaning="New only.", actor=people.author
    )

    assert (edited.origin, edited.starter_unchanged) == ("own", False)
    with pytest.raises(Conflict):
        services.publish_version(version.pk, actor=people.author)


def test_going_back_to_an_unchanged_starter_needs_nobody_else(people: People) -> None:
    services.adopt_starters(["new_business"], actor=people.author)
    version = services.start_draft("new_business", actor=people.author)
    edited = services.edit_draft(
        version.pk, rev=1, text='opportunity_type = "new"', meaning="New only.", actor=people.author
    )
    services.submit_for_review(version.pk, actor=people.author)
    services.review_version(version.pk, decision="approve", rev=edited.rev, actor=Actor.of(people.wei))
    services.publish_version(version.pk, actor=people.author)

    again = services.roll_back("new_business", 1, reason="Too narrow.", actor=people.author)

    assert (again.number, again.status, again.awaits_agreement) == (3, Status.IN_FORCE, True)


def test_a_name_with_another_meaning_here_is_told(people: People) -> None:
    services.create_definition(
        "winning_share",
        kind="qualification",
        label="Win rate",
        text="is_target",
        object="account",
        meaning="Ours.",
        actor=people.author,
    )

    with pytest.raises(Conflict, match="already names Win rate"):
        services.adopt_starters(["win_rate"], actor=people.author)

    assert Definition.objects.count() == 1


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REP, Role.ANALYST])
def test_only_admins_adopt(in_acme: Company, role: Role) -> None:
    member = make_member(in_acme.tenant, role=role)

    with pytest.raises(Denied):
        services.adopt_starters(["closed_won"], actor=Actor.of(member))

    assert not Definition.objects.exists()


def test_an_unknown_starter_is_not_found(in_acme: Company) -> None:
    with pytest.raises(NotFound):
        services.adopt_starters(["nothing"], actor=Actor.of(in_acme.admin))


def test_the_library_page_adopts_what_is_chosen(acme: Company, globex: Company) -> None:
    client = Client()
    client.force_login(acme.admin.user)
    address = reverse("definition-starters", kwargs={"tenant": "acme"})
    assert "Adopt Closed won" in client.get(address).text

    assert client.post(address, {"keys": ["closed_won", "win_rate"]}).status_code == 302

    with tenant_transaction(acme.tenant.pk):
        assert {"closed_won", "win_rate"} <= queries.keys_in_force(timezone.now())
        in_registry = {
            row.key for group in starter_groups(at=timezone.now()) for row in group.starters if row.state
        }
        assert in_registry == queries.keys_in_force(timezone.now())
    shown = client.get(reverse("definition-detail", kwargs={"tenant": "acme", "key": "win_rate"})).text
    assert "starter, not yet agreed" in shown
    assert "divided by" in shown


def test_the_command_adopts_the_whole_library(acme: Company, globex: Company) -> None:
    call_command("adopt_starters", "acme", "--as", acme.admin.user.email, stdout=StringIO())

    with tenant_transaction(acme.tenant.pk):
        assert queries.keys_in_force(timezone.now()) == set(everything())
    with tenant_transaction(globex.tenant.pk):
        assert not Definition.objects.exists()


def test_the_command_refuses_a_stranger(acme: Company, globex: Company) -> None:
    with pytest.raises(CommandError, match="not a member of acme"):
        call_command("adopt_starters", "acme", "--as", globex.admin.user.email)
