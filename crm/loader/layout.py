"""The columns of an object as the loader's SQL needs them. Everything here is made from the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from core.db import identifier
from crm.models.records import current_table, version_table
from crm.vocab.objects import OBJECTS, FieldSpec, FieldType, ObjectSpec, TextFormat
from crm.vocab.specs import MONEY_DIGITS, MONEY_PLACES, NUMBER_DIGITS, NUMBER_PLACES

IS_DELETED = "is_deleted"
CUSTOM_PREFIX = "custom."
# Columns of versions and of staged changes that are not values.
META = (
    "id", "tenant_id", "record_id", "seq", "custom", "asserted_id", "run_id", "reconstructed", "valid_from",
    "valid_to", "known_from", "known_to", "_n", "_record", "_source_id", "_at", "_seq", "_observed", "_shape",
    "_fast", "_new",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A value column. A reference is staged as text under `staged` and resolved to the id of a `target`."""

    name: str
    sql_type: str
    field: str
    target: str = ""

    @property
    def staged(self) -> str:
        return f"_ref_{self.field}" if self.target else self.name


def _sql_type(spec: FieldSpec) -> str:
    match spec.type:
        case FieldType.TEXT:
            return "varchar(3)" if spec.format is TextFormat.CURRENCY else "text"
        case FieldType.NUMBER:
            return "bigint" if spec.whole else f"numeric({NUMBER_DIGITS},{NUMBER_PLACES})"
        case FieldType.MONEY:
            return f"numeric({MONEY_DIGITS},{MONEY_PLACES})"
        case FieldType.BOOL:
            return "boolean"
        case FieldType.DATE:
            return "date"
        case FieldType.INSTANT:
            return "timestamptz"
        case FieldType.REFERENCE:
            return "bigint"


def _columns(spec: ObjectSpec) -> tuple[Column, ...]:
    columns: list[Column] = []
    for one in spec.fields:
        columns.append(Column(one.column, _sql_type(one), one.name, one.target or ""))
        columns += [Column(name, "varchar(3)", one.name) for name in one.columns if name != one.column]
    return tuple(columns)


@dataclass(frozen=True)
class Layout:
    """One object's tables and columns, and the SQL fragments that list or compare them."""

    key: str
    columns: tuple[Column, ...]

    @cached_property
    def plain(self) -> tuple[str, ...]:
        """Columns whose staged value is the value itself."""
        return tuple(column.name for column in self.columns if not column.target)

    @cached_property
    def references(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.target)

    @cached_property
    def asserted(self) -> tuple[str, ...]:
        """Every column a change can assert, the custom document apart."""
        return (IS_DELETED, *(column.name for column in self.columns))

    def listed(self, alias: str = "") -> str:
        """`alias.a, alias.b, ...` for every asserted column."""
        dot = f"{alias}." if alias else ""
        return ", ".join(dot + identifier(name) for name in self.asserted)

    def fragments(self) -> dict[str, str]:
        """What the statements of `crm.sql.loading` leave open."""
        return {
            "current": identifier(current_table(self.key)),
            "version": identifier(version_table(self.key)),
            "columns": self.listed(),
            "e_columns": self.listed("e"),
            "v_columns": self.listed("v"),
            "c_columns": self.listed("c"),
            # is_deleted stands first and is never empty
            "p_columns": "coalesce(p.is_deleted, false), "
            + ", ".join(f"p.{identifier(column.name)}" for column in self.columns),
            "p_named": "coalesce(p.is_deleted, false) AS is_deleted, "
            + ", ".join(f"p.{identifier(column.name)}" for column in self.columns),
            "set_columns": ", ".join(f"{identifier(name)} = s.{identifier(name)}" for name in self.asserted),
            "s_columns": self.listed("s"),
            "empty_columns": ", ".join(f"{identifier(column.name)} = NULL" for column in self.columns),
            "same": " AND ".join(
                f"(NOT s.{identifier('has_' + name)} OR e.{identifier(name)} IS NOT DISTINCT FROM"
                f" v.{identifier(name)})"
                for name in self.asserted
            ),
            "resolved": ", ".join(
                f"{identifier('r_' + column.field)}.id AS {identifier(column.name)}"
                if column.target
                else f"st.{identifier(column.name)}"
                for column in self.columns
            ),
            "nothing": ", ".join(f"NULL::{column.sql_type}" for column in self.columns),
        }


@cache
def layout_of(key: str) -> Layout:
    """The layout of a canonical object; KeyError for an unknown one."""
    return Layout(key, _columns(OBJECTS[key]))
