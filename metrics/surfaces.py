"""One answer as REST, chart JSON and CSV show it: the same digits and the same receipt on each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from metrics.answer import Answer, Cell
from metrics.receipts import decimal_text


def cell_to_api(cell: Cell, answer: Answer) -> dict[str, object]:
    """One number for a program: exact digits as text, the parts they come from, the reason where there is
    none.
    """
    piece = answer.slice(cell.period)
    return {
        "cell": cell.key,
        "period": {"key": piece.key, "label": piece.label, "from": piece.start, "to": piece.end},
        "is_partial": piece.is_partial,
        "by": dict(zip(answer.by, cell.group, strict=True)),
        "value": decimal_text(cell.value),
        "reason": cell.reason,
        "parts": {name: decimal_text(part) for name, part in cell.parts.items()},
        "excluded": dict(cell.excluded),
        "interval": None if cell.low is None else [decimal_text(cell.low), decimal_text(cell.high)],
    }


def answer_to_api(answer: Answer) -> dict[str, object]:
    """A whole answer for a program."""
    return {
        "receipt": answer.receipt_id,
        "metric": answer.metric,
        "label": answer.label,
        "unit": answer.unit,
        "currency": answer.currency,
        "grain": answer.grain.value if answer.grain else "total",
        "by": list(answer.by),
        "definition": {
            "key": answer.definition.key,
            "version": answer.definition.number,
            "state": answer.definition.state,
            "checksum": answer.definition.checksum,
        },
        "as_of": answer.as_of,
        "known_at": answer.known_at,
        "data_version": answer.data_version,
        "notes": list(answer.notes),
        "scope": answer.scope_label or None,
        "values": [cell_to_api(cell, answer) for cell in answer.cells],
    }


def csv_lines(answer: Answer) -> Iterator[str]:
    """A CSV file line by line: one row a cell, ending with the receipt, readable without a manual."""
    parts = sorted({name for cell in answer.cells for name in cell.parts})
    yield csv_text(
        (
            "period",
            "from",
            "to",
            *answer.by,
            answer.metric,
            "unit",
            "reason",
            *(f"part_{name}" for name in parts),
            "definition_version",
            "data_version",
            "as_of",
            "receipt",
        )
    )
    unit = answer.currency or answer.unit
    for cell in answer.cells:
        piece = answer.slice(cell.period)
        yield csv_text(
            (
                piece.label,
                piece.start,
                piece.end,
                *cell.group,
                decimal_text(cell.value),
                unit,
                cell.reason,
                *tuple(decimal_text(cell.parts.get(name)) for name in parts),
                answer.definition.number,
                answer.data_version,
                answer.as_of.isoformat(),
                answer.receipt_id,
            )
        )


def csv_text(values: Iterable[object]) -> str:
    """One line of CSV."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerow([_safe(value) for value in values])
    return buffer.getvalue()


def _safe(value: object) -> str:
    """A cell that no spreadsheet takes for a formula: names come from people, digits from us."""
    text = "" if value is None else str(value)
    if text.startswith(("=", "+", "@", "\t", "\r")) or (text[:1] == "-" and not _is_number(text)):
        return "'" + text
    return text


def _is_number(text: str) -> bool:
    return (
        text.removeprefix("-").replace(".", "", 1).isascii()
        and text.removeprefix("-").replace(".", "", 1).isdigit()
    )
