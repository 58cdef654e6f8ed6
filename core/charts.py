"""Plotly figures as plain data. Pure: no plotly import, no Django.

Every colour is a token reference such as `var(--cat-1)`. The page script resolves references against the live
style sheet before Plotly sees them, and again when the theme changes or the page is printed, so one figure
serves all three (plotly's own validators refuse such strings, hence plain dictionaries). `TEMPLATE` and
`CONFIG` are the shared look; they travel in the script bundle, not in each figure.

Values are drawn, never computed, here: a point carries the text that the metric engine's answer was shown as.
No pseudo-HTML in texts: Plotly turns it into style attributes, which the content security policy refuses.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

Json: TypeAlias = "str | int | float | bool | Mapping[str, Json] | Sequence[Json] | None"
Figure: TypeAlias = Mapping[str, Json]
Value: TypeAlias = "Decimal | float | int | None"

SERIES_COLORS = tuple(f"var(--cat-{number})" for number in range(1, 6))
MOST_SERIES = len(SERIES_COLORS)
EMPHASIS = "var(--c-closed)"
WIDE_PLOT, NARROW_PLOT, LETTER = 900, 290, 7  # pixels: usual plots, and a letter of a label

_AXIS: dict[str, Json] = {
    "showgrid": False,
    "zeroline": False,
    "showline": True,
    "linecolor": "var(--line-2)",
    "linewidth": 1,
    "ticks": "outside",
    "ticklen": 4,
    "tickcolor": "var(--line-2)",
    "tickfont": {"size": 12, "color": "var(--text-3)"},
    "title": {"font": {"size": 12, "color": "var(--text-3)"}, "standoff": 8},
    "automargin": True,
    "fixedrange": True,
}
TEMPLATE: Figure = {
    "layout": {
        "font": {"family": "var(--font)", "size": 12, "color": "var(--text-2)"},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "colorway": list(SERIES_COLORS),
        "margin": {"l": 4, "r": 12, "t": 12, "b": 4, "pad": 0},
        "xaxis": _AXIS,
        "yaxis": {
            **_AXIS,
            "showgrid": True,
            "gridcolor": "var(--line)",
            "gridwidth": 1,
            "showline": False,
            "ticks": "",
            "ticklabelstandoff": 4,
            "nticks": 5,
        },
        "hovermode": "x unified",
        "hoverdistance": 40,
        "hoverlabel": {
            "bgcolor": "var(--surface)",
            "bordercolor": "var(--line-2)",
            "font": {"family": "var(--font)", "size": 12, "color": "var(--text)"},
            "align": "left",
        },
        "showlegend": False,
        "bargap": 0.34,
        "barcornerradius": 2,
        "separators": ".,",
        "dragmode": False,
        "annotationdefaults": {"font": {"size": 12, "color": "var(--text-2)"}, "showarrow": False},
        "shapedefaults": {"line": {"color": "var(--line-strong)", "width": 1}},
        "uniformtext": {"minsize": 11, "mode": "show"},
    },
    "data": {
        "scatter": [{"line": {"width": 2}, "marker": {"size": 6}}],
        "bar": [
            {
                "marker": {"line": {"width": 0}},
                "textposition": "outside",
                "cliponaxis": False,
                "textfont": {"size": 12, "color": "var(--text-2)"},
            }
        ],
    },
}
CONFIG: Figure = {
    "displayModeBar": False,
    "displaylogo": False,
    "responsive": True,
    "showTips": False,
    "doubleClick": False,
    "scrollZoom": False,
}


@dataclass(frozen=True)
class Unit:
    """How the value axis reads: `Unit(prefix="$", suffix="K")`, `Unit(suffix="%")`."""

    prefix: str = ""
    suffix: str = ""
    places: int = 0


@dataclass(frozen=True)
class Series:
    """One line or one set of bars over the periods.

    `texts` are the values as people read them; `receipts` are the engine's receipt ids, `links` where each
    point is explained. All are as long as `values`. `color` is a token name such as `--c-commit`; without it
    the next series colour.
    """

    name: str
    values: Sequence[Value]
    texts: Sequence[str] = ()
    receipts: Sequence[str] = ()
    links: Sequence[str] = ()
    color: str = ""
    emphasis: bool = False


@dataclass(frozen=True)
class Mark:
    """A dotted vertical where the meaning changed: before the period at `before`, saying for instance `v6 →
    v7`.
    """

    before: int
    text: str


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float


def line_over_periods(
    periods: Sequence[str],
    series: Sequence[Series],
    *,
    unit: Unit,
    target: Sequence[Value] = (),
    marks: Sequence[Mark] = (),
    last_is_partial: bool = False,
) -> Figure:
    """Lines over periods, each named at its end. `target` becomes ink dots; a running period gets an
    asterisk.
    """
    _check(periods, series)
    scale = _scale_of(series, target, from_zero=False)
    names = _period_names(periods, last_is_partial)
    colors = _colors(series)
    data: list[Json] = [_line(one, color, names) for one, color in zip(series, colors, strict=True)]
    if target:
        data.append(_target(target, names))
    widest = max(len(one.name) for one in series) if len(series) > 1 else 0
    layout: dict[str, Json] = {
        "xaxis": _period_axis(names, most=10, end=_room(len(names), widest, plot=WIDE_PLOT)),
        "yaxis": _value_axis(unit, scale),
        "annotations": [*_end_labels(series, colors, scale), *_mark_texts(marks, len(names))],
        "shapes": _mark_lines(marks),
        "margin": {"t": 28 if marks else 12},
    }
    narrow: dict[str, Json] = {
        "xaxis": _period_axis(names, most=4, end=_room(len(names), widest, plot=NARROW_PLOT))
    }
    return {"data": data, "layout": layout, "narrow": narrow}


def bars_over_periods(
    periods: Sequence[str],
    series: Sequence[Series],
    *,
    unit: Unit,
    target: Sequence[Value] = (),
    marks: Sequence[Mark] = (),
    last_is_partial: bool = False,
) -> Figure:
    """Bars over periods, from zero, side by side when there are several series; a legend only then."""
    _check(periods, series)
    scale = _scale_of(series, target, from_zero=True)
    names = _period_names(periods, last_is_partial)
    single = len(series) == 1
    data: list[Json] = []
    for one, color in zip(series, _colors(series), strict=True):
        data.append(
            {
                "type": "bar",
                "name": _plain(one.name),
                "x": list(range(len(names))),
                "y": _numbers(one.values),
                "marker": {"color": color},
                **_point_details(one),
            }
        )
    if target:
        data.append(_target(target, names))
    told = _bar_texts(series[0], target) if single and len(names) <= 12 else []
    layout: dict[str, Json] = {
        "xaxis": _period_axis(names, most=12, end=0.5),
        "yaxis": _value_axis(unit, scale),
        "annotations": [*told, *_mark_texts(marks, len(names))],
        "shapes": _mark_lines(marks),
        "margin": {"t": 28 if marks else 20},
        "showlegend": not single,
        "legend": {"orientation": "h", "y": -0.14, "x": 0, "xanchor": "left"},
    }
    narrow: dict[str, Json] = {"xaxis": _period_axis(names, most=4, end=0.5)}
    if len(names) > 5:
        narrow["annotations"] = _mark_texts(marks, len(names))
    return {"data": data, "layout": layout, "narrow": narrow}


def bars_by_segment(names: Sequence[str], series: Series, *, unit: Unit) -> Figure:
    """Horizontal bars, the first name on top: for a split by segment, owner or source."""
    _check(names, [series])
    values = _numbers(series.values)
    labels = [_plain(name) for name in names]
    high = max([number for number in values if number is not None], default=1.0)
    low = min([0.0, *(number for number in values if number is not None)])
    high = max(high, 0.0) or 1.0
    return {
        "data": [
            {
                "type": "bar",
                "orientation": "h",
                "name": _plain(series.name),
                "y": labels,
                "x": values,
                "marker": {"color": _colors([series])[0]},
                "text": list(series.texts),
                **_point_details(series, along="%{y}"),
            }
        ],
        "layout": {
            "hovermode": "closest",
            "bargap": 0.42,
            "yaxis": {"autorange": "reversed", "showgrid": False, "type": "category", "ticklabelstandoff": 8},
            "xaxis": {
                "showgrid": True,
                "gridcolor": "var(--line)",
                "showline": False,
                "ticks": "",
                "nticks": 5,
                "range": [low * 1.15, high * 1.15],
                "tickprefix": unit.prefix,
                "ticksuffix": unit.suffix,
            },
        },
        "narrow": {
            "yaxis": {
                "tickmode": "array",
                "tickvals": labels,
                "ticktext": [_cut(name, 14) for name in labels],
            },
            "xaxis": {"range": [low * 1.4, high * 1.45], "nticks": 3},
        },
    }


def to_json(figure: Figure) -> str:
    """JSON that may stand inside a `<script type="application/json">` element."""
    text = json.dumps(figure, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _check(periods: Sequence[str], series: Sequence[Series]) -> None:
    if not 1 <= len(series) <= MOST_SERIES:
        raise ValueError(f"A chart shows one to {MOST_SERIES} series, not {len(series)}.")
    for one in series:
        for part in (one.values, one.texts, one.receipts, one.links):
            if part and len(part) != len(periods):
                raise ValueError(f"{one.name}: {len(part)} points for {len(periods)} periods.")


def _numbers(values: Sequence[Value]) -> list[float | None]:
    return [None if value is None else float(value) for value in values]


def _colors(series: Sequence[Series]) -> list[str]:
    """The colour of each series: its own, the ink of the emphasised one, else the next of the five."""
    free = iter(SERIES_COLORS)
    return [f"var({one.color})" if one.color else EMPHASIS if one.emphasis else next(free) for one in series]


def _point_details(series: Series, along: str = "") -> dict[str, Json]:
    """Hover text and what a click needs: the text, the receipt id and the explaining link of each point."""
    count = len(series.values)
    texts = list(series.texts) or [f"{value}" for value in series.values]
    receipts = list(series.receipts) or [""] * count
    links = list(series.links) or [""] * count
    head = f"{along}: " if along else ""
    return {
        "customdata": [list(point) for point in zip(texts, receipts, links, strict=True)],
        "hovertemplate": f"{head}%{{customdata[0]}}<extra>{_plain(series.name)}</extra>",
    }


def _plain(text: str) -> str:
    """Names come from people: nothing in them may be read as Plotly markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("%{", "% {")


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"


