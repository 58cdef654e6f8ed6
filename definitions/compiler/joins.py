"""Reading objects with history: which version was in force, and the records it leads to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlglot import exp

from definitions.language.catalog import Field, Type
from definitions.language.check import check_condition, check_text
from definitions.language.typed import Checked, FieldValue, Step

from . import sql
from .query import ColumnSpec, CompileContext, CompileError, PreparedQuery, Shape
from .sources import Source
from .sql import Params, Sql

Instant = Callable[[], Sql]
"""Makes the SQL of an instant; called anew for each place, since a tree stands in one place only."""


@dataclass(slots=True)
class Statement:
    """What all parts of one statement share: its parameters and its record of what it reads."""

    context: CompileContext
    shape: Shape
    params: Params = field(default_factory=Params)
    reads: set[str] = field(default_factory=set)
    terms: set[str] = field(default_factory=set)

    def tenant(self) -> Sql:
        return self.params.ask("tenant_id", lambda asked: asked.tenant_id, "bigint")

    def as_of(self) -> Sql:
        return self.params.ask("as_of", lambda asked: asked.query.as_of, Type.INSTANT)

    def known_at(self, object: str) -> Sql:
        """The known time of an object: that of the question, unless it has its own."""
        if object not in self.shape.known_apart:
            return self.params.ask("known_at", lambda asked: asked.query.known_at, Type.INSTANT)
        name = f"known_at_{object}"
        return self.params.ask(name, lambda asked: dict(asked.query.known_of)[object], Type.INSTANT)

    def zone(self) -> Sql:
        return self.params.ask("zone", lambda asked: asked.periods.zone.key, Type.TEXT)

    def today(self) -> Sql:
        return self.params.ask("today", lambda asked: asked.periods.today, Type.DATE)

    def prepared(self, tree: Sql, columns: list[ColumnSpec], *, is_additive: bool = True) -> PreparedQuery:
        """The finished statement."""
        return PreparedQuery(
            sql.text_of(tree),
            self.params.constants,
            self.params.asked,
            tuple(columns),
            frozenset(self.reads),
            frozenset(self.terms),
            is_additive,
        )

    def source(self, object: str) -> Source:
        found = self.context.sources.get(object)
        if found is None:
            raise CompileError(f"No table is declared for {object}.")
        self.reads.add(object)
        return found

    def condition(self, text: str, object: str) -> Checked:
        context = self.context
        found = check_condition(text, object=object, catalog=context.catalog, terms=context.terms)
        self.terms |= found.terms
        return found

    def scalar(self, text: str, object: str) -> Checked:
        context = self.context
        found = check_text(text, object=object, catalog=context.catalog, terms=context.terms)
        self.terms |= found.terms
        return found

    def day_of(self, instant: Sql) -> Sql:
        """The tenant's day of an instant."""
        return sql.as_type(sql.call("TIMEZONE", self.zone(), instant), "date")

    def end_of_day(self, day: Sql) -> Sql:
        """The last microsecond of a tenant's day, but not after `as_of`."""
        after = sql.as_type(sql.binary(exp.Add, day, sql.integer(1)), "timestamp")
        last = sql.binary(exp.Sub, sql.call("TIMEZONE", self.zone(), after), _TICK.copy())
        return exp.Least(this=last, expressions=[self.as_of()])


_TICK = sql.as_type(exp.Literal.string("1 microsecond"), "interval")


def known(statement: Statement, alias: str, object: str) -> list[Sql]:
    """This tenant's rows of an object, as believed at its known time."""
    return [
        sql.equal(sql.column(alias, "tenant_id"), statement.tenant()),
        sql.binary(exp.LTE, sql.column(alias, "known_from"), statement.known_at(object)),
        sql.binary(exp.GT, sql.column(alias, "known_to"), statement.known_at(object)),
    ]


def in_force(alias: str, at: Instant) -> list[Sql]:
    return [
        sql.binary(exp.LTE, sql.column(alias, "valid_from"), at()),
        sql.binary(exp.GT, sql.column(alias, "valid_to"), at()),
    ]


