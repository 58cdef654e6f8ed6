"""The starter library: whole, consistent, and one name for one meaning."""

from __future__ import annotations

import re
from collections import Counter

from definitions.compiler import EventMetric, RatioMetric, compile_metric, from_json
from definitions.language import check_condition, describe
from definitions.starter import starter_definitions, starter_metrics, starter_terms

from .world import CATALOG, context, periods, question

DECISIONS = {
    "date of won",
    "date of lost",
    "reopened rule",
    "cycle start",
    "opportunity types in scope",
    "qualified-stage threshold",
    "win-rate population and no-decision",
    "value measure (amount, ACV, ARR, TCV) and multi-year rule",
}


def test_every_name_and_alias_has_one_meaning() -> None:
    names = Counter(
        name.lower() for each in starter_definitions() for name in (each.key, each.label, *each.aliases)
    )
    same_word = {each.key for each in starter_definitions() if each.key == each.label.lower()}
    assert [name for name, count in names.items() if count > 1 and name not in same_word] == []


def test_every_definition_says_what_it_means_where_it_comes_from_and_what_it_locks() -> None:
    keys = {each.key for each in starter_definitions()}
    for each in starter_definitions():
        assert re.fullmatch(r"[a-z][a-z_]*", each.key)
        assert each.meaning.endswith(".")
        assert each.source.startswith("kpis.md ")
        assert each.decision in DECISIONS, each.key
        assert set(each.variants) <= keys - {each.key}
        assert (each.text is None) is (each.kind == "metric")


def test_every_qualification_checks_and_reads_aloud() -> None:
    for key, term in starter_terms().items():
        checked = check_condition(term.text, object=term.object, catalog=CATALOG, terms=starter_terms())
        assert len(describe(checked, catalog=CATALOG)) > 20, key


def test_every_metric_compiles_and_comes_after_what_it_leans_on() -> None:
    seen: set[str] = set()
    surroundings = context(terms=starter_terms(), metrics=starter_metrics())
    for each in starter_definitions():
        seen.add(each.key)
        if each.body is None:
            continue
        assert from_json(each.document) == each.body
        compiled = compile_metric(
            each.body, question(periods("2026-01-01", "2027-01-01")), context=surroundings
        )
        assert compiled.terms <= seen
        if isinstance(each.body, RatioMetric):
            assert {*each.body.numerator, *each.body.denominator} <= seen


def test_new_business_metrics_watch_the_governed_type_and_renewals_have_their_own() -> None:
    for key, body in starter_metrics().items():
        if isinstance(body, RatioMetric):
            continue
        if key.startswith("renewal"):
            assert "meets(renewal_business)" in body.where
        else:
            assert "meets(new_business)" in body.where
            assert body.governed == ("opportunity_type",)


def test_counts_have_no_value_and_money_is_the_amount() -> None:
    for key, body in starter_metrics().items():
        if isinstance(body, EventMetric) and body.unit.value == "money":
            assert body.value == "amount", key
