"""The facts known of the real exports, reproduced by reading them with their saved mappings."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from core.errors import NotFound
from core.money import Money
from crm.mappings import saved_mappings, saved_names
from crm.readers import inspect, open_rows
from crm.rules.check_mapping import check_mapping
from crm.rules.mapping import ImportMapping
from crm.rules.mapping_json import mapping_set_from_dict, mapping_set_to_dict
from crm.rules.outcomes import MappedRow, RejectedRow, SkippedRow
from crm.rules.references import unknown_references
from crm.rules.rows import map_rows, stage_rows
from crm.rules.suggest import suggest_mapping, suggest_object
from tests.shared_data import shared_data

FOLDERS = {
    "maven_crm": "maven_crm",
    "salesforce_dtc": "salesforce_dtc",
    "bpic2012": "bpic2012/dev_asof_2012-01-01",
}


def mapping_of(export: str, name: str) -> tuple[ImportMapping, Path]:
    for entry in saved_mappings(export).entries:
        if entry.mapping.name == name:
            return entry.mapping, next(shared_data(FOLDERS[export]).glob(entry.files))
    raise AssertionError(name)


@cache
def outcomes(export: str, name: str) -> tuple[MappedRow | RejectedRow | SkippedRow, ...]:
    mapping, path = mapping_of(export, name)
    profile = inspect(path)
    assert check_mapping(mapping, profile.headers) == ()
    return tuple(map_rows(open_rows(path, profile), mapping))


def taken(export: str, name: str) -> list[MappedRow]:
    found = outcomes(export, name)
    assert not [outcome for outcome in found if isinstance(outcome, RejectedRow)]
    return [outcome for outcome in found if isinstance(outcome, MappedRow)]


def final_state(export: str, *names: str) -> dict[str, dict[str, object]]:
    """Each opportunity after all statements in the order of their instants; undated ones are the newest."""
    mapped = [row for name in names for row in taken(export, name)]
    mapped.sort(key=lambda row: (row.at is None, row.at.timestamp() if row.at else 0.0, row.seq))
    state: dict[str, dict[str, object]] = {}
    for row in mapped:
        state.setdefault(row.source_id, {}).update({**row.values, **row.refs})
    return state


MAVEN = ("Opportunities as opened", "Opportunities as closed", "Opportunities not yet engaged")


def test_the_saved_mappings_are_usable_and_survive_json() -> None:
    assert saved_names() == ("bpic2012", "demo", "maven_crm", "salesforce_dtc")
    for name in saved_names():
        saved = saved_mappings(name)
        assert mapping_set_from_dict(mapping_set_to_dict(saved)) == saved
    with pytest.raises(NotFound):
        saved_mappings("../settings")


def test_maven_has_the_counts_it_is_known_for() -> None:
    assert len(taken("maven_crm", "Accounts")) == 85
    assert len(taken("maven_crm", "Products")) == 7
    agents = taken("maven_crm", "Sales agents")
    assert (len(agents), len({agent.values["region"] for agent in agents})) == (35, 3)

    stages = Counter(opportunity["stage"] for opportunity in final_state("maven_crm", *MAVEN).values())
    assert stages == {"Sales/Won": 4238, "Sales/Lost": 2473, "Sales/Engaging": 1589, "Sales/Prospecting": 500}
    assert sum(stages.values()) == 8800
    assert round(4238 / (4238 + 2473), 4) == 0.6315


def test_maven_opportunities_without_account_or_amount_are_there_and_empty() -> None:
    state = final_state("maven_crm", *MAVEN)
    still_open = [row for row in state.values() if row["stage"] in ("Sales/Engaging", "Sales/Prospecting")]

    assert len(still_open) == 2089
    assert sum(1 for row in still_open if row["account"] is None) == 1425
    assert not [row for row in still_open if "amount" in row]
    assert not [row for row in state.values() if row["account"] is None and row["stage"] == "Sales/Won"]


def test_the_misspelt_product_is_reported_and_not_corrected() -> None:
    opened, waiting = taken("maven_crm", MAVEN[0]), taken("maven_crm", MAVEN[2])
    known = {
        "product": {row.source_id for row in taken("maven_crm", "Products")},
        "account": {row.source_id for row in taken("maven_crm", "Accounts")},
        "user": {row.source_id for row in taken("maven_crm", "Sales agents")},
    }
    (unknown,) = unknown_references([*opened, *waiting], known)

    assert (unknown.field, unknown.source_id, unknown.rows, unknown.resembles) == (
        "product",
        "GTXPro",
        1480,
        "GTX Pro",
    )


def test_the_misspelt_sector_is_reported_and_kept_as_it_stands() -> None:
    accounts = taken("maven_crm", "Accounts")
    warned = [row for row in accounts if row.warnings]

    assert len(warned) == 12
    assert {row.values["industry"] for row in warned} == {"technolgy"}
    assert {(w.code, "'technology'" in w.message) for row in warned for w in row.warnings} == {
        ("unlisted_value", True)
    }


def test_five_maven_agents_have_no_opportunity() -> None:
    owners = {row["owner"] for row in final_state("maven_crm", *MAVEN).values()}
    agents = {row.source_id for row in taken("maven_crm", "Sales agents")}

    assert len(agents - owners) == 5
    assert owners <= agents


def test_maven_revenue_is_stated_in_millions() -> None:
    acme = next(row for row in taken("maven_crm", "Accounts") if row.source_id == "Acme Corporation")
    assert (acme.values["annual_revenue"], acme.values["annual_revenue_currency"]) == (
        Decimal(1_100_040_000),
        "USD",
    )


DTC = (
    "Opportunities as created",
    "Opportunity history",
    "Opportunities as closed",
    "Opportunities still open",
)


def test_dtc_has_the_counts_it_is_known_for() -> None:
    assert len(taken("salesforce_dtc", "Accounts")) == 1001
    assert len(taken("salesforce_dtc", "Tasks")) == len(taken("salesforce_dtc", "Events")) == 1999
    history = taken("salesforce_dtc", "Opportunity history")
    assert (len(history), len({row.source_id for row in history})) == (387, 291)

    stages = Counter(str(row["stage"]) for row in final_state("salesforce_dtc", *DTC).values())
    assert sum(stages.values()) == 1999
    assert (stages["Sales/Closed Won"], stages["Sales/Closed Lost"]) == (1345, 463)
    assert sum(stages.values()) - 1345 - 463 == 191
    assert len(stages) - 2 == 7


def test_the_planted_error_in_dtc_history_is_read_as_it_stands() -> None:
    wrong = 0
    for row in taken("salesforce_dtc", "Opportunity history"):
        amount, chance, expected = (
            row.values["amount"],
            row.custom["probability"],
            row.custom["expected_revenue"],
        )
        assert isinstance(amount, Decimal)
        assert isinstance(chance, Decimal)
        assert isinstance(expected, Money)
        assert expected.amount == amount * chance
        wrong += expected.amount != amount * chance / 100
    assert wrong == 387 - 35  # at a probability of 0 both formulas agree


def test_dtc_history_ends_where_the_opportunities_stand() -> None:
    from_history = final_state("salesforce_dtc", "Opportunity history")
    whole = final_state("salesforce_dtc", *DTC)
    for source_id, row in from_history.items():
        assert {key: whole[source_id][key] for key in ("stage", "amount", "close_date")} == {
            key: row[key] for key in ("stage", "amount", "close_date")
        }


def test_dtc_types_are_governed_and_kept_as_written() -> None:
    rows = taken("salesforce_dtc", "Opportunities as created")
    assert Counter((row.values["type_raw"], row.values["opportunity_type"]) for row in rows) == {
        ("New Business", "new"): 998,
        ("New Business / Add-on", "expansion"): 658,
        ("Existing Business", "expansion"): 343,
    }


def test_dtc_refers_to_nothing_unknown() -> None:
    known = {
        "account": {row.source_id for row in taken("salesforce_dtc", "Accounts")},
        "opportunity": set(final_state("salesforce_dtc", *DTC)),
        "product": {row.source_id for row in taken("salesforce_dtc", "Products")},
    }
    rows = [row for name in (*DTC, "Line items", "Tasks", "Events") for row in taken("salesforce_dtc", name)]
    assert unknown_references(rows, known) == ()
    assert len(known["product"]) == 17


BPIC = ("Applications as received", "Stage changes", "Applications as closed")


def test_bpic_has_the_counts_it_is_known_for() -> None:
    received = taken("bpic2012", "Applications as received")
    changes = outcomes("bpic2012", "Stage changes")
    assert len(received) == 7455
    assert len(changes) == 49981
    assert sum(1 for change in changes if isinstance(change, MappedRow)) == 33797
    assert sum(1 for change in changes if isinstance(change, SkippedRow)) == 16184

    state = final_state("bpic2012", *BPIC)
    meaning = {
        row.source_id: row.values["outcome"] for row in stage_rows(mapping_of("bpic2012", "Stage changes")[0])
    }
    assert Counter(meaning[str(row["stage"])] for row in state.values()) == {
        "won": 1130,
        "lost": 5680,
        "open": 645,
    }
    assert sum(1 for row in state.values() if "close_date" not in row) == 645


def test_bpic_changes_of_one_instant_keep_their_order() -> None:
    changes = taken("bpic2012", "Stage changes")
    places = Counter((row.source_id, row.at, row.seq) for row in changes)
    assert set(places.values()) == {1}
    assert Counter(row.seq - 1_000_000 for row in changes) == {0: 31931, 1: 1130, 2: 736}


def test_bpic_work_items_are_all_taken() -> None:
    rows = taken("bpic2012", "Work items")
    assert (len(rows), len({row.source_id for row in rows})) == (88816, 88816)


@pytest.mark.parametrize(
    ("path", "object_key", "id_column", "some"),
    [
        (
            "maven_crm/sales_pipeline.csv",
            "opportunity",
            "opportunity_id",
            {"deal_stage": "stage", "close_value": "amount"},
        ),
        ("maven_crm/accounts.csv", "account", "account", {"sector": "industry", "subsidiary_of": "parent"}),
        (
            "salesforce_dtc/DTC_Opportunity.csv",
            "opportunity",
            "Name",
            {"Owner.Name": "owner", "Type": "opportunity_type"},
        ),
        (
            "fivetran_seeds/salesforce/sf_user_data.csv",
            "user",
            "id",
            {"manager_id": "manager", "is_active": "is_active"},
        ),
        ("fivetran_seeds/hubspot/deal_data.csv", "opportunity", "deal_id", {"property_dealname": "name"}),
        ("fivetran_seeds/hubspot/contact_data.csv", "contact", "id", {"property_firstname": "first_name"}),
    ],
)
def test_real_column_names_are_recognised(
    path: str, object_key: str, id_column: str, some: dict[str, str]
) -> None:
    file = shared_data(path)
    profile = inspect(file)
    assert suggest_object(profile, file.name)[0][0] == object_key
    found = suggest_mapping(profile, object_key)
    assert found.mapping.id_columns == (id_column,)
    assert some.items() <= {column.column: column.field for column in found.columns}.items()
