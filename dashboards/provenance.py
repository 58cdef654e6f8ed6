"""Where a number comes from, as pages print it: popover, receipt, rows, change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote, urlencode

from django.urls import reverse

from core import formatting
from core.components import Action, Chip, Column, Fact, Pager, Provenance, Shown
from core.errors import NotFound
from dashboards import present
from dashboards.freshness import freshness
from dashboards.kpis import version_chip
from definitions import queries
from definitions.queries.pages import reading_of
from metrics import receipts
from metrics.answer import Answer, Cell
from metrics.change import explain_change
from metrics.models import Receipt
from metrics.replay import Replay
from metrics.rows import RowsPage as FoundRows
from metrics.rows import parts_of, rows_behind
from metrics.visibility import RowScope


def answer_of(receipt_id: str) -> Answer:
    return receipts.answer_from_json(receipts.receipt(receipt_id).answer)


def cell_of(answer: Answer, key: str) -> Cell:
    """The cell a link names; the only one where the link names none. Raises `NotFound`."""
    if not key and len(answer.cells) == 1:
        return answer.cells[0]
    for cell in answer.cells:
        if cell.key == key:
            return cell
    raise NotFound("This receipt has no such number.", code="no_such_cell", param="cell")


def popover(tenant: str, receipt_id: str, key: str, *, now: datetime, host: str) -> Provenance:
    """What the popover of one number says; `host` is where this installation is reached, with a slash."""
    kept = receipts.receipt(receipt_id)
    answer = receipts.answer_from_json(kept.answer)
    cell = cell_of(answer, key)
    version = queries.numbered_version(answer.metric, answer.definition.number)
    state = freshness(now)
    chip = version_chip(answer)
    where = urlencode({"cell": cell.key})
    api = f"{host}api/v1/t/{tenant}/metrics/{answer.metric}/values?" + urlencode(
        {name: value for name, value in kept.question.items() if name != "metric"}
    )
    return Provenance(
        title=answer.label,
        value=", ".join(part for part in (_value_text(cell, answer), where_text(cell, answer)) if part),
        chip=Chip(
            f"{chip.text}, not yet agreed"
            if answer.definition.state == "starter"
            else f"{chip.text} in force"
        ),
        meaning=version.meaning,
        formula=reading_of(version, at=now).words or version.text,
        facts=[
            *(
                Fact(
                    label,
                    present.part_text(cell, part, answer),
                    href=_rows_href(tenant, receipt_id, cell, part),
                )
                for part, label in parts_of(answer)
                if part in cell.parts
            ),
            *(Fact("Left out", sentence) for sentence in present.excluded_sentences(cell)),
            Fact("As of", formatting.instant(answer.as_of), note=f"data version {answer.data_version:,}"),
            Fact("Freshness", state.text, tone=state.tone, note=state.title),
            Fact("Owner", version.definition.owner.user.get_full_name(), person=True),
            Fact("Organisation", _asked_text("org", kept.question.get("org") or "as_was")),
            *(Fact("Note", note) for note in answer.notes),
        ],
        actions=[
            Action("Open definition", reverse("definition-detail", args=[tenant, answer.metric])),
            Action("See the rows", f"{reverse('receipt-rows', args=[tenant, receipt_id])}?{where}"),
            Action("Receipt", reverse("receipt", args=[tenant, receipt_id])),
            *_why(tenant, kept, where),
        ],
        api_call=f"curl -H 'Authorization: Bearer <key>' '{api}'",
    )


def _value_text(cell: Cell, answer: Answer) -> str:
    """As it was clicked, then every digit of it: `24.1% (0.241114 as a share of one)`."""
    exact, short = present.exact_text(cell, answer), present.value_text(cell.value, answer)
    return exact if cell.value is None or short == exact else f"{short} ({exact})"


def _why(tenant: str, kept: Receipt, where: str) -> list[Action]:
    """The way to "Why did this change?", where an earlier receipt of the same question exists."""
    earlier = receipts.earlier_like(kept)
    if earlier is None:
        return []
    href = reverse("receipt-change", args=[tenant, earlier.receipt_id, kept.receipt_id])
    return [Action("Why did this change?", f"{href}?{where}")]


def where_text(cell: Cell, answer: Answer) -> str:
    """Period and group of a cell: `Q4 2026 to date, Enterprise`."""
    piece = answer.slice(cell.period)
    period = f"{piece.label} to date" if piece.is_partial else piece.label
    return ", ".join((period, *(part if part is not None else "not set" for part in cell.group)))


def _rows_href(tenant: str, receipt_id: str, cell: Cell, part: str = "") -> str:
    href = f"{reverse('receipt-rows', args=[tenant, receipt_id])}?cell={quote(cell.key)}"
    return f"{href}&part={part}" if part else href


@dataclass(frozen=True)
class UsedRow:
    label: str
    number: int
    state: str
    checksum: str
    href: str


@dataclass(frozen=True)
class CellRow:
    name: str
    groups: Sequence[str]
    number: Shown
    exact: str
    parts: Sequence[str]
    rows_href: str


@dataclass(frozen=True)
class Named:
    name: str
    value: str


@dataclass(frozen=True)
class StatementBlock:
    name: str
    sql: str
    params: Sequence[Named]


@dataclass(frozen=True)
class Replayed:
    same: bool
    text: str


@dataclass(frozen=True)
class ReceiptPage:
    id: str
    created_at: datetime
    facts: Sequence[Fact]
    uses: Sequence[UsedRow]
    columns: Sequence[Column]
    cells: Sequence[CellRow]
    statements: Sequence[StatementBlock]
    replay_href: str
    replay: Replayed | None
    actions: Sequence[Action]


def receipt_page(tenant: str, receipt_id: str, *, replayed: Replay | None = None) -> ReceiptPage:
    """Everything a receipt holds."""
    kept = receipts.receipt(receipt_id)
    answer = receipts.answer_from_json(kept.answer)
    names = sorted({name for cell in answer.cells for name in cell.parts})
    labels = dict(parts_of(answer))
    return ReceiptPage(
        id=receipt_id,
        created_at=kept.created_at,
        facts=[
            Fact("KPI", answer.label, href=reverse("kpi-detail", args=[tenant, answer.metric])),
            *(
                Fact(label, _asked_text(name, str(kept.question[name])))
                for name, label in _PARAMETERS.items()
                if kept.question.get(name)
            ),
            Fact("As of", formatting.instant(answer.as_of), note="valid time: how it was"),
            Fact(
                "Known at",
                formatting.instant(answer.known_at),
                note="known time: what had been learnt by then",
            ),
            Fact("Data version", f"{answer.data_version:,}"),
            Fact("Settings", kept.pins["settings"], note="fingerprint of time zone, calendar, currency"),
            Fact("Answer digest", kept.answer_digest, note="covers every digit"),
            *(Fact("Note", note) for note in answer.notes),
        ],
        uses=[
            UsedRow(
                used.label,
                used.number,
                "starter, not yet agreed" if used.state == "starter" else used.state.replace("_", " "),
                used.checksum[:12],
                reverse("definition-version", args=[tenant, used.key, used.number]),
            )
            for used in answer.uses
        ],
        columns=[
            Column("Period"),
            *(Column(path) for path in answer.by),
            Column(answer.label, "r"),
            Column("Every digit", "r"),
            *(Column(labels.get(name, name), "r") for name in names),
            Column("Behind it"),
        ],
        cells=[
            CellRow(
                name=answer.slice(cell.period).label,
                groups=[part if part is not None else "Not set" for part in cell.group],
                number=present.shown(cell, answer, tenant=tenant),
                exact=receipts.decimal_text(cell.value) or formatting.NO_VALUE,
                parts=[receipts.decimal_text(cell.parts.get(name)) or "" for name in names],
                rows_href=_rows_href(tenant, receipt_id, cell),
            )
            for cell in answer.cells
        ],
        statements=[
            StatementBlock(
                item["name"], item["sql"], [Named(name, text) for name, text in item["params"].items()]
            )
            for item in kept.statements
        ],
        replay_href=reverse("receipt-replay", args=[tenant, receipt_id]),
        replay=_replayed(replayed) if replayed else None,
        actions=(Action("KPI", reverse("kpi-detail", args=[tenant, answer.metric])),),
    )


_PARAMETERS = {
    "from": "From",
    "to": "To before",
    "grain": "Period length",
    "by": "Split by",
    "where": "Filter",
    "org": "Organisation",
    "currency": "Currency",
    "basis": "Exchange rates",
    "version": "Definition version asked for",
    "as_of": "As of, asked",
    "known_at": "Known at, asked",
}
_IN_WORDS = {
    ("org", "as_was"): "teams and owners at the time",
    ("org", "as_is"): "today's teams and owners",
    ("basis", "plan"): "plan rates",
    ("basis", "as_booked"): "rates of the day of booking",
    ("basis", "current"): "current rates",
}


def _asked_text(name: str, value: str) -> str:
    """A parameter of the question as people say it: days and choices in words, the rest as it was sent."""
    if name in {"from", "to"}:
        return formatting.day(date.fromisoformat(value))
    return _IN_WORDS.get((name, value), value)


def _replayed(found: Replay) -> Replayed:
    if found.is_same:
        return Replayed(True, "Replayed from the tables just now: the same to the last digit.")
    changed = sum(a != b for a, b in zip(found.kept.cells, found.fresh.cells, strict=False))
    return Replayed(
        False,
        f"The replay differs in {formatting.counted(changed, 'number')}. That must not happen: "
        "tell whoever runs this installation, with this page.",
    )


@dataclass(frozen=True)
class RowCell:
    text: str
    align: str = ""


@dataclass(frozen=True)
class RowLine:
    name: str
    href: str
    cells: Sequence[RowCell]
    excluded: bool


@dataclass(frozen=True)
class Tab:
    label: str
    href: str
    current: bool


@dataclass(frozen=True)
class RowsPage:
    name: str
    where: str
    number: Shown
    receipt_href: str
    tabs: Sequence[Tab]
    columns: Sequence[Column]
    rows: Sequence[RowLine]
    pager: Pager
    narrowed: str
    empty_text: str
    actions: Sequence[Action]


def rows_page(tenant: str, receipt_id: str, *, cell: str, part: str, after: str, scope: RowScope) -> RowsPage:
    """The records behind one number, part by part, as they were under the receipt's pins."""
    answer = answer_of(receipt_id)
    chosen = cell_of(answer, cell)
    found: FoundRows = rows_behind(receipt_id, cell=chosen.key, part=part, after=after, scope=scope)
    parts = parts_of(answer)
    wanted = urlencode({"cell": chosen.key, "part": found.part})
    export = f"{reverse('receipt-rows-export', args=[tenant, receipt_id])}?{wanted}"
    following = urlencode({"cell": chosen.key, "part": found.part, "after": found.next_after})
    here = reverse("receipt-rows", args=[tenant, receipt_id])
    return RowsPage(
        name=answer.label,
        where=where_text(chosen, answer),
        number=present.shown(chosen, answer, tenant=tenant),
        receipt_href=reverse("receipt", args=[tenant, receipt_id]),
        tabs=[
            Tab(label, _rows_href(tenant, receipt_id, chosen, name), name == found.part)
            for name, label in parts
        ],
        columns=[
            Column("Record"),
            Column("Date"),
            Column("Owner"),
            Column("Value", "r"),
            Column("Counted as"),
        ],
        rows=[
            RowLine(
                name=row.name or row.source_id,
                href=reverse("record-detail", args=[tenant, row.object, row.record_id]),
                cells=[
                    RowCell(formatting.day(row.event_on)),
                    RowCell(row.owner or ""),
                    RowCell(
                        formatting.money_exact(row.value, row.currency)
                        if row.currency
                        else formatting.number(row.value, 0),
                        "r",
                    ),
                    RowCell(STATUS.get(row.status, row.status)),
                ],
                excluded=row.status != "counted",
            )
            for row in found.rows
        ],
        pager=Pager(
            shown=formatting.counted(len(found.rows), "row")
            + (" on this page" if found.next_after or after else ""),
            next_href=f"{here}?{following}" if found.next_after else "",
            previous_href=_rows_href(tenant, receipt_id, chosen, found.part) if after else "",
        ),
        narrowed=scope.label,
        empty_text="Nothing was counted here."
        if scope.emails is None
        else "None of these rows is yours or your team's.",
        actions=(Action("Export CSV", export, icon="out"),),
    )


