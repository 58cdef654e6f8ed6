"""Imports through the service: what a file does, twice, in parts, corrected and undone."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any  # records have the columns of their catalog entry

import pytest
from django.core.files.base import File
from django.test import override_settings
from django.utils import timezone

from core.errors import Conflict, DomainError, Invalid
from crm import imports
from crm.imports.execution import run_import
from crm.imports.running import delete_old_files, refuse_or_ask
from crm.models import CURRENT, VERSION, CustomField, Import, ImportFile, LoadRun, RejectedRow
from crm.queries import history_of, versions_at
from crm.readers import UnreadableFile
from crm.rules.check_mapping import UnusableMapping
from crm.rules.dates import DateOrder
from crm.rules.mapping import ColumnMap, ImportMode, Unmapped
from crm.vocab.specs import FieldType
from tenants.jobs import JobStopped
from tenants.models import DataVersion
from tests.conftest import Company
from tests.crm.importing import ACTOR, codes, deal_file, deals, rejected, stored, take, write

LIST = deals(ImportMode.FULL_LIST)


def opportunity(source_id: str) -> Any:  # Any: columns come from the catalog
    return CURRENT["opportunity"].objects.get(source_id=source_id)


# What a good file does


def test_a_file_becomes_records_and_its_stages_become_records_too(in_acme: Company, tmp_path: Path) -> None:
    [result] = take(deal_file(tmp_path / "deals.csv", range(1, 4)))

    assert (result.rows, result.changed, result.unchanged, result.rejected) == (3, 3, 0, 0)
    deal = opportunity("2")
    assert (deal.name, deal.amount, deal.currency) == ("Deal 2", Decimal(102), "USD")
    stage: Any = CURRENT["stage"].objects.get(pk=deal.stage_id)
    assert (stage.name, stage.outcome, stage.position) == ("Open", "open", 1)


def test_a_stage_means_what_the_mapping_says_at_every_time(in_acme: Company, tmp_path: Path) -> None:
    take(deal_file(tmp_path / "deals.csv", range(1, 4)))

    then = datetime(2001, 1, 1, tzinfo=UTC)
    assert versions_at("stage", as_of=then, known_at=timezone.now()).count() == 3


def test_the_same_file_twice_changes_nothing(in_acme: Company, tmp_path: Path) -> None:
    path = deal_file(tmp_path / "deals.csv", range(1, 50))
    for mode in (ImportMode.CHANGES_ONLY, ImportMode.FULL_LIST):
        take(path, deals(mode))
        before, versions = DataVersion.objects.count(), VERSION["opportunity"].objects.count()

        [again] = take(path, deals(mode))

        assert (again.changed, again.unchanged) == (0, 49)
        assert (DataVersion.objects.count(), VERSION["opportunity"].objects.count()) == (before, versions)


def test_semicolons_a_mark_of_order_and_gzip_are_read(in_acme: Company, tmp_path: Path) -> None:
    path = tmp_path / "deals.csv.gz"
    text = "\ufeffid;name;stage;amount\r\n1;Größe;Won;7\r\n"
    path.write_bytes(gzip.compress(text.encode()))

    take(path)

    assert opportunity("1").name == "Größe"


def test_own_fields_are_made_on_the_spot_and_keep_their_type(in_acme: Company, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id,name,stage,amount,score,fee", "1,A,Open,5,7.5,12")
    own = (
        ColumnMap("score", "custom.score", FieldType.NUMBER, "Fit score"),
        ColumnMap("fee", "custom.fee", FieldType.MONEY, "Fee"),
    )
    take(path, deals(columns=(*deals().columns, *own)))

    assert CustomField.objects.get(name="score").label == "Fit score"
    assert opportunity("1").custom == {"score": 7.5, "fee": 12, "fee_currency": "USD"}
    text = (ColumnMap("score", "custom.score", FieldType.TEXT),)
    with pytest.raises(Conflict, match="holds number"):
        take(path, deals(columns=(*deals().columns, *text)))


def test_history_rows_say_only_what_they_name(in_acme: Company, tmp_path: Path) -> None:
    path = write(
        tmp_path / "history.csv",
        "id,at,stage",
        "1,2026-01-01T00:00:00Z,Open",
        "1,2026-02-01T00:00:00Z,Won",
        "1,2026-02-01T00:00:00Z,Lost",
    )
    mapping = deals(ImportMode.HISTORY, changed_at="at", columns=(ColumnMap("stage", "stage"),))
    take(path, mapping)

    told = history_of("opportunity", opportunity("1").pk)
    assert [entry.asserted for entry in told] == [("stage_id",)] * 3
    stages: Any = CURRENT["stage"].objects
    assert stages.get(pk=opportunity("1").stage_id).name == "Lost"


def test_dated_snapshots_become_history(in_acme: Company, tmp_path: Path) -> None:
    path = write(
        tmp_path / "weekly.csv",
        "on,id,name,stage,amount",
        "2026-01-05,1,A,Open,10",
        "2026-01-05,2,B,Open,20",
        "2026-01-12,1,A,Open,15",
        "2026-01-19,1,A,Won,15",
        "2026-01-19,2,B,Open,20",
    )
    take(path, deals(ImportMode.DATED_SNAPSHOTS, snapshot_on="on"))

    def living(day: int) -> dict[str, Decimal]:
        at = datetime(2026, 1, day, 12, tzinfo=UTC)
        rows: Any = versions_at("opportunity", as_of=at, known_at=timezone.now())
        return {row.record.source_id: row.amount for row in rows.select_related("record")}

    assert living(5) == {"1": 10, "2": 20}
    assert living(12) == {"1": 15}
    assert living(19) == {"1": 15, "2": 20}


def test_a_snapshot_without_a_date_column_takes_the_date_given(in_acme: Company, tmp_path: Path) -> None:
    mapping = deals(ImportMode.DATED_SNAPSHOTS)
    take(deal_file(tmp_path / "one.csv", [1]), mapping, snapshot_on=date(2026, 3, 2))

    assert opportunity("1").valid_from == datetime(2026, 3, 2, tzinfo=UTC)


# Full lists


def test_records_missing_from_a_full_list_end(in_acme: Company, tmp_path: Path) -> None:
    take(deal_file(tmp_path / "a.csv", range(1, 41)), LIST)

    [result] = take(deal_file(tmp_path / "b.csv", range(2, 41)), LIST)

    assert result.ended == 1
    assert opportunity("1").is_deleted


def test_more_than_five_percent_must_be_confirmed(in_acme: Company, tmp_path: Path) -> None:
    take(deal_file(tmp_path / "a.csv", range(1, 21)), LIST)
    short = deal_file(tmp_path / "b.csv", range(3, 21))

    with pytest.raises(Conflict) as refusal:
        take(short, LIST)

    assert refusal.value.code == "many_ending"
    assert len(stored()) == 20
    asking = Import.objects.order_by("-pk")[0]
    assert asking.state == Import.State.ASKING
    assert asking.question is not None
    assert (asking.question["ending"], asking.question["living"]) == (2, 20)

    [result] = take(short, LIST, confirm_ending=True)
    assert result.ended == 2


def test_a_rejected_row_of_a_full_list_does_not_end_its_record(in_acme: Company, tmp_path: Path) -> None:
    take(deal_file(tmp_path / "a.csv", range(1, 11)), LIST)
    bad = write(
        tmp_path / "b.csv",
        "id,name,stage,amount",
        "1,Deal 1,Open,oops",
        "99,New,Open,oops",
        *(f"{n},Deal {n},Open,{100 + n}" for n in range(2, 11)),
    )

    [result] = take(bad, LIST)

    assert (result.rejected, result.ended, result.changed) == (2, 0, 0)
    assert opportunity("1").amount == 101
    assert not CURRENT["opportunity"].objects.filter(source_id="99").exists()


def test_a_full_list_with_nameless_rows_asks_first(in_acme: Company, tmp_path: Path) -> None:
    take(deal_file(tmp_path / "a.csv", range(1, 31)), LIST)
    path = deal_file(tmp_path / "b.csv", range(2, 31))
    path.write_text(path.read_text() + ",Deal 1,Open,101\n", encoding="utf-8")

    with pytest.raises(Conflict, match="no id that can be read"):
        take(path, LIST)

    assert len(stored()) == 30


# Bad input


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"  \n\n", "empty_file"),
        (b"%PDF-1.7 whatever", "wrong_kind"),
        (b"id,name,name\n1,a,b\n", "duplicate_headers"),
        (b"id,name,stage,amount\n", "no_rows"),
        (b'id,name,stage,amount\n1,"' + b"x" * 10_000_000 + b'",Open,1\n', "cell_too_large"),
    ],
)
def test_an_unreadable_file_is_refused_whole(
    in_acme: Company, tmp_path: Path, own_files: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(content)

    with pytest.raises(UnreadableFile) as refusal:
        take(path)

    assert refusal.value.code == code
    assert not ImportFile.objects.exists()
    assert [file for file in own_files.rglob("*") if file.is_file()] == []


def test_what_spoils_the_file_at_its_end_leaves_nothing_behind(in_acme: Company, tmp_path: Path) -> None:
    path = deal_file(tmp_path / "deals.csv", range(1, 500))
    with path.open("a") as file:
        file.write('500,"' + "x" * 2_000_000 + '",Open,1\n')

    with override_settings(REVOPS_IMPORT_CHUNK=100), pytest.raises(UnreadableFile):
        take(path)

    assert stored() == {}


def test_a_zip_bomb_is_refused(in_acme: Company, tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", "<Types/>")
        bomb.writestr("xl/workbook.xml", b"<workbook>" + b" " * 60_000_000 + b"</workbook>")

    with pytest.raises(UnreadableFile):
        take(path)
    packed = tmp_path / "bomb.csv.gz"
    packed.write_bytes(gzip.compress(b"id,name\n" + b"0" * 60_000_000))
    with pytest.raises(UnreadableFile, match="unpacks to far more"):
        take(packed)
    assert not Import.objects.exists()


def test_a_mapping_that_lacks_something_is_refused_before_any_row(in_acme: Company, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "key,name,stage,amount", "1,A,Open,5")

    for mapping, code in (
        (deals(), "missing_id"),
        (deals(id_columns=("key",), date_order=DateOrder.AMBIGUOUS), "date_order_needed"),
        (deals(id_columns=("key",), currency=""), "currency_needed"),
    ):
        with pytest.raises(UnusableMapping) as refusal:
            take(path, mapping)
        assert refusal.value.code == code
    assert not LoadRun.objects.exists()


def test_bad_rows_are_kept_with_every_reason_and_good_ones_taken(in_acme: Company, tmp_path: Path) -> None:
    path = write(
        tmp_path / "mixed.csv",
        "id,name,stage,amount,closes",
        "1,Good,Open,5,2026-01-02",
        "2,Huge,Open,99999999999999999999,2026-01-02",
        "3,Odd stage,Opne,5,2026-13-45",
        ",No id,Open,5,2026-01-02",
        "5,=SUM(A1),Open,=1+1,2026-01-02",
    )
    mapping = deals(columns=(*deals().columns, ColumnMap("closes", "close_date")))

    [result] = take(path, mapping)

    assert (result.changed, result.rejected) == (1, 4)
    assert [(row.row_number, codes(row)) for row in rejected()] == [
        (3, ["impossible_amount"]),
        (4, ["unknown_stage", "impossible_date"]),
        (5, ["missing_id"]),
        (6, ["not_a_number"]),
    ]
    assert rejected()[1].raw["stage"] == "Opne"
    assert set(stored()) == {"1"}


def test_unmapped_values_are_taken_and_listed(in_acme: Company, tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id,name,stage,amount,type", "1,A,Open,5,Pilot", "2,B,Open,5,Upsell")
    kinds = ColumnMap(
        "type", "opportunity_type", values=(("Upsell", "expansion"),), unmapped=Unmapped.LEAVE_OUT
    )
    take(path, deals(columns=(*deals().columns, kinds)))

    assert (opportunity("1").opportunity_type, opportunity("1").type_raw) == (None, "Pilot")
    assert opportunity("2").opportunity_type == "expansion"
    [finding] = Import.objects.get().steps.get().findings["warnings"]
    assert (finding[0], finding[2], finding[4]) == ("unmapped_value", "Pilot", 1)


# Rejected rows


def test_a_corrected_row_is_taken_as_of_its_import(in_acme: Company, tmp_path: Path) -> None:
    take(write(tmp_path / "a.csv", "id,name,stage,amount", "1,A,Open,5", "2,B,Opne,6"))
    [row] = rejected()

    with pytest.raises(Invalid, match="not a stage"):
        imports.replay_row(row.pk, {"amount": "7"}, actor=ACTOR, now=timezone.now())
    assert set(stored()) == {"1"}

    imports.replay_row(row.pk, {"stage": "Won", "amount": "7"}, actor=ACTOR, now=timezone.now())

    assert opportunity("2").amount == 7
    assert opportunity("2").valid_from == Import.objects.get().observed_at
    assert RejectedRow.objects.get().state == RejectedRow.State.FIXED
    assert RejectedRow.objects.get().raw["stage"] == "Opne"
    with pytest.raises(Conflict):
        imports.replay_row(row.pk, {"stage": "Won"}, actor=ACTOR, now=timezone.now())


def test_a_row_of_a_full_list_can_be_corrected_without_ending_the_others(
    in_acme: Company, tmp_path: Path
) -> None:
    lines = [f"{n},Deal {n},Open,{n}" for n in range(1, 11)]
    take(write(tmp_path / "a.csv", "id,name,stage,amount", *lines, "11,Deal,Opne,5"), LIST)

    imports.replay_row(rejected()[0].pk, {"stage": "Won"}, actor=ACTOR, now=timezone.now())

    assert len(stored()) == 11


# In parts, stopped, undone


class Stopping:
    """Runs in place and stops after a number of committed chunks."""

    def __init__(self, chunks: int) -> None:
        self.left = chunks

    @contextmanager
    def step(self) -> Iterator[None]:
        yield

    def progress(self, done: int | None = None, total: int | None = None, note: str | None = None) -> None:
        if done and note is None:
            self.left -= 1
            if self.left < 0:
                raise JobStopped


@pytest.mark.parametrize("mode", [ImportMode.CHANGES_ONLY, ImportMode.HISTORY])
def test_a_stopped_import_goes_on_after_its_last_chunk(
    in_acme: Company, tmp_path: Path, mode: ImportMode
) -> None:
    header = "id,at,name,stage,amount"
    lines = [f"{n % 60},2026-01-0{n % 3 + 1}T00:00:00Z,Deal {n},Open,{n}" for n in range(300)]
    path = write(tmp_path / "a.csv", header, *lines)
    mapping = deals(mode, changed_at="at" if mode is ImportMode.HISTORY else "")
    with path.open("rb") as content:
        parent = imports.create_import(_file(content), name="a.csv", actor=ACTOR, now=timezone.now())
    imports.set_mappings(parent.pk, [mapping], actor=ACTOR)

    with override_settings(REVOPS_IMPORT_CHUNK=70):
        with pytest.raises(JobStopped):
            run_import(parent.pk, Stopping(2))
        step = parent.steps.get()
        assert 0 < step.rows_seen < 300
        run_import(parent.pk, Stopping(1_000))

    step.refresh_from_db()
    assert (step.rows_seen, step.is_done) == (300, True)
    assert step.run is not None
    assert step.run.read == 300
    in_parts = stored()
    take(path, deals(mode, source="other", changed_at=mapping.changed_at))
    other: Any = CURRENT["opportunity"].objects.filter(source="other")
    assert {row.source_id: (row.name, row.amount) for row in other} == {
        key: value[:2] for key, value in _of_source("sheet").items()
    }
    assert len(in_parts) == 60


def test_an_undone_import_leaves_no_record_and_no_file(
    in_acme: Company, tmp_path: Path, own_files: Path
) -> None:
    take(deal_file(tmp_path / "a.csv", range(1, 4)))
    [result] = take(deal_file(tmp_path / "b.csv", range(1, 6), amount=900))

    imports.undo_import(result.import_id, actor=ACTOR, now=timezone.now())

    assert {key: value[1] for key, value in stored().items()} == {"1": 101, "2": 102, "3": 103}
    undone = Import.objects.get(pk=result.import_id)
    assert (undone.state, undone.file.path) == (Import.State.UNDONE, "")
    assert len([file for file in own_files.rglob("*") if file.is_file()]) == 1


def test_an_import_that_later_ones_built_on_is_not_undone(in_acme: Company, tmp_path: Path) -> None:
    [first] = take(deal_file(tmp_path / "a.csv", range(1, 4)))
    take(deal_file(tmp_path / "b.csv", range(1, 4), amount=900))

    with pytest.raises(Conflict):
        imports.undo_import(first.import_id, actor=ACTOR, now=timezone.now())

    assert stored()["1"][1] == 901
    assert Import.objects.get(pk=first.import_id).state == Import.State.COMPLETED


def test_files_of_old_imports_are_deleted(in_acme: Company, tmp_path: Path, own_files: Path) -> None:
    take(deal_file(tmp_path / "a.csv", [1]))
    Import.objects.update(ended_at=datetime(2020, 1, 1, tzinfo=UTC))

    assert delete_old_files(now=timezone.now()) == 1
    assert [file for file in own_files.rglob("*") if file.is_file()] == []


def test_a_failed_import_says_why(in_acme: Company, tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("wb") as file:
        file.write(b"id,name,stage,amount\n1,A,Opne,5\n")
    with pytest.raises(DomainError, match="No row of this list"):
        take(tmp_path / "a.csv", LIST)

    parent = Import.objects.get()
    assert (parent.state, parent.error_code) == (Import.State.FAILED, "nothing_taken")
    assert not refuse_or_ask(parent.pk, Invalid("Other.", code="other"))


def _file(content: io.BufferedReader) -> Any:  # Any: Django's File is generic over what it wraps
    return File(content)


def _of_source(source: str) -> dict[str, tuple[object, ...]]:
    rows: Any = CURRENT["opportunity"].objects.filter(source=source)
    return {row.source_id: (row.name, row.amount) for row in rows}
