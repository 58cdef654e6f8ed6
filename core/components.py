"""What the shared template partials print: one frozen dataclass per component of the design system.

Pages build these in their queries and pass them on; templates only print. Texts arrive already formatted
(`core.formatting`), so that a number reads the same on every surface. Tones say status, never decoration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from core import formatting
from core.charts import Figure

Tone = Literal["", "pos", "warn", "neg", "accent", "stat", "line"]
Good = Literal["up", "down", "none"]
Direction = Literal["up", "down", "flat"]
Align = Literal["", "r"]


@dataclass(frozen=True)
class Action:
    """Something to do next: a link, or a button that posts when `method` is "post"."""

    label: str
    href: str
    icon: str = ""
    kind: Literal["", "primary", "quiet", "danger"] = ""
    method: Literal["get", "post"] = "get"


@dataclass(frozen=True)
class Chip:
    text: str
    tone: Tone = ""
    icon: str = ""
    title: str = ""


@dataclass(frozen=True)
class Freshness:
    """How old something is against its promise: a dot whose shape and colour say the same, and words."""

    text: str
    tone: Tone = "pos"
    title: str = ""


@dataclass(frozen=True)
class Shown:
    """One number as people meet it. `href` answers where it comes from; `receipt` is the engine's receipt id.

    `exact` is the unrounded text for the tooltip; `label` names the number for people who cannot see where it
    stands; `restated` is the version mark of a number that was computed again under a newer definition.
    """

    text: str
    label: str
    href: str = ""
    receipt: str = ""
    exact: str = ""
    restated: str = ""


@dataclass(frozen=True)
class Missing:
    """No value, why, and what to do about it: never a zero."""

    reason: str
    action: Action | None = None


@dataclass(frozen=True)
class Delta:
    """A change against a comparison. Which direction is good belongs to the metric, not to the sign."""

    text: str
    direction: Direction
    tone: Tone = ""
    against: str = ""


def delta_of(change: Decimal, text: str, *, good: Good = "up", against: str = "") -> Delta:
    """The delta of a signed change; `text` is its size without sign (`0.8 pts`)."""
    if change == 0:
        return Delta("no change", "flat", "", against)
    rising = change > 0
    tone: Tone = "" if good == "none" else "pos" if rising == (good == "up") else "neg"
    return Delta(text, "up" if rising else "down", tone, against)


@dataclass(frozen=True)
class Fact:
    """A row of the provenance popover or of any description list."""

    label: str
    text: str
    href: str = ""
    note: str = ""
    tone: Tone = ""
    person: bool = False


@dataclass(frozen=True)
class Provenance:
    """Where a number comes from: meaning, formula, facts and ways on."""

    title: str
    value: str
    chip: Chip | None = None
    meaning: str = ""
    formula: str = ""
    facts: Sequence[Fact] = ()
    actions: Sequence[Action] = ()
    api_call: str = ""
    withheld: str = ""


KpiState = Literal["", "stale", "restated", "no_target", "no_data"]


@dataclass(frozen=True)
class KpiTile:
    """A KPI at a glance. Without a number, `missing` says why and what to do."""

    name: str
    href: str
    number: Shown | None
    missing: Missing | None = None
    version: Chip | None = None
    delta: Delta | None = None
    trend: Sequence[Decimal | None] = ()
    target: Decimal | None = None
    foot: str = ""
    freshness: Freshness | None = None
    state: KpiState = ""
    why: str = ""


@dataclass(frozen=True)
class Column:
    label: str
    align: Align = ""


@dataclass(frozen=True)
class DataTable:
    """The numbers behind a chart; the first cell of a row is its header."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str | Shown]]
    caption: str = ""


@dataclass(frozen=True)
class Chart:
    """A drawn chart, the finding it shows in words, and the same numbers as a table."""

    figure: Figure
    finding: str
    table: DataTable
    size: Literal["sm", "", "lg"] = ""


@dataclass(frozen=True)
class Pager:
    """Pages by cursor. `shown` says what is on this page: `Rows 1 to 50 of 1,294`."""

    shown: str
    previous_href: str = ""
    next_href: str = ""


JobState = Literal["waiting", "running", "stopping", "done", "partly", "failed", "stopped"]
JOB_TONES: dict[JobState, str] = {"done": "pos", "partly": "warn", "failed": "neg", "stopped": "muted"}


@dataclass(frozen=True)
class JobProgress:
    """A long job as a page shows it: real counts, a way out, safe to leave. Polls `poll_href` until it is
    over.
    """

    title: str
    state: JobState
    done: int
    total: int | None
    noun: str
    note: str = ""
    poll_href: str = ""
    stop_href: str = ""
    actions: Sequence[Action] = field(default_factory=tuple)
    every_seconds: int = 1

    @property
    def over(self) -> bool:
        return self.state in JOB_TONES

    @property
    def tone(self) -> str:
        return JOB_TONES.get(self.state, "")

    @property
    def counts(self) -> str:
        """`29 of 46 snapshots`; without a known total, `29 snapshots`."""
        if self.total is None:
            return formatting.counted(self.done, self.noun)
        return f"{formatting.number(self.done)} of {formatting.counted(self.total, self.noun)}"
