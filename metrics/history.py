"""Since when there is history to answer from: before it, a question about the past has no value, and says
so.
"""

from __future__ import annotations

from datetime import datetime

from definitions.compiler import (
    EventMetric,
    MetricBody,
    RatioMetric,
    SnapshotMetric,
    compile_history_start,
)
from definitions.execution import run
from metrics.answer import Slice
from metrics.setting import Setting


def history_start(setting: Setting) -> datetime | None:
    """The first instant known of every object the metric is about; None while any of them has no record."""
    starts: list[datetime] = []
    for object in sorted({body.object for body in components(setting.body, setting)}):
        compiled = compile_history_start(object, context=setting.context, query=setting.query)
        ((first,),) = run(compiled).rows
        if first is None:
            return None
        starts.append(first)
    return max(starts)


def components(body: MetricBody, setting: Setting) -> list[EventMetric | SnapshotMetric]:
    """The metrics whose facts are read: the sides of a ratio, or the metric itself."""
    if not isinstance(body, RatioMetric):
        return [body]
    found: list[EventMetric | SnapshotMetric] = []
    for key in dict.fromkeys([*body.numerator, *body.denominator]):
        part = setting.meanings.metric(key).body
        assert part is not None
        found += components(part, setting)
    return found


def needed_from(piece: Slice, setting: Setting) -> datetime:
    """The earliest instant whose state the cell rests on: the period's end for a state, else `as_of`."""
    as_of = setting.pins.as_of
    ends = {item.key: item.end_at for item in setting.query.periods}
    states = any(
        isinstance(body, SnapshotMetric) and body.falls_on is None
        for body in components(setting.body, setting)
    )
    return min(as_of, ends[piece.key]) if states else as_of
