"""Row security and same-tenant references as model constraints, so that migrations write them by
themselves."""

from __future__ import annotations

from typing import Any  # Django's schema editor and constraint API are untyped.

from django.db.backends.ddl_references import Statement
from django.db.models.constraints import BaseConstraint

POLICY = "tenant_rows"


class _DdlConstraint(BaseConstraint):
    """A rule that only the database can hold: Python-side validation has nothing to add."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        # Inside CREATE TABLE there is no room for it: run right after the table and its indexes exist.
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))
        return None

    def validate(self, *args: object, **kwargs: object) -> None:
        return None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _DdlConstraint) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash(self.name)


class TenantRows(_DdlConstraint):
    """Rows belong to one tenant: forced row security, no fallback, and (tenant, id) as the target of
    references."""

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        return Statement(
            "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s UNIQUE (tenant_id, id);"
            " ALTER TABLE %(table)s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
            " CREATE POLICY %(policy)s ON %(table)s"
            " USING (tenant_id = current_setting('app.tenant_id')::bigint)"
            " WITH CHECK (tenant_id = current_setting('app.tenant_id')::bigint)",
            table=schema_editor.quote_name(model._meta.db_table),
            name=schema_editor.quote_name(self.name),
            policy=POLICY,
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return Statement(
            "DROP POLICY %(policy)s ON %(table)s;"
            " ALTER TABLE %(table)s NO FORCE ROW LEVEL SECURITY, DISABLE ROW LEVEL SECURITY;"
            " ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=schema_editor.quote_name(model._meta.db_table),
            name=schema_editor.quote_name(self.name),
            policy=POLICY,
        )


class SameTenant(_DdlConstraint):
    """A reference cannot leave its tenant: a composite foreign key (tenant_id, <field>_id)."""

    def __init__(self, field: str, *, name: str) -> None:
        super().__init__(name=name)
        self.field = field

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        field = model._meta.get_field(self.field)
        target = field.related_model
        quote = schema_editor.quote_name
        return Statement(
            "ALTER TABLE %(table)s ADD CONSTRAINT %(name)s FOREIGN KEY (tenant_id, %(column)s)"
            " REFERENCES %(target)s (tenant_id, id) DEFERRABLE INITIALLY DEFERRED",
            table=quote(model._meta.db_table),
            name=quote(self.name),
            column=quote(field.column),
            target=quote(target._meta.db_table),
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return Statement(
            "ALTER TABLE %(table)s DROP CONSTRAINT %(name)s",
            table=schema_editor.quote_name(model._meta.db_table),
            name=schema_editor.quote_name(self.name),
        )

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        path, args, kwargs = super().deconstruct()
        return path, tuple(args), {**kwargs, "field": self.field}
