"""What the CRM of a company says, written down deal by deal, and questions to the engine about it.

Stages: lead, qualified, won, lost, junk. Ann is in team West, Bob in East, both below Maud. One account,
Acme. Questions stand at the end of June 2026 unless they say otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

from django.utils import timezone

from core.periods import Grain
from crm.loader import Change, Op, load, start_run
from crm.models import LoadRun, Source
from definitions.services import adopt_starters
from definitions.starter import starter_definitions
from metrics import engine
from metrics.answer import Answer, Cell
from metrics.question import Question
from tenants.audit import Actor
from tests.conftest import Company

SOURCE = "sheet"
AS_OF = datetime(2026, 6, 30, 20, tzinfo=UTC)
START = datetime(2025, 1, 1, tzinfo=UTC)
STAGES = {
    "lead": ("open", False),
    "qualified": ("open", True),
    "won": ("won", True),
    "lost": ("lost", True),
    "junk": ("disqualified", True),
}


def at(day: str, hour: int = 12) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


def learn(object: str, changes: Sequence[Change]) -> None:
    """One load: a data version of its own."""
    source, _ = Source.objects.get_or_create(key=SOURCE, defaults={"label": "Sheet"})
    run = start_run(source, object, mode=LoadRun.Mode.CHANGES, observed_at=timezone.now())
    load(object, changes, run=run)


def deal(
    name: str, steps: Mapping[str, str], /, *, owner: str = "ann", closes: str | None = None, **values: object
) -> list[Change]:
    """A deal that entered stages on days: new business of 100 USD unless said otherwise."""
    given: dict[str, object] = {
        "name": name,
        "amount": Decimal(100),
        "currency": "USD",
        "opportunity_type": "new",
        "close_date": date.fromisoformat(closes) if closes else None,
        **values,
    }
    first = next(iter(steps))
    return [
        Change(
            source_id=name,
            at=at(day),
            values={**given, "created_at": at(day)} if day == first else {},
            refs={"stage": stage, **({"owner": owner, "account": "acme"} if day == first else {})},
        )
        for day, stage in steps.items()
    ]


def won(name: str, day: str, /, **values: object) -> list[Change]:
    return deal(name, {day: "won"}, closes=day, **values)  # type: ignore[arg-type]  # values of a deal


def edit(name: str, day: str, /, *, refs: Mapping[str, str | None] | None = None, **values: object) -> Change:
    return Change(source_id=name, at=at(day, 13), op=Op.PATCH, values=values, refs=refs or {})


def delete(name: str, day: str) -> Change:
    return Change(source_id=name, at=at(day, 14), op=Op.DELETE)


def rate(table: str, valid_on: str, figure: str, *, currency: str = "EUR") -> Change:
    return Change(
        source_id=f"{table} {currency} {valid_on}",
        at=START,
        values={
            "rate_table": table,
            "currency": currency,
            "to_currency": "USD",
            "rate": Decimal(figure),
            "valid_on": date.fromisoformat(valid_on),
        },
    )


def person(name: str, team: str, *, company: str, manager: str | None = None, day: str = "") -> Change:
    return Change(
        source_id=name,
        at=at(day) if day else START,
        values={"name": name.title(), "email": f"{name}@{company}.example", "team": team},
        refs={"manager": manager},
    )


@dataclass(frozen=True)
class Books:
    """Two companies with stages, people, an account and the starter definitions; no deals yet."""

    company: Company
    other: Company


def open_books(company: Company) -> None:
    """Within the company's scope."""
    adopt_starters([each.key for each in starter_definitions()], actor=Actor.of(company.admin))
    learn("stage", [
        Change(
            source_id=name,
            at=START,
            values={"pipeline": "new", "name": name, "label": name.title(), "position": place,
                    "outcome": outcome, "is_qualified": qualified},
        )
        for place, (name, (outcome, qualified)) in enumerate(STAGES.items())
    ])  # fmt: skip
    slug = company.slug
    learn("user", [
        person("maud", "Sales", company=slug),
        person("ann", "West", company=slug, manager="maud"),
        person("bob", "East", company=slug, manager="maud"),
    ])  # fmt: skip
    learn("account", [Change(source_id="acme", at=START, values={"name": "Acme", "segment": "Enterprise"})])


def ask(
    metric: str,
    start: str = "2026-01-01",
    end: str = "2026-07-01",
    *,
    as_of: datetime | None = AS_OF,
    grain: Grain | None = Grain.QUARTER,
    **changes: object,
) -> Answer:
    """The engine's answer over the first two quarters of 2026."""
    question = Question(
        metric=metric,
        grain=grain,
        start=date.fromisoformat(start),
        end=date.fromisoformat(end),
        as_of=as_of,
    ).ask_for(**changes)
    return engine.answer(question, now=timezone.now())


def one(metric: str, start: str = "2026-01-01", end: str = "2026-07-01", **changes: object) -> Cell:
    """The single number over the whole of the days."""
    return ask(metric, start, end, grain=None, **changes).only  # type: ignore[arg-type]  # parts of a question


def values(answer: Answer) -> list[Decimal | None]:
    return [cell.value for cell in answer.cells]


def parts(answer: Answer, *names: str) -> list[tuple[object, ...]]:
    return [tuple(cell.parts.get(name) for name in names) for cell in answer.cells]


def figures(*found: object) -> tuple[object, ...]:
    """Several figures side by side, as a test compares them with plain numbers."""
    return found
