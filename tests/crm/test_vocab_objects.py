from __future__ import annotations

import re

import pytest

from crm.vocab.objects import OBJECTS, FieldType, ObjectSpec

EXPECTED = {
    "user",
    "account",
    "contact",
    "lead",
    "opportunity",
    "stage",
    "opportunity_contact_role",
    "opportunity_team",
    "account_team",
    "activity",
    "campaign",
    "campaign_member",
    "product",
    "line_item",
    "subscription_period",
    "quote",
    "contract",
    "target_list_member",
    "usage",
    "health",
    "cost",
    "plan",
    "quota",
    "finance_booking",
    "fx_rate",
}
RESERVED = {
    "id",
    "tenant_id",
    "source",
    "source_id",
    "custom",
    "is_stub",
    "is_deleted",
    "valid_from",
    "valid_to",
    "known_from",
    "known_to",
    "record_id",
    "seq",
    "asserted",
    "run_id",
    "reconstructed",
}


def test_every_canonical_object_is_in_the_catalog() -> None:
    assert set(OBJECTS) == EXPECTED
    assert all(key == spec.key for key, spec in OBJECTS.items())


@pytest.mark.parametrize("spec", OBJECTS.values(), ids=list(OBJECTS))
def test_columns_are_plain_and_collide_with_nothing(spec: ObjectSpec) -> None:
    columns = spec.columns
    assert len(set(columns)) == len(columns)
    assert not RESERVED & set(columns)
    assert all(re.fullmatch(r"[a-z][a-z0-9_]{0,50}", column) for column in columns)


@pytest.mark.parametrize("spec", OBJECTS.values(), ids=list(OBJECTS))
def test_references_point_at_objects_and_money_at_a_currency(spec: ObjectSpec) -> None:
    for field in spec.fields:
        assert (field.target in OBJECTS) == (field.type is FieldType.REFERENCE)
        if field.type is FieldType.MONEY:
            assert field.currency_column in spec.columns
        else:
            assert field.currency_column is None
    assert all(spec.has(name) for name in spec.natural_key)


@pytest.mark.parametrize("spec", OBJECTS.values(), ids=list(OBJECTS))
def test_every_field_has_words_for_people(spec: ObjectSpec) -> None:
    assert spec.label
    assert spec.plural
    for field in spec.fields:
        assert field.label[0].isupper(), field.name
        assert not field.label.endswith(".")
    assert len({field.label for field in spec.fields}) == len(spec.fields)


def test_the_amount_of_an_opportunity_is_in_its_currency_field() -> None:
    amount = OBJECTS["opportunity"].field("amount")
    assert (amount.columns, amount.currency_column) == (("amount",), "currency")


def test_other_money_brings_its_own_currency_column() -> None:
    revenue = OBJECTS["account"].field("annual_revenue")
    assert revenue.columns == ("annual_revenue", "annual_revenue_currency")


def test_a_reference_is_named_after_the_other_record_and_kept_as_its_id() -> None:
    assert OBJECTS["opportunity"].field("account").column == "account_id"


def test_an_unknown_field_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        OBJECTS["opportunity"].field("colour")
