"""The language as a person meets it: what a text means, what is refused and where."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from definitions.language import (
    LanguageError,
    Money,
    Type,
    check_condition,
    check_text,
    describe,
    evaluate,
    from_json,
    limits,
    parse,
    text_of,
    to_json,
    value_of,
)
from definitions.language.periods import Reach, RelativePeriod, Unit
from definitions.language.typed import Checked

from .samples import CATALOG, NEW_YORK, TERMS

DEAL = {
    "id": 1,
    "name": "Brightwater, expansion",
    "opportunity_type": "expansion",
    "amount": Decimal("60000"),
    "currency": "EUR",
    "probability": None,
    "close_date": date(2026, 6, 30),
    "created_at": datetime(2026, 5, 21, 2, 0, tzinfo=UTC),  # 22:00 on 20 May in New York
    "stage": {"id": 4, "name": "Proposal", "outcome": "open", "is_qualified": True},
    "account": {"id": 9, "is_target": True, "employees": 800, "segment": None, "custom": {"tier": "A"}},
    "owner": {"id": 7, "name": "Sam", "manager": {"id": 8, "name": "Ines", "manager": None}},
    "custom": {"score": 12},
}


def condition(text: str) -> Checked:
    return check_condition(text, object="opportunity", catalog=CATALOG, terms=TERMS)


def answer(text: str) -> object:
    return value_of(
        check_text(text, object="opportunity", catalog=CATALOG, terms=TERMS), DEAL, periods=NEW_YORK
    )


def refusal(text: str) -> LanguageError:
    with pytest.raises(LanguageError) as caught:
        condition(text)
    return caught.value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('opportunity_type in ("new", "expansion") and stage.outcome = "open"', True),
        ("probability > 0.5", None),
        ("probability > 0.5 or amount is known", True),
        ("probability > 0.5 and is_test", None),
        ("not probability is known", True),
        ("amount >= 50_000 EUR", True),
        ("amount >= 50_000 USD", None),
        ("amount > 0", True),
        ("amount between 1 EUR and 60000 EUR", True),
        ('owner.manager.name = "Ines"', True),
        ('owner.manager.manager.name = "Ines"', None),
        ('account.custom.tier starts with "A"', True),
        ("custom.score / 0 is unknown", True),
        ("custom.score * 2 + 1 = 25", True),
        ("close_date in this quarter", True),  # fiscal years start in February: May to July
        ("close_date in next 2 months", True),
        ("created_at = today", True),  # by New York's day, not by UTC's
        ("created_at = 2026-05-21", False),
        ("close_date - today = 41", True),
        ("close_date <= today + 6 weeks", True),
        ("is_test is not true", True),
        ("account meets(icp)", None),
        ("account meets(icp) is known", False),
        ("meets(good_deal)", False),  # it is not won, whatever the account is
        ("opportunity.account.employees >= 500", True),
        ('OWNER.name = "Sam" AND TRUE', "refused"),
    ],
)
def test_a_rule_means_what_it_says(text: str, expected: object) -> None:
    if expected == "refused":
        assert refusal(text).suggestion == "Did you mean owner?"
    else:
        assert answer(text) is expected


def test_a_quotient_keeps_twelve_decimals_and_cuts_the_rest() -> None:
    assert answer("2 / 3") == Decimal("0.666666666666")
    assert answer("-2 / 3") == Decimal("-0.666666666666")
    assert answer("amount / 7") == Money(Decimal("8571.428571428571"), "EUR")


@pytest.mark.parametrize(
    ("text", "line", "column", "message", "suggestion"),
    [
        ("amont is known", 1, 1, "Opportunity has no field called amont.", "Did you mean amount?"),
        ("amount is known\n and account.segmnt = \"A\"", 2, 6, "Account has no field called segmnt.",
         "Did you mean account.segment?"),
        ("segment = \"A\"", 1, 1, "Opportunity has no field called segment.",
         "Did you mean account.segment?"),
        ("amount >= 50000", 1, 11, "amount is an amount of money and cannot be compared with a number.",
         "Name the currency, like 50000 USD: amounts in different currencies are not comparable."),
        ('stage = "Proposal"', 1, 9, "stage is a link to another record and cannot be compared with text.",
         "Name a field of the record it leads to, like stage.name."),
        ('stage.outcome = "wonn"', 1, 17, "Outcome is never wonn.", "Did you mean won?"),
        ('name < "B"', 1, 1, "Text has no order, so < has no meaning.",
         "Use =, !=, in (...), starts with or contains."),
        ("amount", 1, 1, "amount is an amount of money, but a yes/no condition is needed here.",
         "Compare it with something, or write is known."),
        ("meets(ipc)", 1, 1, "There is no term called ipc.", "Did you mean icp?"),
        ("meets(icp)", 1, 1, "icp is about account, not opportunity.", None),
        ("close_date + 3 = today", 1, 1, "A date + a number has no meaning.", None),
        ("amount like \"x\"", 1, 8, None, "Write starts with or contains."),
        ("probability = 50,000", 1, 17, None, "Write large numbers without commas, like 50000 or 50_000."),
        ("probability is null", 1, 16, None, "Write is unknown, or is known."),
        ("probability == 1", 1, 13, "== has no meaning here.", "Write = to compare."),
        ("owner.manager.manager.manager.manager.name = \"x\"", 1, 1, "A path follows at most 4 links.", None),
        ("close_date in last 500 quarters", 1, 15, "A period spans between 1 and 40 quarters.", None),
        ("(amount is known", 1, 17, "Expected ), but the definition ends.", None),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place_and_the_way_out(
    text: str, line: int, column: int, message: str | None, suggestion: str | None
) -> None:
    error = refusal(text)
    assert (error.line, error.column, error.suggestion) == (line, column, suggestion)
    if message is not None:
        assert error.message == message


def test_a_circle_of_terms_is_named_step_by_step() -> None:
    assert "egg → hen → egg" in refusal("meets(egg)").message


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("amount is known; drop table crm_opportunity", 16),
        ("amount is known -- and more", 17),
        ("amount is known /* and */", 17),
        ('amount::text = "1"', 7),
        ("name = 'won'", 8),
        ("name = “won”", 8),
        ("n\u0430me is known", 2),  # a Cyrillic a
        ("name\u200b is known", 5),
        ("name is known\x00", 14),
        ('name = "a\x00b"', 10),
        ('name = "never closed', 8),
        ('name = "a\\n"', 10),
        ("(" * 25 + "is_test" + ")" * 25, 21),
        ("pg_sleep(10) = 1", 9),
        ("name = $1", 8),
        ("name = %(p0)s", 8),
        ("is_test" + " and is_test" * 400, 4001),
        ("is_test" + " or a" * 501, None),
        ("probability in (" + ", ".join(["1"] * 501) + ")", 16),
        ("not " * 80 + "is_test", None),
        ("probability = " + "9" * 31, 15),
        ("1" + "+1" * 300 + " = 2", None),
    ],
)
def test_hostile_input_is_refused_with_a_position(text: str, position: int | None) -> None:
    error = refusal(text)
    assert error.line == 1
    assert 1 <= error.column <= limits.MAX_LENGTH + 1
    if position is not None:
        assert error.column == position


def test_inside_a_literal_everything_is_data() -> None:
    hostile = "'; drop table x; -- %s %(p0)s /* $1 ::text Ω"
    tree = parse(f'name = "{hostile}"')
    assert text_of(tree) == f'name = "{hostile}"'


def test_terms_that_swell_are_stopped() -> None:
    terms = {"t0": TERMS["closed_won"]}
    for number in range(1, 20):
        terms[f"t{number}"] = type(TERMS["icp"])(
            "opportunity", f"meets(t{number - 1}) and meets(t{number - 1})"
        )
    with pytest.raises(LanguageError, match="too large"):
        check_condition("meets(t19)", object="opportunity", catalog=CATALOG, terms=terms)


def test_the_trace_says_why_clause_by_clause() -> None:
    result = evaluate(
        condition("amount > 0 and (account meets(icp) or is_test is true)"), DEAL, periods=NEW_YORK
    )

    assert result.value is None
    amount, choice = result.trace.children
    assert (amount.text, amount.value) == ("amount > 0", True)
    assert [(seen.path, seen.value) for seen in amount.seen] == [("amount", Money(Decimal(60000), "EUR"))]
    icp, test = choice.children
    assert (icp.text, icp.value, test.value) == ("account meets(icp)", None, False)
    clauses = icp.children[0].children
    assert [(each.text, each.value, each.term) for each in clauses] == [
        ("is_target", True, "icp"),
        ("employees >= 500", True, "icp"),
        ('segment in ("Enterprise", "Mid-market")', None, "icp"),
    ]
    assert clauses[2].seen[0].path == "account.segment"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('opportunity_type in ("new", "expansion") and amount >= 50_000 USD',
         "The opportunity type is “new” or “expansion”, and the amount is at least 50,000 USD."),
        ("account meets(icp)", "The account counts as ideal customer."),
        ("close_date in this quarter or close_date < today - 30 days",
         "The close date falls in this fiscal quarter, or the close date is before 30 days before today."),
        ('not account.segment starts with "Ent"',
         "It is not so that the account's segment starts with “Ent”."),
        ("created_at within last 30 days", "The created falls in the 30 days ending today."),
        ("stage.is_qualified and probability is unknown",
         "The stage's qualified is yes, and the probability is not known."),
    ],
)  # fmt: skip
def test_a_rule_can_be_read_aloud(text: str, words: str) -> None:
    assert describe(condition(text), catalog=CATALOG, labels={"icp": "Ideal customer"}) == words


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Amount IS KNOWN AND NOT (x OR y)", "Amount is known and not (x or y)"),
        ("((a = 1)) and ((b))", "a = 1 and b"),
        ("a - (b - c) = -(-d)", "a - (b - c) = -(-d)"),
        ("(a and b) and c", "(a and b) and c"),
        ("x WITHIN LAST 7 DAYS", "x within last 7 days"),
        ("x in last 1 quarters", "x in last quarter"),
        ("x is not unknown", "x is known"),
        ("a in (1_000, -2.50 USD)", "a in (1000, -2.50 USD)"),
    ],
)
def test_every_text_has_one_canonical_form(text: str, canonical: str) -> None:
    assert text_of(parse(text)) == canonical
    assert text_of(parse(canonical)) == canonical


def test_a_stored_tree_comes_back_whole_and_another_format_is_refused() -> None:
    tree = parse(
        'a >= 5 USD and account meets(icp) or d in last 2 weeks or d = 2026-01-31 and not t contains "x"'
    )
    stored = json.loads(json.dumps(to_json(tree)))

    back = from_json(stored)
    assert back == tree
    assert back.span == tree.span
    for broken in (
        {**stored, "format": 2},
        {"format": 1, "tree": {"node": "Import"}},
        {"format": 1, "tree": 7},
        None,
    ):
        with pytest.raises(LanguageError):
            from_json(broken)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        (RelativePeriod(Reach.THIS, 1, Unit.QUARTER), date(2026, 5, 1), date(2026, 8, 1)),
        (RelativePeriod(Reach.LAST, 2, Unit.QUARTER), date(2025, 11, 1), date(2026, 5, 1)),
        (RelativePeriod(Reach.THIS, 1, Unit.YEAR), date(2026, 2, 1), date(2027, 2, 1)),
        (RelativePeriod(Reach.LAST, 30, Unit.DAY), date(2026, 4, 21), date(2026, 5, 21)),
        (RelativePeriod(Reach.LAST, 30, Unit.DAY, rolling=True), date(2026, 4, 21), date(2026, 5, 21)),
        (RelativePeriod(Reach.LAST, 3, Unit.MONTH, rolling=True), date(2026, 2, 21), date(2026, 5, 21)),
        (RelativePeriod(Reach.NEXT, 2, Unit.WEEK, rolling=True), date(2026, 5, 20), date(2026, 6, 3)),
        (RelativePeriod(Reach.NEXT, 1, Unit.WEEK), date(2026, 5, 25), date(2026, 6, 1)),
        (RelativePeriod(Reach.NEXT, 1, Unit.MONTH), date(2026, 6, 1), date(2026, 7, 1)),
    ],
)
def test_a_relative_period_is_half_open_days(period: RelativePeriod, start: date, end: date) -> None:
    assert NEW_YORK.days(period) == (start, end)


def test_types_of_calculations() -> None:
    def kind(text: str) -> Type:
        return check_text(text, object="opportunity", catalog=CATALOG).type

    assert kind("amount * probability") is Type.MONEY
    assert kind("amount / account.annual_revenue") is Type.NUMBER
    assert kind("close_date + 3 days") is Type.DATE
    assert kind("now - created_at") is Type.NUMBER
