"""The one loader: COPY to a temporary table, then set-based SQL into current and version tables."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F

from core import db
from core.db import identifier
from core.errors import Conflict, Invalid
from crm.loader import scratch
from crm.loader.changes import Change, LoadResult
from crm.loader.custom_values import refresh_custom_values
from crm.loader.layout import META, Layout, layout_of
from crm.loader.shapes import ENDED, Shapes
from crm.models import LoadRun, RunVersion
from crm.models.records import current_table
from crm.sql import loading
from tenants.data_versions import DataVersion, open_data_version
from tenants.scope import current_tenant_id

ENDING_SHARE = 0.05
"""A full list that would end more than this share of the living records must be confirmed."""


@transaction.atomic
def load(object: str, changes: Iterable[Change], *, run: LoadRun, confirm_ending: bool = False) -> LoadResult:
    """Take changes of one object into its history, as one data version; none where nothing is new.

    The state of a record at an instant is, per field, what the latest change at or before it asserted.
    Order, repetition and division into loads do not matter; of two changes of one record at one instant and
    `seq` that contradict each other, the one loaded later corrects the other.

    `run.mode` says what absence means: in a full list, records not named end at `run.observed_at`; among
    dated snapshots, at the first date that lacks them (each date must be complete within one call). Changes
    are streamed; memory does not grow with their number.

    Raises `Conflict` (`many_ending`, with counts) when a full list would end more than 5 % of the living
    records and `confirm_ending` is not set; `Invalid` for an empty list and for values that cannot be stored.
    """
    layout = layout_of(object)
    scratch.prepare()
    stage = scratch.Stage(layout)
    stage.fill(changes)
    if not stage.read and run.mode in {LoadRun.Mode.FULL_LIST, LoadRun.Mode.SNAPSHOTS}:
        raise Invalid(
            "The list is empty. An empty list is taken for an error, not for the end of everything."
        )
    # Loads of a tenant follow each other from here on: what is compared below stays true until the commit.
    db.advisory_xact_lock("crm-load", current_tenant_id())
    merge = _Merge(layout, stage, run)
    merge.resolve()
    merge.unite_repeated()
    ended = merge.end_absent(confirmed=confirm_ending)
    merge.drop_known()
    result = merge.write(ended=ended)
    _count(run, result)
    return result


def _count(run: LoadRun, result: LoadResult) -> None:
    version = result.data_version
    LoadRun.objects.filter(pk=run.pk).update(
        read=F("read") + result.read,
        changed=F("changed") + result.changed,
        unchanged=F("unchanged") + result.unchanged,
        stubs=F("stubs") + result.stubs,
        ended=F("ended") + result.ended,
        **({"data_version": version.number} if version else {}),
    )
    if version:
        RunVersion.objects.create(run=run, number=version.number, at=version.at)


# The columns of staged changes that joins and groupings rest on.
DECIDING = ("_record", "_at", "_seq", "_shape", "_fast", "_observed")


class _Merge:
    """The steps of one load after its changes are staged."""

    def __init__(self, layout: Layout, stage: scratch.Stage, run: LoadRun) -> None:
        self.layout, self.stage, self.run = layout, stage, run
        self.shapes = Shapes(layout)
        self.fragments = layout.fragments()
        self.params: dict[str, object] = {
            "tenant_id": current_tenant_id(),
            "source": run.source.key,
            "source_pk": run.source_id,
            "object": layout.key,
            "run_id": run.pk,
            "observed_at": run.observed_at,
            "reconstructed": run.reconstructed,
        }

    def sql(self, template: str, **names: str) -> str:
        return template.format(**self.fragments, **names)

    def execute(self, template: str, **params: object) -> int:
        return db.execute(self.sql(template), {**self.params, **params})

    # What is staged, in terms of records

    def resolve(self) -> None:
        """Find or number the records that changes speak of; `load_event` then holds the changes by id."""
        scratch.analyze("load_stage", "source_id", *(column.staged for column in self.layout.references))
        self.shapes.stage(self.stage.shapes)
        self.execute(loading.KEYS, sequence=_sequence(self.layout.key))
        scratch.analyze("load_key")
        self._resolve_references()
        joins = "".join(
            f" LEFT JOIN load_ref {identifier('r_' + column.field)}"
            f" ON {identifier('r_' + column.field)}.target = '{column.target}'"
            f" AND {identifier('r_' + column.field)}.ref = st.{identifier(column.staged)}"
            for column in self.layout.references
        )
        self.execute(loading.EVENTS + joins)
        scratch.drop("load_stage")
        scratch.analyze("load_event", *DECIDING)

    def _resolve_references(self) -> None:
        db.execute(
            "CREATE TEMP TABLE load_ref (target text, ref text, id bigint, is_new boolean) ON COMMIT DROP"
        )
        used = [column for column in self.layout.references if column.field in self.stage.used_references]
        for target in sorted({column.target for column in used}):
            staged = [identifier(column.staged) for column in used if column.target == target]
            own = target == self.layout.key
            statement = self.sql(
                loading.REFERENCES,
                refs=" UNION ALL ".join(loading.STAGED_REFERENCES.format(column=name) for name in staged),
                target=identifier(current_table(target)),
                own_id="k.record_id" if own else "NULL::bigint",
                own_join="LEFT JOIN load_key k ON k.source_id = r.ref" if own else "",
            )
            db.execute(statement, {**self.params, "target": target, "sequence": _sequence(target)})
        scratch.analyze("load_ref")

    def unite_repeated(self) -> None:
        """Changes of one record at one instant and place are one event; the later in the file wins."""
        repeated = db.fetch_all(loading.REPEATED_SHAPES, self.params)
        if not repeated:
            return
        self.shapes.unite(numbers for (numbers,) in repeated if len(numbers) > 1)
        self.execute(loading.UNITE_REPEATED)
        self.execute(loading.DROP_REPEATED)
        self.execute(loading.ADD_UNITED)

    def end_absent(self, *, confirmed: bool) -> int:
        """What a list does not name any more ends; the number of records."""
        match self.run.mode:
            case LoadRun.Mode.FULL_LIST:
                return self._end_absent_from_list(confirmed=confirmed)
            case LoadRun.Mode.SNAPSHOTS:
                return self._end_absent_from_snapshots()
            case _:
                return 0

    def _end_absent_from_list(self, *, confirmed: bool) -> int:
        row = db.fetch_one(self.sql(loading.COUNT_ABSENT), self.params)
        absent, living = row or (0, 0)
        if absent > living * ENDING_SHARE and not confirmed:
            raise Conflict(
                f"{absent} of {living} records are not in this list and would end. Confirm that, or load it"
                " as changes only.",
                code="many_ending",
                ending=absent,
                living=living,
            )
        if absent:
            self.execute(loading.END_ABSENT, shape=self.shapes.number(ENDED))
        return int(absent)

    def _end_absent_from_snapshots(self) -> int:
        shape = self.shapes.number(ENDED)
        self.execute(loading.NEW_SNAPSHOTS)
        ended = self.execute(loading.END_BEFORE_SNAPSHOT, shape=shape)
        ended += self.execute(loading.END_AFTER_SNAPSHOT, shape=shape)
        if ended:
            db.execute(loading.FOLD_ENDED, self.params)
        return ended

    # What is new

    def drop_known(self) -> None:
        """Forget staged changes that say nothing new. Where all records are new, there is nothing to
        compare."""
        if not db.fetch_value("SELECT EXISTS (SELECT FROM load_event WHERE NOT _fast)"):
            return
        scratch.analyze("load_shape", "id")
        self.execute(loading.DROP_KNOWN_EVENTS)
        self.execute(loading.DROP_KNOWN_OBSERVATIONS)
        scratch.analyze("load_event", *DECIDING)

    def write(self, *, ended: int) -> LoadResult:
        """Fold, and where that changes anything take the data version and write."""
        meeting = db.fetch_all(self.sql(loading.MEETING_KNOWN_SHAPES), self.params)
        self.shapes.unite(numbers for (numbers,) in meeting)
        self.execute(loading.FOLD, meta=list(META))
        self.execute(loading.DIFFERENCES)
        scratch.drop("load_fold")
        fast, folded = db.fetch_one(loading.COUNT_NEW, self.params) or (0, 0)
        rows = db.fetch_value("SELECT count(*) FROM load_row")
        read = self.stage.read
        if not fast and not rows:
            return LoadResult(read=read, unchanged=read)
        version = open_data_version(f"{self.layout.key} from {self.run.source.key}")
        stubs = self._write_rows(version, fast=bool(fast), rows=bool(rows))
        changed = min(fast + folded, read)
        return LoadResult(
            read=read,
            changed=changed,
            unchanged=read - changed,
            stubs=stubs,
            ended=ended,
            data_version=version,
        )

    def _write_rows(self, version: DataVersion, *, fast: bool, rows: bool) -> int:
        params = {**self.params, "known_from": version.at}
        stubs = 0
        for target in sorted({column.target for column in self.layout.references}):
            statement = loading.ADD_STUBS.format(target=identifier(current_table(target)))
            stubs += db.execute(statement, {**params, "target": target})
        if fast:
            db.execute(self.sql(loading.ADD_NEW_CURRENT), params)
            db.execute(self.sql(loading.ADD_NEW_VERSIONS), params)
        if rows:
            db.execute(self.sql(loading.ADD_FOLDED_CURRENT), params)
            db.execute(self.sql(loading.CLOSE_VERSIONS), params)
            db.execute(self.sql(loading.ADD_FOLDED_VERSIONS), params)
        db.execute(loading.TOUCHED, params)
        scratch.analyze("load_touched")
        db.execute(self.sql(loading.REFRESH_CURRENT), params)
        refresh_custom_values(self.layout, new_records=fast)
        return stubs


def _sequence(key: str) -> str:
    return f"{current_table(key)}_id_seq"
