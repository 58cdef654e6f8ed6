"""The audit chain: what an edit, a hole and a cut tail look like afterwards; the page and the exports."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import psycopg2
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from tenants.audit import Actor, first_broken_entry, record
from tenants.models import AuditEntry, Role
from tenants.scope import tenant_transaction
from tests.conftest import Company, make_member
from tests.tenants.conftest import SignIn

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chain(acme: Company, globex: Company) -> Company:
    """Five entries in Acme's chain, two in Globex's."""
    for company, count in ((acme, 5), (globex, 2)):
        with tenant_transaction(company.tenant.pk):
            for number in range(1, count + 1):
                record(
                    f"thing.{'made' if number % 2 else 'changed'}",
                    target=f"thing:{number}",
                    actor=Actor.of(company.admin),
                    before={"size": number},
                    after={"size": number + 1, "note": "=1+1"},
                )
    return acme


def as_owner(statement: str, *values: object) -> int:
    """Tamper with the tables as somebody who has the owner's password."""
    owner = settings.DATABASES["owner"]
    with (
        psycopg2.connect(
            dbname=settings.DATABASES["default"]["NAME"],
            user=owner["USER"],
            password=owner["PASSWORD"],
            host=owner["HOST"],
            port=owner["PORT"] or None,
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute(statement, values)
        touched = cursor.rowcount
    connection.close()
    return touched


def verify(*arguments: str) -> str:
    out = StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}"
    return out.getvalue()


def test_a_whole_chain_verifies(chain: Company) -> None:
    assert verify() == "acme: 5 entries, the chain holds.\nglobex: 2 entries, the chain holds.\n"
    with tenant_transaction(chain.tenant.pk):
        assert first_broken_entry() is None


EDITS = {
    "body": "UPDATE tenants_audit_entry SET body = '{}' WHERE tenant_id = %s AND number = 3",
    "action": "UPDATE tenants_audit_entry SET action = 'x' WHERE tenant_id = %s AND number = 3",
    "actor": "UPDATE tenants_audit_entry SET actor = 'x' WHERE tenant_id = %s AND number = 3",
    "target": "UPDATE tenants_audit_entry SET target = 'x' WHERE tenant_id = %s AND number = 3",
    "time": "UPDATE tenants_audit_entry SET at = at - interval '1 us' WHERE tenant_id = %s AND number = 3",
    "salt": "UPDATE tenants_audit_entry SET salt = 'x' WHERE tenant_id = %s AND number = 3",
    "digest": "UPDATE tenants_audit_entry SET digest = 'x' WHERE tenant_id = %s AND number = 3",
    "hole": "DELETE FROM tenants_audit_entry WHERE tenant_id = %s AND number = 3",
}


@pytest.mark.parametrize("edit", EDITS)
def test_the_first_entry_that_was_touched_is_named(chain: Company, edit: str) -> None:
    assert as_owner(EDITS[edit], chain.tenant.pk) == 1

    answer = verify()

    assert answer.startswith("acme: broken at entry 3: ")
    assert "globex: 2 entries, the chain holds." in answer
    assert answer.endswith("1 chain broken.")


def test_a_cut_tail_shows(chain: Company) -> None:
    as_owner("DELETE FROM tenants_audit_entry WHERE tenant_id = %s AND number > 3", chain.tenant.pk)

    assert verify("--tenant", "acme").startswith(
        "acme: broken at entry 4: the tail was cut: the head names entry 5."
    )


def test_a_missing_head_shows(chain: Company) -> None:
    as_owner("DELETE FROM tenants_audit_head WHERE tenant_id = %s", chain.tenant.pk)

    assert "the head of the chain is missing" in verify("--tenant", "acme")


def test_an_erased_body_leaves_the_chain_whole(chain: Company) -> None:
    with tenant_transaction(chain.tenant.pk):
        AuditEntry.objects.filter(number=3).update(body=None)

    assert verify("--tenant", "acme") == "acme: 5 entries, the chain holds.\n"


def test_an_unknown_company_is_named(chain: Company) -> None:
    assert verify("--tenant", "nobody") == "There is no company at nobody."


def test_entries_written_at_the_same_time_are_numbered_one_by_one(chain: Company) -> None:
    with tenant_transaction(chain.tenant.pk):
        numbers = [record("x", target="x", actor=Actor.system("x")).number for _ in range(3)]
    assert numbers == [6, 7, 8]
    assert "acme: 8 entries, the chain holds." in verify()


# The page


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [5, 4, 3, 2, 1]),
        ("action=thing.made", [5, 3, 1]),
        ("target=thing:2", [2]),
        ("actor=admin", [5, 4, 3, 2, 1]),
        ("actor=somebody-else", []),
        ("before=3", [2, 1]),
        ("action=thing.made&before=5", [3, 1]),
    ],
)
def test_the_page_lists_newest_first_and_filters(
    chain: Company, sign_in: SignIn, query: str, numbers: list[int]
) -> None:
    answer = sign_in(chain.admin).get(f"/t/acme/audit/?{query}")

    assert answer.status_code == 200
    assert [entry.number for entry in answer.context["entries"]] == numbers


