"""The rows behind a number: which records make up a cell, and which were left out of it and why."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from definitions.language.catalog import Type

from . import sql
from .bodies import MetricBody, RatioMetric
from .joins import Statement
from .measure import Measure
from .metric import with_steps
from .query import ColumnSpec, CompileContext, CompiledQuery, CompileError, MetricQuery, PreparedQuery
from .sql import Sql


@dataclass(frozen=True, slots=True)
class RowsCell:
    """Which rows: those of a period, of dimension values (in the order of the query's dimensions), of a
    status.

    None for `key`, `values` or `status` asks for all. `after` is the (record_id, line) of the last row seen.
    """

    key: str | None = None
    values: tuple[object, ...] | None = None
    status: str | None = None
    after: tuple[int, int] | None = None
    limit: int = 100


@dataclass(frozen=True, slots=True)
class _Form:
    """What of a cell decides the statement: which parts are asked for, and which of the values are empty."""

    key: bool
    empty: tuple[bool, ...] | None
    status: bool
    after: bool
    name: str = field(default="rows")


def compile_rows(
    body: MetricBody, query: MetricQuery, cell: RowsCell, *, context: CompileContext
) -> CompiledQuery:
    """The rows behind a cell, in the order of record_id and line, `cell.limit` at a time.

    One row a fact: record_id, line, source, source_id, name, key (period), d0 ..., event_on, event_at,
    weight, value, currency, amount (reporting currency) and status (see `measure`). A reversal is a row
    with weight -1. Rows without a date have no period. A ratio has no rows of its own: ask for those of its
    sides.
    """
    if isinstance(body, RatioMetric):
        raise CompileError("A ratio has no rows of its own; ask for those of its sides.", param="metric")
    if cell.values is not None and len(cell.values) != len(query.dimensions):
        raise CompileError("Give one value for each dimension.", param="by")
    empty = None if cell.values is None else tuple(value is None for value in cell.values)
    form = _Form(cell.key is not None, empty, cell.status is not None, cell.after is not None)
    found = context.prepared.get((body, query.shape, form))
    if not isinstance(found, PreparedQuery):
        statement = Statement(context, query.shape)
        found = context.prepared[body, query.shape, form] = _prepare(
            Measure(statement, body, for_rows=True), form
        )
    compiled = found.bind(context.asked(query))
    values = {**compiled.params, "rows": cell.limit}
    if cell.key is not None:
        values["cell_key"] = cell.key
    if cell.status is not None:
        values["cell_status"] = cell.status
    if cell.after is not None:
        values["after_record"], values["after_line"] = cell.after
    for number, value in enumerate(cell.values or ()):
        if value is not None:
            values[f"cell_d{number}"] = value
    return CompiledQuery(compiled.sql, values, compiled.columns, compiled.reads, compiled.terms)


def _prepare(measure: Measure, form: _Form) -> PreparedQuery:
    statement = measure.statement
    dimensions = measure.dimension_columns()
    name = [("name", Type.TEXT, "Name")] if measure.facts.has_name else []
    plain = [
        ("record_id", Type.NUMBER, "Record"),
        ("line", Type.NUMBER, "Line"),
        *name,
        ("key", Type.TEXT, "Period"),
        ("event_on", Type.DATE, "Date"),
        ("event_at", Type.INSTANT, "Instant"),
        ("weight", Type.NUMBER, "Weight"),
        ("value", measure.facts.value_type, "Value"),
        ("currency", Type.TEXT, "Currency"),
        ("amount", measure.facts.value_type, "Value in the reporting currency"),
        ("status", Type.TEXT, "Status"),
    ]
    columns = [ColumnSpec(key, "row", kind, label) for key, kind, label in plain]
    columns += dimensions
    expressions = [sql.column("m", spec.name) for spec in columns]
    for key, label in (("source", "Source"), ("source_id", "Id in the source")):
        columns.append(ColumnSpec(key, "row", Type.TEXT, label))
        expressions.append(sql.column("c", key))
    source = statement.source(measure.body.object)
    current = sql.all_of(
        [
            sql.equal(sql.column("c", "tenant_id"), statement.tenant()),
            sql.equal(sql.column("c", "id"), sql.column("m", "record_id")),
        ]
    )
    select = exp.Select(expressions=expressions).from_(sql.table("measured", "m"), copy=False)
    select = select.join(sql.table(source.current_table, "c"), on=current, join_type="left", copy=False)
    select = select.where(sql.all_of(_chosen(form, dimensions)), copy=False)
    select.set("order", sql.order(sql.column("m", "record_id"), sql.column("m", "line")))
    select.set("limit", exp.Limit(expression=sql.placeholder("rows", "bigint")))
    return statement.prepared(with_steps(select, measure.steps()), columns)


def _chosen(form: _Form, dimensions: list[ColumnSpec]) -> list[Sql]:
    conditions: list[Sql] = [sql.is_not_null(sql.column("m", "record_id"))]
    if form.key:
        # What has no date stands in no period and is told with every one of them.
        undated = sql.equal(sql.column("m", "status"), exp.Literal.string("undated"))
        in_period = sql.equal(sql.column("m", "key"), sql.placeholder("cell_key", "text"))
        conditions.append(exp.Paren(this=sql.any_of([in_period, undated])))
    if form.status:
        conditions.append(sql.equal(sql.column("m", "status"), sql.placeholder("cell_status", "text")))
    for spec, is_empty in zip(dimensions, form.empty or (), strict=form.empty is not None):
        value = sql.column("m", spec.name)
        wanted = sql.placeholder(f"cell_{spec.name}", sql.cast_of(spec.type))
        conditions.append(sql.is_null(value) if is_empty else sql.equal(value, wanted))
    if form.after:
        seen = exp.Tuple(
            expressions=[sql.placeholder("after_record", "bigint"), sql.placeholder("after_line", "bigint")]
        )
        place = exp.Tuple(expressions=[sql.column("m", "record_id"), sql.column("m", "line")])
        conditions.append(exp.GT(this=place, expression=seen))
    return conditions