def _line(series: Series, color: str, names: Sequence[str]) -> Json:
    alone = [value is not None for value in series.values].count(True) == 1
    return {
        "type": "scatter",
        "mode": "lines+markers" if alone or len(names) <= 1 else "lines",
        "name": _plain(series.name),
        "x": list(range(len(names))),
        "y": _numbers(series.values),
        "connectgaps": False,
        "line": {"color": color, "width": 3 if series.emphasis else 2},
        "marker": {"color": color},
        **_point_details(series),
    }


def _target(target: Sequence[Value], names: Sequence[str]) -> Json:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "Target",
        "x": list(range(len(names))),
        "y": _numbers(target),
        "marker": {"color": "var(--c-plan)", "size": 7, "line": {"color": "var(--surface)", "width": 1.5}},
        "hovertemplate": "%{y}<extra>Target</extra>",
    }


def _period_names(periods: Sequence[str], last_is_partial: bool) -> list[str]:
    names = [_plain(period) for period in periods]
    return [*names[:-1], f"{names[-1]}*"] if names and last_is_partial else names


def _period_axis(names: Sequence[str], *, most: int, end: float) -> Json:
    """Periods stand at 0, 1, 2 ... so that a version mark can stand between two of them; the last is always
    named.
    """
    step = max(1, -(-len(names) // most))
    shown = list(range((len(names) - 1) % step, len(names), step))
    return {
        "tickmode": "array",
        "tickvals": shown,
        "ticktext": [names[index] for index in shown],
        "range": [-0.5, len(names) - 1 + end],
        "unifiedhovertitle": {"text": ""},
    }


def _room(count: int, letters: int, *, plot: int) -> float:
    """How many periods' width the labels at the line's end need, in a plot of so many pixels."""
    if letters == 0:
        return 0.5
    pixels = min(letters * LETTER + 14, plot // 2)
    return max(0.5, count * pixels / (plot - pixels))


def _scale_of(series: Sequence[Series], target: Sequence[Value], *, from_zero: bool) -> _Scale:
    """A value range with room above and below; bars always include zero."""
    values = [
        float(value)
        for part in (*(one.values for one in series), target)
        for value in part
        if value is not None
    ]
    low, high = min(values, default=0.0), max(values, default=1.0)
    if from_zero:
        low, high = min(0.0, low), max(0.0, high)
    spread = (high - low) or abs(high) or 1.0
    below = 0.0 if from_zero and low == 0 else 0.14
    floor = low - spread * below
    return _Scale(max(0.0, floor) if low >= 0 else floor, high + spread * 0.14)


def _value_axis(unit: Unit, scale: _Scale) -> Json:
    return {
        "range": [scale.low, scale.high],
        "tickprefix": unit.prefix,
        "ticksuffix": unit.suffix,
        "tickformat": f",.{unit.places}~f",
    }


def _end_labels(series: Sequence[Series], colors: Sequence[str], scale: _Scale) -> list[Json]:
    """The name of each line at its last point, pushed apart so that none covers another."""
    if len(series) == 1:
        return []
    gap = (scale.high - scale.low) * 0.075
    ends: list[tuple[float, int, int]] = []
    for position, one in enumerate(series):
        known = [(index, float(value)) for index, value in enumerate(one.values) if value is not None]
        if known:
            ends.append((known[-1][1], position, known[-1][0]))
    ends.sort()
    labels: list[Json] = []
    lowest = float("-inf")
    for value, position, index in ends:
        at = max(value, lowest + gap)
        lowest = at
        labels.append(
            {
                "x": index,
                "y": at,
                "text": _plain(series[position].name),
                "xanchor": "left",
                "xshift": 8,
                "showarrow": False,
                "font": {"color": colors[position], "weight": 600},
            }
        )
    return labels


def _mark_lines(marks: Sequence[Mark]) -> list[Json]:
    return [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": mark.before - 0.5,
            "x1": mark.before - 0.5,
            "y0": 0,
            "y1": 1,
            "line": {"color": "var(--text-3)", "width": 1, "dash": "dot"},
        }
        for mark in marks
    ]


def _mark_texts(marks: Sequence[Mark], count: int) -> list[Json]:
    """The words stand on the side of the line where there is more room."""
    return [
        {
            "xref": "x",
            "yref": "paper",
            "x": mark.before - 0.5,
            "y": 1,
            "yanchor": "bottom",
            "xanchor": "right" if mark.before > count / 2 else "left",
            "text": _plain(mark.text),
            "showarrow": False,
            "font": {"color": "var(--text-3)"},
        }
        for mark in marks
    ]


def _bar_texts(series: Series, target: Sequence[Value]) -> list[Json]:
    """Each bar's number above it, and above its target where that is higher."""
    labels: list[Json] = []
    for index, text in enumerate(series.texts):
        value = series.values[index]
        if value is None:
            continue
        aim = target[index] if target else None
        top = max(
            float(value), 0.0, *([float(aim)] if aim is not None and float(aim) >= float(value) else [])
        )
        labels.append(
            {"x": index, "y": top, "text": _plain(text), "yanchor": "bottom", "yshift": 4, "showarrow": False}
        )
    return labels
