from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.template import engines
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from core import charts, components
from core.components import Action, Delta, Fact, JobProgress, KpiTile, Missing, Provenance, Shown, delta_of
from core.forms import UiRenderer

TEMPLATES = sorted(Path("templates").rglob("*.html"))
NUMBER = Shown("24.1%", "Win rate", "/t/acme/n/r_8f3a/", "r_8f3a", exact="0.24113")


def rendered(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load ui %}" + source).render(context)


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_no_template_holds_code_or_styles_of_its_own(path: Path) -> None:
    source = path.read_text("utf-8")

    # What the content security policy would refuse, or htmx would not evaluate here.
    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", source)
    assert not re.search(r"<style\b|hx-on", source)
    for opening in re.findall(r"<script\b[^>]*>", source):
        assert "src=" in opening or 'type="application/json"' in opening
    assert not re.search(r"(src|href)=\"(https?:)?//", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_every_template_compiles_and_names_icons_that_exist(path: Path) -> None:
    get_template(str(path.relative_to("templates")))
    symbols = set(re.findall(r'id="i-([\w-]+)"', Path("templates/ui/_sprite.html").read_text("utf-8")))

    assert set(re.findall(r"{% icon \"([\w-]+)\"", path.read_text("utf-8"))) <= symbols


def test_a_number_opens_where_it_comes_from_and_carries_its_receipt() -> None:
    html = rendered("{% number_button number 'v' %}", number=NUMBER)

    assert 'popovertarget="prov"' in html
    assert 'hx-get="/t/acme/n/r_8f3a/"' in html
    assert 'data-receipt="r_8f3a"' in html
    assert '24.1%<span class="vh">, Win rate, where it comes from</span>' in html


def test_a_number_without_an_address_is_text_and_no_button() -> None:
    html = rendered("{% number_button number %}", number=Shown("24.1%", "Win rate", receipt="r_8f3a"))

    assert "<button" not in html
    assert 'data-receipt="r_8f3a"' in html


def test_what_people_typed_is_escaped_everywhere() -> None:
    evil = '"><script>alert(1)</script>'
    number = Shown(evil, evil, evil, evil, evil, evil)
    tile = KpiTile(evil, evil, number, version=components.Chip(evil, "pos", "", evil), foot=evil, why=evil)
    prov = Provenance(
        evil, evil, None, evil, evil, [Fact(evil, evil, evil, evil)], [Action(evil, evil)], evil
    )
    table = components.DataTable([components.Column(evil)], [[evil, number]], evil)
    chart = components.Chart(
        charts.bars_by_segment([evil], charts.Series(evil, [1], [evil]), unit=charts.Unit()), evil, table
    )
    html = "".join(
        [
            rendered("{% include 'ui/_kpi_tile.html' %}{% include 'ui/_prov.html' %}", tile=tile, prov=prov),
            rendered(
                "{% chart chart %}{% avatar evil %}{% chip evil evil 'x' evil %}", chart=chart, evil=evil
            ),
            rendered(
                "{% dot evil evil evil %}{% delta delta %}", evil=evil, delta=Delta(evil, "up", "", evil)
            ),
            rendered("{% banner 'warn' '' evil %}{{ evil }}{% endbanner %}", evil=evil),
            rendered("{% include 'ui/_empty.html' with title=evil text=evil %}", evil=evil),
        ]
    )

    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


def test_the_good_direction_belongs_to_the_metric_and_not_to_the_sign() -> None:
    assert delta_of(Decimal("0.8"), "0.8 pts").tone == "pos"
    assert delta_of(Decimal(4), "4 days", good="down").tone == "neg"
    assert delta_of(Decimal(-4), "4 days", good="down").tone == "pos"
    assert delta_of(Decimal(4), "4 reps", good="none").tone == ""
    assert delta_of(Decimal(0), "0") == Delta("no change", "flat")
    falling = delta_of(Decimal(-4), "4 days")
    assert '<span class="vh">down </span>4 days' in rendered("{% delta d %}", d=falling)


def test_a_kpi_without_a_value_says_why_and_what_to_do() -> None:
    tile = KpiTile(
        "Coverage", "#", None, Missing("No plan for Q4 2026.", Action("Set plan", "/t/acme/settings/plan/"))
    )
    html = render_to_string("ui/_kpi_tile.html", {"tile": tile})

    assert "No plan for Q4 2026." in html
    assert '<a href="/t/acme/settings/plan/">Set plan</a>' in html
    assert "num v" not in html


def test_a_running_job_polls_itself_and_a_finished_one_does_not() -> None:
    running = JobProgress("Import", "running", 29, 46, "row", poll_href="/j/1/", stop_href="/j/1/stop/")
    over = JobProgress("Import", "partly", 46, 46, "row", "14 rows failed.", poll_href="/j/1/")

    html = render_to_string("ui/_progress.html", {"job": running})
    assert 'hx-get="/j/1/"' in html
    assert 'max="46" value="29"' in html
    assert "29 of 46\u00a0rows." in html
    html = render_to_string("ui/_progress.html", {"job": over})
    assert "hx-get" not in html
    assert 'data-tone="warn"' in html


def test_a_job_of_unknown_length_claims_no_share() -> None:
    html = render_to_string("ui/_progress.html", {"job": JobProgress("Import", "running", 29, None, "row")})

    assert " max=" not in html
    assert "29\u00a0rows." in html


def test_banners_interrupt_only_for_failures_and_keep_their_buttons_apart() -> None:
    html = rendered("{% banner 'warn' '' 'Late.' %}Wait.{% bannerend %}<a href='#'>Go</a>{% endbanner %}")

    assert 'role="status"' in html
    assert "<p><strong>Late.</strong> Wait.</p>" in html
    assert "<div class=\"end\"><a href='#'>Go</a></div>" in html
    assert 'role="alert"' in rendered("{% banner 'neg' %}Broken.{% endbanner %}")


def test_the_query_tag_replaces_and_drops_without_losing_the_rest() -> None:
    request = RequestFactory().get("/", {"by": "team", "page": "3"})

    assert rendered("{% query page=4 %}", request=request) == "by=team&amp;page=4"
    assert rendered("{% query page=None %}", request=request) == "by=team"


def test_times_show_words_and_keep_the_instant() -> None:
    html = rendered("{% ago at %}", at=datetime(2026, 3, 1, 6, 0, tzinfo=UTC))

    assert html == (
        '<time datetime="2026-03-01T06:00:00+00:00" title="Sun 1 Mar 2026, 06:00 UTC">1 Mar 2026</time>'
    )


class Sample(forms.Form):
    default_renderer = UiRenderer

    amount = forms.DecimalField(
        help_text="In dollars.", error_messages={"required": "Use a number, like 50000."}
    )
    note = forms.CharField(required=False, widget=forms.Textarea)
    mode = forms.ChoiceField(choices=[("a", "Changes only"), ("b", "Full list")], widget=forms.RadioSelect)
    agree = forms.BooleanField(required=False)


def test_a_field_ties_label_hint_and_error_to_its_control() -> None:
    html = rendered("{% field form.amount %}", form=Sample({}))

    assert '<label class="label" for="id_amount">Amount</label>' in html
    assert 'class="input"' in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in html
    assert 'id="id_amount_helptext"' in html
    assert 'id="id_amount_error"' in html
    assert "Use a number, like 50000." in html


def test_choices_are_a_group_with_a_legend_and_optional_fields_say_so() -> None:
    html = str(Sample())

    assert '<fieldset class="field"><legend class="label">Mode</legend>' in html
    assert html.count("<fieldset") == html.count("</fieldset>") == 1
    assert html.count("<div") == html.count("</div>")
    assert 'Note <span class="field__req">optional</span>' in html
    assert 'class="textarea"' in html
    assert 'rows="4"' in html


def test_a_tag_may_set_and_remove_attributes_of_one_control() -> None:
    html = rendered("{% field form.amount hx_post='/check/' class='input n' %}", form=Sample())

    assert 'hx-post="/check/"' in html
    assert 'class="input n"' in html
    assert 'hx-post="/check/"' not in str(Sample())


def test_refusals_of_the_whole_form_interrupt() -> None:
    form = Sample({"amount": "1", "mode": "a"})
    form.add_error(None, "The two dates overlap.")

    assert '<div class="banner" data-tone="neg" role="alert">' in str(form)
    assert "The two dates overlap." in str(form)


@pytest.mark.parametrize(
    "name", ["400.html", "403.html", "403_csrf.html", "404.html", "429.html", "500.html"]
)
def test_error_pages_stand_without_any_context(name: str) -> None:
    html = render_to_string(name)

    assert html.count("<h1") == 1
    assert 'href="/"' in html


def test_a_number_that_cannot_be_read_is_shown_again_as_it_was_typed() -> None:
    html = rendered("{% field form.amount %}", form=Sample({"amount": "50k EUR"}))

    assert '<input type="text" name="amount" value="50k EUR"' in html
    assert 'inputmode="decimal"' in html
    assert "step=" not in html
