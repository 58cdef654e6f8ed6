from __future__ import annotations

import csv
import io
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from metrics import engine
from metrics.models import Receipt
from tenants.models import ApiKey, Function, Role
from tenants.scope import tenant_transaction
from tests.conftest import Company, make_member
from tests.metrics.conftest import Companies
from tests.metrics.small_company import DEALS, SOURCE, YEAR, Api, Deal, api_of, error_of, learn

BOOKINGS = "metrics/bookings/values"


def receipts_kept(company: Company) -> int:
    with tenant_transaction(company.tenant.pk):
        return Receipt.objects.count()


def test_the_metrics_in_force_are_listed_page_by_page(api: Api) -> None:
    first = api.json("metrics/", {"limit": "2"})
    second = api.json("metrics/", {"limit": "200", "cursor": first["next_cursor"]})

    keys = [row["key"] for row in (*first["data"], *second["data"])]
    assert first["has_more"]
    assert (second["has_more"], second["next_cursor"]) == (False, None)
    assert keys == sorted(set(keys))
    assert {"bookings", "win_rate", "open_pipeline"} <= set(keys)
    bookings = next(row for row in second["data"] + first["data"] if row["key"] == "bookings")
    assert (bookings["kind"], bookings["unit"], bookings["version"], bookings["state"]) == (
        "event",
        "money",
        1,
        "starter",
    )


def test_a_metric_says_what_it_rests_on_and_what_it_can_be_split_by(api: Api) -> None:
    found = api.json("metrics/win_rate/")

    assert found["kind"] == "ratio"
    assert found["uses"][0]["key"] == "win_rate"
    assert {"won_count", "lost_count", "closed_won", "new_business"} <= {
        used["key"] for used in found["uses"]
    }
    assert "owner.team" in {dimension["path"] for dimension in found["dimensions"]}


def test_a_value_comes_with_every_digit_its_parts_and_its_receipt(api: Api) -> None:
    answer = api.get(BOOKINGS, YEAR)
    found = answer.json()

    (cell,) = found["values"]
    assert cell["value"] == "3000.3003"
    assert cell["parts"] == {"n": "3", "sum": "3000.3003"}
    assert (cell["reason"], found["currency"], found["unit"]) == (None, "USD", "money")
    assert answer["X-Receipt"] == found["receipt"]
    assert '"value":"3000.3003"' in answer.content.decode()


def test_values_are_split_by_period_and_dimension(api: Api) -> None:
    asked = {**YEAR, "to": "2026-04-01", "grain": "month", "by": "owner.team"}
    found = api.json(BOOKINGS, asked)

    assert [(cell["period"]["key"], cell["by"]["owner.team"], cell["value"]) for cell in found["values"]] == [
        ("2026-01", "North", "1000.1"),
        ("2026-01", "South", "2000.2"),
        ("2026-02", "North", "0.0003"),
    ]


def test_a_ratio_without_a_denominator_has_a_reason_and_no_value(api: Api) -> None:
    found = api.json("metrics/win_rate/values", {**YEAR, "to": "2026-04-01", "grain": "month"})

    assert [(cell["value"], cell["reason"]) for cell in found["values"]] == [
        ("1", None),
        ("0.5", None),
        (None, "no_denominator"),
    ]
    assert found["values"][1]["parts"] == {"num": "1", "den": "2"}
    low, high = map(Decimal, found["values"][1]["interval"])
    assert 0 < low < Decimal("0.5") < high < 1


