"""The registry's pure rules: consent, cycles, order, lines, differences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from definitions.rules.abilities import Ability, may
from definitions.rules.consent import Said, consent
from definitions.rules.graph import cycle_through, in_order, leaning_on
from definitions.rules.layout import diff_of, lines_of

WRITER, WEI, LENA = 1, 2, 3


def said(reviewer: int, function: str, decision: str, checksum: str = "now") -> Said:
    return Said(reviewer, function, decision, checksum)


def test_one_approval_of_somebody_else_is_enough_where_no_function_is_named() -> None:
    reviews = [said(WEI, "finance", "approve")]

    assert consent(reviews, checksum="now", editors=[WRITER], required=[], written_by=[]).complete


def test_what_does_not_count_as_an_approval() -> None:
    for reviews in (
        [],
        [said(WRITER, "sales", "approve")],
        [said(WEI, "finance", "approve", "earlier words")],
        [said(WEI, "finance", "comment")],
        [said(WEI, "finance", "approve"), said(WEI, "finance", "request_changes")],
        [said(WEI, "finance", "approve"), said(LENA, "sales", "request_changes")],
    ):
        assert not consent(reviews, checksum="now", editors=[WRITER], required=[], written_by=[]).complete


def test_each_function_concerned_agrees_and_the_writers_own_has_spoken() -> None:
    reviews = [said(WEI, "finance", "approve")]
    asked = {"checksum": "now", "editors": [WRITER], "required": ["sales", "finance"]}

    assert consent(reviews, written_by=[], **asked).missing == ("sales",)  # type: ignore[arg-type]
    assert consent(reviews, written_by=["sales"], **asked).complete  # type: ignore[arg-type]


def test_a_comment_after_an_approval_leaves_it_standing() -> None:
    reviews = [said(WEI, "finance", "approve"), said(WEI, "finance", "comment")]

    assert consent(reviews, checksum="now", editors=[WRITER], required=[], written_by=[]).complete


GRAPH = {"win_rate": {"won", "lost"}, "won": {"closed"}, "lost": {"closed"}, "closed": set[str]()}


def test_a_cycle_is_named_from_end_to_end() -> None:
    assert cycle_through("win_rate", GRAPH) is None
    assert cycle_through("closed", {**GRAPH, "closed": {"win_rate"}}) in (
        ("closed", "win_rate", "won", "closed"),
        ("closed", "win_rate", "lost", "closed"),
    )
    assert cycle_through("a", {"a": {"a"}}) == ("a", "a")


def test_what_leans_on_a_term_is_found_through_others() -> None:
    assert leaning_on("closed", GRAPH) == ("lost", "win_rate", "won")
    assert leaning_on("win_rate", GRAPH) == ()


def test_what_a_term_leans_on_comes_before_it() -> None:
    assert in_order(["win_rate"], GRAPH) == ("closed", "lost", "won", "win_rate")
    with pytest.raises(ValueError, match="itself"):
        in_order(["a"], {"a": {"b"}, "b": {"a"}})


@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sets(st.sampled_from("abcdefgh"))))
def test_order_exists_exactly_where_no_term_leans_on_itself(graph: dict[str, set[str]]) -> None:
    if any(cycle_through(key, graph) for key in graph):
        with pytest.raises(ValueError, match="itself"):
            in_order(list(graph), graph)
        return
    order = in_order(list(graph), graph)
    assert all(order.index(target) < order.index(key) for key, targets in graph.items() for target in targets)


def test_a_condition_reads_line_by_line() -> None:
    text = 'amount between 1 and 5 and (a = "x and y" or b = 2) and not c'

    assert lines_of(text) == (
        "amount between 1 and 5",
        'and (a = "x and y"',
        "  or b = 2)",
        "and not c",
    )


def test_lines_put_together_are_the_text() -> None:
    text = 'a in ("or", "and") and (b between 1 and (2 + 3) or meets(icp))'

    assert " ".join(line.strip() for line in lines_of(text)) == text


@given(st.lists(st.sampled_from("abc")), st.lists(st.sampled_from("abc")))
def test_a_difference_leads_from_the_old_text_to_the_new_one(old: list[str], new: list[str]) -> None:
    diff = diff_of(old, new)

    assert [line.text for line in diff.lines if line.op != "add"] == old
    assert [line.text for line in diff.lines if line.op != "del"] == new
    assert diff.is_empty == (old == new)


def test_only_admins_publish() -> None:
    roles = ("admin", "executive", "manager", "rep", "csm", "marketer", "steward", "analyst", "auditor")

    assert [role for role in roles if may(role, Ability.PUBLISH)] == ["admin"]
    assert [role for role in roles if not may(role, Ability.REVIEW)] == ["rep", "auditor"]
