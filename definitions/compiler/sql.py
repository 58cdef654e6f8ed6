"""Small pieces of SQL as sqlglot trees: columns, parameters, conditions. No text is ever parsed or pasted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlglot import exp
from sqlglot.dialects.postgres import Postgres

from definitions.language.catalog import Type

Sql = exp.Expr

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
    for name in ("text", "numeric", "boolean", "date", "timestamptz", "bigint", "int", "interval", "jsonb")
}
_GENERATOR = Postgres().generator(pretty=True)
_SINGLE_LINE = Postgres().generator()


class Params:
    """The values of one statement, named p0, p1, ... in the order they are met; equal values share a name."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self._names: dict[tuple[str, str], str] = {}

    def add(self, value: object, kind: Type | str) -> Sql:
        cast = kind if isinstance(kind, str) else _CASTS[kind]
        key = (cast, repr(value))
        name = self._names.get(key)
        if name is None:
            name = self._names[key] = f"p{len(self._names)}"
            self.values[name] = value
        return as_type(exp.Placeholder(this=name), cast)

    def named(self, name: str, value: object, kind: Type | str) -> Sql:
        """A parameter whose name has a meaning of its own, like `tenant_id`."""
        self.values[name] = value
        return as_type(exp.Placeholder(this=name), kind if isinstance(kind, str) else _CASTS[kind])


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
