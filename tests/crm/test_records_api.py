"""Records over REST: pages, both times, scopes and teams."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any  # answers of the API are JSON

import pytest
from django.test import Client
from django.utils import timezone

from crm.models import CURRENT
from crm.rules.mapping import ColumnMap, ImportMapping, ImportMode
from tenants.authentication import make_key
from tenants.models import ApiKey, Membership, Role
from tenants.scope import tenant_transaction
from tests.conftest import Company, make_member
from tests.crm.importing import deal_file, deals, take, write

PEOPLE = ImportMapping(
    "People",
    "sheet",
    "user",
    ImportMode.CHANGES_ONLY,
    ("id",),
    (ColumnMap("name", "name"), ColumnMap("email", "email"), ColumnMap("boss", "manager")),
)


def client_of(member: Membership, *scopes: str) -> Client:
    key = make_key(member.tenant_id)
    with tenant_transaction(member.tenant_id):
        ApiKey.objects.create(
            name="test", prefix=key.prefix, key_hash=key.key_hash, scopes=list(scopes), created_by=member
        )
    return Client(headers={"Authorization": f"Bearer {key.text}"})


def get(client: Client, company: Company, path: str, **query: str) -> Any:  # Any: JSON
    answer = client.get(f"/api/v1/t/{company.slug}/records/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


@pytest.fixture
def filled(acme: Company, tmp_path: Path) -> Company:
    with tenant_transaction(acme.tenant.pk):
        take(deal_file(tmp_path / "a.csv", range(1, 6)))
    return acme


def test_pages_follow_each_other_without_gap(filled: Company) -> None:
    client = client_of(filled.admin, "records:read")
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = get(client, filled, "opportunity/", limit="2", **cursor)
        seen += [row["source_id"] for row in page["data"]]
        if not page["has_more"]:
            break
        cursor = {"cursor": page["next_cursor"]}

    assert seen == ["1", "2", "3", "4", "5"]
    assert page["data"][0]["values"]["amount"] == "105.0000"


def test_a_record_is_read_as_it_was_and_as_it_was_known(filled: Company, tmp_path: Path) -> None:
    client = client_of(filled.admin, "records:read")
    before = timezone.now()
    with tenant_transaction(filled.tenant.pk):
        take(deal_file(tmp_path / "b.csv", [1], amount=900))
        pk = CURRENT["opportunity"].objects.get(source_id="1").pk

    def amount(**query: str) -> str:
        return str(get(client, filled, f"opportunity/{pk}/", **query)["values"]["amount"])

    assert amount() == "901.0000"
    assert amount(known_at=before.isoformat()) == "101.0000"
    assert amount(as_of=before.isoformat()) == "101.0000"
    history = get(client, filled, f"opportunity/{pk}/history/")["data"]
    assert [entry["values"]["amount"] for entry in history if entry["known_to"] is None] == [
        "101.0000",
        "901.0000",
    ]
    later = get(client, filled, "opportunity/", updated_since=before.isoformat())
    assert [row["source_id"] for row in later["data"]] == ["1"]
    past = (before - timedelta(days=900)).date().isoformat()
    assert get(client, filled, "opportunity/", as_of=past)["data"] == []


def test_filters_that_mean_nothing_are_refused(filled: Company) -> None:
    client = client_of(filled.admin, "records:read")
    for query in (
        {"as_of": "yesterday"},
        {"limit": "0"},
        {"cursor": "made-up"},
        {"updated_since": "2026-01-01"},
    ):
        answer = client.get(f"/api/v1/t/{filled.slug}/records/opportunity/", query)
        assert answer.status_code == 422
        assert answer.json()["error"]["param"] == next(iter(query))
    assert client.get(f"/api/v1/t/{filled.slug}/records/nothing/").status_code == 404
    assert client.get(f"/api/v1/t/{filled.slug}/records/opportunity/999999/").status_code == 404


def test_a_key_needs_the_scope_and_the_tenant(filled: Company, globex: Company) -> None:
    path = f"/api/v1/t/{filled.slug}/records/opportunity/"

    assert client_of(filled.admin, "metrics:read").get(path).status_code == 403
    assert client_of(globex.admin, "records:read").get(path).status_code == 404
    assert Client().get(path).status_code == 401


def test_a_manager_reads_the_rows_of_the_team_below(acme: Company, tmp_path: Path) -> None:
    boss = make_member(acme.tenant, role=Role.MANAGER)
    with tenant_transaction(acme.tenant.pk):
        take(
            write(
                tmp_path / "people.csv",
                "id,name,email,boss",
                f"u1,Boss,{boss.user.email.upper()},",
                "u2,Ann,ann@acme.example,u1",
                "u3,Bob,bob@acme.example,u2",
                "u4,Eve,eve@acme.example,",
            ),
            PEOPLE,
        )
        owned = deals(columns=(*deals().columns, ColumnMap("owner", "owner")))
        take(
            write(
                tmp_path / "deals.csv",
                "id,name,stage,amount,owner",
                *(f"{owner},Deal,Open,1,{owner}" for owner in ("u1", "u2", "u3", "u4")),
            ),
            owned,
        )

    def seen(member: Membership) -> set[str]:
        page = get(client_of(member, "records:read"), acme, "opportunity/")
        return {row["source_id"] for row in page["data"]}

    assert seen(boss) == {"u1", "u2", "u3"}
    assert seen(make_member(acme.tenant, role=Role.REP)) == set()
    assert seen(acme.admin) == {"u1", "u2", "u3", "u4"}
    with tenant_transaction(acme.tenant.pk):
        hidden = CURRENT["opportunity"].objects.get(source_id="u4").pk
    path = f"/api/v1/t/{acme.slug}/records/opportunity/{hidden}/"
    assert client_of(boss, "records:read").get(path).status_code == 404
    assert client_of(boss, "records:read").get(path + "history/").status_code == 404