def test_csv_has_the_digits_and_the_receipt_of_json(api: Api) -> None:
    asked = {**YEAR, "to": "2026-04-01", "grain": "month", "by": "owner.team"}
    plain = api.json(BOOKINGS, asked)
    by_name, by_header = (
        api.get(BOOKINGS, {**asked, "format": "csv"}),
        api.get(BOOKINGS, asked, headers={"Accept": "text/csv"}),
    )

    assert by_name.content == by_header.content
    assert by_name["Content-Type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(by_name.content.decode())))
    assert [line["bookings"] for line in lines] == [cell["value"] for cell in plain["values"]]
    assert {line["receipt"] for line in lines} == {plain["receipt"]} == {by_name["X-Receipt"]}


def test_a_refusal_is_json_even_where_csv_was_asked_for(api: Api) -> None:
    answer = api.get(BOOKINGS, {**YEAR, "format": "csv", "grain": "fortnight"})

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/json"
    assert error_of(answer)["param"] == "grain"


def test_an_unchanged_answer_is_not_computed_again(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    first = api.get(BOOKINGS, YEAR)

    def never(*args: object, **kwargs: object) -> None:
        raise AssertionError("computed")

    with monkeypatch.context() as patch:
        patch.setattr(engine, "compute", never)
        patch.setattr("metrics.api.metric_views.answer", never)
        again = api.get(BOOKINGS, YEAR, headers={"If-None-Match": first["ETag"]})
        as_csv = api.get(BOOKINGS, {**YEAR, "format": "csv"}, headers={"If-None-Match": first["ETag"]})
    learn(api.company, "opportunity", [Deal("o7", "won", DEALS[0].closes, "north", Decimal(1)).change()])
    later = api.get(BOOKINGS, YEAR, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again["X-Receipt"] == first["X-Receipt"]
    assert as_csv.status_code == 500  # another form is another answer, and here none may be made
    assert (later.status_code, later.json()["values"][0]["value"]) == (200, "3001.3003")
    assert later["X-Receipt"] != first["X-Receipt"]


@pytest.mark.parametrize(
    ("params", "param"),
    [
        ({"gran": "month"}, "gran"),
        ({"grain": "fortnight"}, "grain"),
        ({"grain": ""}, "grain"),
        ({"grain": " month"}, "grain"),
        ({"from": "1 January"}, "from"),
        ({"from": "2026-02-01", "to": "2026-01-01"}, "from"),
        ({"grain": "day", "from": "1990-01-01"}, "from"),
        ({"by": "owner.shoe_size"}, "by"),
        ({"by": "owner.team,owner.team"}, "by"),
        ({"where": "amount is"}, "where"),
        ({"where": "amount >"}, "where"),
        ({"as_of": "2026-01-01T00:00:00"}, "as_of"),
        ({"known_at": "yesterday"}, "known_at"),
        ({"org": "as_wished"}, "org"),
        ({"basis": "guess"}, "basis"),
        ({"currency": "dollars"}, "currency"),
        ({"version": "0"}, "version"),
        ({"format": "xml"}, "format"),
    ],
)
def test_a_wrong_parameter_is_named_and_nothing_is_kept(api: Api, params: dict[str, str], param: str) -> None:
    before = receipts_kept(api.company)
    answer = api.get(BOOKINGS, {**YEAR, **params})

    assert (answer.status_code, error_of(answer)["param"]) == (422, param)
    assert receipts_kept(api.company) == before


def test_what_is_not_there_is_not_found(api: Api) -> None:
    for path in ("metrics/nothing/", "metrics/nothing/values", "metrics/closed_won/values", "receipts/rc_0/"):
        answer = api.get(path)
        assert (path, answer.status_code, error_of(answer)["type"]) == (path, 404, "not_found")


def test_a_receipt_opens_to_question_pins_versions_and_statements(api: Api) -> None:
    value = api.json(BOOKINGS, YEAR)
    answer = api.get(f"receipts/{value['receipt']}/")
    found = answer.json()

    assert found["answer"] == value
    assert found["question"]["from"] == "2026-01-01"
    assert found["pins"]["data_version"] == value["data_version"]
    assert found["definitions"][0]["key"] == "bookings"
    assert found["statements"][0]["sql"].lstrip().upper().startswith(("WITH", "SELECT"))
    assert (
        api.get(f"receipts/{value['receipt']}/", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    )


def test_the_rows_behind_a_number_add_up_to_it(api: Api) -> None:
    value = api.json(BOOKINGS, YEAR)
    path = f"receipts/{value['receipt']}/rows"
    first = api.json(path, {"limit": "2"})
    second = api.json(path, {"limit": "2", "cursor": first["next_cursor"]})
    rows = first["data"] + second["data"]

    assert (first["has_more"], second["has_more"]) == (True, False)
    assert sorted(row["source_id"] for row in rows) == ["o1", "o2", "o3"]
    assert [row["record_id"] for row in rows] == sorted(row["record_id"] for row in rows)
    assert sum(Decimal(row["amount"]) * row["weight"] for row in rows) == Decimal(value["values"][0]["value"])
    assert {row["status"] for row in rows} == {"counted"}
    assert rows[0]["url"] == f"https://crm.example/opportunity/{rows[0]['source_id']}"
    assert (rows[0]["source"], first["narrowed"]) == (SOURCE, None)


def test_rows_of_a_ratio_are_asked_for_by_side_and_cell(api: Api) -> None:
    asked = {**YEAR, "to": "2026-04-01", "grain": "month"}
    value = api.json("metrics/win_rate/values", asked)
    path, cell = f"receipts/{value['receipt']}/rows", value["values"][1]["cell"]

    assert error_of(api.get(path))["param"] == "cell"
    assert [row["source_id"] for row in api.json(path, {"cell": cell, "part": "num"})["data"]] == ["o3"]
    assert sorted(row["source_id"] for row in api.json(path, {"cell": cell})["data"]) == ["o3", "o4"]
    assert error_of(api.get(path, {"cell": cell, "part": "n"}))["code"] == "no_such_part"
    assert error_of(api.get(path, {"cell": "2031-01"}))["code"] == "no_such_cell"


def test_who_is_not_in_the_crm_sees_the_total_and_is_told_why_no_rows(api: Api) -> None:
    rep = make_member(api.company.tenant, role=Role.REP, function=Function.SALES)
    theirs = api_of(api.company, member=rep)
    value = theirs.json(BOOKINGS, YEAR)
    page = theirs.json(f"receipts/{value['receipt']}/rows")

    assert value["values"][0]["value"] == "3000.3003"
    assert page["data"] == []
    assert "rows" in page["narrowed"]


def test_a_replay_after_changes_gives_the_same_digits(api: Api) -> None:
    value = api.json(BOOKINGS, YEAR)
    changed = [Deal(deal.id, "won", deal.closes, deal.owner, Decimal(9)).change() for deal in DEALS]
    learn(api.company, "opportunity", changed)
    answer = api.post(f"receipts/{value['receipt']}/replay")
    found = answer.json()

    assert (answer.status_code, found["same"]) == (200, True)
    assert found["kept_digest"] == found["fresh_digest"]
    assert found["answer"]["values"] == value["values"]
    assert api.json(BOOKINGS, YEAR)["values"][0]["value"] != value["values"][0]["value"]


def test_a_change_is_split_into_steps_that_add_up(api: Api) -> None:
    before = api.json(BOOKINGS, YEAR)
    learn(api.company, "opportunity", [Deal("o7", "won", DEALS[0].closes, "north", Decimal("7.5")).change()])
    after = api.json(BOOKINGS, YEAR)
    found = api.json(f"receipts/{before['receipt']}/change/{after['receipt']}")

    assert found["difference"] == "7.5"
    assert [(step["cause"], step["effect"]) for step in found["steps"] if step["effect"] != "0"] == [
        ("arrived", "7.5")
    ]
    assert (found["before"]["value"], found["after"]["value"]) == ("3000.3003", "3007.8003")


def test_another_tenants_receipt_is_not_found_on_any_address(api: Api, companies: Companies) -> None:
    theirs = api.json(BOOKINGS, YEAR)["receipt"]
    stranger = api_of(companies.globex)
    ours = stranger.json(BOOKINGS, YEAR)["receipt"]

    assert ours != theirs
    for path in (
        f"receipts/{theirs}/",
        f"receipts/{theirs}/rows",
        f"receipts/{ours}/change/{theirs}",
        f"receipts/{theirs}/change/{ours}",
    ):
        answer, nowhere = stranger.get(path), stranger.get(path.replace(theirs, "rc_unknown"))
        assert answer.status_code == nowhere.status_code == 404
        assert error_of(answer)["message"] == error_of(nowhere)["message"]
    assert stranger.post(f"receipts/{theirs}/replay").status_code == 404
    assert Api(companies.globex, stranger.key, "acme").get(BOOKINGS, YEAR).status_code == 404


def test_a_key_without_the_scope_is_refused(api: Api) -> None:
    other = api_of(api.company, scopes=["definitions:read"])
    before = receipts_kept(api.company)
    for path in ("metrics/", "metrics/bookings/", BOOKINGS):
        answer = other.get(path)
        assert (answer.status_code, error_of(answer)["type"]) == (403, "permission_denied")
    assert receipts_kept(api.company) == before


def test_an_expired_a_revoked_and_no_key_are_told_alike(api: Api) -> None:
    now = timezone.now()
    answers = [Api(api.company, "nothing", api.slug).get("metrics/")]
    for change in ({"expires_at": now - timedelta(seconds=1)}, {"expires_at": None, "revoked_at": now}):
        with tenant_transaction(api.company.tenant.pk):
            ApiKey.objects.update(**change)
        answers.append(api.get("metrics/"))

    for answer in answers:
        assert (answer.status_code, error_of(answer)["code"]) == (401, "no_valid_key")
        assert answer["WWW-Authenticate"].startswith("Bearer")


def test_too_many_requests_are_told_when_to_come_back(api: Api, settings: object) -> None:
    settings.REVOPS_API_RATES = {"read": 2}  # type: ignore[attr-defined]  # pytest-django's settings take any name
    answers = [api.get("metrics/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert (error_of(answers[2])["type"], error_of(answers[2])["code"]) == ("rate_limited", "too_many")
    assert 1 <= int(answers[2]["Retry-After"]) <= 120
