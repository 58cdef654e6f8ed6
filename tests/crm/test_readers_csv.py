from __future__ import annotations

import csv
import gzip
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.readers import Limits, ReadOptions, UnreadableFile, count_rows, inspect, open_rows


def put(folder: Path, content: bytes | str, *, name: str = "upload.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refusal(path: Path, **options: str | int | None) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as refused:
        inspect(path, options=ReadOptions(**options))  # type: ignore[arg-type]  # shorthand of the test
    return refused.value


def test_a_plain_file_gives_its_headers_and_rows(tmp_path: Path) -> None:
    path = put(tmp_path, 'id,name,amount\r\n1,Acme,10.50\r\n2,"Smith, Jones",\r\n')
    profile = inspect(path)

    assert (profile.kind, profile.encoding, profile.delimiter) == ("csv", "utf-8", ",")
    assert profile.headers == ("id", "name", "amount")
    assert profile.approximate_rows == 2
    assert [dict(row.values) for row in open_rows(path, profile)] == [
        {"id": "1", "name": "Acme", "amount": "10.50"},
        {"id": "2", "name": "Smith, Jones", "amount": ""},
    ]
    assert [row.number for row in open_rows(path, profile)] == [2, 3]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_even_with_commas_as_decimal_marks(tmp_path: Path, delimiter: str) -> None:
    rows = [["id", "amount", "note"], ["1", "1.234,50", "a, b"], ["2", "7,25", "c"]]
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    profile = inspect(put(tmp_path, text.getvalue()))

    assert profile.delimiter == delimiter
    assert profile.headers == ("id", "amount", "note")


def test_the_separator_line_of_excel_is_obeyed_and_is_not_a_row(tmp_path: Path) -> None:
    path = put(tmp_path, "sep=;\nid;name\n1;Acme\n")
    profile = inspect(path)

    assert (profile.delimiter, profile.header_row) == (";", 2)
    assert [dict(row.values) for row in open_rows(path, profile)] == [{"id": "1", "name": "Acme"}]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
        ("latin-1", "cp1252"),
    ],
)
def test_the_encoding_is_found(tmp_path: Path, encoding: str, found: str) -> None:
    path = put(tmp_path, "id,name,city\n1,Müller & Söhne,Köln\n2,Société Générale,Orléans\n".encode(encoding))
    profile = inspect(path)

    assert profile.encoding == found
    assert [row.values["name"] for row in open_rows(path, profile)] == ["Müller & Söhne", "Société Générale"]
    assert profile.encoding_certain is (encoding not in ("cp1252", "latin-1"))


def test_a_legacy_letter_far_into_the_file_is_still_seen(tmp_path: Path) -> None:
    text = "id,name\n" + "".join(f"{n},Acme Corporation\n" for n in range(150_000)) + "x,Café\n"
    path = put(tmp_path, text.encode("cp1252"))
    profile = inspect(path)

    assert profile.encoding == "cp1252"
    assert list(open_rows(path, profile, skip_to=150_000))[-1].values == {"id": "x", "name": "Café"}


def test_cyrillic_in_its_old_code_page_is_told_from_western(tmp_path: Path) -> None:
    line = "{},Общество ограниченной ответственности Ромашка,Санкт-Петербург\n"
    text = "id,name,city\n" + "".join(line.format(n) for n in range(40))
    assert inspect(put(tmp_path, text.encode("cp1251"))).encoding == "cp1251"


def test_an_encoding_that_does_not_fit_is_refused_when_it_was_chosen(tmp_path: Path) -> None:
    path = put(tmp_path, "id,name\n1,Köln\n".encode("cp1252"))
    assert refusal(path, encoding="utf-8").code == "wrong_encoding"
    assert refusal(path, encoding="klingon").code == "wrong_encoding"
    assert inspect(path, options=ReadOptions(encoding="cp1252")).encoding_certain


