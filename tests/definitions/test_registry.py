"""Terms and their versions: what is in force when, who must agree, what the database itself refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from core import db
from core.errors import Conflict, Denied, Invalid, NotFound
from core.instants import FOREVER
from definitions import catalog, queries, services
from definitions.instants import BEGINNING
from definitions.models import Alias, Definition, DefinitionVersion, Reference, Review, Status
from tenants.audit import Actor, first_broken_entry
from tenants.models import AuditEntry, Function, Job, Role
from tenants.scope import tenant_scope
from tests.conftest import Company, make_member
from tests.definitions.registry_world import (
    CATALOG,
    People,
    approved,
    draft,
    next_version,
    people_of,
    published,
)

IN_A_MONTH = timezone.now() + timedelta(days=30)


@pytest.fixture(autouse=True)
def small_catalog(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "tenant_catalog", lambda: CATALOG)


@pytest.fixture
def people(in_acme: Company) -> People:
    return people_of(in_acme)


def unchanged(version: DefinitionVersion) -> None:
    """Nothing of a version has been written since it was read."""
    stored = DefinitionVersion.objects.get(pk=version.pk)
    assert {f.attname: getattr(stored, f.attname) for f in stored._meta.fields} == {
        f.attname: getattr(version, f.attname) for f in version._meta.fields
    }


# In force


def test_a_published_version_is_in_force_from_its_publication_on(people: People) -> None:
    version = published(people)

    assert version.published_at is not None
    assert queries.version_in_force("icp", at=version.published_at) == version
    with pytest.raises(NotFound):
        queries.version_in_force("icp", at=version.published_at - timedelta(microseconds=1))


def test_the_first_meaning_may_hold_from_the_past_on(people: People) -> None:
    version = published(people, effective_from=BEGINNING)

    assert queries.version_in_force("icp", at=datetime(2020, 1, 1, tzinfo=UTC)) == version


def test_a_future_effective_date_leaves_todays_version_in_force(people: People) -> None:
    old = published(people)
    new = services.publish_version(
        next_version(people, "icp", "employees >= 900").pk, effective_from=IN_A_MONTH, actor=people.author
    )
    now = timezone.now()

    assert new.status == Status.SCHEDULED
    assert queries.version_in_force("icp", at=now) == old
    assert queries.version_in_force("icp", at=IN_A_MONTH - timedelta(microseconds=1)) == old
    assert queries.version_in_force("icp", at=IN_A_MONTH) == new
    old.refresh_from_db()
    assert (old.status, old.effective_to) == (Status.IN_FORCE, IN_A_MONTH)
    assert Job.objects.get(kind="definitions.apply_due_versions").run_after == IN_A_MONTH
    assert old.status_at(IN_A_MONTH) == Status.REPLACED
    assert new.status_at(IN_A_MONTH) == Status.IN_FORCE


def test_publishing_keeps_the_old_meaning_for_old_instants(people: People) -> None:
    old = published(people)
    new = services.publish_version(next_version(people, "icp", "employees >= 900").pk, actor=people.author)

    assert old.published_at is not None
    assert new.effective_from is not None
    assert queries.version_in_force("icp", at=old.published_at) == old
    assert queries.version_in_force("icp", at=new.effective_from) == new
    old.refresh_from_db()
    assert (old.status, old.effective_to) == (Status.REPLACED, new.effective_from)


def test_what_was_known_then_is_answered_as_it_was_known(people: People) -> None:
    old = published(people)
    new = services.publish_version(
        next_version(people, "icp", "employees >= 900").pk, effective_from=IN_A_MONTH, actor=people.author
    )
    assert new.published_at is not None
    before = new.published_at - timedelta(microseconds=1)

    assert queries.version_in_force("icp", at=IN_A_MONTH, known_at=before) == old
    assert queries.version_in_force("icp", at=IN_A_MONTH, known_at=new.published_at) == new


def test_the_past_of_a_term_is_not_published_anew(people: People) -> None:
    old = published(people, effective_from=BEGINNING)
    new = next_version(people, "icp", "employees >= 900")

    with pytest.raises(Invalid, match="stays as it was"):
        services.publish_version(new.pk, effective_from=BEGINNING, actor=people.author)

    unchanged(old)
    unchanged(new)


def test_one_change_is_scheduled_at_a_time(people: People) -> None:
    published(people)
    services.publish_version(
        next_version(people, "icp", "employees >= 900").pk, effective_from=IN_A_MONTH, actor=people.author
    )
    third = next_version(people, "icp", "employees >= 950")

    with pytest.raises(Conflict, match="already scheduled"):
        services.publish_version(third.pk, effective_from=IN_A_MONTH - timedelta(days=1), actor=people.author)

    unchanged(third)


def test_a_scheduled_version_that_is_withdrawn_never_takes_effect(people: People) -> None:
    old = published(people)
    new = services.publish_version(
        next_version(people, "icp", "employees >= 900").pk, effective_from=IN_A_MONTH, actor=people.author
    )
    withdrawn = services.withdraw_version(new.pk, actor=people.author, reason="Sales said no.")

    assert withdrawn.status == Status.WITHDRAWN
    assert queries.version_in_force("icp", at=IN_A_MONTH) == old
    old.refresh_from_db()
    assert old.effective_to == FOREVER
    assert withdrawn.withdrawn_at is not None
    before = withdrawn.withdrawn_at - timedelta(microseconds=1)
    assert queries.version_in_force("icp", at=IN_A_MONTH, known_at=before) == new
    assert queries.version_in_force("icp", at=IN_A_MONTH, known_at=withdrawn.withdrawn_at) == old


def test_a_withdrawn_version_leaves_its_successor_behind(people: People) -> None:
    published(people, "target_account")
    old = published(people, "icp")
    ended = services.withdraw_version(old.pk, successor="target_account", actor=people.author)

    assert ended.successor is not None
    assert ended.successor.key == "target_account"
    with pytest.raises(NotFound):
        queries.version_in_force("icp", at=timezone.now())
    assert old.published_at is not None
    assert queries.version_in_force("icp", at=old.published_at) == old


def test_due_versions_move_their_stored_status(people: People) -> None:
    old = published(people)
    waiting = next_version(people, "icp", "employees >= 900")
    soon = timezone.now() + timedelta(milliseconds=500)
    new = services.publish_version(waiting.pk, effective_from=soon, actor=people.author)
    assert services.apply_due_versions(actor=Actor.system("nightly")).took_effect == 0
    while timezone.now() < soon:
        pass

    due = services.apply_due_versions(actor=Actor.system("nightly"))

    assert (due.took_effect, due.replaced) == (1, 1)
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.status, new.status) == (Status.REPLACED, Status.IN_FORCE)


# Agreeing


def test_nobody_approves_their_own_change(people: People) -> None:
    version = services.submit_for_review(draft(people).pk, actor=people.author)

    with pytest.raises(Denied, match="own change"):
        services.review_version(version.pk, decision="approve", rev=version.rev, actor=people.author)

    unchanged(version)
    assert not Review.objects.exists()


def test_who_edited_a_change_is_one_of_its_authors(people: People) -> None:
    version = draft(people)
    edited = services.edit_draft(
        version.pk, rev=1, text="employees >= 700", meaning="Bigger.", actor=Actor.of(people.wei)
    )
    services.submit_for_review(version.pk, actor=people.author)

    with pytest.raises(Denied):
        services.review_version(version.pk, decision="approve", rev=edited.rev, actor=Actor.of(people.wei))
    with pytest.raises(IntegrityError, match="own change"), transaction.atomic():
        Review.objects.create(
            version=version,
            reviewer=people.wei,
            function=Function.FINANCE,
            decision="approve",
            checksum=edited.checksum,
        )


def test_a_draft_cannot_be_published(people: People) -> None:
    version = draft(people)

    with pytest.raises(Conflict, match="approved"):
        services.publish_version(version.pk, actor=people.author)

    unchanged(version)


def test_every_function_concerned_must_agree(people: People) -> None:
    version = draft(people, stakeholders=("sales", "finance"))
    submitted = services.submit_for_review(version.pk, actor=people.author)
    services.review_version(version.pk, decision="approve", rev=submitted.rev, actor=Actor.of(people.wei))
    version.refresh_from_db()
    assert version.status == Status.IN_REVIEW
    assert queries.consent_of(version).missing == ("sales",)
    with pytest.raises(Conflict):
        services.publish_version(version.pk, actor=people.author)

    services.review_version(version.pk, decision="approve", rev=submitted.rev, actor=Actor.of(people.sam))

    version.refresh_from_db()
    assert version.status == Status.APPROVED


def test_a_function_without_anybody_is_asked_for_before_the_review(people: People) -> None:
    version = draft(people, stakeholders=("marketing",))

    with pytest.raises(Conflict, match="Marketing must agree"):
        services.submit_for_review(version.pk, actor=people.author)

    unchanged(version)


def test_asking_for_changes_takes_the_approval_back(people: People) -> None:
    version = approved(people, draft(people))
    services.review_version(
        version.pk,
        decision="request_changes",
        rev=version.rev,
        comment="Too wide.",
        actor=Actor.of(people.lena),
    )

    version.refresh_from_db()
    assert version.status == Status.IN_REVIEW


def test_new_words_need_new_approvals(people: People) -> None:
    version = approved(people, draft(people))
    services.edit_draft(
        version.pk, rev=version.rev, text="employees >= 1", meaning=version.meaning, actor=people.author
    )
    version = services.submit_for_review(version.pk, actor=people.author)

    assert queries.consent_of(version).approvals == 0
    with pytest.raises(Conflict):
        services.publish_version(version.pk, actor=people.author)


@pytest.mark.parametrize("who", ["sam", "rob", "lena"])
def test_managers_reps_and_executives_do_not_publish(people: People, who: str) -> None:
    version = approved(people, draft(people))

    with pytest.raises(Denied):
        services.publish_version(version.pk, actor=Actor.of(getattr(people, who)))

    unchanged(version)


@pytest.mark.parametrize("who", ["sam", "rob"])
def test_managers_and_reps_do_not_draft(people: People, who: str) -> None:
    with pytest.raises(Denied):
        services.create_definition(
            "mine",
            kind="qualification",
            label="Mine",
            text="employees > 1",
            object="account",
            meaning="Mine.",
            actor=Actor.of(getattr(people, who)),
        )

    assert not Definition.objects.exists()


def test_the_only_admin_cannot_publish_a_change_of_their_own(in_acme: Company) -> None:
    alone = Actor.of(in_acme.admin)
    version = services.create_definition(
        "icp",
        kind="qualification",
        label="ICP",
        text="employees > 1",
        object="account",
        meaning="Fits.",
        actor=alone,
    )

    with pytest.raises(Conflict, match="second person"):
        services.submit_for_review(version.pk, actor=alone)
    with pytest.raises(Conflict):
        services.publish_version(version.pk, actor=alone)

    unchanged(version)


def test_going_back_proposes_the_older_words_as_a_new_version(people: People) -> None:
    published(people, text="employees >= 500")
    services.publish_version(next_version(people, "icp", "employees >= 900").pk, actor=people.author)

    again = services.roll_back("icp", 1, reason="Too narrow.", actor=people.author)
    assert (again.number, again.text, again.status) == (3, "employees >= 500", Status.IN_REVIEW)
    services.review_version(again.pk, decision="approve", rev=again.rev, actor=Actor.of(people.wei))
    services.publish_version(again.pk, actor=people.author)

    assert queries.version_in_force("icp", at=timezone.now()).number == 3


# Words


def test_a_text_is_kept_in_its_canonical_form_with_its_tree(people: People) -> None:
    version = draft(people, text='employees>=500   AND segment IN ("SMB")')

    assert version.text == 'employees >= 500 and segment in ("SMB")'
    assert version.body["condition"]["format"] == 1


def test_a_text_with_a_mistake_is_refused_with_its_place(people: People) -> None:
    with pytest.raises(Invalid, match="Did you mean employees") as refused:
        draft(people, text="employes >= 500")

    assert (refused.value.details["line"], refused.value.details["column"]) == (1, 1)
    assert not DefinitionVersion.objects.exists()


def test_two_editors_of_one_draft_lose_nothing(people: People) -> None:
    version = draft(people)
    services.edit_draft(
        version.pk, rev=1, text="employees >= 700", meaning="Theirs.", actor=Actor.of(people.wei)
    )

    with pytest.raises(Conflict) as stale:
        services.edit_draft(version.pk, rev=1, text="employees >= 800", meaning="Mine.", actor=people.author)

    assert stale.value.details["theirs"] == {"text": "employees >= 700", "meaning": "Theirs.", "source": ""}
    assert stale.value.details["yours"] == {"text": "employees >= 800", "meaning": "Mine.", "source": ""}
    assert DefinitionVersion.objects.get(pk=version.pk).text == "employees >= 700"


def test_one_change_of_a_term_is_open_at_a_time(people: People) -> None:
    draft(people)

    with pytest.raises(Conflict, match="still open"):
        services.start_draft("icp", actor=people.author)

    assert DefinitionVersion.objects.count() == 1


# The graph


def test_terms_are_used_in_both_directions(people: People) -> None:
    published(people, "icp")
    target = published(people, "target_account", text="is_target and meets(icp)")
    now = timezone.now()

    assert [each.key for each in queries.used_by("icp", at=now)] == ["target_account"]
    assert [each.key for each in queries.leans_on(target.pk)] == ["icp"]


def test_a_term_cannot_lean_on_itself(people: People) -> None:
    published(people, "icp")
    published(people, "target_account", text="is_target and meets(icp)")
    version = services.start_draft("icp", actor=people.author)

    with pytest.raises(Invalid, match="itself"):
        services.edit_draft(
            version.pk, rev=1, text="meets(target_account)", meaning="Round.", actor=people.author
        )

    unchanged(version)


def test_a_term_that_others_lean_on_is_not_withdrawn(people: People) -> None:
    icp = published(people, "icp")
    published(people, "target_account", text="is_target and meets(icp)")

    with pytest.raises(Conflict, match="Target account leans on Icp"):
        services.withdraw_version(icp.pk, actor=people.author)

    unchanged(icp)


def test_an_unknown_term_is_refused(people: People) -> None:
    with pytest.raises(Invalid):
        draft(people, text="meets(nothing)")

    assert not Definition.objects.exists()


def test_a_change_that_breaks_another_term_is_not_published(people: People) -> None:
    icp = published(people, "icp")
    published(people, "target_account", text="is_target and meets(icp)")
    version = services.start_draft("icp", actor=people.author)
    services.edit_draft(
        version.pk, rev=1, text="amount > 5 USD", object="opportunity", meaning="Other.", actor=people.author
    )
    version.refresh_from_db()
    approved(people, version)

    with pytest.raises(Conflict, match="Target account leans on Icp"), transaction.atomic():
        services.publish_version(version.pk, actor=people.author)

    unchanged(version)
    unchanged(icp)


# Names


@pytest.mark.parametrize("name", ["icp", "ICP", "ideal-customer profile", "Ideal  Customer_Profile", "Fit"])
def test_a_name_has_one_meaning(people: People, name: str) -> None:
    draft(people, "icp", label="Ideal customer profile", aliases=("fit",))

    with pytest.raises(Conflict, match="already names Ideal customer profile"):
        draft(people, "other", label="Other", aliases=(name,))
    with pytest.raises(Conflict):
        draft(people, "another", label=name)

    assert Definition.objects.count() == 1


def test_the_database_itself_refuses_a_second_meaning_of_a_name(people: People) -> None:
    first = draft(people, "icp").definition
    other = draft(people, "fit").definition

    with pytest.raises(IntegrityError, match="one_meaning_per_name"), transaction.atomic():
        Alias.objects.create(definition=other, name="Icp", folded="icp")
    with pytest.raises(IntegrityError, match="key of a definition"), transaction.atomic():
        Alias.objects.filter(definition=first, source="key").delete()
    with pytest.raises(IntegrityError, match="keeps its key"), transaction.atomic():
        Definition.objects.filter(pk=first.pk).update(key="else")


def test_a_further_name_can_be_given_and_taken_back(people: People) -> None:
    draft(people, "icp")
    services.add_alias("icp", "Ideal customer", actor=people.author)
    assert queries.key_of_name("ideal-customer") == "icp"

    services.remove_alias("icp", "ideal customer", actor=people.author)

    assert queries.key_of_name("Ideal customer") is None


# What the database refuses


@pytest.mark.parametrize(
    "change",
    [
        "text = 'employees > 1'",
        "meaning = 'Other.'",
        "body = '{}'",
        "number = 9",
        "effective_from = effective_from - interval '1 day'",
        "published_at = now()",
        "origin = 'starter'",
        "status = 'draft'",
    ],
)
def test_the_words_of_a_published_version_cannot_be_rewritten(people: People, change: str) -> None:
    version = published(people)
    tenant_id = version.tenant_id

    with pytest.raises(IntegrityError), transaction.atomic():
        db.execute(
            f"UPDATE definitions_version SET {change} WHERE tenant_id = %(tenant_id)s",
            {"tenant_id": tenant_id},
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        db.execute(
            "DELETE FROM definitions_version WHERE tenant_id = %(tenant_id)s", {"tenant_id": tenant_id}
        )

    unchanged(version)


def test_when_a_version_was_in_force_cannot_be_rewritten(people: People) -> None:
    old = published(people)
    services.publish_version(next_version(people, "icp", "employees >= 900").pk, actor=people.author)
    old.refresh_from_db()

    with pytest.raises(IntegrityError, match="in the past"), transaction.atomic():
        DefinitionVersion.objects.filter(pk=old.pk).update(effective_to=old.effective_from)

    unchanged(old)


def test_what_a_published_version_leans_on_cannot_be_rewritten(people: People) -> None:
    published(people, "icp")
    published(people, "target_account", text="is_target and meets(icp)")

    with pytest.raises(IntegrityError), transaction.atomic():
        Reference.objects.all().delete()

    assert Reference.objects.count() == 1


def test_the_database_does_not_publish_what_nobody_else_approved(people: People) -> None:
    version = draft(people)

    with pytest.raises(IntegrityError, match="Nobody but its authors"), transaction.atomic():
        DefinitionVersion.objects.filter(pk=version.pk).update(
            status="in_force",
            published_at=timezone.now(),
            published_by=people.ines,
            effective_from=timezone.now(),
            effective_to=FOREVER,
        )

    unchanged(version)


def test_a_second_version_in_force_is_refused_by_the_database(people: People) -> None:
    published(people)
    second = next_version(people, "icp", "employees >= 900")

    with pytest.raises(IntegrityError, match="one_version_in_force"), transaction.atomic():
        DefinitionVersion.objects.filter(pk=second.pk).update(
            status="in_force",
            published_at=timezone.now(),
            published_by=people.ines,
            effective_from=IN_A_MONTH,
            effective_to=FOREVER,
        )

    unchanged(second)


# Tenants and the audit


def test_another_tenant_does_not_see_our_terms(people: People, globex: Company) -> None:
    version = published(people)
    with tenant_scope(globex.tenant.pk):
        with pytest.raises(NotFound):
            queries.version_in_force("icp", at=timezone.now())
        with pytest.raises(NotFound):
            services.publish_version(version.pk, actor=Actor.of(globex.admin))
        others = people_of(globex)
        assert draft(others, "icp").number == 1

    unchanged(version)


def test_a_member_of_another_tenant_cannot_act_here(people: People, globex: Company) -> None:
    version = approved(people, draft(people))

    with pytest.raises(Denied):
        services.publish_version(version.pk, actor=Actor.of(globex.admin))

    unchanged(version)


def test_every_step_is_in_the_audit_chain(people: People) -> None:
    published(people)

    assert list(AuditEntry.objects.order_by("number").values_list("action", flat=True)) == [
        "definition.created",
        "definition.submitted",
        "definition.reviewed",
        "definition.published",
    ]
    assert first_broken_entry() is None


def test_a_second_admin_makes_a_one_admin_tenant_able_to_publish(in_acme: Company) -> None:
    people = People(*[in_acme.admin] * 5)
    version = draft(people)
    second = make_member(in_acme.tenant, role=Role.ADMIN)
    submitted = services.submit_for_review(version.pk, actor=people.author)
    services.review_version(version.pk, decision="approve", rev=submitted.rev, actor=Actor.of(second))

    assert services.publish_version(version.pk, actor=people.author).status == Status.IN_FORCE
