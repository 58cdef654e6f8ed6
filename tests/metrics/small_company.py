"""A company small enough to work its numbers out by hand, and its API as a program meets it.

Won in 2026, new business: 1,000.10 in January (North), 2,000.20 in January (South), 0.0003 in February
(North). Lost: 500 in February (South). Open, closing in June: 4,000 (North), one without an amount (South).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any  # JSON as it comes

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from crm.loader import Change, load, start_run
from crm.models import LoadRun, Source
from definitions.services import adopt_starters
from definitions.starter import starter_definitions
from tenants.audit import Actor
from tenants.models import Membership
from tenants.principal import SCOPES
from tenants.scope import tenant_transaction
from tenants.services.keys import make_api_key
from tests.conftest import Company

YEAR = {"from": "2026-01-01", "to": "2027-01-01", "as_of": "2026-05-01T00:00:00Z"}
SOURCE = "sheet"


@dataclass(frozen=True)
class Deal:
    id: str
    stage: str
    closes: date
    owner: str
    amount: Decimal | None

    def change(self) -> Change:
        return Change(
            source_id=self.id,
            at=datetime(2026, 1, 2, tzinfo=UTC),
            values={
                "name": f"Deal {self.id}",
                "amount": self.amount,
                "currency": "USD",
                "close_date": self.closes,
                "opportunity_type": "new",
                "created_at": datetime(2026, 1, 2, tzinfo=UTC),
            },
            refs={"stage": self.stage, "owner": self.owner, "account": "a1"},
        )


DEALS = (
    Deal("o1", "won", date(2026, 1, 20), "north", Decimal("1000.1000")),
    Deal("o2", "won", date(2026, 1, 31), "south", Decimal("2000.2000")),
    Deal("o3", "won", date(2026, 2, 1), "north", Decimal("0.0003")),
    Deal("o4", "lost", date(2026, 2, 10), "south", Decimal(500)),
    Deal("o5", "open", date(2026, 6, 15), "north", Decimal(4000)),
    Deal("o6", "open", date(2026, 6, 20), "south", None),
)


def fill(company: Company, *, deals: Sequence[Deal] = DEALS) -> None:
    """Stages, people, an account, the deals and the starter definitions."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    stages = [
        Change(
            source_id=name,
            at=start,
            values={
                "pipeline": "new",
                "name": name,
                "label": name.title(),
                "position": place,
                "outcome": name,
                "is_qualified": name == "won",
            },
        )
        for place, name in enumerate(("open", "won", "lost"))
    ]
    people = [
        Change(
            source_id=team,
            at=start,
            values={"name": f"Rep {team}", "email": f"{team}@{company.slug}.example", "team": team.title()},
        )
        for team in ("north", "south")
    ]
    account = Change(source_id="a1", at=start, values={"name": "Initech", "segment": "Enterprise"})
    with tenant_transaction(company.tenant.pk):
        Source.objects.create(key=SOURCE, label="Sheet", link_template="https://crm.example/{object}/{id}")
        adopt_starters([each.key for each in starter_definitions()], actor=Actor.of(company.admin))
        learn(company, "stage", stages)
        learn(company, "user", people)
        learn(company, "account", [account])
        learn(company, "opportunity", [deal.change() for deal in deals])


def learn(company: Company, object: str, changes: Sequence[Change]) -> None:
    """A load of what the sheet says."""
    with tenant_transaction(company.tenant.pk):
        source = Source.objects.get(key=SOURCE)
        run = start_run(source, object, mode=LoadRun.Mode.CHANGES, observed_at=timezone.now())
        load(object, changes, run=run)


@dataclass(frozen=True)
class Api:
    """The API of a company, with a key."""

    company: Company
    key: str
    slug: str

    def get(
        self, path: str, params: Mapping[str, str] | None = None, *, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Any: a response as the test client decorates it."""
        client = Client(raise_request_exception=False)
        return client.get(self._address(path), dict(params or {}), headers=self._headers(headers))

    def post(self, path: str) -> Any:
        """Any: a response as the test client decorates it."""
        return Client(raise_request_exception=False).post(self._address(path), headers=self._headers(None))

    def json(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        """Any: a JSON document."""
        answer = self.get(path, params)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def _address(self, path: str) -> str:
        return f"/api/v1/t/{self.slug}/{path}"

    def _headers(self, more: Mapping[str, str] | None) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", **(more or {})}


def api_of(
    company: Company, *, scopes: Sequence[str] = tuple(SCOPES), member: Membership | None = None
) -> Api:
    with tenant_transaction(company.tenant.pk):
        shown = make_api_key(
            "a program", scopes=scopes, expires_at=None, actor=Actor.of(company.admin), now=timezone.now()
        )
        if member is not None:  # a key acts for its maker; only admins make them, and admins change roles
            shown.key.created_by = member
            shown.key.save(update_fields=["created_by"])
    return Api(company, shown.text, company.slug)


def error_of(answer: HttpResponse) -> dict[str, str | None]:
    """The error of a refusal, once its shape is right."""
    found: dict[str, str | None] = answer.json()["error"]  # type: ignore[attr-defined]  # the test client adds it
    assert set(found) == {"type", "code", "message", "param", "request_id", "doc_url"}
    assert found["request_id"] == answer["X-Request-Id"]
    return found
