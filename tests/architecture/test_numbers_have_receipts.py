"""Numbers leave only through the engine: what pages show has a receipt, and nobody else adds records up."""

from __future__ import annotations

import ast
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from psycopg2 import sql
from pytest_django import DjangoDbBlocker

from dashboards import present
from definitions.catalog import sources as declared_sources
from definitions.starter import starter_metrics
from metrics import receipts
from tenants.scope import tenant_transaction
from tests.conftest import EMPTY_EVERY_TABLE, Company, _run_as_owner, make_company
from tests.metrics.books import deal, learn, open_books, won

ROOT = Path(__file__).resolve().parents[2]
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"

# What pages show


@dataclass(frozen=True)
class Reader:
    company: Company
    client: Client

    def page(self, path: str) -> str:
        reply = self.client.get(f"/t/{self.company.slug}/{path}")
        assert reply.status_code == 200, path
        return reply.content.decode()


@pytest.fixture(scope="module")
def reader(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Reader]:
    with django_db_blocker.unblock():
        company = make_company("acme", "Acme")
        with tenant_transaction(company.tenant.pk):
            open_books(company)
            learn("opportunity", [
                *won("a", "2026-01-15", amount=Decimal("1234.5678")),
                *won("b", "2026-02-10", owner="bob", currency="EUR"),
                *won("c", "2026-02-10", opportunity_type="renewal"),
                *deal("l", {"2026-01-05": "lead", "2026-03-01": "lost"}),
                *deal("open", {"2026-02-05": "qualified"}, closes="2026-06-30"),
            ])  # fmt: skip
        client = Client()
        client.force_login(company.admin.user, backend=BACKEND)
    yield Reader(company, client)
    _run_as_owner(str(settings.DATABASES["default"]["NAME"]), sql.SQL(EMPTY_EVERY_TABLE))


@dataclass(frozen=True)
class Printed:
    text: str
    exact: str
    receipt: str
    href: str


def printed_in(page: str) -> list[Printed]:
    """Every number of a page: whatever has the class of a number, and every point of a chart."""
    found = []
    for attributes, inner in re.findall(
        r'<\w+ (class="n(?:um)?[ "][^>]*)>(.*?)</(?:button|span)>', page, re.S
    ):
        said = dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
        text = re.sub(r"<span.*", "", inner, flags=re.S)
        found.append(
            Printed(
                *(
                    html.unescape(each)
                    for each in (
                        text,
                        said.get("title", ""),
                        said.get("data-receipt", ""),
                        said.get("hx-get", ""),
                    )
                )
            )
        )
    for text in re.findall(r'<script type="application/json">(.*?)</script>', page, re.S):
        for series in json.loads(text)["data"]:
            found += [Printed(shown, "", receipt, href) for shown, receipt, href in series["customdata"]]
    return found


def mistakes(numbers: list[Printed], company: Company) -> list[str]:
    """What is wrong with numbers: no receipt, no such cell in it, or another value than its own."""
    wrong = []
    with tenant_transaction(company.tenant.pk):
        for number in numbers:
            answer = receipts.stored_answer(number.receipt) if number.receipt else None
            if answer is None:
                wrong.append(f"{number.text}: no receipt")
                continue
            key = parse_qs(urlsplit(number.href).query).get("cell", [""])[0]
            cell = next((each for each in answer.cells if each.key == key), None)
            if cell is None:
                wrong.append(f"{number.text}: no cell {key}")
                continue
            shown = present.shown(cell, answer, tenant=company.slug)
            if (number.text, number.exact or shown.exact) != (shown.text, shown.exact):
                wrong.append(f"{number.text}: the receipt says {shown.text}, {shown.exact}")
    return wrong


QUESTION = "from=2026-01-01&to=2026-07-01&as_of=2026-06-30T20:00:00Z&grain=quarter&by=owner.team"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["", "kpis/", *(f"kpis/{key}/?{QUESTION}" for key in sorted(starter_metrics()))]
)
def test_every_number_on_a_page_is_the_cell_of_a_receipt(reader: Reader, path: str) -> None:
    numbers = printed_in(reader.page(path))

    assert numbers
    assert mistakes(numbers, reader.company) == []


