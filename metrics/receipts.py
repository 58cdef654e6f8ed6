"""Receipts: naming an answer by everything that fixes it, keeping it, finding it again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any  # JSON as it comes back from the database

import orjson
from django.db import transaction

from core.errors import NotFound
from core.periods import Grain
from metrics.answer import Answer, Cell, Slice, Used
from metrics.models import Receipt
from metrics.pins import Pins
from metrics.question import Question
from tenants.scope import current_tenant_id

# Part of every receipt id: raise it when the engine's arithmetic changes, so that an old receipt is never
# taken for
# the answer of a newer engine.
ENGINE = 1


def receipt_id_of(question: Question, pins: Pins) -> str:
    """The name of the answer: equal for equal questions on equal versions, and for nothing else."""
    facts = {
        "engine": ENGINE,
        "tenant": current_tenant_id(),
        "question": question.to_json(),
        "pins": pins.to_json(),
    }
    return "rc_" + hashlib.sha256(orjson.dumps(facts, option=orjson.OPT_SORT_KEYS)).hexdigest()[:32]


def stored_answer(receipt_id: str) -> Answer | None:
    """The kept answer under this name, None if nobody asked yet."""
    body = Receipt.objects.filter(receipt_id=receipt_id).values_list("answer", flat=True).first()
    return answer_from_json(body) if body else None


def receipt(receipt_id: str) -> Receipt:
    """The receipt of that id. Raises `NotFound`."""
    found = Receipt.objects.filter(receipt_id=receipt_id).first()
    if found is None:
        raise NotFound("There is no receipt of that id in this tenant.", code="no_such_receipt")
    return found


def like(kept: Receipt, *, limit: int = 20) -> list[Receipt]:
    """Receipts of the same question on other pins, the newest first."""
    found = Receipt.objects.filter(metric=kept.metric, question=kept.question).exclude(pk=kept.pk)
    return list(found.order_by("-id")[:limit])


def earlier_like(kept: Receipt) -> Receipt | None:
    """The receipt of the same question made last before this one."""
    found = Receipt.objects.filter(metric=kept.metric, question=kept.question, pk__lt=kept.pk)
    return found.order_by("-id").first()


def keep(answer: Answer, *, question: Question, pins: Pins, statements: Sequence[Statement]) -> None:
    """Keep an answer under its name; a second keeper of the same name changes nothing."""
    body = answer_to_json(answer)
    with transaction.atomic():
        Receipt.objects.bulk_create(
            [
                Receipt(
                    receipt_id=answer.receipt_id,
                    metric=answer.metric,
                    question=question.to_json(),
                    pins=pins.to_json(),
                    answer=body,
                    answer_digest=digest_of(answer),
                    statements=[statement.to_json() for statement in statements],
                    data_version=pins.data_version,
                )
            ],
            ignore_conflicts=True,
        )


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL statement behind the answer, as it was sent, with its parameters spelt out."""

    name: str
    sql: str
    params: Mapping[str, object]

    def to_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "sql": self.sql,
            "params": {key: str(value) for key, value in self.params.items()},
        }


def digest_of(answer: Answer) -> str:
    """Covers every value, reason and part, to the last digit."""
    return hashlib.sha256(
        orjson.dumps(answer_to_json(answer)["cells"], option=orjson.OPT_SORT_KEYS)
    ).hexdigest()


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """An answer as JSON keeps it: decimals as text, instants in ISO 8601."""
    return {
        "receipt_id": answer.receipt_id,
        "metric": answer.metric,
        "label": answer.label,
        "unit": answer.unit,
        "currency": answer.currency,
        "good": answer.good,
        "grain": answer.grain.value if answer.grain else None,
        "by": list(answer.by),
        "slices": [
            [item.key, item.label, item.start.isoformat(), item.end.isoformat(), item.is_partial]
            for item in answer.slices
        ],
        "cells": [_cell_to_json(cell) for cell in answer.cells],
        "definition": _used_to_json(answer.definition),
        "uses": [_used_to_json(used) for used in answer.uses],
        "as_of": answer.as_of.isoformat(),
        "known_at": answer.known_at.isoformat(),
        "data_version": answer.data_version,
        "notes": list(answer.notes),
        "scope_label": answer.scope_label,
        "parts_are_money": answer.parts_are_money,
    }


def answer_from_json(body: Mapping[str, Any]) -> Answer:
    return Answer(
        receipt_id=body["receipt_id"],
        metric=body["metric"],
        label=body["label"],
        unit=body["unit"],
        currency=body["currency"],
        good=body["good"],
        grain=Grain(body["grain"]) if body["grain"] else None,
        by=tuple(body["by"]),
        slices=tuple(
            Slice(key, label, date.fromisoformat(start), date.fromisoformat(end), partial)
            for key, label, start, end, partial in body["slices"]
        ),
        cells=tuple(_cell_from_json(cell) for cell in body["cells"]),
        definition=Used(**body["definition"]),
        uses=tuple(Used(**used) for used in body["uses"]),
        as_of=datetime.fromisoformat(body["as_of"]),
        known_at=datetime.fromisoformat(body["known_at"]),
        data_version=body["data_version"],
        notes=tuple(body["notes"]),
        scope_label=body["scope_label"],
        parts_are_money=body["parts_are_money"],
    )


def _cell_to_json(cell: Cell) -> dict[str, Any]:
    return {
        "period": cell.period,
        "group": list(cell.group),
        "value": decimal_text(cell.value),
        "reason": cell.reason,
        "parts": {name: decimal_text(part) for name, part in cell.parts.items()},
        "excluded": dict(cell.excluded),
        "low": decimal_text(cell.low),
        "high": decimal_text(cell.high),
    }


def _cell_from_json(body: Mapping[str, Any]) -> Cell:
    return Cell(
        period=body["period"],
        group=tuple(body["group"]),
        value=_decimal(body["value"]),
        reason=body["reason"],
        parts={name: Decimal(part) for name, part in body["parts"].items()},
        excluded=body["excluded"],
        low=_decimal(body["low"]),
        high=_decimal(body["high"]),
    )


def _used_to_json(used: Used) -> dict[str, Any]:
    return {name: getattr(used, name) for name in Used.__slots__}


def decimal_text(value: Decimal | None) -> str | None:
    """Plain digits without trailing zeros, so that equal numbers are equal texts."""
    if value is None:
        return None
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
