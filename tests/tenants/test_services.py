"""What people can ask of their tenant, and what they are refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import Conflict, Denied, Invalid, NotFound
from core.instants import FOREVER
from tenants import queries, services
from tenants.audit import Actor, first_broken_entry
from tenants.authentication import authenticate_key
from tenants.models import (
    ApiKey,
    AuditEntry,
    Function,
    Invitation,
    InvitationToken,
    Job,
    Membership,
    Role,
    RoleAssignment,
    Tenant,
    User,
)
from tenants.scope import no_tenant_scope, tenant_transaction
from tests.conftest import Company, make_member

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
PASSWORD = "a sentence is easy to remember"


def counts() -> dict[str, int]:
    """Rows of everything that these services can write, in the tenant in scope."""
    tables = (ApiKey, AuditEntry, Invitation, InvitationToken, Membership, RoleAssignment, Tenant, User)
    return {model.__name__: model.objects.count() for model in tables}


def last_entry() -> AuditEntry:
    entry = AuditEntry.objects.order_by("-number").first()
    assert entry is not None
    return entry


# Creating a tenant


def test_a_founder_becomes_the_first_admin_of_a_new_tenant(db: None) -> None:
    founder = User.objects.create_user("ada@initech.example", PASSWORD)

    membership = services.create_tenant("initech", name="Initech", founder=founder, now=NOW)

    assert (membership.tenant.slug, membership.role, membership.user) == ("initech", Role.ADMIN, founder)
    with tenant_transaction(membership.tenant_id):
        assert last_entry().action == "tenant.created"
        assert last_entry().body == {
            "before": None,
            "after": {"slug": "initech", "name": "Initech", "admin": "ada@initech.example"},
        }
        assert queries.role_at(membership.pk, at=NOW) is not None
        assert first_broken_entry() is None


@pytest.mark.parametrize(
    ("slug", "name", "param"),
    [("Acme!", "Acme", "slug"), ("a", "Acme", "slug"), ("-acme", "Acme", "slug"), ("fine", " ", "name")],
)
def test_an_address_or_name_that_cannot_be_one_creates_nothing(
    in_acme: Company, slug: str, name: str, param: str
) -> None:
    before = counts()

    with pytest.raises(Invalid) as refusal:
        services.create_tenant(slug, name=name, founder=in_acme.admin.user, now=NOW)

    assert refusal.value.param == param
    assert counts() == before


def test_a_taken_address_is_refused(in_acme: Company) -> None:
    before = counts()

    with pytest.raises(Conflict, match="acme is taken"):
        services.create_tenant("acme", name="Another Acme", founder=in_acme.admin.user, now=NOW)

    assert counts() == before


# Invitations


def invite(
    company: Company, email: str = "bo@example.com", role: str = Role.ANALYST
) -> services.NewInvitation:
    return services.invite_member(
        email, role=role, function=Function.FINANCE, actor=Actor.of(company.admin), now=NOW
    )


def test_a_new_person_joins_with_the_link_and_a_password(in_acme: Company) -> None:
    link = invite(in_acme, "Bo@Example.com ")

    with no_tenant_scope():
        member = services.accept_invitation(link.token, now=NOW, name="Bo", password=PASSWORD)

    assert (member.tenant_id, member.role, member.function) == (in_acme.tenant.pk, "analyst", "finance")
    assert member.user.email == "bo@example.com"
    assert member.user.check_password(PASSWORD)
    assert last_entry().action == "member.joined"
    assert last_entry().actor == "bo@example.com"
    assert [row.role for row in queries.roles_of(member.pk)] == ["analyst"]


def test_only_the_hash_of_a_link_is_stored(in_acme: Company) -> None:
    link = invite(in_acme)

    stored = [str(row) for row in Invitation.objects.values()] + [
        str(row) for row in InvitationToken.objects.values()
    ]
    assert link.token not in " ".join(stored)
    assert len(stored) == 2


def test_a_link_works_once_and_not_after_a_week(in_acme: Company) -> None:
    used, late = invite(in_acme), invite(in_acme, "late@example.com")
    services.accept_invitation(used.token, now=NOW, name="Bo", password=PASSWORD)
    before = counts()

    for token, at in [(used.token, NOW), (late.token, NOW + timedelta(days=7)), ("x" * 43, NOW)]:
        with pytest.raises(NotFound):
            services.accept_invitation(token, now=at, name="Mallory", password=PASSWORD)
        assert services.open_offer(token, now=at) is None

    assert counts() == before


def test_a_newer_invitation_to_the_same_address_ends_the_older(in_acme: Company) -> None:
    older, newer = invite(in_acme), invite(in_acme)

    assert services.open_offer(older.token, now=NOW) is None
    offer = services.open_offer(newer.token, now=NOW)
    assert offer is not None
    assert (offer.tenant_name, offer.email, offer.has_account) == (
        "Acme",
        "bo@example.com",
        False,
    )


def test_a_withdrawn_invitation_lets_nobody_in(in_acme: Company) -> None:
    link = invite(in_acme)
    services.revoke_invitation(link.invitation.pk, actor=Actor.of(in_acme.admin), now=NOW)

    with pytest.raises(NotFound):
        services.accept_invitation(link.token, now=NOW, name="Bo", password=PASSWORD)
    with pytest.raises(Conflict):
        services.revoke_invitation(link.invitation.pk, actor=Actor.of(in_acme.admin), now=NOW)
    assert not User.objects.filter(email="bo@example.com").exists()


def test_a_person_with_an_account_joins_only_while_signed_in_as_themselves(
    in_acme: Company, globex: Company
) -> None:
    link = invite(in_acme, globex.admin.user.email)
    before = counts()

    for user in (None, in_acme.admin.user):
        with pytest.raises(Conflict, match="This invitation is for"):
            services.accept_invitation(link.token, now=NOW, user=user, name="x", password=PASSWORD)
    assert counts() == before

    member = services.accept_invitation(link.token, now=NOW, user=globex.admin.user)
    assert (member.tenant_id, member.user) == (in_acme.tenant.pk, globex.admin.user)


def test_a_weak_password_is_refused_and_the_link_still_works(in_acme: Company) -> None:
    link = invite(in_acme)

    with pytest.raises(Invalid) as refusal:
        services.accept_invitation(link.token, now=NOW, name="Bo", password="short")

    assert refusal.value.param == "password"
    assert not User.objects.filter(email="bo@example.com").exists()
    assert services.open_offer(link.token, now=NOW) is not None


def test_members_are_not_invited_again(in_acme: Company) -> None:
    with pytest.raises(Conflict, match="already a member"):
        invite(in_acme, in_acme.admin.user.email)
    assert not Invitation.objects.exists()


def test_somebody_who_left_can_be_invited_again(in_acme: Company) -> None:
    bo = services.accept_invitation(invite(in_acme).token, now=NOW, name="Bo", password=PASSWORD)
    services.deactivate_member(bo.pk, actor=Actor.of(in_acme.admin), now=NOW + timedelta(days=1))

    later = NOW + timedelta(days=2)
    link = services.invite_member(
        "bo@example.com", role="steward", function="revops", actor=Actor.of(in_acme.admin), now=later
    )
    again = services.accept_invitation(link.token, now=later, user=bo.user)

    assert (again.pk, again.is_active, again.role) == (bo.pk, True, "steward")
    assert queries.role_at(bo.pk, at=NOW + timedelta(hours=1)) is not None
    assert queries.role_at(bo.pk, at=NOW + timedelta(days=1, hours=1)) is None


# Roles


def test_a_role_changes_at_once_and_the_old_one_stays_readable(in_acme: Company) -> None:
    rep = make_member(in_acme.tenant, role=Role.REP)
    services.change_role(
        rep.pk, role="rep", function="sales", actor=Actor.of(in_acme.admin), now=NOW - timedelta(days=9)
    )

    services.change_role(rep.pk, role="manager", function="sales", actor=Actor.of(in_acme.admin), now=NOW)

    rep.refresh_from_db()
    assert rep.role == "manager"
    yesterday, today = queries.role_at(rep.pk, at=NOW - timedelta(days=1)), queries.role_at(rep.pk, at=NOW)
    assert yesterday is not None
    assert yesterday.role == "rep"
    assert yesterday.valid_to == NOW
    assert today is not None
    assert today.role == "manager"
    assert today.valid_to == FOREVER
    believed = queries.role_at(rep.pk, at=NOW + timedelta(days=1), known_at=NOW - timedelta(days=1))
    assert believed is not None
    assert believed.role == "rep"
    body = last_entry().body
    assert body is not None
    assert body["before"] == {"role": "rep", "function": "sales"}


def test_a_planned_role_takes_effect_on_its_day(acme: Company) -> None:
    rep = make_member(acme.tenant, role=Role.REP)
    starts = NOW + timedelta(days=30)
    with tenant_transaction(acme.tenant.pk):
        services.change_role(
            rep.pk,
            role="manager",
            function="sales",
            effective_from=starts,
            actor=Actor.of(acme.admin),
            now=NOW,
        )
        job = Job.objects.get()
        rep.refresh_from_db()
        assert (rep.role, job.kind, job.run_after) == ("rep", "tenants.apply_roles", starts)

        services.apply_roles_in_force(rep.pk, now=starts - timedelta(hours=1))
        rep.refresh_from_db()
        assert rep.role == "rep"
        services.apply_roles_in_force(rep.pk, now=starts)
        services.apply_roles_in_force(rep.pk, now=starts)
        rep.refresh_from_db()
        assert rep.role == "manager"
        assert AuditEntry.objects.filter(action="member.role_took_effect").count() == 1


@pytest.mark.parametrize("leave", ["demote", "deactivate"])
def test_the_last_admin_cannot_leave_or_step_down(in_acme: Company, leave: str) -> None:
    admin, actor = in_acme.admin.pk, Actor.of(in_acme.admin)
    before = counts()

    attempts: dict[str, Callable[[], object]] = {
        "demote": lambda: services.change_role(admin, role="rep", function="sales", actor=actor, now=NOW),
        "deactivate": lambda: services.deactivate_member(admin, actor=actor, now=NOW),
    }
    with pytest.raises(Conflict) as refusal:
        attempts[leave]()

    assert refusal.value.code == "last_admin"
    in_acme.admin.refresh_from_db()
    assert (in_acme.admin.role, in_acme.admin.is_active) == ("admin", True)
    assert counts() == before


def test_with_a_second_admin_the_first_can_leave(in_acme: Company) -> None:
    second = make_member(in_acme.tenant)

    services.deactivate_member(in_acme.admin.pk, actor=Actor.of(second), now=NOW)

    in_acme.admin.refresh_from_db()
    assert not in_acme.admin.is_active
    with pytest.raises(Conflict):
        services.deactivate_member(second.pk, actor=Actor.of(second), now=NOW)


def actor_person() -> User:
    return User.objects.earliest("pk")


def every_management_service(member: int, actor: Actor) -> list[Callable[[], object]]:
    return [
        lambda: services.change_role(member, role="admin", function="revops", actor=actor, now=NOW),
        lambda: services.add_member(actor_person(), role="rep", function="sales", actor=actor, now=NOW),
        lambda: services.edit_member(member, title="CEO", crm_email="", actor=actor),
        lambda: services.deactivate_member(member, actor=actor, now=NOW),
        lambda: services.invite_member("x@b.example", role="rep", function="sales", actor=actor, now=NOW),
        lambda: services.revoke_invitation(1, actor=actor, now=NOW),
        lambda: services.make_reset_link(member, actor=actor),
        lambda: services.make_api_key("k", scopes=["metrics:read"], expires_at=None, actor=actor, now=NOW),
        lambda: services.revoke_api_key(1, actor=actor, now=NOW),
        lambda: services.set_setting("time_zone", "UTC", effective_from=date(2026, 1, 1), actor=actor),
        lambda: services.withdraw_setting(1, actor=actor),
    ]


def test_only_an_admin_of_this_tenant_manages_it(in_acme: Company, globex: Company) -> None:
    rep = make_member(in_acme.tenant, role=Role.REP)
    before = counts()

    for stranger in (Actor.of(rep), Actor.of(globex.admin)):
        for attempt in every_management_service(rep.pk, stranger):
            with pytest.raises(Denied):
                attempt()

    assert counts() == before


def test_members_of_another_tenant_do_not_exist_here(in_acme: Company, globex: Company) -> None:
    actor = Actor.of(in_acme.admin)
    for attempt in (
        lambda: services.change_role(globex.admin.pk, role="rep", function="sales", actor=actor, now=NOW),
        lambda: services.deactivate_member(globex.admin.pk, actor=actor, now=NOW),
        lambda: services.make_reset_link(globex.admin.pk, actor=actor),
    ):
        with pytest.raises(NotFound):
            attempt()
    globex.admin.refresh_from_db()
    assert (globex.admin.role, globex.admin.is_active) == ("admin", True)


def test_a_word_that_is_no_role_is_refused(in_acme: Company) -> None:
    with pytest.raises(Invalid):
        invite(in_acme, role="emperor")
    assert not Invitation.objects.exists()


def test_a_command_adds_a_member_with_role_and_record(in_acme: Company) -> None:
    person = services.create_person("cy@example.com", name="Cy")

    member = services.add_member(person, role="rep", function="sales", actor=Actor.system("setup"), now=NOW)

    assert [row.role for row in queries.roles_of(member.pk)] == ["rep"]
    assert last_entry().action == "member.added"
    with pytest.raises(Conflict):
        services.add_member(person, role="admin", function="sales", actor=Actor.system("setup"), now=NOW)
    with pytest.raises(Conflict):
        services.create_person("CY@example.com")


# Password links


def test_a_password_link_is_recorded_and_not_stored(in_acme: Company) -> None:
    rep = make_member(in_acme.tenant, role=Role.REP)

    path = services.make_reset_link(rep.pk, actor=Actor.of(in_acme.admin))

    assert path.startswith("/accounts/password/reset/key/")
    assert last_entry().action == "member.reset_link_made"
    assert path.rsplit("/", 2)[1] not in str(AuditEntry.objects.values_list("body", flat=True))


def test_an_admin_cannot_take_over_an_account_that_also_belongs_elsewhere(
    in_acme: Company, globex: Company
) -> None:
    shared = Membership.objects.create(
        tenant=in_acme.tenant, user=globex.admin.user, role=Role.REP, function=Function.SALES
    )
    before = counts()

    with pytest.raises(Conflict) as refusal:
        services.make_reset_link(shared.pk, actor=Actor.of(in_acme.admin))

    assert refusal.value.code == "shared_account"
    assert counts() == before


# API keys


def make_key(company: Company, **changes: object) -> services.ShownKey:
    asked: dict[str, object] = {"scopes": ["metrics:read"], "expires_at": None} | changes
    return services.make_api_key("Board deck", actor=Actor.of(company.admin), now=NOW, **asked)  # type: ignore[arg-type]


def test_a_key_works_until_it_is_revoked(acme: Company) -> None:
    with tenant_transaction(acme.tenant.pk):
        shown = make_key(acme)
    principal = authenticate_key(f"Bearer {shown.text}")
    assert principal is not None
    assert principal.membership == acme.admin
    assert principal.may("metrics:read")
    assert not principal.may("audit:read")

    with tenant_transaction(acme.tenant.pk):
        services.revoke_api_key(shown.key.pk, actor=Actor.of(acme.admin), now=NOW)

    assert authenticate_key(f"Bearer {shown.text}") is None
    with tenant_transaction(acme.tenant.pk), pytest.raises(Conflict):
        services.revoke_api_key(shown.key.pk, actor=Actor.of(acme.admin), now=NOW)


def test_a_key_is_stored_as_its_hash_and_shown_nowhere_else(in_acme: Company) -> None:
    shown = make_key(in_acme)

    secret = shown.text.split("_", 3)[3]
    everything = str(list(ApiKey.objects.values())) + str(
        list(AuditEntry.objects.values_list("body", flat=True))
    )
    assert secret not in everything
    assert shown.key.prefix in everything


def test_keys_end_on_their_day_and_with_their_maker(acme: Company) -> None:
    maker = make_member(acme.tenant)
    with tenant_transaction(acme.tenant.pk):
        ended = make_key(acme, expires_at=NOW + timedelta(minutes=1))
        orphan = services.make_api_key(
            "k", scopes=["audit:read"], expires_at=None, actor=Actor.of(maker), now=NOW
        )
        ApiKey.objects.filter(pk=ended.key.pk).update(expires_at=NOW - timedelta(days=9_000))
        services.deactivate_member(maker.pk, actor=Actor.of(acme.admin), now=NOW)

    assert authenticate_key(f"Bearer {ended.text}") is None
    assert authenticate_key(f"Bearer {orphan.text}") is None


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"scopes": []}, "scopes"),
        ({"scopes": ["everything"]}, "scopes"),
        ({"expires_at": NOW}, "expires_at"),
    ],
)
def test_a_key_that_makes_no_sense_is_refused(
    in_acme: Company, changes: dict[str, object], param: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        make_key(in_acme, **changes)
    assert refusal.value.param == param
    assert not ApiKey.objects.exists()


@pytest.mark.parametrize(
    "header",
    ["", "Bearer", "Bearer x", "Basic abc", "Bearer rk_1_aaaaaaaa_short", "Bearer rk_0_aaaaaaaa_" + "x" * 43],
)
def test_what_is_not_a_key_is_nobody(db: None, header: str) -> None:
    assert authenticate_key(header) is None


def test_a_key_of_one_tenant_carries_no_other_tenants_number(acme: Company, globex: Company) -> None:
    with tenant_transaction(acme.tenant.pk):
        shown = make_key(acme)

    forged = shown.text.replace(f"rk_{acme.tenant.pk}_", f"rk_{globex.tenant.pk}_", 1)

    assert authenticate_key(f"Bearer {forged}") is None


def test_every_service_left_the_chain_whole(in_acme: Company) -> None:
    invite(in_acme)
    make_key(in_acme)
    services.edit_member(
        in_acme.admin.pk, title="VP RevOps", crm_email="A@b.example", actor=Actor.of(in_acme.admin)
    )
    services.set_setting(
        "time_zone", "Europe/Berlin", effective_from=date(2026, 1, 1), actor=Actor.of(in_acme.admin)
    )

    assert first_broken_entry() is None
    assert [entry.action for entry in AuditEntry.objects.order_by("number")] == [
        "member.invited",
        "api_key.created",
        "member.edited",
        "setting.changed",
    ]
