"""A metric body and a question, compiled into one statement."""

from __future__ import annotations

from sqlglot import exp

from definitions.language.catalog import Type

from . import sql
from .bodies import Aggregate, EventMetric, MetricBody, RatioMetric, SnapshotMetric
from .history import Steps
from .joins import Statement, known
from .measure import Measure
from .query import ColumnSpec, CompileContext, CompiledQuery, CompileError, MetricQuery, PreparedQuery, Shape
from .sql import Sql

_KEY = ColumnSpec("key", "period", Type.TEXT, "Period")
_POSITION = ColumnSpec("position", "period", Type.NUMBER, "Place of the period")


def compile_metric(body: MetricBody, query: MetricQuery, *, context: CompileContext) -> CompiledQuery:
    """The statement that answers `query`, one row a period and dimension value.

    Periods without facts have one row with empty dimensions and `n` 0. A ratio has `num` and `den`: the
    division is the caller's and comes last; `den` 0 means no value, for the reason `no_denominator`. Raises
    LanguageError for a text that does not check, CompileError for a question that cannot be asked.
    """
    if not query.periods:
        raise CompileError("Ask for at least one period.", param="periods")
    return prepare_metric(body, query.shape, context=context).bind(context.asked(query))


def prepare_metric(body: MetricBody, shape: Shape, *, context: CompileContext) -> PreparedQuery:
    """The statement for every question of a shape; kept by the context."""
    found = context.prepared.get((body, shape))
    if not isinstance(found, PreparedQuery):
        found = context.prepared[body, shape] = _prepare(body, Statement(context, shape))
    return found


def _prepare(body: MetricBody, statement: Statement) -> PreparedQuery:
    if isinstance(body, RatioMetric):
        select, columns = _ratio(statement, body)
        additive = True
    else:
        measure = Measure(statement, body)
        select, columns = _single(statement, measure)
        additive = body.is_additive
    text = [spec.name for spec in columns if spec.role == "dimension" and spec.type is Type.TEXT]
    ordered = [sql.column("a", "position")]
    for spec in columns:
        if spec.role == "dimension":
            value = sql.column("a", spec.name)
            ordered.append(
                exp.Collate(this=value, expression=sql.identifier_quoted("C")) if spec.name in text else value
            )
    answer = exp.Select(expressions=[sql.column("a", spec.name) for spec in columns])
    answer = answer.from_(
        exp.Subquery(this=select, alias=exp.TableAlias(this=sql.identifier("a"))), copy=False
    )
    answer.set(
        "order", exp.Order(expressions=[exp.Ordered(this=each, nulls_first=False) for each in ordered])
    )
    answer.set(
        "limit",
        exp.Limit(expression=statement.params.ask("limit", lambda asked: asked.query.limit, "bigint")),
    )
    return statement.prepared(answer, columns, is_additive=additive)


def _single(statement: Statement, measure: Measure) -> tuple[exp.Select, list[ColumnSpec]]:
    keys = [_KEY, _POSITION, *measure.dimension_columns()]
    figures = measure.figures()
    expressions: list[Sql] = [sql.column("m", spec.name) for spec in keys]
    expressions += [sql.named(tree, spec.name) for spec, tree in figures]
    select = exp.Select(expressions=expressions).from_(sql.table("measured", "m"), copy=False)
    grouped = exp.Group(expressions=[sql.column("m", spec.name) for spec in keys])
    select.set("group", grouped)
    return with_steps(select, measure.steps()), [*keys, *(spec for spec, _ in figures)]


def with_steps(select: exp.Select, steps: Steps) -> exp.Select:
    tables = [exp.CTE(this=step, alias=exp.TableAlias(this=sql.identifier(name))) for name, step in steps]
    select.set("with_", exp.With(expressions=tables))
    return select


