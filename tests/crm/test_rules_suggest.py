from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.readers import inspect
from crm.rules.check_mapping import check_mapping
from crm.rules.dates import DateOrder
from crm.rules.numbers import DecimalMark
from crm.rules.suggest import Suggestion, infer_type, normalised, suggest_mapping, suggest_object
from crm.rules.suggest_values import suggest_stages, suggest_values
from crm.vocab.specs import FieldType


def suggested(folder: Path, text: str, object_key: str = "opportunity") -> Suggestion:
    path = folder / "upload.csv"
    path.write_text(text)
    return suggest_mapping(inspect(path), object_key)


def fields(suggestion: Suggestion) -> dict[str, str]:
    return {column.column: column.field for column in suggestion.columns if column.field}


def test_names_of_salesforce_are_recognised(tmp_path: Path) -> None:
    found = suggested(
        tmp_path,
        "Id,Name,AccountId,OwnerId,StageName,Amount,CurrencyIsoCode,CloseDate,CreatedDate,LeadSource,Region__c\n"
        "006A,Big,001A,005A,Prospecting,10.5,USD,2024-01-31,2024-01-01T00:00:00.000+0000,Web,East\n",
    )
    assert found.mapping.id_columns == ("Id",)
    assert fields(found) == {
        "Name": "name",
        "AccountId": "account",
        "OwnerId": "owner",
        "StageName": "stage",
        "Amount": "amount",
        "CurrencyIsoCode": "currency",
        "CloseDate": "close_date",
        "CreatedDate": "created_at",
        "LeadSource": "lead_source",
    }
    assert found.mapping.currency_column == "CurrencyIsoCode"
    assert found.questions == ()
    assert check_mapping(found.mapping) == ()


def test_names_of_hubspot_are_recognised(tmp_path: Path) -> None:
    found = suggested(
        tmp_path,
        "Record ID,Deal Name,Deal Stage,Deal owner,Amount,Close Date,Create Date,Associated Company\n"
        "1,Big,appointmentscheduled,Ann,10,2024-01-31,2024-01-01 10:00,Acme\n",
    )
    assert found.mapping.id_columns == ("Record ID",)
    assert fields(found) == {
        "Deal Name": "name",
        "Deal Stage": "stage",
        "Deal owner": "owner",
        "Amount": "amount",
        "Close Date": "close_date",
        "Create Date": "created_at",
        "Associated Company": "account",
    }
    assert [question.code for question in found.questions] == ["currency_needed"]


def test_a_name_whose_values_do_not_fit_is_not_suggested(tmp_path: Path) -> None:
    found = suggested(tmp_path, "id,stage,amount\n1,Won,tiny\n2,Lost,huge\n")
    assert fields(found) == {"stage": "stage"}
    assert {column.column: column.inferred_type for column in found.columns}["amount"] is FieldType.TEXT


def test_unclear_dates_and_numbers_become_questions(tmp_path: Path) -> None:
    found = suggested(
        tmp_path, 'id,stage,close date,amount\n1,Won,01/02/2024,"1,234"\n2,Won,03/04/2024,"2,345"\n'
    )
    assert found.mapping.date_order is DateOrder.AMBIGUOUS
    assert found.mapping.decimal_mark is DecimalMark.AMBIGUOUS
    assert [question.code for question in found.questions] == [
        "date_order_needed",
        "decimal_mark_needed",
        "currency_needed",
    ]
    assert fields(found) == {"stage": "stage", "close date": "close_date", "amount": "amount"}


def test_another_column_can_settle_how_dates_are_written(tmp_path: Path) -> None:
    found = suggested(tmp_path, "id,stage,close date,created\n1,Won,01/02/2024,25/01/2024\n")
    assert found.mapping.date_order is DateOrder.DMY
    assert found.questions == ()


