"""A page with every component in its states, for the browser tests only: no database, no real number."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

from django import forms
from django.db.transaction import non_atomic_requests
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import include, path

from core import charts
from core.components import (
    Action,
    Chart,
    Chip,
    Column,
    DataTable,
    Fact,
    Freshness,
    JobProgress,
    KpiTile,
    Missing,
    Pager,
    Provenance,
    Shown,
    delta_of,
)
from core.navigation import NavGroup, NavItem, Person, Shell, Workspace

PAGE = Path(__file__).with_name("ui_gallery.html")
QUARTERS = ("Q1 25", "Q2 25", "Q3 25", "Q4 25", "Q1 26", "Q2 26", "Q3 26", "Q4 26")
RATES = {
    "All": ("21.8", "22.4", "22.0", "23.1", "23.6", "23.3", "23.3", "24.1"),
    "Mid-market": ("22.5", "23.0", "22.7", "23.6", "24.2", "24.0", "24.1", "24.9"),
    "SMB": ("24.8", "25.6", "25.4", "26.2", "26.9", "26.6", "26.0", "26.7"),
}


class SampleForm(forms.Form):
    name = forms.CharField(help_text="Shown in lists.")
    amount = forms.DecimalField(error_messages={"invalid": "Use a number, like 50000."})
    mode = forms.ChoiceField(choices=[("a", "Changes only"), ("b", "Full list")], widget=forms.RadioSelect)
    note = forms.CharField(widget=forms.Textarea, required=False)
    agree = forms.BooleanField(help_text="You can change it later.")


def shown(text: str, label: str) -> Shown:
    return Shown(text, label, "/prov/", "r_8f3a", exact=f"{text} exactly")


def tiles() -> list[KpiTile]:
    trend = [Decimal(value) for value in RATES["All"]]
    return [
        KpiTile(
            "Win rate",
            "#",
            shown("24.1%", "Win rate"),
            version=Chip("v7 new", "accent"),
            delta=delta_of(Decimal("0.8"), "0.8 pts"),
            trend=trend,
            foot="this quarter to date",
            freshness=Freshness("12 min"),
        ),
        KpiTile(
            "Sales cycle",
            "#",
            shown("68 days", "Sales cycle"),
            delta=delta_of(Decimal(4), "4 days", good="down"),
            trend=trend,
            target=Decimal(23),
            foot="target 60 days",
            freshness=Freshness("26 h", "warn"),
            state="stale",
            why="Loaded 26 h ago, promise is 4 h",
        ),
        KpiTile("Coverage", "#", None, Missing("No plan.", Action("Set plan", "#")), state="no_target"),
    ]


def rates_chart() -> Chart:
    series = [
        charts.Series(
            name, [Decimal(rate) for rate in rates], [f"{rate}%" for rate in rates], emphasis=name == "All"
        )
        for name, rates in RATES.items()
    ]
    figure = charts.line_over_periods(
        QUARTERS,
        series,
        unit=charts.Unit(suffix="%"),
        marks=[charts.Mark(7, "v6 \u2192 v7")],
        last_is_partial=True,
    )
    rows: list[list[str | Shown]] = [
        [quarter, *(shown(f"{rates[index]}%", f"{name}, {quarter}") for name, rates in RATES.items())]
        for index, quarter in enumerate(QUARTERS)
    ]
    table = DataTable([Column("Quarter"), *(Column(name, "r") for name in RATES)], rows)
    return Chart(figure, "Win rate rose in every segment since Q1 2025.", table)


def bookings_chart() -> Chart:
    values = [Decimal(rate) for rate in RATES["SMB"]]
    series = charts.Series("Bookings", values, [f"${value}K" for value in values])
    figure = charts.bars_over_periods(
        QUARTERS, [series], unit=charts.Unit("$", "K"), target=[Decimal(26)] * 8
    )
    table = DataTable([Column("Quarter"), Column("Bookings", "r")], [[QUARTERS[0], "$24.8K"]])
    return Chart(figure, "Bookings kept their level.", table, "sm")


def gallery(request: HttpRequest) -> HttpResponse:
    form = SampleForm({"name": "", "amount": "50k EUR", "mode": "a"})
    form.add_error(None, "The two dates overlap.")
    items = (NavItem("Home", "home", "/", current=True), NavItem("Members", "people", "/?members"))
    context = {
        "theme": request.COOKIES.get("theme", ""),
        "shell": Shell(
            "Plumbline",
            "/",
            "Halyard Systems",
            (NavGroup("Revenue", items),),
            Person("Dana Whitfield", "dana@halyard.example", "RevOps admin"),
            (Workspace("Halyard Systems", "/", current=True), Workspace("Northwind", "/?other")),
            account_links=(NavItem("Password", "key", "/?password"),),
        ),
        "tiles": tiles(),
        "rates": rates_chart(),
        "bookings": bookings_chart(),
        "form": form,
        "job": JobProgress(
            "Import: accounts.csv", "running", 29, 46, "row", poll_href="/job/", stop_href="#"
        ),
        "actions": [Action("New definition", "#", kind="primary"), Action("Start from the library", "#")],
        "pager": Pager("Rows 1 to 50 of 1,294", next_href="?page=2"),
    }
    page = engines["django"].from_string(PAGE.read_text("utf-8"))
    return HttpResponse(page.render(context, request))


def provenance(request: HttpRequest) -> HttpResponse:
    prov = Provenance(
        "Win rate",
        "24.1%, Q4 2026",
        Chip("v7 in force", "pos"),
        "The share we won of what was decided.",
        "count(won) / count(won or lost)",
        [Fact("Rows", "312 won, 982 lost", "#"), Fact("Owner", "Ines Duarte", person=True)],
        [Action("Open definition", "#")],
        "GET /api/v1/t/halyard/metrics/win_rate/values",
    )
    return render(request, "ui/_prov.html", {"prov": prov})


def job(request: HttpRequest) -> HttpResponse:
    done = JobProgress("Import: accounts.csv", "done", 46, 46, "row", poll_href="/job/")
    return render(request, "ui/_progress.html", {"job": done})


def refuse(request: HttpRequest, status: int) -> HttpResponse:
    return HttpResponse("refused", status=status)


urlpatterns = [
    path("", non_atomic_requests(gallery), name="gallery"),
    path("prov/", non_atomic_requests(provenance)),
    path("job/", non_atomic_requests(job)),
    path("refuse/<int:status>/", non_atomic_requests(refuse)),
    path("accounts/", include("allauth.urls")),
]