def test_the_page_filters_by_day(chain: Company, sign_in: SignIn) -> None:
    today = timezone.now().date()
    client = sign_in(chain.admin)
    found: Callable[[str], int] = lambda query: len(  # noqa: E731
        client.get(f"/t/acme/audit/?{query}").context["entries"]
    )
    assert found(f"start={today}&end={today}") == 5
    assert found(f"end={today - timedelta(days=1)}") == 0
    assert found(f"start={today + timedelta(days=1)}") == 0


def test_an_entry_shows_before_and_after(chain: Company, sign_in: SignIn) -> None:
    answer = sign_in(chain.admin).get("/t/acme/audit/2/")

    assert [(row.name, row.before, row.after) for row in answer.context["changes"]] == [
        ("size", "2", "3"),
        ("note", "", "'=1+1"),
    ]
    assert sign_in(chain.admin).get("/t/acme/audit/99/").status_code == 404


def test_pages_follow_each_other_without_gap_or_repeat(chain: Company, sign_in: SignIn) -> None:
    with tenant_transaction(chain.tenant.pk):
        for number in range(115):
            record("many.made", target=f"many:{number}", actor=Actor.of(chain.admin))
    client, seen, address = sign_in(chain.admin), list[int](), "/t/acme/audit/?action=many.made"
    while address:
        answer = client.get(address)
        seen += [entry.number for entry in answer.context["entries"]]
        following = answer.context["pager"].next_href
        address = f"/t/acme/audit/{following}" if following else ""
    assert seen == list(range(120, 5, -1))


def test_the_export_streams_every_matching_entry_and_defuses_formulas(
    chain: Company, sign_in: SignIn
) -> None:
    answer = sign_in(chain.admin).get("/t/acme/audit/export.csv?action=thing.changed")

    assert answer.streaming
    rows = list(csv.DictReader(io.StringIO(b"".join(answer).decode())))
    assert [(row["number"], row["action"], row["target"]) for row in rows] == [
        ("2", "thing.changed", "thing:2"),
        ("4", "thing.changed", "thing:4"),
    ]
    assert rows[0]["before"] == '{"size":2}'


@pytest.mark.parametrize("role", Role)
def test_admins_executives_and_auditors_read_the_log_and_others_are_told_who_may(
    chain: Company, sign_in: SignIn, role: Role
) -> None:
    client = sign_in(make_member(chain.tenant, role=role))

    for address in ("/t/acme/audit/", "/t/acme/audit/export.csv", "/t/acme/audit/2/"):
        answer = client.get(address)
        if role in {Role.ADMIN, Role.EXECUTIVE, Role.AUDITOR}:
            assert answer.status_code == 200
        else:
            assert answer.status_code == 403
            assert b"RevOps admin, Executive or Auditor" in answer.content


def test_a_page_that_is_left_open_cannot_be_used_by_who_has_left(chain: Company, sign_in: SignIn) -> None:
    client: Client = sign_in(chain.admin)
    assert client.get("/t/acme/audit/").status_code == 200
    chain.admin.is_active = False
    chain.admin.save()
    assert client.get("/t/acme/audit/").status_code == 404
