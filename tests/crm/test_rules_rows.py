from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from core.money import Money
from crm.readers.profile import Cell, CellProblem, RawRow
from crm.rules.check_mapping import UnusableMapping, check_mapping, require_usable
from crm.rules.dates import DateOrder
from crm.rules.mapping import (
    BlankMeaning,
    ColumnMap,
    ImportMapping,
    ImportMode,
    RowFilter,
    RowOrder,
    StageMap,
    Unmapped,
    join_id,
)
from crm.rules.mapping_json import mapping_from_dict, mapping_to_dict
from crm.rules.numbers import DecimalMark
from crm.rules.outcomes import MappedRow, Outcome, RejectedRow, SkippedRow
from crm.rules.references import unknown_references
from crm.rules.rows import map_row, map_rows, stage_rows
from crm.vocab.specs import FieldType

STAGES = (
    StageMap("Discovery", "open", 1, values=("Discovery", "1 - Discovery")),
    StageMap("Proposal/Quote", "open", 2, is_qualified=True, forecast_category="best_case"),
    StageMap("Closed Won", "won", 3, is_qualified=True, forecast_category="closed"),
)
DEALS = ImportMapping(
    name="Deals",
    source="sheet",
    object="opportunity",
    mode=ImportMode.CHANGES_ONLY,
    id_columns=("id",),
    columns=(
        ColumnMap("name", "name"),
        ColumnMap("amount", "amount"),
        ColumnMap("close", "close_date"),
        ColumnMap("stage", "stage"),
        ColumnMap("owner", "owner"),
        ColumnMap("account", "account"),
        ColumnMap("type", "opportunity_type", values=(("New Business", "new"), ("Upsell", "expansion"))),
        ColumnMap("score", "custom.score", FieldType.NUMBER),
    ),
    pipeline="Sales",
    stages=STAGES,
    currency="EUR",
    date_order=DateOrder.DMY,
    time_zone="Europe/Berlin",
    record_link="https://crm.example/deal/{id}",
)
GOOD: dict[str, Cell] = {
    "id": "D-1",
    "name": "Big one",
    "amount": "1,200.50",
    "close": "01/02/2024",
    "stage": "1 - discovery",
    "owner": "Ann Lee",
    "account": "",
    "type": "new business",
    "score": "7.5",
}


def row(number: int = 2, **cells: Cell) -> RawRow:
    return RawRow(number, GOOD | cells)


def taken(outcome: Outcome) -> MappedRow:
    assert isinstance(outcome, MappedRow), outcome
    return outcome


def codes(outcome: Outcome) -> list[tuple[str, str]]:
    assert isinstance(outcome, RejectedRow), outcome
    return [(problem.code, problem.field) for problem in outcome.problems]


def test_a_row_becomes_one_change_of_one_record() -> None:
    mapped = taken(map_row(row(), DEALS))

    assert (mapped.object, mapped.source_id, mapped.at, mapped.seq, mapped.number) == (
        "opportunity",
        "D-1",
        None,
        0,
        2,
    )
    assert mapped.values == {
        "name": "Big one",
        "amount": Decimal("1200.50"),
        "currency": "EUR",
        "close_date": date(2024, 2, 1),
        "type_raw": "new business",
        "opportunity_type": "new",
    }
    assert mapped.refs == {"stage": "Sales/Discovery", "owner": "Ann Lee", "account": None}
    assert mapped.custom == {"score": Decimal("7.5")}
    assert mapped.warnings == ()


def test_all_problems_of_a_row_are_told_at_once() -> None:
    rejected = map_row(row(id=" ", amount="lots", close="31/02/2024", stage="Discovry"), DEALS)

    assert codes(rejected) == [
        ("missing_id", ""),
        ("not_a_number", "amount"),
        ("impossible_date", "close_date"),
        ("unknown_stage", "stage"),
    ]
    assert isinstance(rejected, RejectedRow)
    assert "Did they mean 'Discovery'?" in rejected.problems[3].message
    assert rejected.cells["amount"] == "lots"


def test_problems_of_the_reader_reject_the_row() -> None:
    raw = RawRow(9, GOOD, (CellProblem("formula_cell", "The cell holds a formula.", "amount", "=A1"),))
    assert codes(map_row(raw, DEALS)) == [("formula_cell", "")]