@pytest.mark.django_db
@pytest.mark.parametrize("metric", ["bookings", "win_rate", "open_pipeline"])
def test_receipts_rows_and_popovers_repeat_the_number_they_explain(reader: Reader, metric: str) -> None:
    first = next(each for each in printed_in(reader.page(f"kpis/{metric}/?{QUESTION}")) if each.exact)
    cell = urlsplit(first.href).query

    for path in (f"receipts/{first.receipt}/", f"receipts/{first.receipt}/rows/?{cell}"):
        numbers = printed_in(reader.page(path))
        assert numbers, path
        assert mistakes(numbers, reader.company) == [], path
    assert first in printed_in(reader.page(f"receipts/{first.receipt}/rows/?{cell}"))
    assert reader.client.get(first.href, headers={"HX-Request": "true"}).status_code == 200


@pytest.mark.django_db
def test_a_figure_in_a_table_stands_in_a_row_with_a_receipt(reader: Reader) -> None:
    """Parts of a number have no receipt of their own: they are in that of the number beside them."""
    for key in ("win_rate", "bookings", "sales_cycle_length"):
        page = reader.page(f"kpis/{key}/?{QUESTION}")
        for row in re.findall(r"<tr[ >].*?</tr>", page, re.S):
            figures = re.findall(r'<td class="r">\s*[^<\s][^<]*</td>', row)
            assert not figures or "data-receipt=" in row, row


@pytest.mark.django_db
def test_a_number_without_a_receipt_or_with_another_value_is_found(reader: Reader) -> None:
    page = reader.page(f"kpis/bookings/?{QUESTION}")
    honest = printed_in(page)[0]
    assert mistakes([honest], reader.company) == []
    known = f'<button class="num" data-receipt="{honest.receipt}"'

    for planted in (
        '<span class="n">42</span>',
        f'<button class="num v" data-receipt="rc_{"0" * 32}" hx-get="{honest.href}">42<span></span></button>',
        f'{known} hx-get="{html.escape(honest.href)}" title="1">1<span></span></button>',
        f'{known} hx-get="/n/?cell=2031-Q1">1<span></span></button>',
    ):
        assert mistakes(printed_in(planted), reader.company), planted


# Who adds up records

APPS = (
    "core",
    "tenants",
    "definitions",
    "crm",
    "metrics",
    "pipeline",
    "governance",
    "forecasting",
    "dashboards",
    "revops",
)
REACHES_RECORDS = frozenset(
    {"crm", "metrics", "pipeline", "governance", "forecasting", "dashboards", "revops"}
)
ABOVE_THE_ENGINE = frozenset({"pipeline", "governance", "forecasting", "dashboards", "revops"})
THE_ENGINE = ("definitions/compiler/",)
FUNCTIONS = frozenset(
    {"Sum", "Avg", "Count", "Max", "Min", "StdDev", "Variance", "ArrayAgg", "StringAgg", "JSONBAgg"}
)
IN_SQL = re.compile(
    r"\b(?:sum|avg|count|max|min|percentile_\w+|stddev\w*|var_\w+|mode|array_agg|string_agg)\s*\(", re.I
)

EXEMPT = {
    # Operational counts: of loads, files and jobs, never of what the business did.
    "crm/checklist.py:plan_set": "whether a plan was imported at all: a step of set-up",
    "crm/imports/pages.py:run_page": "rejected rows that wait to be fixed",
    "crm/loader/load.py:write": "how many versions a load is about to write",
    "crm/queries.py:first_loads": "when the first load of each source was complete",
    "crm/queries.py:history_starts": "since when there is history, for the refusal to answer",
    "crm/queries.py:last_loads": "the newest load of each source: freshness",
    "crm/services/erasure.py:_by_object": "whether every record named for erasure exists",
    "crm/sql/importing.py": "values of an uploaded file, before they are records",
    "crm/sql/loading.py": "changes staged by one load, in its temporary tables",
    "crm/sql/undoing.py": "records that later loads touched, for the refusal of an undo",
    "dashboards/lists.py:home_page": "steps of set-up that are left",
    "dashboards/provenance.py:_replayed": "how many numbers of a replay differ",
    "revops/provision/server.py": "what the server itself says of its databases and roles",
    # The engine's own.
    "metrics/sql.py:FATES": "what became of records between two known times; it gives no figure",
}


