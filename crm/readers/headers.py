"""Column names as a file states them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from crm.readers.profile import Limits, UnreadableFile

_DATA_LIKE = re.compile(r"[-+(]?[$€£]?\d[\d.,' ]*%?\)?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?")


def is_blank(cells: Sequence[object]) -> bool:
    """Whether nothing is in any cell."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def cleaned_headers(cells: Sequence[object], *, row: int, limits: Limits) -> tuple[str, ...]:
    """Names without surrounding blanks; empty ones at the end are dropped.

    UnreadableFile: `missing_header` (a column without name, or a first row that is data),
    `duplicate_headers`, `too_many_columns`.
    """
    names = ["" if cell is None else " ".join(str(cell).split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if not names:
        raise UnreadableFile("The file has no row with column names.", code="missing_header", row=row)
    if len(names) > limits.columns:
        raise UnreadableFile(
            f"The file has {len(names):,} columns; at most {limits.columns:,} can be read.",
            code="too_many_columns",
        )
    data_like = sum(1 for name in names if _DATA_LIKE.fullmatch(name))
    if data_like and data_like * 2 >= len(names):
        raise UnreadableFile(
            f"Row {row} should name the columns but looks like data ({names[0]!r}, ...). "
            "Add a first row with column names, or choose the row that has them.",
            code="missing_header",
            row=row,
        )
    for place, name in enumerate(names, start=1):
        if not name:
            raise UnreadableFile(
                f"Column {place} has no name in row {row}. Give it one, or delete the column.",
                code="missing_header",
                row=row,
                column=place,
            )
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names, start=1):
        places.setdefault(name, []).append(place)
    repeated = {name: where for name, where in places.items() if len(where) > 1}
    if repeated:
        listed = "; ".join(
            f"{name!r} in columns {', '.join(map(str, where))}" for name, where in sorted(repeated.items())
        )
        raise UnreadableFile(
            f"Column names must differ: {listed}. Rename or delete all but one.",
            code="duplicate_headers",
            columns=sorted(repeated),
        )
    return tuple(names)
