"""The one path to a number: question -> pins -> receipt -> kept answer, or compile, execute, keep.

A receipt's answer is computed once: equal pins give an equal answer for ever, so keeping it is a cache that
cannot go stale. New data, a new definition version or another day make another receipt.
"""

from __future__ import annotations

from datetime import datetime

from metrics import receipts
from metrics.answer import Answer
from metrics.compute import compute
from metrics.planning import plan
from metrics.question import Question


def answer(question: Question, *, now: datetime) -> Answer:
    """Answer a question about the tenant in scope, with a receipt.

    `now` fills an open `as_of` with the end of the tenant's day. Raises `NotFound` for a metric that is
    not in force and `Invalid` for a question the metric cannot be asked.
    """
    asked, pins = plan(question, now=now)
    receipt_id = receipts.receipt_id_of(asked, pins)
    kept = receipts.stored_answer(receipt_id)
    if kept is not None:
        return kept
    computed = compute(asked, pins, receipt_id=receipt_id)
    receipts.keep(computed.answer, question=asked, pins=pins, statements=computed.statements)
    return computed.answer
