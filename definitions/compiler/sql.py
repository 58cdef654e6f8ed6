"""Small pieces of SQL as sqlglot trees: columns, parameters, conditions. No text is ever parsed or pasted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from sqlglot import exp
from sqlglot.dialects.postgres import Postgres

from definitions.language.catalog import Type

if TYPE_CHECKING:
    from .query import Asked

Sql = exp.Expr
Ask = Callable[["Asked"], object]

_CASTS = {
    Type.TEXT: "text",
    Type.NUMBER: "numeric",
    Type.MONEY: "numeric",
    Type.BOOL: "boolean",
    Type.DATE: "date",
    Type.INSTANT: "timestamptz",
    Type.REFERENCE: "bigint",
}
_TYPES = {
    name: exp.DataType.build(name, dialect="postgres")
    for name in (
        "text",
        "numeric",
        "boolean",
        "date",
        "timestamptz",
        "bigint",
        "int",
        "interval",
        "timestamp",
        "text[]",
        "date[]",
        "timestamptz[]",
    )
}
_GENERATOR = Postgres().generator(pretty=True)
_SINGLE_LINE = Postgres().generator()


class Params:
    """The parameters of one statement. Constants are named p0, p1, ... in the order they are met, equal
    ones share a name; the others have a name of their own and are worked out when the statement is bound to
    a question."""

    def __init__(self) -> None:
        self.constants: dict[str, object] = {}
        self.asked: dict[str, Ask] = {}
        self._names: dict[tuple[str, str], str] = {}

    def add(self, value: object, kind: Type | str) -> Sql:
        """A value that is part of the definition."""
        cast = kind if isinstance(kind, str) else _CASTS[kind]
        key = (cast, repr(value))
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = f"p{len(self._names)}"
            self.constants[name] = value
        return as_type(exp.Placeholder(this=name), cast)

    def ask(self, name: str, ask: Ask, kind: Type | str) -> Sql:
        """A value that depends on the question, like `tenant_id`."""
        self.asked[name] = ask
        return as_type(exp.Placeholder(this=name), kind if isinstance(kind, str) else _CASTS[kind])

    def ask_again(self, ask: Ask, kind: Type) -> Sql:
        """A value that depends on the question and has no name of its own, like the end of the last
        quarter."""
        return self.ask(f"t{len(self.asked)}", ask, kind)


def text_of(tree: Sql, *, pretty: bool = True) -> str:
    """The statement for psycopg2. Every value is a parameter, so a percent sign can only be one of ours."""
    return (_GENERATOR if pretty else _SINGLE_LINE).generate(tree, copy=False)


def column(table: str, name: str) -> Sql:
    return exp.Column(this=identifier(name), table=identifier(table))


def identifier(name: str) -> exp.Identifier:
    return exp.Identifier(
        this=name, quoted=not name.isidentifier() or name != name.lower() or name in _RESERVED
    )


_RESERVED = frozenset(
    {"user", "order", "group", "end", "to", "from", "default", "limit", "desc", "all", "table"}
)


def table(name: str, alias: str | None = None) -> exp.Table:
    made = exp.Table(this=identifier(name))
    if alias is not None:
        made.set("alias", exp.TableAlias(this=identifier(alias)))
    return made


def as_type(tree: Sql, name: str) -> Sql:
    return exp.Cast(this=wrapped(tree), to=_TYPES[name].copy())


def named(tree: Sql, alias: str) -> Sql:
    if isinstance(tree, exp.Column) and tree.name == alias:
        return tree
    return exp.Alias(this=tree, alias=identifier(alias))


def call(name: str, *arguments: Sql) -> Sql:
    return exp.Anonymous(this=name, expressions=list(arguments))


def integer(value: int) -> Sql:
    return exp.Literal.number(value)


def wrapped(tree: Sql) -> Sql:
    """In brackets, unless it stands as one piece anyway."""
    if isinstance(tree, (exp.Binary, exp.Not, exp.Neg, exp.In, exp.Between)) and not isinstance(
        tree, exp.Dot
    ):
        return exp.Paren(this=tree)
    return tree


def binary(kind: type[exp.Binary], left: Sql, right: Sql) -> Sql:
    return kind(this=wrapped(left), expression=wrapped(right))


def equal(left: Sql, right: Sql) -> Sql:
    return binary(exp.EQ, left, right)


def all_of(items: Iterable[Sql]) -> Sql:
    return _joined(exp.And, list(items), exp.true())


def any_of(items: Iterable[Sql]) -> Sql:
    return _joined(exp.Or, list(items), exp.false())


def _joined(kind: type[exp.Connector], items: Sequence[Sql], empty: Sql) -> Sql:
    if not items:
        return empty
    if len(items) == 1:
        return items[0]
    pieces: list[Sql] = [
        exp.Paren(this=item) if isinstance(item, (exp.Connector, exp.Not)) else item for item in items
    ]
    tree = pieces[0]
    for piece in pieces[1:]:
        tree = kind(this=tree, expression=piece)
    return tree


def negation(tree: Sql) -> Sql:
    return exp.Not(this=wrapped(tree))


def is_null(tree: Sql) -> Sql:
    return exp.Is(this=wrapped(tree), expression=exp.Null())


def is_not_null(tree: Sql) -> Sql:
    return exp.Not(this=is_null(tree))


def case(*branches: tuple[Sql, Sql], otherwise: Sql | None = None) -> Sql:
    ifs = [exp.If(this=condition, true=value) for condition, value in branches]
    return exp.Case(ifs=ifs, default=otherwise)


def null(kind: str) -> Sql:
    return as_type(exp.Null(), kind)


def same(left: str, right: str, name: str) -> Sql:
    """`left.name = right.name`."""
    return equal(column(left, name), column(right, name))


def order(*columns: Sql, descending: bool = False) -> exp.Order:
    """In order of the columns; `descending` turns all but the first around."""
    return exp.Order(
        expressions=[
            exp.Ordered(this=each, desc=descending and number > 0) for number, each in enumerate(columns)
        ]
    )


def wrapped_condition(tree: Sql) -> Sql:
    """A condition that can stand beside others."""
    return exp.Paren(this=tree) if isinstance(tree, exp.Connector) else tree


def identifier_quoted(name: str) -> exp.Identifier:
    return exp.Identifier(this=name, quoted=True)


def placeholder(name: str, kind: str) -> Sql:
    """A parameter whose value is given when the statement is run."""
    return as_type(exp.Placeholder(this=name), kind)


def cast_of(kind: Type) -> str:
    return _CASTS[kind]