def test_a_file_without_an_id_asks_for_one(tmp_path: Path) -> None:
    found = suggested(tmp_path, "stage,amount\nWon,5\nWon,5\n")
    assert found.mapping.id_columns == ()
    assert "missing_id" in [question.code for question in found.questions]


def test_a_natural_key_identifies_rows_without_id(tmp_path: Path) -> None:
    text = (
        "rep,metric,start date,end date,quota\n"
        "Ann,bookings,2024-01-01,2024-04-01,5\nAnn,bookings,2024-04-01,2024-07-01,6\n"
    )
    found = suggested(tmp_path, text, "quota")
    assert found.mapping.id_columns == ("rep", "metric", "start date")


@pytest.mark.parametrize(
    ("name", "text", "object_key"),
    [
        ("accounts.csv", "id,name,industry,employees\n1,Acme,Retail,5\n", "account"),
        (
            "export.csv",
            "ContactId,FirstName,LastName,Email,AccountId\n1,Ann,Lee,a@example.com,2\n",
            "contact",
        ),
        ("deals_2024.csv", "id,stage,amount,close date\n1,Won,5,2024-01-31\n", "opportunity"),
        ("rates.csv", "rate type,from,to,rate,date\nplan,EUR,USD,1.1,2024-01-01\n", "fx_rate"),
    ],
)
def test_the_object_of_a_file_is_suggested(tmp_path: Path, name: str, text: str, object_key: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert suggest_object(inspect(path), name)[0][0] == object_key


def test_column_names_are_compared_as_words() -> None:
    same = [
        "AccountId",
        "account_id",
        "Account ID",
        "property_account_id",
        "account-id",
        "ACCOUNT_ID",
        "Account_Id__c",
    ]
    assert {normalised(name) for name in same} == {"account id"}


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "2.5", ""], FieldType.NUMBER),
        (["007", "123"], FieldType.TEXT),
        (["2024-01-31"], FieldType.DATE),
        (["2024-01-31 10:00"], FieldType.INSTANT),
        (["yes", "No"], FieldType.BOOL),
        (["a", "1"], FieldType.TEXT),
        (["", None], FieldType.TEXT),
    ],
)
def test_the_type_of_a_custom_field_is_inferred(cells: list[str | None], kind: FieldType) -> None:
    assert infer_type(cells) is kind


def test_stages_are_suggested_in_their_usual_order_and_none_is_called_qualified() -> None:
    stages = suggest_stages(
        ["Closed Won", "Negotiation", "Prospecting", "Closed Lost", "Qualification", "Duplicate"]
    )
    assert [(stage.name, stage.outcome, stage.is_qualified) for stage in stages] == [
        ("Prospecting", "open", False),
        ("Qualification", "open", False),
        ("Negotiation", "open", False),
        ("Closed Won", "won", True),
        ("Closed Lost", "lost", False),
        ("Duplicate", "disqualified", False),
    ]


def test_values_not_recognised_are_left_to_a_person() -> None:
    assert suggest_values("opportunity_type", ["New Business", "Mystery", ""]) == (("New Business", "new"),)
    assert suggest_values("name", ["New Business"]) == ()


_columns = {
    "Id": "1",
    "Opportunity Name": "Big",
    "Account.Name": "Acme",
    "Owner": "Ann",
    "Stage": "Won",
    "Deal Value": "5",
    "Close Date": "2024-01-31",
    "Created": "2024-01-01",
    "Source": "Web",
    "Next Step": "call",
    "Nothing Known": "x",
}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(sorted(_columns)))
def test_suggestions_do_not_depend_on_the_order_of_columns(tmp_path: Path, order: list[str]) -> None:
    def of(names: list[str]) -> Suggestion:
        return suggested(tmp_path, ",".join(names) + "\n" + ",".join(_columns[name] for name in names) + "\n")

    here, there = of(order), of(sorted(_columns))
    assert fields(here) == fields(there)
    assert here.mapping.id_columns == there.mapping.id_columns
    assert [q.code for q in here.questions] == [q.code for q in there.questions]