def test_an_unmapped_type_is_kept_as_written_and_listed() -> None:
    mapped = taken(map_row(row(type="Existing Business"), DEALS))

    assert mapped.values["opportunity_type"] is None
    assert mapped.values["type_raw"] == "Existing Business"
    assert [(warning.code, warning.field) for warning in mapped.warnings] == [
        ("unlisted_value", "opportunity_type")
    ]


def test_what_happens_to_unmapped_values_can_be_chosen() -> None:
    def with_unmapped(unmapped: Unmapped) -> ImportMapping:
        column = ColumnMap("owner", "owner", values=(("al", "Ann Lee"), ("nobody", "")), unmapped=unmapped)
        return replace(DEALS, columns=(column,))

    assert taken(map_row(row(owner="AL"), with_unmapped(Unmapped.REJECT))).refs == {"owner": "Ann Lee"}
    assert taken(map_row(row(owner="nobody"), with_unmapped(Unmapped.REJECT))).refs == {"owner": None}
    assert taken(map_row(row(owner="bo"), with_unmapped(Unmapped.KEEP))).refs == {"owner": "bo"}
    left_out = taken(map_row(row(owner="bo"), with_unmapped(Unmapped.LEAVE_OUT)))
    assert (left_out.refs, [w.code for w in left_out.warnings]) == ({"owner": None}, ["unmapped_value"])
    assert codes(map_row(row(owner="bo"), with_unmapped(Unmapped.REJECT))) == [("unmapped_value", "owner")]


def test_the_currency_of_the_row_beats_that_of_the_file() -> None:
    mapping = replace(DEALS, currency_column="ccy")
    assert taken(map_row(row(ccy="usd"), mapping)).values["currency"] == "USD"
    assert taken(map_row(row(ccy=""), mapping)).values["currency"] == "EUR"
    assert codes(map_row(row(ccy="dollars"), mapping)) == [("unknown_currency", "amount")]
    assert codes(map_row(row(ccy=""), replace(mapping, currency=""))) == [("currency_missing", "amount")]


def test_money_other_than_the_amount_has_its_own_currency() -> None:
    mapping = ImportMapping(
        "Accounts",
        "sheet",
        "account",
        ImportMode.FULL_LIST,
        ("n",),
        (
            ColumnMap("n", "name"),
            ColumnMap("r", "annual_revenue", currency="USD", multiply_by=Decimal(1_000_000)),
            ColumnMap("b", "custom.budget", FieldType.MONEY, currency="CHF"),
        ),
    )
    mapped = taken(map_row(RawRow(2, {"n": "Acme", "r": "1.5", "b": "20"}), mapping))

    assert mapped.values == {
        "name": "Acme",
        "annual_revenue": Decimal(1_500_000),
        "annual_revenue_currency": "USD",
    }
    assert mapped.custom == {"budget": Money(Decimal(20), "CHF")}


def test_an_empty_cell_empties_the_field_or_says_nothing() -> None:
    assert taken(map_row(row(amount="", owner=""), DEALS)).values["amount"] is None
    silent = taken(map_row(row(amount="", owner="", score=""), replace(DEALS, blanks=BlankMeaning.UNCHANGED)))
    assert "amount" not in silent.values
    assert "owner" not in silent.refs
    assert silent.custom == {}


def test_ids_of_several_columns_are_joined_and_never_collide() -> None:
    mapping = replace(DEALS, id_columns=("id", "owner"))
    assert taken(map_row(row(), mapping)).source_id == "D-1/Ann Lee"
    assert join_id(("a/b", "c")) != join_id(("a", "b/c"))
    assert join_id(("Sales", "Proposal/Quote")) == "Sales/Proposal/Quote"


@given(
    left=st.lists(st.text(alphabet="ab/%25F", min_size=1, max_size=5), min_size=2, max_size=2),
    right=st.lists(st.text(alphabet="ab/%25F", min_size=1, max_size=5), min_size=2, max_size=2),
)
def test_different_parts_make_different_ids(left: list[str], right: list[str]) -> None:
    assert (join_id(tuple(left)) == join_id(tuple(right))) == (left == right)


def test_an_id_kept_as_a_number_that_lost_digits_is_refused() -> None:
    assert taken(map_row(row(id=17), DEALS)).source_id == "17"
    assert codes(map_row(row(id=1234567890123456800), DEALS)) == [("id_lost_digits", "")]