def test_gzip_is_unpacked_on_the_way(tmp_path: Path) -> None:
    path = put(tmp_path, gzip.compress(b"id,name\n1,Acme\n"), name="upload.csv.gz")
    profile = inspect(path)

    assert profile.gzipped
    assert [dict(row.values) for row in open_rows(path, profile)] == [{"id": "1", "name": "Acme"}]


def test_a_gzip_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    path = put(tmp_path, gzip.compress(b"id,name\n" + b"1,aaaaaaaa\n" * 9_000_000), name="bomb.gz")
    assert path.stat().st_size < 400_000
    assert refusal(path).code == "unpacks_too_large"


def test_a_cut_gzip_is_called_damaged(tmp_path: Path) -> None:
    packed = gzip.compress("".join(f"{n},{n * 7919 % 10007}\n" for n in range(9000)).encode())
    assert refusal(put(tmp_path, packed[: len(packed) // 2])).code == "damaged_file"


@pytest.mark.parametrize(
    ("content", "code", "says"),
    [
        (b"", "empty_file", "empty"),
        (b"\xef\xbb\xbf\n \n", "empty_file", "blanks"),
        (b"id,name\n", "no_rows", "no row"),
        (b"%PDF-1.7 ...", "wrong_kind", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "wrong_kind", "PNG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "wrong_kind", "save it as .xlsx"),
        (b"<html><table><tr><td>id</td></tr></table></html>", "wrong_kind", "web page"),
        (b'{"id": 1}', "wrong_kind", "JSON"),
        (b"PAR1....", "wrong_kind", "Parquet"),
        (bytes(range(32)) * 40, "wrong_kind", "not a table"),
        (gzip.compress(gzip.compress(b"id\n1\n")), "wrong_kind", "gzip inside gzip"),
        (b"id,name,id\n1,2,3\n", "duplicate_headers", "'id' in columns 1, 3"),
        (b"id,,name\n1,2,3\n", "missing_header", "Column 2 has no name"),
        (b"1C1I7A6R,2016-10-20,1054\nZ063OYW0,2016-10-25,4514\n", "missing_header", "looks like data"),
    ],
)
def test_what_cannot_be_read_says_what_to_do(tmp_path: Path, content: bytes, code: str, says: str) -> None:
    refused = refusal(put(tmp_path, content))
    assert refused.code == code
    assert says in refused.message


def test_a_cell_of_ten_megabytes_is_refused_with_its_place(tmp_path: Path) -> None:
    path = put(tmp_path, b"id,name,note\n1,Acme,ok\n2,Beta," + b"x" * 10 * 1024 * 1024 + b"\n3,Ceta,ok\n")
    refused = refusal(path)

    assert refused.code == "cell_too_large"
    assert (refused.details["row"], refused.details["column"]) == (3, 3)


def test_a_quotation_mark_never_closed_does_not_swallow_the_file(tmp_path: Path) -> None:
    path = put(tmp_path, 'id,note\n1,"open\n' + "2,some text of ordinary length\n" * 60_000)
    refused = refusal(path)

    assert refused.code == "cell_too_large"
    assert refused.details["row"] == 2


def test_rows_of_the_wrong_width_are_kept_and_marked(tmp_path: Path) -> None:
    path = put(tmp_path, "id,name,city\n1,Acme\n2,Beta,Bonn,extra\n3,Ceta,Cork,,\n4,Delta,Derry\n")
    rows = list(open_rows(path, inspect(path)))

    assert [[problem.code for problem in row.problems] for row in rows] == [
        ["ragged_row"],
        ["ragged_row"],
        [],
        [],
    ]
    assert rows[0].values == {"id": "1", "name": "Acme"}


def test_a_nul_byte_marks_its_cell(tmp_path: Path) -> None:
    path = put(tmp_path, b"id,name\n1,Acme\n2,Be\x00ta\n" + b"3,Ceta Incorporated\n" * 50)
    rows = list(open_rows(path, inspect(path)))

    assert [(problem.code, problem.column) for problem in rows[1].problems] == [("nul_byte", "name")]
    assert rows[0].problems == ()


def test_line_breaks_in_cells_keep_row_numbers_and_physical_lines_apart(tmp_path: Path) -> None:
    path = put(tmp_path, 'id,note\n1,"two\nlines"\n\n2,plain\n')
    rows = list(open_rows(path, inspect(path)))

    assert [(row.number, row.line, row.values["note"]) for row in rows] == [
        (2, 3, "two\nlines"),
        (4, 5, "plain"),
    ]


def test_reading_resumes_at_a_row(tmp_path: Path) -> None:
    path = put(tmp_path, "id\n" + "".join(f"r{n}\n" for n in range(2, 1002)))
    profile = inspect(path)
    whole = list(open_rows(path, profile))

    assert list(open_rows(path, profile, skip_to=700)) == whole[698:]
    assert count_rows(path, profile) == 1000


def test_a_header_further_down_can_be_chosen(tmp_path: Path) -> None:
    path = put(tmp_path, "Pipeline report,,\nWeek 12,,\nid,name,amount\n1,Acme,5\n")
    profile = inspect(path, options=ReadOptions(header_row=3))

    assert profile.headers == ("id", "name", "amount")
    assert [row.number for row in open_rows(path, profile)] == [4]


def test_a_large_file_is_read_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    block = "".join(f"{n},Acme Corporation number {n},{n}.25,2024-01-31\n" for n in range(10_000))
    with path.open("w") as file:
        file.write("id,name,amount,closed\n")
        for _ in range(40):
            file.write(block)
    assert path.stat().st_size > 17_000_000
    tracemalloc.start()
    profile = inspect(path)
    counted = count_rows(path, profile)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert counted == 400_000
    assert peak < 12_000_000


def test_a_profile_chooses_the_same_again(tmp_path: Path) -> None:
    path = put(tmp_path, "id;name\n1;Köln\n".encode("cp1252"))
    profile = inspect(path)
    again = inspect(path, options=profile.options())

    assert again.headers == profile.headers
    assert again.to_dict() | {"encoding_certain": False} == profile.to_dict()


def test_limits_hold_for_columns(tmp_path: Path) -> None:
    path = put(tmp_path, ",".join(f"c{n}" for n in range(30)) + "\n" + "," * 29 + "x\n")
    with pytest.raises(UnreadableFile) as refused:
        inspect(path, limits=Limits(columns=20))
    assert refused.value.code == "too_many_columns"


_text = st.text(
    alphabet=st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="\ufeff"), max_size=12
)
_western = st.text(alphabet="abcXYZ019 äöüßéèñç,;|\t\"'€", max_size=12)


@st.composite
def tables(draw: st.DrawFn, cell: st.SearchStrategy[str]) -> list[list[str]]:
    width = draw(st.integers(2, 5))
    rows = draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=8))
    marker = [f"row {place}" for place in range(len(rows))]
    return [["key", *(f"column {n}" for n in range(width))]] + [
        [key, *row] for key, row in zip(marker, rows, strict=True)
    ]


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=tables(_text),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
    packed=st.booleans(),
)
def test_what_is_written_is_what_is_read(
    tmp_path: Path, table: list[list[str]], delimiter: str, encoding: str, packed: bool
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(table)
    content = text.getvalue().encode(encoding)
    path = put(tmp_path, gzip.compress(content) if packed else content)
    profile = inspect(path, options=ReadOptions(delimiter=delimiter, encoding=encoding))

    assert list(profile.headers) == table[0]
    assert [list(row.values.values()) for row in open_rows(path, profile)] == table[1:]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables(_western), delimiter=st.sampled_from([",", ";", "\t", "|"]))
def test_detection_alone_reads_western_text_back(
    tmp_path: Path, table: list[list[str]], delimiter: str
) -> None:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(table)
    path = put(tmp_path, text.getvalue().encode("cp1252"))
    profile = inspect(path)

    assert profile.delimiter == delimiter
    assert [list(row.values.values()) for row in open_rows(path, profile)] == table[1:]