@dataclass(frozen=True)
class Sighting:
    place: str
    line: int
    what: str

    @property
    def exemption(self) -> str | None:
        return next((key for key in (self.place, self.place.partition(":")[0]) if key in EXEMPT), None)


def sightings(name: str, tree: ast.Module) -> list[Sighting]:
    """Aggregations in a module: by the ORM, by hand-written SQL, and above the engine by sum()."""
    app = name.partition("/")[0]
    found: list[Sighting] = []

    def look(node: ast.AST, owner: str) -> None:
        for child in ast.iter_child_nodes(node):
            inner = owner
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                inner = child.name
            elif isinstance(child, ast.Assign) and not owner and isinstance(child.targets[0], ast.Name):
                inner = child.targets[0].id
            what = _aggregates(child, app)
            if what:
                found.append(Sighting(f"{name}:{inner}", getattr(child, "lineno", 0), what))
            look(child, inner)

    look(tree, "")
    return found


def _aggregates(node: ast.AST, app: str) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value
        is_sql = re.search(r"\bFROM\b", text) and IN_SQL.search(text)
        return "SQL" if is_sql and (app in REACHES_RECORDS or "crm_" in text) else ""
    if not isinstance(node, ast.Call) or app not in REACHES_RECORDS:
        return ""
    called = node.func
    if isinstance(called, ast.Attribute):
        if called.attr == "aggregate" or (called.attr == "count" and not node.args and not node.keywords):
            return f".{called.attr}()"
        module = called.value.id if isinstance(called.value, ast.Name) else ""
        return f"{module}.{called.attr}()" if called.attr in FUNCTIONS and module == "models" else ""
    if isinstance(called, ast.Name):
        if called.id in FUNCTIONS:
            return f"{called.id}()"
        if called.id in {"sum", "fsum", "mean", "median"} and app in ABOVE_THE_ENGINE:
            return f"{called.id}()"
    return ""


def modules() -> Iterator[tuple[str, ast.Module]]:
    for app in APPS:
        for file in sorted((ROOT / app).rglob("*.py")):
            name = file.relative_to(ROOT).as_posix()
            if "migrations" not in file.parts and not name.startswith(THE_ENGINE):
                yield name, ast.parse(file.read_text("utf-8"))


def test_nobody_but_the_compiler_adds_up_records() -> None:
    strangers = [
        f"{each.place} line {each.line}: {each.what}"
        for name, tree in modules()
        for each in sightings(name, tree)
        if each.exemption is None
    ]

    assert strangers == []


def test_every_exemption_is_still_needed_and_has_a_reason() -> None:
    used = {each.exemption for name, tree in modules() for each in sightings(name, tree)}

    assert set(EXEMPT) - used == set()
    assert all(len(reason.split()) >= 4 for reason in EXEMPT.values())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "dashboards/views/kpis.py",
            'def home():\n    return current("opportunity").aggregate(total=Sum("amount"))',
        ),
        ("crm/queries.py", 'def pipeline():\n    return current("opportunity").annotate(n=Count("id"))'),
        ("crm/record_pages.py", 'def records_page():\n    return current("opportunity").count()'),
        ("forecasting/queries.py", "def commit(rows):\n    return sum(row.amount for row in rows)"),
        ("pipeline/queries.py", 'def n():\n    return models.Avg("amount")'),
        (
            "tenants/sql.py",
            'DEALS = "SELECT sum(amount) FROM crm_opportunity WHERE tenant_id = %(tenant_id)s"',
        ),
        ("governance/sql.py", 'OPEN = "SELECT count(*) FROM {current} WHERE tenant_id = %(tenant_id)s"'),
        ("metrics/rows.py", 'def total(rows):\n    return db.fetch_all("SELECT avg(amount) FROM {version}")'),
    ],
)
def test_a_planted_aggregation_is_found(name: str, text: str) -> None:
    assert [each for each in sightings(name, ast.parse(text)) if each.exemption is None]


def test_the_tables_it_is_about_are_those_that_sources_list() -> None:
    tables = {
        table for each in declared_sources().values() for table in (each.version_table, each.current_table)
    }

    assert {"crm_opportunity", "crm_opportunity_version", "crm_user_version"} <= tables
    assert all(table.startswith("crm_") for table in tables)