STATUS = {
    "counted": "counted",
    "no_amount": "counted, no amount",
    "missing_rate": "no exchange rate",
    "future_dated": "left out: dated in the future",
    "past_due": "left out: past due",
    "unmapped": "left out: type not mapped",
    "undated": "left out: no date",
}


@dataclass(frozen=True)
class ChangeStep:
    label: str
    effect: str
    text: str


@dataclass(frozen=True)
class Other:
    label: str
    href: str


@dataclass(frozen=True)
class ChangePage:
    name: str
    where: str
    sentence: str
    before: Shown
    after: Shown
    before_href: str
    after_href: str
    steps: Sequence[ChangeStep]
    others: Sequence[Other]


def change_page(tenant: str, before: str, after: str, *, cell: str) -> ChangePage:
    """Why one number differs between two receipts, cause by cause."""
    change = explain_change(before, after, cell=cell)
    older, newer = change.before, change.after
    difference = change.difference
    if difference is None:
        sentence = "One of the two has no value, so there is no difference to split."
    else:
        word = "rose" if difference > 0 else "fell" if difference < 0 else "did not change"
        size = f" by {present.change_text(difference, newer)}" if difference else ""
        sentence = f"{newer.label} {word}{size}."
    kept = receipts.receipt(after)
    return ChangePage(
        name=newer.label,
        where=where_text(change.cell_after, newer),
        sentence=sentence,
        before=present.shown(change.cell_before, older, tenant=tenant),
        after=present.shown(change.cell_after, newer, tenant=tenant),
        before_href=reverse("receipt", args=[tenant, before]),
        after_href=reverse("receipt", args=[tenant, after]),
        steps=[
            ChangeStep(
                step.label,
                formatting.NO_VALUE if step.effect is None else _signed(step.effect, newer),
                step.text,
            )
            for step in change.steps
        ],
        others=[
            Other(
                f"{formatting.instant(other.created_at)}, data version {other.data_version:,}",
                f"{reverse('receipt-change', args=[tenant, other.receipt_id, after])}?cell={quote(cell)}",
            )
            for other in receipts.like(kept)
            if other.receipt_id not in {before, after}
        ],
    )


def _signed(effect: Decimal, answer: Answer) -> str:
    if effect == 0:
        return "0"
    sign = "+" if effect > 0 else formatting.MINUS
    return f"{sign}{present.change_text(effect, answer)}"
