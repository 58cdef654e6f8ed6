"""Which state of the world a dimension or filter is read from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlglot import exp

from definitions.language.catalog import Type
from definitions.language.periods import PeriodResolver
from definitions.language.typed import FieldValue

from . import sql
from .bodies import EventMetric, SnapshotMetric
from .expression import FixedTiming
from .joins import Reach, in_force_or_first, known
from .query import Organisation, Segmentation
from .record import Record
from .sql import Sql


class Frames:
    """Chooses for each field of a dimension or filter the state it is read from (kpis.md 0.9 and 0.18).

    What leads through a user follows `organisation`, what leads through another record but the stage follows
    `segmentation`, and the record's own fields and its stage are those of the state that counts.
    """

    def __init__(self, record: Record, fact: str) -> None:
        statement = record.statement
        self.record = record
        self.shape = statement.shape
        self.carried: dict[str, str] = {}
        body = record.body
        self.is_event = isinstance(body, EventMetric)
        self.has_other = self.is_event or (isinstance(body, SnapshotMetric) and body.falls_on is None)
        self.other_at = (lambda: sql.column(fact, "event_at")) if self.is_event else statement.as_of
        self.other = Reach(statement, object=body.object, alias="w", at=self.other_at)
        self.used_other = False

    def value(self, field: FieldValue) -> Sql:
        if self._reads_other(field):
            self.used_other = True
            return self.other.value(field)
        return self._carry(f"value {field.text}", lambda: self.record.state.value(field))

    def currency(self, field: FieldValue) -> Sql:
        if self._reads_other(field):
            self.used_other = True
            return self.other.currency(field)
        return self._carry(f"currency {field.text}", lambda: self.record.state.currency(field))

    def _reads_other(self, field: FieldValue) -> bool:
        if not self.has_other:
            return False
        targets = [step.target for step in field.steps] + ([field.field.target] if field.field.target else [])
        if "user" in targets:
            as_then = self.shape.organisation is Organisation.AS_WAS
        elif targets and targets[0] != "stage":
            as_then = self.shape.segmentation is Segmentation.AT_EVENT
        else:
            return False
        return as_then is self.is_event

    def _carry(self, key: str, make: Callable[[], Sql]) -> Sql:
        """A column of `record` that holds the value; the same value once only."""
        name = self.carried.get(key)
        if name is None:
            name = self.carried[key] = f"x{len(self.carried)}"
            self.record.keep(name, make())
        return sql.column("r", name)

    def constant(self, ask: Callable[[PeriodResolver], date | None], kind: Type) -> Sql:
        """A date reckoned from "now": where that differs from period to period, it comes along with the
        record."""
        if isinstance(self.record.timing, FixedTiming):
            return self.record.timing.constant(ask, kind)
        key = f"constant {len(self.carried)}"
        return self._carry(key, lambda: self.record.timing.constant(ask, kind))

    def joined(self, select: exp.Select) -> exp.Select:
        if not self.used_other:
            return select
        source, statement = self.record.source, self.record.statement
        on = [
            *known(statement, "w", source.object),
            sql.same("w", "r", "tenant_id"),
            sql.equal(sql.column("w", source.id_column), sql.column("r", "record_id")),
            *in_force_or_first(statement, source, "w", self.other_at),
        ]
        table = sql.table(source.version_table, "w")
        return self.other.joined(select.join(table, on=sql.all_of(on), join_type="left", copy=False))
