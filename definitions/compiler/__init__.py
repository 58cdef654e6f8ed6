"""From checked expressions and metric bodies to PostgreSQL.

Owns: the shape of every metric statement, built as sqlglot trees with all values as parameters. Pure: no
Django, no database, no clock. May import: `definitions.language`.
Never: runs anything (that is `definitions.execution`), knows a table that no `sources.py` declares.
"""

from __future__ import annotations

from .bodies import (
    Aggregate,
    BodyError,
    EventMetric,
    FirstEntry,
    LastEntry,
    MetricBody,
    NetEntries,
    OnField,
    RatioMetric,
    SnapshotMetric,
    Unit,
    ValueAt,
    from_json,
    to_json,
)
from .metric import compile_history_start, compile_metric, prepare_metric
from .query import (
    Asked,
    Basis,
    ColumnSpec,
    CompileContext,
    CompiledQuery,
    CompileError,
    MetricQuery,
    Organisation,
    PeriodSlice,
    PreparedQuery,
    Segmentation,
    Shape,
)
from .rows import RowsCell, compile_rows
from .sources import Source, Sources

__all__ = [
    "Aggregate",
    "Asked",
    "Basis",
    "BodyError",
    "ColumnSpec",
    "CompileContext",
    "CompileError",
    "CompiledQuery",
    "EventMetric",
    "FirstEntry",
    "LastEntry",
    "MetricBody",
    "MetricQuery",
    "NetEntries",
    "OnField",
    "Organisation",
    "PeriodSlice",
    "PreparedQuery",
    "RatioMetric",
    "RowsCell",
    "Segmentation",
    "Shape",
    "SnapshotMetric",
    "Source",
    "Sources",
    "Unit",
    "ValueAt",
    "compile_history_start",
    "compile_metric",
    "compile_rows",
    "from_json",
    "prepare_metric",
    "to_json",
]