def _ratio(statement: Statement, body: RatioMetric) -> tuple[exp.Select, list[ColumnSpec]]:
    """Each metric is computed once, its figure put on the side or sides it belongs to, and the sides added
    up."""
    keys = list(dict.fromkeys([*body.numerator, *body.denominator]))
    steps: Steps = []
    sides: list[exp.Query] = []
    dimensions: list[ColumnSpec] = []
    exceptions: dict[str, ColumnSpec] = {}
    figures: dict[str, tuple[str, list[ColumnSpec]]] = {}
    for number, key in enumerate(keys):
        measure = Measure(statement, _component(statement, key))
        select, columns = _single(statement, measure)
        steps.append((f"m{number}", select))
        dimensions = measure.dimension_columns()
        found = [spec for spec in columns if spec.role == "exception"]
        exceptions |= {spec.name: spec for spec in found}
        figures[key] = ("n" if measure.body.aggregate is Aggregate.COUNT else "sum", found)
    for number, key in enumerate(keys):
        figure, found = figures[key]
        sides.append(_side(f"m{number}", dimensions, figure, found, list(exceptions), key, body))
    union: exp.Query = sides[0]
    for side in sides[1:]:
        union = exp.Union(this=union, expression=side, distinct=False)
    steps.append(("side", union))
    shared = [_KEY, _POSITION, *dimensions]
    parts = [
        ColumnSpec("num", "part", Type.NUMBER, "Numerator"),
        ColumnSpec("den", "part", Type.NUMBER, "Denominator"),
    ]
    expressions: list[Sql] = [sql.column("s", spec.name) for spec in shared]
    for spec in parts:
        complete = exp.EQ(this=_sum(f"{spec.name}_gaps"), expression=sql.integer(0))
        expressions.append(sql.named(sql.case((complete, _sum(spec.name))), spec.name))
    expressions += [sql.named(_sum(name), name) for name in exceptions]
    select = exp.Select(expressions=expressions).from_(sql.table("side", "s"), copy=False)
    select.set("group", exp.Group(expressions=[sql.column("s", spec.name) for spec in shared]))
    return with_steps(select, steps), [*shared, *parts, *exceptions.values()]


def _component(statement: Statement, key: str) -> EventMetric | SnapshotMetric:
    found = statement.context.metrics.get(key)
    if found is None:
        raise CompileError(f"There is no metric called {key}.", param="metric")
    if isinstance(found, RatioMetric) or found.aggregate not in (Aggregate.COUNT, Aggregate.SUM):
        raise CompileError(f"{key} cannot be a side of a ratio: only counts and sums add up.", param="metric")
    return found


def _side(
    name: str,
    dimensions: list[ColumnSpec],
    figure: str,
    found: list[ColumnSpec],
    exceptions: list[str],
    key: str,
    body: RatioMetric,
) -> exp.Select:
    columns: list[Sql] = [sql.column(name, spec.name) for spec in (_KEY, _POSITION, *dimensions)]
    own = {spec.name for spec in found}
    for side, members in (("num", body.numerator), ("den", body.denominator)):
        present = key in members
        value = sql.column(name, figure) if present else sql.integer(0)
        gap = sql.column(name, "missing_rate") if present and "missing_rate" in own else sql.integer(0)
        columns += [sql.named(value, side), sql.named(gap, f"{side}_gaps")]
    columns += [
        sql.named(sql.column(name, each) if each in own else sql.integer(0), each) for each in exceptions
    ]
    return exp.Select(expressions=columns).from_(sql.table(name), copy=False)


def _sum(name: str) -> Sql:
    return exp.Sum(this=sql.column("s", name))


def compile_history_start(object: str, *, context: CompileContext, query: MetricQuery) -> CompiledQuery:
    """Since when anything is known of an object: one row, `starts_at`. Before it, a state is `no_history`."""
    statement = Statement(context, Shape(known_apart=query.shape.known_apart))
    source = statement.source(object)
    first = exp.Min(this=sql.column("h", "valid_from"))
    select = exp.Select(expressions=[sql.named(first, "starts_at")])
    select = select.from_(sql.table(source.version_table, "h"), copy=False)
    select = select.where(sql.all_of(known(statement, "h", object)), copy=False)
    columns = [ColumnSpec("starts_at", "row", Type.INSTANT, "History starts")]
    return statement.prepared(select, columns).bind(context.asked(query))
