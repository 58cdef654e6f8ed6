"""Computing a receipt's answer again from its pins: the same to the last digit, or a named difference."""

from __future__ import annotations

from dataclasses import dataclass

from metrics import receipts
from metrics.answer import Answer
from metrics.compute import compute
from metrics.pins import Pins
from metrics.question import parse_question


@dataclass(frozen=True)
class Replay:
    """`kept` is what the receipt says, `fresh` what the tables say now under the same pins."""

    kept: Answer
    fresh: Answer

    @property
    def is_same(self) -> bool:
        return receipts.digest_of(self.kept) == receipts.digest_of(self.fresh)


def replay(receipt_id: str) -> Replay:
    """Compute the answer anew, from facts, never from what was kept. Raises `NotFound`, or `Conflict` where
    the
    definitions or settings of that time can no longer be read."""
    kept = receipts.receipt(receipt_id)
    question = parse_question(kept.metric, kept.question)
    computed = compute(question, Pins.from_json(kept.pins), receipt_id=receipt_id)
    return Replay(kept=receipts.answer_from_json(kept.answer), fresh=computed.answer)
