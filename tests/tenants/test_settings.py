"""A tenant's own decisions: in force on a day, as known at an instant, by page and by file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection  # noqa: TID251 - counting queries is what is tested
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Conflict, Invalid, NotFound
from core.instants import FOREVER
from core.periods import MonthlyCalendar, WeeklyCalendar
from tenants import data_versions, services, settings_log
from tenants.audit import Actor
from tenants.models import AuditEntry, DataVersion, Role, Setting
from tenants.rules.settings import SPECS, HolidayCalendar, SettingRow
from tenants.scope import tenant_transaction
from tenants.settings import settings_at
from tests.conftest import Company, make_member
from tests.tenants.conftest import SignIn

JAN, FEB, MAR, JUL = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1), date(2026, 7, 1)


def decide(company: Company, key: str, value: object, day: date) -> Setting:
    return services.set_setting(key, value, effective_from=day, actor=Actor.of(company.admin))


def test_until_somebody_decides_every_setting_is_a_default_and_says_so(in_acme: Company) -> None:
    with CaptureQueriesContext(connection) as queries:
        found = settings_at(JAN)

    assert len(queries) == 1
    assert (found.zone, found.currency, found.gross_margin) == (ZoneInfo("UTC"), "USD", None)
    assert found.calendar == MonthlyCalendar()
    assert found.defaults == frozenset(SPECS)


def test_a_decision_holds_from_its_day_on(in_acme: Company) -> None:
    decide(in_acme, "reporting_currency", "eur", FEB)
    decide(in_acme, "fiscal_calendar", {"kind": "monthly", "start_month": 2}, JAN)
    decide(in_acme, "gross_margin", "78.5 %", FEB)

    assert (settings_at(JAN).currency, settings_at(FEB).currency) == ("USD", "EUR")
    assert settings_at(JAN).is_default("reporting_currency")
    assert not settings_at(FEB).is_default("reporting_currency")
    assert settings_at(MAR).calendar == MonthlyCalendar(start_month=2)
    assert settings_at(FEB).gross_margin == Decimal("0.785")


def test_what_was_believed_before_a_correction_can_be_asked_again(in_acme: Company) -> None:
    decide(in_acme, "time_zone", "Europe/Berlin", JAN)
    first = data_versions.latest()
    decide(in_acme, "time_zone", "America/New_York", JAN)
    assert first is not None

    assert settings_at(FEB).zone.key == "America/New_York"
    assert settings_at(FEB, known_at=first.at).zone.key == "Europe/Berlin"
    assert settings_at(FEB, known_at=first.at - timedelta(microseconds=1)).is_default("time_zone")
    assert settings_at(FEB).fingerprint != settings_at(FEB, known_at=first.at).fingerprint


def test_equal_decisions_have_equal_fingerprints_whatever_their_history(
    in_acme: Company, globex: Company
) -> None:
    decide(in_acme, "time_zone", "Europe/Berlin", JAN)
    decide(in_acme, "time_zone", "Europe/Paris", FEB)
    decide(in_acme, "time_zone", "Europe/Berlin", FEB)
    ours = settings_at(MAR).fingerprint
    with tenant_transaction(globex.tenant.pk):
        decide(globex, "time_zone", "Europe/Berlin", JAN)
        assert settings_at(MAR).fingerprint == ours


def test_a_decision_raises_the_data_version_and_the_same_one_again_changes_nothing(in_acme: Company) -> None:
    once = decide(in_acme, "gross_margin", "75%", JAN)
    again = decide(in_acme, "gross_margin", "0.75", JAN)

    assert once.pk == again.pk
    assert DataVersion.objects.count() == AuditEntry.objects.count() == Setting.objects.count() == 1
    version = data_versions.latest()
    assert version is not None
    assert once.known_from == version.at


def test_withdrawing_brings_the_decision_before_back(in_acme: Company) -> None:
    decide(in_acme, "reporting_currency", "EUR", JAN)
    planned = decide(in_acme, "reporting_currency", "GBP", JUL)

    services.withdraw_setting(planned.pk, actor=Actor.of(in_acme.admin))

    assert settings_at(JUL).currency == "EUR"
    assert [(row.words, row.is_believed) for row in settings_log.history("reporting_currency")] == [
        ("GBP", False),
        ("EUR", True),
    ]
    with pytest.raises(Conflict):
        services.withdraw_setting(planned.pk, actor=Actor.of(in_acme.admin))
    with pytest.raises(NotFound):
        services.withdraw_setting(0, actor=Actor.of(in_acme.admin))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("time_zone", "Mars/Olympus"),
        ("time_zone", ""),
        ("reporting_currency", "XYZ"),
        ("fiscal_calendar", {"kind": "lunar"}),
        ("fiscal_calendar", {"kind": "monthly", "start_month": 13}),
        ("fiscal_calendar", "{not json"),
        ("holiday_calendar", {"country": "Atlantis"}),
        ("holiday_calendar", {"country": "US", "region": "ZZ"}),
        ("holiday_calendar", {"added": {"24.12.2026": "x"}}),
        ("holiday_calendar", {"surprise": 1}),
        ("gross_margin", "a lot"),
        ("gross_margin", "-1%"),
        ("gross_margin", "101%"),
        ("gross_margin", "NaN"),
        ("favourite_colour", "plum"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_and_changes_nothing(
    in_acme: Company, key: str, value: object
) -> None:
    with pytest.raises(Invalid):
        decide(in_acme, key, value, JAN)

    assert not Setting.objects.exists()
    assert not AuditEntry.objects.exists()
    assert not DataVersion.objects.exists()


@given(margin=st.decimals(0, 1, places=6))
@settings(max_examples=200, deadline=None)
def test_a_margin_is_read_as_it_is_described(margin: Decimal) -> None:
    spec = SPECS["gross_margin"]
    stored = spec.read(str(margin))
    assert Decimal(str(stored)) == margin
    assert spec.read(spec.describe(stored)) == stored


def test_holidays_are_those_of_the_country_with_our_own_added_and_taken_away() -> None:
    calendar = HolidayCalendar.from_dict(
        {"country": "us", "added": {"2026-12-24": "Office closed"}, "removed": ["2026-10-12"]}
    )

    found = calendar.days_between(date(2026, 10, 1), date(2027, 1, 1))

    assert {day.isoformat(): name for day, name in found.items()} == {
        "2026-11-11": "Veterans Day",
        "2026-11-26": "Thanksgiving Day",
        "2026-12-24": "Office closed",
        "2026-12-25": "Christmas Day",
    }
    assert HolidayCalendar.from_dict(calendar.to_dict()) == calendar
    assert calendar.days_between(JAN, JAN) == {}


# Files


def test_what_is_exported_can_be_sent_again_and_changes_nothing(in_acme: Company) -> None:
    decide(in_acme, "fiscal_calendar", {"kind": "weekly", "pattern": "4-4-5", "end_month": 1}, JAN)
    decide(in_acme, "holiday_calendar", {"country": "DE", "region": "BY"}, JAN)
    decide(in_acme, "gross_margin", "70%", FEB)
    text = settings_log.as_csv()

    services.set_settings(settings_log.rows_of_csv(text.encode("utf-8-sig")), actor=Actor.of(in_acme.admin))

    assert settings_log.as_csv() == text
    assert Setting.objects.count() == 3
    assert isinstance(settings_at(FEB).calendar, WeeklyCalendar)


def test_a_file_with_one_bad_row_changes_nothing(in_acme: Company) -> None:
    rows = [SettingRow("time_zone", "UTC", JAN), SettingRow("gross_margin", "much", JAN)]

    with pytest.raises(Invalid) as refusal:
        services.set_settings(rows, actor=Actor.of(in_acme.admin))

    assert refusal.value.details["row"] == 2
    assert not Setting.objects.exists()
    with pytest.raises(Invalid, match="twice"):
        services.set_settings([rows[0], rows[0]], actor=Actor.of(in_acme.admin))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"key,value\ntime_zone,UTC\n",
        b"key,effective_from,value\n",
        b"key,effective_from,value\ntime_zone,01/02/2026,UTC\n",
        b"key,effective_from,value\nnonsense,2026-01-01,UTC\n",
        b"key,effective_from,value\ntime_zone,2026-01-01\n",
        b"key,effective_from,value\ntime_zone,2026-01-01,UTC,more\n",
        b"\xff\xfek\x00",
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(Invalid) as refusal:
        settings_log.rows_of_csv(content)
    assert refusal.value.param == "file"


# Pages


def test_the_page_shows_defaults_decisions_and_plans(acme: Company, sign_in: SignIn) -> None:
    today = datetime.now(UTC).date()
    with tenant_transaction(acme.tenant.pk):
        decide(acme, "reporting_currency", "EUR", JAN)
        decide(acme, "reporting_currency", "GBP", today + timedelta(days=100))

    answer = sign_in(acme.admin).get("/t/acme/settings/")

    shown = {state.spec.key: state for state in answer.context["states"]}
    assert shown["reporting_currency"].words == "EUR"
    assert [row.words for row in shown["reporting_currency"].planned] == ["GBP"]
    assert shown["time_zone"].is_default
    assert shown["gross_margin"].words is None


FORMS = {
    "time_zone": {"value": "Europe/Berlin"},
    "reporting_currency": {"value": "EUR"},
    "fiscal_calendar": {"kind": "weekly", "label_year": "end", "pattern": "4-4-5", "end_month": "1",
                        "end_weekday": "sat", "end_rule": "last", "start_month": "1"},
    "holiday_calendar": {"country": "DE", "region": "BY", "added": "2026-12-24 Office closed", "removed": ""},
    "gross_margin": {"value_text": "78%"},
}  # fmt: skip


@pytest.mark.parametrize("key", SPECS)
def test_each_setting_can_be_decided_on_its_page_without_javascript(
    acme: Company, sign_in: SignIn, key: str
) -> None:
    client = sign_in(acme.admin)
    assert client.get(f"/t/acme/settings/{key}/").status_code == 200

    answer = client.post(f"/t/acme/settings/{key}/", {**FORMS[key], "effective_from": "2026-01-01"})

    assert (answer.status_code, answer.get("Location")) == (302, f"/t/acme/settings/{key}/")
    with tenant_transaction(acme.tenant.pk):
        row = Setting.objects.get()
        assert (row.key, row.effective_from, row.known_to) == (key, JAN, FOREVER)
        assert SPECS[key].read(row.value) == row.value
    page = client.get(f"/t/acme/settings/{key}/")
    assert page.status_code == 200
    assert len(page.context["history"]) == 1


def test_a_form_that_cannot_be_read_says_why_and_changes_nothing(acme: Company, sign_in: SignIn) -> None:
    answer = sign_in(acme.admin).post(
        "/t/acme/settings/gross_margin/", {"value_text": "lots", "effective_from": "2026-01-01"}
    )

    assert answer.status_code == 422
    assert b"write it like 75% or 0.75" in answer.content
    with tenant_transaction(acme.tenant.pk):
        assert not Setting.objects.exists()


def test_settings_are_decided_by_file(acme: Company, sign_in: SignIn) -> None:
    client = sign_in(acme.admin)
    good = SimpleUploadedFile("s.csv", b"key,effective_from,value\ntime_zone,2026-01-01,Europe/Berlin\n")
    bad = SimpleUploadedFile("s.csv", b"key,effective_from,value\ntime_zone,2026-01-01,Nowhere\n")

    assert client.post("/t/acme/settings/import/", {"file": bad}).status_code == 422
    assert client.post("/t/acme/settings/import/", {"file": good}).status_code == 302

    export = client.get("/t/acme/settings/export.csv")
    assert export.content == b"key,effective_from,value\r\ntime_zone,2026-01-01,Europe/Berlin\r\n"


@pytest.mark.parametrize("role", Role)
def test_only_admins_change_settings(acme: Company, sign_in: SignIn, role: Role) -> None:
    client = sign_in(make_member(acme.tenant, role=role))
    with tenant_transaction(acme.tenant.pk):
        planned = decide(acme, "time_zone", "Europe/Berlin", JUL)

    statuses = [
        client.post("/t/acme/settings/time_zone/", FORMS["time_zone"] | {"effective_from": "2026-01-01"}),
        client.post(f"/t/acme/settings/decisions/{planned.pk}/withdraw/"),
    ]

    assert {answer.status_code for answer in statuses} == ({302} if role is Role.ADMIN else {403})
    with tenant_transaction(acme.tenant.pk):
        assert Setting.objects.count() == (2 if role is Role.ADMIN else 1)


def test_an_unknown_setting_has_no_page(acme: Company, sign_in: SignIn) -> None:
    assert sign_in(acme.admin).get("/t/acme/settings/favourite_colour/").status_code == 404
