"""Small pictures drawn by the server as SVG. Pure. Colours come by class, sizes by attribute: no style
attributes.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

WIDTH, HEIGHT, PAD = 120, 36, 3


def spark(values: Sequence[Decimal | float | None], target: Decimal | float | None = None) -> str:
    """A line over equal steps with a weak area under it; gaps where a value is missing, dots for lone points.

    Empty when fewer than two values are known: one point is no trend.
    """
    known = [float(value) for value in values if value is not None]
    if len(known) < 2:
        return ""
    scale = [*known, *([float(target)] if target is not None else [])]
    low, high = min(scale), max(scale)

    def y(value: float) -> float:
        return round(
            HEIGHT / 2 if high == low else HEIGHT - PAD - (value - low) / (high - low) * (HEIGHT - 2 * PAD), 1
        )

    def x(index: int) -> float:
        return round(index * WIDTH / (len(values) - 1), 1)

    parts = []
    for run in _runs(values):
        points = [(x(index), y(value)) for index, value in run]
        if len(points) == 1:
            (cx, cy) = points[0]
            parts.append(f'<path class="s-accent" d="M{max(0, cx - 1)} {cy}H{min(WIDTH, cx + 1)}"/>')
            continue
        path = "M" + "L".join(f"{px} {py}" for px, py in points)
        parts.append(f'<path class="area" d="{path}L{points[-1][0]} {HEIGHT}L{points[0][0]} {HEIGHT}Z"/>')
        parts.append(f'<path class="s-accent" d="{path}"/>')
    if target is not None:
        parts.append(f'<path class="target" d="M0 {y(float(target))}H{WIDTH}"/>')
    return (
        f'<svg class="spark" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true" '
        f'focusable="false">{"".join(parts)}</svg>'
    )


def _runs(values: Sequence[Decimal | float | None]) -> list[list[tuple[int, float]]]:
    runs: list[list[tuple[int, float]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((index, float(value)))
    return [run for run in runs if run]