def in_force_or_first(statement: Statement, source: Source, alias: str, at: Instant) -> list[Sql]:
    """The version in force; before the first one known, the first one stands for what was before it.

    Stages, people and accounts are often learnt about later than the deals that name them.
    """
    earlier = f"{alias}_earlier"
    same_record = sql.equal(sql.column(earlier, source.id_column), sql.column(alias, source.id_column))
    preceding = [
        *known(statement, earlier, source.object),
        sql.equal(sql.column(earlier, "tenant_id"), sql.column(alias, "tenant_id")),
        same_record,
        sql.binary(exp.LT, sql.column(earlier, "valid_from"), sql.column(alias, "valid_from")),
        sql.binary(exp.GT, sql.column(earlier, "valid_to"), sql.column(earlier, "valid_from")),
    ]
    search = exp.Select(expressions=[sql.integer(1)]).from_(
        sql.table(source.version_table, earlier), copy=False
    )
    search = search.where(sql.all_of(preceding), copy=False)
    first = [
        sql.binary(exp.GT, sql.column(alias, "valid_to"), sql.column(alias, "valid_from")),
        sql.negation(exp.Exists(this=search)),
    ]
    begun = sql.binary(exp.LTE, sql.column(alias, "valid_from"), at())
    return [
        sql.binary(exp.GT, sql.column(alias, "valid_to"), at()),
        exp.Paren(this=sql.any_of([begun, sql.all_of(first)])),
    ]


def population(source: Source, alias: str) -> list[Sql]:
    """Without deleted, merged and test records (kpis.md 0.10)."""
    conditions = [sql.negation(sql.column(alias, "is_deleted"))]
    if "is_test" in source.columns:
        test = exp.Is(this=sql.column(alias, source.columns["is_test"]), expression=exp.true())
        conditions.append(sql.negation(test))
    if "merged_into" in source.columns:
        conditions.append(sql.is_null(sql.column(alias, source.columns["merged_into"])))
    return conditions


def field_column(statement: Statement, source: Source, alias: str, field: Field) -> Sql:
    """The column of a field; a custom field without a column of its own is taken from the document, if its
    type there is the declared one."""
    name = source.columns.get(field.key)
    if name is not None:
        return sql.column(alias, name)
    if not field.key.startswith("custom."):
        raise CompileError(f"{source.object} has no column for {field.key}.", param=field.key)
    key = statement.params.add(field.key.removeprefix("custom."), Type.TEXT)
    document = sql.column(alias, source.custom_column)
    text = sql.call("JSONB_EXTRACT_PATH_TEXT", document, key)
    if field.type is Type.TEXT:
        return text
    kind, cast = _STORED[field.type]
    stored = sql.call("JSONB_TYPEOF", sql.call("JSONB_EXTRACT_PATH", document.copy(), key.copy()))
    return sql.case((sql.equal(stored, exp.Literal.string(kind)), sql.as_type(text, cast)))


_STORED = {
    Type.NUMBER: ("number", "numeric"),
    Type.MONEY: ("number", "numeric"),
    Type.BOOL: ("boolean", "boolean"),
    Type.DATE: ("string", "date"),
    Type.INSTANT: ("string", "timestamptz"),
    Type.REFERENCE: ("number", "bigint"),
}


class Reach:
    """The fields of a base row and of the records it leads to, as they were at one instant.

    Each link that is followed adds one join; `joined` puts them on a SELECT.
    """

    def __init__(self, statement: Statement, *, object: str, alias: str, at: Instant) -> None:
        self.statement = statement
        self.object = object
        self.alias = alias
        self.at = at
        self._aliases: dict[tuple[Step, ...], str] = {}
        self._joins: list[tuple[exp.Table, Sql]] = []

    def value(self, field: FieldValue) -> Sql:
        source = self.statement.source(field.object)
        return field_column(self.statement, source, self.alias_of(field.steps), field.field)

    def currency(self, field: FieldValue) -> Sql:
        beside = Field(field.field.currency, "Currency", Type.TEXT)
        source = self.statement.source(field.object)
        return sql.as_type(field_column(self.statement, source, self.alias_of(field.steps), beside), "text")

    def alias_of(self, steps: tuple[Step, ...]) -> str:
        if not steps:
            return self.alias
        alias = self._aliases.get(steps)
        if alias is None:
            parent = self.alias_of(steps[:-1])
            home = steps[-2].target if len(steps) > 1 else self.object
            alias = self._aliases[steps] = f"{self.alias}_{'_'.join(step.field for step in steps)}"
            self._joins.append(self._join(parent, home, steps[-1], alias))
        return alias

    def _join(self, parent: str, home: str, step: Step, alias: str) -> tuple[exp.Table, Sql]:
        target = self.statement.source(step.target)
        link = Field(step.field, step.field, Type.REFERENCE, target=step.target)
        on = [
            *known(self.statement, alias, step.target),
            sql.equal(sql.column(alias, "tenant_id"), sql.column(parent, "tenant_id")),
            sql.equal(
                sql.column(alias, target.id_column),
                field_column(self.statement, self.statement.source(home), parent, link),
            ),
            *in_force_or_first(self.statement, target, alias, self.at),
        ]
        return sql.table(target.version_table, alias), sql.all_of(on)

    def joined(self, select: exp.Select) -> exp.Select:
        for table, on in self._joins:
            select = select.join(table, on=on, join_type="left", copy=False)
        return select