def test_filters_leave_rows_to_another_mapping() -> None:
    filled = replace(DEALS, filters=(RowFilter("close"),))
    blank = replace(DEALS, filters=(RowFilter("close", blank=True),))
    assert isinstance(map_row(row(close=""), filled), SkippedRow)
    assert isinstance(map_row(row(close=""), blank), MappedRow)
    assert isinstance(map_row(row(), replace(DEALS, filters=(RowFilter("stage", prefix="1 -"),))), MappedRow)
    assert isinstance(
        map_row(row(), replace(DEALS, filters=(RowFilter("stage", values=("2",)),))), SkippedRow
    )


HISTORY = replace(
    DEALS,
    mode=ImportMode.HISTORY,
    changed_at="at",
    changed_at_order=DateOrder.ISO,
    columns=(ColumnMap("stage", "stage"),),
    same_instant_rank=2,
)


def test_a_history_row_asserts_only_its_fields_at_its_instant() -> None:
    mapped = taken(map_row(row(at="2024-01-31 12:00"), HISTORY))

    assert mapped.at == datetime(2024, 1, 31, 11, tzinfo=UTC)
    assert (mapped.values, mapped.refs) == ({}, {"stage": "Sales/Discovery"})
    assert codes(map_row(row(at=""), HISTORY)) == [("missing_time", "at")]
    assert codes(map_row(row(at="yesterday"), HISTORY)) == [("not_a_date", "at")]


@pytest.mark.parametrize(
    ("order", "expected"),
    [(RowOrder.OLDEST_FIRST, [0, 0, 1, 2, 0]), (RowOrder.NEWEST_FIRST, [0, 0, -1, -2, 0])],
)
def test_changes_of_one_instant_keep_the_order_of_the_file(order: RowOrder, expected: list[int]) -> None:
    rows = [
        row(2, id="a", at="2024-01-01"),
        row(3, id="b", at="2024-01-01"),
        row(4, id="a", at="2024-01-01"),
        row(5, id="a", at="2024-01-01"),
        row(6, id="a", at="2024-01-02"),
    ]
    mapping = replace(HISTORY, row_order=order)
    whole = [taken(outcome) for outcome in map_rows(rows, mapping)]

    assert [mapped.seq - 2_000_000 for mapped in whole] == expected
    assert list(map_rows(rows, mapping, start_at=5)) == whole[3:]


def test_a_snapshot_is_dated_by_its_column_or_by_the_file() -> None:
    by_file = replace(DEALS, mode=ImportMode.DATED_SNAPSHOTS)
    by_column = replace(by_file, snapshot_on="week")

    mapped = taken(map_row(row(), by_file, snapshot_on=date(2024, 3, 4)))
    assert mapped.at == datetime(2024, 3, 3, 23, tzinfo=UTC)
    assert taken(map_row(row(week="04/03/2024"), by_column)).at == mapped.at
    assert codes(map_row(row(), by_file)) == [("missing_snapshot_date", "")]
    assert codes(map_row(row(week=""), by_column)) == [("missing_time", "at")]


def test_a_deleted_column_is_read() -> None:
    mapping = replace(DEALS, deleted="gone")
    assert taken(map_row(row(gone="TRUE"), mapping)).is_deleted is True
    assert taken(map_row(row(gone=""), mapping)).is_deleted is False
    assert taken(map_row(row(), DEALS)).is_deleted is None
    assert codes(map_row(row(gone="perhaps"), mapping)) == [("not_a_yes_or_no", "is_deleted")]


def test_constants_stand_in_every_row() -> None:
    mapping = replace(
        DEALS, columns=(ColumnMap("name", "name"),), constants=(("stage", "Closed Won"), ("currency", "usd"))
    )
    mapped = taken(map_row(row(), mapping))
    assert (mapped.refs, mapped.values) == (
        {"stage": "Sales/Closed Won"},
        {"currency": "USD", "name": "Big one"},
    )


def test_declared_stages_are_records_of_their_own() -> None:
    stages = stage_rows(DEALS)
    assert [stage.source_id for stage in stages] == [
        "Sales/Discovery",
        "Sales/Proposal/Quote",
        "Sales/Closed Won",
    ]
    assert stages[1].values["is_qualified"] is True
    assert [stage.values["outcome"] for stage in stages] == ["open", "open", "won"]


