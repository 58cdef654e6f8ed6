from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from crm.readers import Limits, ReadOptions, UnreadableFile, inspect, open_rows


def book(folder: Path, fill: Callable[[Worksheet], None], *more: str) -> Path:
    path = folder / "upload.xlsx"
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Pipeline"
    fill(sheet)
    for name in more:
        extra = workbook.create_sheet(name)
        extra.append(["code", "label"])
        extra.append([name, 1])
    workbook.save(path)
    return path


def rewritten(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The same workbook with one part of its ZIP changed."""
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    parts[part] = change(parts.get(part, b""))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in parts.items():
            new.writestr(name, content)
    return path


def plain(sheet: Worksheet) -> None:
    sheet.append(["id", "name", "amount", "closed on", "at", "won"])
    sheet.append(["A-1", "Acme", 1234.56, date(2024, 2, 1), datetime.fromisoformat("2024-02-01T09:30"), True])
    sheet.append([17, None, 0.1 + 0.2, None, None, False])


def test_values_keep_their_types(tmp_path: Path) -> None:
    path = book(tmp_path, plain)
    profile = inspect(path)
    rows = list(open_rows(path, profile))

    assert (profile.kind, profile.sheet, profile.approximate_rows) == ("xlsx", "Pipeline", 2)
    assert rows[0].values == {
        "id": "A-1",
        "name": "Acme",
        "amount": Decimal("1234.56"),
        "closed on": date(2024, 2, 1),
        "at": datetime.fromisoformat("2024-02-01T09:30"),
        "won": True,
    }
    assert rows[1].values["amount"] == Decimal("0.3")
    assert rows[1].values["id"] == 17
    assert [row.number for row in rows] == [2, 3]


def test_a_sheet_can_be_chosen(tmp_path: Path) -> None:
    path = book(tmp_path, plain, "Stages", "Notes")
    profile = inspect(path, options=ReadOptions(sheet="Stages"))

    assert [sheet.name for sheet in profile.sheets] == ["Pipeline", "Stages", "Notes"]
    assert profile.headers == ("code", "label")
    with pytest.raises(UnreadableFile) as refused:
        inspect(path, options=ReadOptions(sheet="Stage"))
    assert refused.value.code == "no_such_sheet"
    assert "'Stages'" in refused.value.message


def test_a_formula_and_an_error_are_problems_of_their_row(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["id", "amount", "rate"])
        sheet.append(["1", 5, 1])
        sheet.append(["2", "=B2*2", 1])
        sheet.append(["3", 7, None])
        sheet["C4"] = "#N/A"

    path = book(tmp_path, fill)
    rows = list(open_rows(path, inspect(path)))

    assert [[(p.code, p.column, p.value) for p in row.problems] for row in rows] == [
        [],
        [("formula_cell", "amount", "=B2*2")],
        [("error_cell", "rate", "#N/A")],
    ]
    assert rows[1].values["amount"] is None


def test_merged_cells_are_reported_not_filled_in(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["region", "name"])
        sheet.append(["East", "a"])
        sheet.append([None, "b"])
        sheet.append(["West", "c"])
        sheet.merge_cells("A2:A3")

    path = book(tmp_path, fill)
    profile = inspect(path)
    rows = list(open_rows(path, profile))

    assert profile.sheets[0].merged == ("A2:A3",)
    assert [[problem.code for problem in row.problems] for row in rows] == [[], ["merged_cell"], []]
    assert "A3 is merged with A2" in rows[1].problems[0].message


def test_cells_past_the_last_named_column_are_reported(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["id", "name"])
        sheet.append(["1", "a", None, "stray"])

    path = book(tmp_path, fill)
    assert [p.code for p in next(open_rows(path, inspect(path))).problems] == ["ragged_row"]


def test_a_stale_stated_size_cuts_nothing_off(tmp_path: Path) -> None:
    def shrink(part: bytes) -> bytes:
        return part.replace(b'<dimension ref="A1:F3"', b'<dimension ref="A1:B2"')

    path = rewritten(book(tmp_path, plain), "xl/worksheets/sheet1.xml", shrink)
    rows = list(open_rows(path, inspect(path)))

    assert len(rows) == 2
    assert rows[0].values["won"] is True


def test_reading_resumes_at_a_row(tmp_path: Path) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["id"])
        for n in range(2, 302):
            sheet.append([f"r{n}"])

    path = book(tmp_path, fill)
    profile = inspect(path)
    assert [row.values["id"] for row in open_rows(path, profile, skip_to=300)] == ["r300", "r301"]


def test_a_zip_bomb_is_refused_before_parsing(tmp_path: Path) -> None:
    def blow_up(part: bytes) -> bytes:
        return part.replace(b"<sheetData>", b"<sheetData>" + b" " * 60_000_000)

    path = rewritten(book(tmp_path, plain), "xl/worksheets/sheet1.xml", blow_up)
    assert path.stat().st_size < 200_000
    with pytest.raises(UnreadableFile) as refused:
        inspect(path)
    assert refused.value.code == "unpacks_too_large"


def test_too_many_parts_or_too_much_text_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path, plain)
    with pytest.raises(UnreadableFile) as many:
        inspect(path, limits=Limits(zip_entries=3))
    with pytest.raises(UnreadableFile) as text:
        inspect(path, limits=Limits(shared_strings_bytes=2_000))
    assert (many.value.code, text.value.code) == ("unpacks_too_large", "too_much_text")


def test_xml_entities_are_refused(tmp_path: Path) -> None:
    def plant(part: bytes) -> bytes:
        doctype = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
        return part.replace(b"<worksheet", doctype + b"<worksheet", 1)

    path = rewritten(book(tmp_path, plain), "xl/worksheets/sheet1.xml", plant)
    with pytest.raises(UnreadableFile) as refused:
        inspect(path)
    assert refused.value.code == "unsafe_xml"


def test_a_row_number_no_spreadsheet_has_is_damage(tmp_path: Path) -> None:
    def plant(part: bytes) -> bytes:
        return part.replace(b'<row r="3"', b'<row r="999999999"')

    path = rewritten(book(tmp_path, plain), "xl/worksheets/sheet1.xml", plant)
    with pytest.raises(UnreadableFile) as refused:
        inspect(path)
    assert refused.value.code == "damaged_file"


def _zip(**parts: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (_zip(word__document_dot_xml=b"<w/>"), "wrong_kind", "Word"),
        (_zip(content_dot_xml=b"<o/>"), "wrong_kind", "OpenDocument"),
        (_zip(data_dot_csv=b"id\n1\n"), "wrong_kind", "ZIP archive"),
        (_zip(xl__workbook_dot_bin=b"x"), "wrong_kind", "xlsb"),
        (_zip(xl__workbook_dot_xml=b"not xml"), "damaged_file", "damaged"),
        (b"PK\x03\x04 and then nothing of the kind", "damaged_file", "damaged"),
    ],
)
def test_other_archives_say_what_to_do(tmp_path: Path, content: bytes, code: str, says: str) -> None:
    path = tmp_path / "upload.xlsx"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile) as refused:
        inspect(path)
    assert refused.value.code == code
    assert says in refused.value.message


def two_alike(sheet: Worksheet) -> None:
    sheet.append(["id", "id"])
    sheet.append([1, 2])


def test_an_empty_workbook_and_a_header_alone_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as empty:
        inspect(book(tmp_path, lambda sheet: None))
    with pytest.raises(UnreadableFile) as bare:
        inspect(book(tmp_path, lambda sheet: sheet.append(["id", "name"])))
    with pytest.raises(UnreadableFile) as twice:
        inspect(book(tmp_path, two_alike))
    assert (empty.value.code, bare.value.code, twice.value.code) == (
        "empty_file",
        "no_rows",
        "duplicate_headers",
    )


def test_a_workbook_kept_under_a_name_without_ending_reads_the_same(tmp_path: Path) -> None:
    named = book(tmp_path, plain)
    kept = named.rename(tmp_path / "0f3a9c")

    profile = inspect(kept)

    assert profile.headers[:2] == ("id", "name")
    assert [row.values["id"] for row in open_rows(kept, profile)][:1] == ["A-1"]
