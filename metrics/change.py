"""Why a number changed between two receipts: its difference, split exactly among causes.

Causes are put in place one after another, from what the older receipt pins to what the newer one pins; each
effect is the difference between two computed values, so the effects add up to the whole to the last digit.
Order: what was learnt about records (arrived, edited, merged, deleted), the organisation, exchange rates, the
passing of time, definitions, settings, and at last the question itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core.errors import Invalid
from core.formatting import counted
from metrics import receipts
from metrics.answer import Answer, Cell
from metrics.compute import compute, value_of
from metrics.facts import Fact, facts_of, fates_of, parts_from
from metrics.models import Receipt
from metrics.pins import Pins
from metrics.planning import fiscal_year
from metrics.question import Question, parse_question
from metrics.setting import setting_of

FATES = (
    ("arrived", "Records arrived"),
    ("edited", "Records edited"),
    ("merged", "Records merged"),
    ("deleted", "Records deleted"),
)


@dataclass(frozen=True)
class Step:
    """One cause: `effect` is None where there is no value on one of its sides."""

    cause: str
    label: str
    effect: Decimal | None
    text: str


@dataclass(frozen=True)
class Change:
    before: Answer
    after: Answer
    cell_before: Cell
    cell_after: Cell
    steps: Sequence[Step]

    @property
    def difference(self) -> Decimal | None:
        if self.cell_before.value is None or self.cell_after.value is None:
            return None
        return self.cell_after.value - self.cell_before.value


@dataclass(frozen=True)
class _State:
    """A question under pins, on the way from one receipt to the other."""

    question: Question
    pins: Pins

    def cell(self, period: str, group: tuple[str | None, ...]) -> Cell:
        answer = compute(self.question, self.pins, receipt_id="").answer
        return answer.cell(period, *group) or Cell(period, group, None, "no_rows", {}, {})


def explain_change(before_id: str, after_id: str, *, cell: str) -> Change:
    """Split the difference of one number. Raises `NotFound`, or `Invalid` for receipts of different KPIs."""
    older, newer = receipts.receipt(before_id), receipts.receipt(after_id)
    if older.metric != newer.metric:
        raise Invalid(
            "These receipts are about different KPIs; compare two of the same one.", code="other_metric"
        )
    before, after = _answer(older), _answer(newer)
    target = _cell_of(after, cell)
    start = before.cell(target.period, *target.group) or Cell(
        target.period, target.group, None, "no_rows", {}, {}
    )
    origin = _State(parse_question(older.metric, older.question), Pins.from_json(older.pins))
    goal = _State(parse_question(newer.metric, newer.question), Pins.from_json(newer.pins))
    # What was asked of time, knowledge and version stands in the pins already.
    asked = goal.question
    same = origin.question.ask_for(as_of=asked.as_of, known_at=asked.known_at, version=asked.version)
    origin = replace(origin, question=same)
    return Change(before, after, start, target, tuple(_steps(origin, goal, start, target)))


def _answer(kept: Receipt) -> Answer:
    return receipts.answer_from_json(kept.answer)


def _cell_of(answer: Answer, key: str) -> Cell:
    for cell in answer.cells:
        if cell.key == key or (not key and len(answer.cells) == 1):
            return cell
    raise Invalid("Name the number to explain: `cell` is its key in the newer receipt.", param="cell")


def _steps(origin: _State, goal: _State, start: Cell, target: Cell) -> list[Step]:
    period, group = target.period, target.group
    steps: list[Step] = []
    here, value = origin, start.value

    def to(state: _State, cause: str, label: str, text: str) -> None:
        nonlocal here, value
        if state == here:
            return
        found = state.cell(period, group).value
        steps.append(Step(cause, label, _difference(value, found), text))
        here, value = state, found

    if goal.pins.known_at != here.pins.known_at:
        learnt, parts = _by_fate(here, goal, period, group, value)
        steps += learnt
        state = _State(here.question, here.pins.with_knowledge_of_records(goal.pins))
        here, value = state, parts
        to(
            _State(here.question, here.pins.with_knowledge_of_people(goal.pins)),
            "organisation", "Organisation", "Owners, teams and managers as known now.",
        )  # fmt: skip
        to(
            _State(here.question, here.pins.with_knowledge_of_rates(goal.pins)),
            "fx", "Exchange rates", "Rates that were learnt or corrected in between.",
        )  # fmt: skip
        # By now everything is known as it is known there: the same pins, written plainly.
        here = _State(here.question, here.pins.with_all_knowledge(goal.pins))
    if goal.pins.as_of != here.pins.as_of:
        to(
            _State(here.question, replace(here.pins, as_of=goal.pins.as_of)),
            "time", "Time passed", f"As of {goal.pins.as_of:%-d %b %Y}, before {here.pins.as_of:%-d %b %Y}.",
        )  # fmt: skip
    if goal.pins.uses != here.pins.uses:
        to(
            _State(here.question, replace(here.pins, uses=goal.pins.uses)),
            "definition", "Definition", _versions_text(here.pins, goal.pins),
        )  # fmt: skip
    decided = here.pins.with_settings(goal.pins)
    if goal.pins.settings == here.pins.settings:
        here = _State(here.question, decided)
    else:
        to(
            _State(_filled_anew(here, goal), decided),
            "calendar", "Calendar and settings", "Time zone, fiscal calendar or reporting currency.",
        )  # fmt: skip
    if goal.question != here.question:
        to(goal, "question", "The question", "The two receipts were not asked the same.")
    return steps


def _filled_anew(here: _State, goal: _State) -> Question:
    """The question with what settings filled in for the asker: the reporting currency, the fiscal year."""
    before, after = here.pins.tenant_settings(), goal.pins.tenant_settings()
    question, asked = here.question, goal.question
    if (question.currency, asked.currency) == (before.currency, after.currency):
        question = question.ask_for(currency=asked.currency)
    years = [fiscal_year(settings, as_of=goal.pins.as_of) for settings in (before, after)]
    if [(each.start, each.end) for each in (question, asked)] == [(year.start, year.end) for year in years]:
        question = question.ask_for(start=asked.start, end=asked.end)
    return question


def _by_fate(
    here: _State, goal: _State, period: str, group: tuple[str | None, ...], value: Decimal | None
) -> tuple[list[Step], Decimal | None]:
    """The effect of what was learnt about records, by what became of them; and the value after all of it."""
    mixed = here.pins.with_knowledge_of_records(goal.pins)
    old, new = setting_of(here.question, here.pins), setting_of(here.question, mixed)
    reached = _State(here.question, mixed).cell(period, group).value
    facts_before = facts_of(old, period=period, group=group)
    facts_after = facts_of(new, period=period, group=group)
    if facts_before is None or facts_after is None:
        text = "Too many records to tell arrived, edited, merged and deleted apart."
        return [Step("data", "Records", _difference(value, reached), text)], reached
    grouped_before, grouped_after = _by_record(facts_before), _by_record(facts_after)
    changed = {
        record
        for record in grouped_before.keys() | grouped_after.keys()
        if grouped_before.get(record) != grouped_after.get(record)
    }
    wanted: dict[str, set[int]] = {}
    for metric, record_id in changed:
        wanted.setdefault(metric, set()).add(record_id)
    fates = fates_of(new, wanted, before=here.pins.known_at, after=goal.pins.known_at)
    steps: list[Step] = []
    now = dict(grouped_before)
    for fate, label in FATES:
        records = sorted(record for record in changed if fates.get(record, "edited") == fate)
        for record in records:
            now[record] = grouped_after.get(record, [])
        found, _ = value_of(old.body, *parts_from(old, [fact for facts in now.values() for fact in facts]))
        if records:
            steps.append(Step(fate, label, _difference(value, found), f"{counted(len(records), 'record')}."))
        value = found
    return steps, value


def _by_record(facts: Sequence[Fact]) -> dict[tuple[str, int], list[Fact]]:
    grouped: dict[tuple[str, int], list[Fact]] = {}
    for fact in facts:
        grouped.setdefault((fact.metric, fact.record_id), []).append(fact)
    return grouped


def _difference(before: Decimal | None, after: Decimal | None) -> Decimal | None:
    return None if before is None or after is None else after - before


def _versions_text(before: Pins, after: Pins) -> str:
    older = {used.key: used for used in before.uses}
    changed = [
        f"{used.label} v{older[used.key].number} to v{used.number}"
        if used.key in older
        else f"{used.label} v{used.number}"
        for used in after.uses
        if older.get(used.key) != used
    ]
    return f"{', '.join(changed)}." if changed else "The set of definitions."
