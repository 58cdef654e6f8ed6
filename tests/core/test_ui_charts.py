from __future__ import annotations

import json
import re
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any  # Any: figures are looked into as JSON

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import charts, sparklines
from core.charts import Figure, Mark, Series, Unit

QUARTERS = ["Q1 26", "Q2 26", "Q3 26", "Q4 26"]
TOKENS = set(re.findall(r"(--[\w-]+):", Path("static/css/tokens.css").read_text("utf-8")))


def loaded(figure: Figure) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(charts.to_json(figure))
    return value


def percent_series(name: str, *values: str, emphasis: bool = False) -> Series:
    return Series(
        name, [Decimal(value) for value in values], [f"{value}%" for value in values], emphasis=emphasis
    )


def texts_in(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts_in(part)]
    if isinstance(value, list):
        return [text for part in value for text in texts_in(part)]
    return []


def three_figures() -> list[Figure]:
    line = charts.line_over_periods(
        QUARTERS,
        [percent_series("All", "1", "2", "3", "4", emphasis=True), percent_series("SMB", "2", "3", "4", "5")],
        unit=Unit(suffix="%"),
        target=[Decimal(3)] * 4,
        marks=[Mark(2, "v6 \u2192 v7")],
        last_is_partial=True,
    )
    bars = charts.bars_over_periods(
        QUARTERS, [percent_series("All", "1", "2", "3", "4")], unit=Unit(suffix="%")
    )
    split = charts.bars_by_segment(QUARTERS, percent_series("All", "1", "2", "3", "4"), unit=Unit(suffix="%"))
    return [line, bars, split]


def test_every_colour_is_a_token_of_the_style_sheet() -> None:
    used = {
        text
        for figure in [*three_figures(), charts.TEMPLATE]
        for text in texts_in(loaded(figure))
        if "--" in text
    }

    assert used
    assert {reference.removeprefix("var(").removesuffix(")") for reference in used} <= TOKENS
    literal = [
        text for figure in three_figures() for text in texts_in(loaded(figure)) if re.match(r"#|rgb", text)
    ]
    assert literal == []


def test_a_point_carries_the_text_the_receipt_and_the_link_it_was_shown_with() -> None:
    series = Series("Win rate", [Decimal("0.241")], ["24.1%"], ["r_8f3a"], ["/t/acme/n/r_8f3a/"])
    figure = loaded(charts.line_over_periods(["Q4 26"], [series], unit=Unit()))

    assert figure["data"][0]["customdata"] == [["24.1%", "r_8f3a", "/t/acme/n/r_8f3a/"]]
    assert figure["data"][0]["mode"] == "lines+markers"  # one point alone would draw nothing as a line


def test_a_missing_value_is_a_gap_and_never_zero() -> None:
    series = Series("Win rate", [Decimal(1), None, Decimal(3), Decimal(4)])
    trace = loaded(charts.line_over_periods(QUARTERS, [series], unit=Unit()))["data"][0]

    assert trace["y"] == [1.0, None, 3.0, 4.0]
    assert trace["connectgaps"] is False


def test_bars_start_at_zero_and_lines_need_not() -> None:
    high = percent_series("All", "90", "91", "92", "93")
    bars = loaded(charts.bars_over_periods(QUARTERS, [high], unit=Unit()))["layout"]["yaxis"]["range"]
    line = loaded(charts.line_over_periods(QUARTERS, [high], unit=Unit()))["layout"]["yaxis"]["range"]
    falling = loaded(
        charts.bars_over_periods(QUARTERS, [percent_series("All", "-5", "-1", "2", "3")], unit=Unit())
    )

    assert bars[0] == 0
    assert 80 < line[0] < 90
    assert falling["layout"]["yaxis"]["range"][0] < -5


def test_labels_at_the_end_of_lines_stand_apart() -> None:
    series = [
        percent_series(name, "1", "2", "3", value)
        for name, value in zip("ABCD", ["5", "5", "5.01", "9"], strict=True)
    ]
    figure = loaded(charts.line_over_periods(QUARTERS, series, unit=Unit()))
    low, high = figure["layout"]["yaxis"]["range"]
    heights = sorted(label["y"] for label in figure["layout"]["annotations"])

    assert len(heights) == 4
    assert min(after - before for before, after in pairwise(heights)) >= (high - low) * 0.07


def test_the_running_period_has_an_asterisk_and_phones_name_fewer_periods() -> None:
    months = [f"M{number}" for number in range(1, 25)]
    series = Series("Bookings", list(range(24)))
    figure = loaded(charts.line_over_periods(months, [series], unit=Unit(), last_is_partial=True))

    assert figure["layout"]["xaxis"]["ticktext"][-1] == "M24*"
    assert len(figure["layout"]["xaxis"]["ticktext"]) <= 10
    assert figure["narrow"]["xaxis"]["ticktext"][-1] == "M24*"
    assert len(figure["narrow"]["xaxis"]["ticktext"]) <= 4


def test_names_of_people_cannot_become_markup_or_end_the_script() -> None:
    name = '</script><b style="color:red">%{y}'
    text = charts.to_json(charts.bars_by_segment([name], Series(name, [1], [name]), unit=Unit()))

    assert "<" not in text
    assert ">" not in text
    shown = loaded(json.loads(text))
    assert "<b" not in shown["data"][0]["name"]
    assert "%{y}" not in shown["data"][0]["name"]


def test_more_than_five_series_or_uneven_ones_are_refused() -> None:
    with pytest.raises(ValueError, match="one to 5 series"):
        charts.line_over_periods(QUARTERS, [percent_series("A", "1", "1", "1", "1")] * 6, unit=Unit())
    with pytest.raises(ValueError, match="3 points for 4 periods"):
        charts.bars_over_periods(QUARTERS, [Series("A", [1, 2, 3])], unit=Unit())


@given(st.lists(st.none() | st.floats(-1e9, 1e9), min_size=1, max_size=30))
def test_any_history_can_be_drawn(values: list[float | None]) -> None:
    periods = [f"P{number}" for number in range(len(values))]
    figure = loaded(charts.bars_over_periods(periods, [Series("A", values)], unit=Unit()))
    low, high = figure["layout"]["yaxis"]["range"]

    assert low <= 0 <= high
    assert all(low <= value <= high for value in values if value is not None)
    picture = sparklines.spark(values)
    assert picture == "" or picture.count("<svg") == picture.count("</svg>") == 1
    assert "style" not in picture


def test_a_trend_of_one_point_is_no_trend_and_a_gap_splits_the_line() -> None:
    assert sparklines.spark([None, 3.0, None]) == ""
    assert sparklines.spark([1.0, 2.0, None, 2.0, 1.0]).count('class="s-accent"') == 2
    assert sparklines.spark([1.0, 2.0], target=5).count('class="target"') == 1
