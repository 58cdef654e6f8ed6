"""Page, chart, CSV and REST say the same digits under the same receipt, whatever is asked."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any  # JSON as it comes

import pytest
from django.test import Client, override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from core.periods import Grain
from dashboards import present
from definitions.starter import starter_metrics
from metrics import receipts
from metrics.answer import Answer, Cell
from tenants.scope import tenant_transaction
from tests.metrics.books import Books, deal, delete, edit, learn, rate, won
from tests.metrics.small_company import Api, api_of

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
AS_OF = "2026-06-30T20:00:00+00:00"
METRICS = sorted(starter_metrics())
GRAINS = [None, *Grain]
DIMENSIONS = ["owner.team", "account.segment", "currency", "lead_source", "stage.name", "opportunity_type"]
FILTERS = [
    "",
    'owner.team = "West"',
    "amount >= 50 USD or amount is unknown",
    'currency = "EUR"',
    "amount < 0",
]
ODD_NAME = 'A "quoted" | name, 100% <b>&amp;</b>'


@dataclass(frozen=True)
class Told:
    """A number as a page prints it."""

    text: str
    exact: str
    receipt: str
    href: str


@dataclass(frozen=True)
class Surfaces:
    """A company whose numbers are asked for on every surface."""

    page: Client
    api: Api
    slug: str

    def html(self, path: str, params: Mapping[str, str] | None = None) -> str:
        reply = self.page.get(f"/t/{self.slug}/{path}", params or {})
        assert reply.status_code == 200, (path, params, reply.content[:2000])
        return reply.content.decode()


@pytest.fixture(scope="module")
def surfaces(both_books: Books, django_db_blocker: DjangoDbBlocker) -> Iterator[Surfaces]:
    company = both_books.company
    with django_db_blocker.unblock(), override_settings(REVOPS_API_RATES={"read": 10**9, "write": 10**9}):
        with tenant_transaction(company.tenant.pk):
            learn("fx_rate", [rate("plan_FY2026", "2026-01-01", "1.0501")])
            learn("opportunity", [
                *won("a", "2026-01-15", amount=Decimal("1234567.8901")),
                *won("b", "2026-02-10", owner="bob", currency="EUR", amount=Decimal("33.3333")),
                *won("c", "2026-04-30", opportunity_type="expansion", lead_source=ODD_NAME),
                *won("d", "2026-05-02", amount=None, lead_source="∅"),
                *won("e", "2026-05-02", currency="CHF", owner="bob"),
                *won("credit", "2026-03-02", amount=Decimal(-60)),
                *won("again", "2026-03-02", opportunity_type="renewal"),
                *won("what", "2026-03-02", opportunity_type=None),
                *deal("l", {"2026-03-01": "lost"}, amount=Decimal("0.0001"), owner="bob"),
                *deal("junk", {"2026-01-05": "lead", "2026-03-01": "junk"}),
                *won("back", "2026-02-01"),
                edit("back", "2026-04-02", refs={"stage": "qualified"}),
                *deal("open", {"2026-02-05": "qualified"}, closes="2026-06-30", owner="bob", currency="EUR"),
                *deal("late", {"2026-02-05": "qualified"}, closes="2026-06-01", lead_source="-1+cmd|x"),
                *deal("ahead", {"2026-02-05": "won"}, closes="2026-09-01"),
                *won("gone", "2026-02-10"),
                delete("gone", "2026-03-10"),
                edit("a", "2026-05-10", refs={"owner": "bob"}),
            ])  # fmt: skip
        client = Client()
        client.force_login(company.admin.user, backend=BACKEND)
        made = Surfaces(client, api_of(company), company.slug)
        yield made


def numbers_in(page: str) -> list[Told]:
    """Every number on a page that carries a receipt or opens."""
    found = []
    for tag, inner in re.findall(
        r'<(?:button|span)( class="n(?:um)?[ "][^>]*)>(.*?)</(?:button|span)>', page, re.S
    ):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        text = html.unescape(re.sub(r"<span.*", "", inner, flags=re.S))
        found.append(
            Told(
                text,
                html.unescape(said.get("title", "")),
                said.get("data-receipt", ""),
                html.unescape(said.get("hx-get", "")),
            )
        )
    return found


def figures_in(page: str) -> list[Any]:
    """The chart data of a page."""
    return [
        json.loads(text) for text in re.findall(r'<script type="application/json">(.*?)</script>', page, re.S)
    ]


def told_of(cell: Cell, answer: Answer, slug: str) -> Told:
    shown = present.shown(cell, answer, tenant=slug)
    return Told(shown.text, shown.exact, answer.receipt_id, shown.href)


def kept(surfaces: Surfaces, receipt_id: str) -> Answer:
    with tenant_transaction(surfaces.api.company.tenant.pk):
        answer = receipts.stored_answer(receipt_id)
    assert answer is not None
    return answer


def assert_surfaces_agree(surfaces: Surfaces, metric: str, asked: dict[str, str]) -> None:
    whole = {name: value for name, value in asked.items() if name != "by"}
    by_rest = surfaces.api.json(f"metrics/{metric}/values", whole)
    page = surfaces.html(f"kpis/{metric}/", asked)
    answer = kept(surfaces, by_rest["receipt"])

    # REST and what the receipt keeps
    assert [(cell["cell"], cell["value"], cell["reason"]) for cell in by_rest["values"]] == [
        (cell.key, receipts.decimal_text(cell.value), cell.reason) for cell in answer.cells
    ]
    # the page: its headline and its table, cell by cell
    told = numbers_in(page)
    assert all(number.receipt for number in told), (metric, asked)
    course = [number for number in told if number.receipt == answer.receipt_id]
    wanted = [told_of(cell, answer, surfaces.slug) for cell in answer.cells]
    for figure in figures_in(page):
        (series,) = figure["data"]
        assert [tuple(point) for point in series["customdata"]] == [
            (number.text, number.receipt, number.href) for number in wanted
        ]
        drawn = [cell.value is None for cell in answer.cells]
        assert [value is None for value in series["y"]] == drawn
        assert set(wanted) <= set(course)
    assert set(course) <= set(wanted)
    # CSV of the page and of REST
    for form, text in (
        ("page", surfaces.html(f"kpis/{metric}/export.csv", whole)),
        ("rest", surfaces.api.get(f"metrics/{metric}/values", {**whole, "format": "csv"}).content.decode()),
    ):
        lines = list(csv.DictReader(io.StringIO(text)))
        assert [(line[metric] or None, line["reason"] or None) for line in lines] == [
            (receipts.decimal_text(cell.value), cell.reason) for cell in answer.cells
        ], form
        assert {line["receipt"] for line in lines} <= {answer.receipt_id}, form
    # the split: a question of its own, asked over REST word for word
    split = [number for number in told if number.receipt != answer.receipt_id]
    if "by" in asked and split:
        (receipt_id,) = {number.receipt for number in split}
        parts = kept(surfaces, receipt_id)
        piece = parts.slices[0]
        again = surfaces.api.json(
            f"metrics/{metric}/values",
            {**asked, "grain": "total", "from": piece.start.isoformat(), "to": piece.end.isoformat()},
        )
        assert again["receipt"] == receipt_id
        assert set(split) == {told_of(cell, parts, surfaces.slug) for cell in parts.cells}
    else:
        assert not split


@pytest.mark.django_db
@pytest.mark.parametrize("metric", METRICS)
def test_every_starter_metric_reads_alike_on_every_surface(surfaces: Surfaces, metric: str) -> None:
    asked = {"from": "2026-01-01", "to": "2026-07-01", "as_of": AS_OF, "grain": "quarter", "by": "owner.team"}
    assert_surfaces_agree(surfaces, metric, asked)


def questions() -> st.SearchStrategy[dict[str, str]]:
    return st.builds(
        lambda grain, months, by, where, org: {
            "from": f"2026-0{months[0]}-01",
            "to": f"2026-0{months[0] + months[1]}-01",
            "as_of": AS_OF,
            "grain": grain.value if grain else "total",
            **({"by": ",".join(by)} if by else {}),
            **({"where": where} if where else {}),
            "org": org,
        },
        st.sampled_from(GRAINS),
        st.tuples(st.integers(1, 5), st.integers(1, 3)),
        st.lists(st.sampled_from(DIMENSIONS), max_size=2, unique=True),
        st.sampled_from(FILTERS),
        st.sampled_from(["as_was", "as_is"]),
    )


quiet = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.mark.django_db
@settings(max_examples=6, suppress_health_check=quiet, deadline=None)
@given(metric=st.sampled_from(METRICS), asked=questions())
def test_generated_questions_read_alike_on_every_surface(
    surfaces: Surfaces, metric: str, asked: dict[str, str]
) -> None:
    assert_surfaces_agree(surfaces, metric, asked)


@pytest.mark.soak
@pytest.mark.django_db
@settings(max_examples=1_000, suppress_health_check=quiet, deadline=None)
@given(metric=st.sampled_from(METRICS), asked=questions())
def test_many_generated_questions_read_alike_on_every_surface(
    surfaces: Surfaces, metric: str, asked: dict[str, str]
) -> None:
    assert_surfaces_agree(surfaces, metric, asked)


@pytest.mark.django_db
def test_a_receipt_page_and_a_popover_say_what_the_receipt_keeps(surfaces: Surfaces) -> None:
    asked = {"from": "2026-01-01", "to": "2026-07-01", "as_of": AS_OF, "by": "lead_source"}
    found = surfaces.api.json("metrics/won_value/values", asked)
    answer = kept(surfaces, found["receipt"])

    on_receipt = numbers_in(surfaces.html(f"receipts/{answer.receipt_id}/"))
    assert on_receipt == [told_of(cell, answer, surfaces.slug) for cell in answer.cells]
    for number, cell in zip(on_receipt, answer.cells, strict=True):
        popover = surfaces.page.get(number.href, headers={"HX-Request": "true"})
        assert popover.status_code == 200, number.href
        assert present.exact_text(cell, answer) in html.unescape(popover.content.decode())
        rows = numbers_in(surfaces.html(f"receipts/{answer.receipt_id}/rows/", {"cell": cell.key}))
        assert rows == [number]