def test_stages_of_a_source_that_lists_them_itself_are_referred_to_by_key() -> None:
    mapping = replace(DEALS, stages=(), pipeline="", pipeline_column="pipe")
    assert taken(map_row(row(pipe="Partner"), mapping)).refs["stage"] == "Partner/1 - discovery"
    assert taken(map_row(row(), replace(DEALS, stages=(), pipeline=""))).refs["stage"] == "1 - discovery"


def test_unknown_references_are_counted_and_only_resemble() -> None:
    rows = [
        taken(map_row(row(n, owner=owner), DEALS))
        for n, owner in enumerate(["Ann Lee", "AnnLee", "AnnLee", "Zed"])
    ]
    found = unknown_references(rows, {"user": {"Ann Lee", "Bo Chan"}})

    assert [(u.source_id, u.rows, u.resembles) for u in found] == [("AnnLee", 2, "Ann Lee"), ("Zed", 1, "")]


def test_a_record_link_escapes_the_id() -> None:
    assert DEALS.link_to("a/b c") == "https://crm.example/deal/a%2Fb%20c"
    assert replace(DEALS, record_link="").link_to("x") == ""


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        (replace(DEALS, object="oportunity"), "unknown_object"),
        (replace(DEALS, id_columns=()), "missing_id"),
        (replace(DEALS, id_columns=("ident",)), "missing_id"),
        (replace(DEALS, columns=(*DEALS.columns, ColumnMap("note", "next_step"))), "missing_column"),
        (replace(DEALS, columns=(*DEALS.columns, ColumnMap("name", "ammount"))), "unknown_field"),
        (replace(DEALS, columns=(*DEALS.columns, ColumnMap("name", "name"))), "field_twice"),
        (replace(DEALS, columns=(*DEALS.columns, ColumnMap("name", "custom.x"))), "custom_type_needed"),
        (replace(DEALS, columns=(ColumnMap("name", "name"),)), "missing_field"),
        (replace(DEALS, currency=""), "currency_needed"),
        (replace(DEALS, currency="EURO"), "unknown_currency"),
        (replace(DEALS, date_order=DateOrder.AMBIGUOUS), "date_order_needed"),
        (replace(DEALS, decimal_mark=DecimalMark.AMBIGUOUS), "decimal_mark_needed"),
        (replace(DEALS, time_zone="Mars/Base"), "unknown_time_zone"),
        (replace(DEALS, mode=ImportMode.HISTORY), "changed_at_needed"),
        (replace(DEALS, record_link="javascript:{id}"), "bad_link"),
        (replace(DEALS, pipeline=""), "pipeline_needed"),
        (replace(DEALS, stages=(StageMap("X", "maybe", 1),)), "bad_stage"),
        (replace(DEALS, stages=(*STAGES, StageMap("Other", "open", 4, values=("discovery",)))), "bad_stage"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_why(mapping: ImportMapping, code: str) -> None:
    assert check_mapping(DEALS, tuple(GOOD)) == ()
    assert code in [problem.code for problem in check_mapping(mapping, tuple(GOOD))]
    with pytest.raises(UnusableMapping):
        require_usable(mapping, tuple(GOOD))


def test_a_missing_column_names_the_nearest() -> None:
    (problem,) = check_mapping(replace(DEALS, id_columns=("ids",)), tuple(GOOD))
    assert problem.message == "The file has no column 'ids'. Did you mean 'id'?"


def test_a_mapping_survives_json() -> None:
    full = replace(
        HISTORY,
        filters=(RowFilter("stage", prefix="1"),),
        constants=(("is_test", "no"),),
        columns=(ColumnMap("amount", "amount", multiply_by=Decimal("0.01"), known_values=("1",)),),
        row_order=RowOrder.NEWEST_FIRST,
    )
    for mapping in (DEALS, HISTORY, full):
        assert mapping_from_dict(json.loads(json.dumps(mapping_to_dict(mapping)))) == mapping


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"mode": "sometimes"},
        {"id_columns": "id"},
        {"columns": [{"column": "a"}]},
        {"colour": "red"},
        {"columns": [{"column": "a", "field": "name", "multiply_by": "NaN"}]},
        {"constants": ["a"]},
        {"name": ""},
        {"stages": [{"name": "A", "outcome": "won", "position": True}]},
    ],
)
def test_a_mapping_of_the_wrong_shape_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Invalid) as refused:
        mapping_from_dict(mapping_to_dict(DEALS) | change)
    assert refused.value.code == "bad_mapping"
