from __future__ import annotations

import re

import pytest
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from dashboards.api_reference import openapi, reference
from tests.conftest import Company

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def reader(acme: Company) -> Client:
    client = Client()
    client.force_login(acme.admin.user, backend=BACKEND)
    return client


def test_the_document_is_made_without_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]

    assert capsys.readouterr().err == ""


def test_every_operation_needs_a_key_and_tells_its_refusals() -> None:
    document = openapi()
    operations = [each for methods in document["paths"].values() for each in methods.values()]

    assert len(operations) >= 8
    assert document["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"
    for operation in operations:
        assert operation["security"] == [{"apiKey": []}]
        assert {"401", "403", "404", "422", "429"} <= set(operation["responses"])
        assert "RevOps-Version" in {each["name"] for each in operation["parameters"]}
    assert len({operation["operationId"] for operation in operations}) == len(operations)


def test_the_page_shows_every_operation_with_a_call_to_paste(reader: Client) -> None:
    answer = reader.get("/t/acme/developers/docs/")
    page = answer.content.decode()

    assert answer.status_code == 200
    for methods in openapi()["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
    assert "/api/v1/t/acme/metrics/bookings/values?grain=quarter&amp;by=owner.team" in page
    assert "{tenant}" not in page


def test_the_page_needs_nothing_that_the_policy_forbids(reader: Client) -> None:
    answer = reader.get("/t/acme/developers/docs/")
    page = answer.content.decode()

    assert "unsafe" not in answer["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|\son\w+=", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_fields_are_told_with_their_path_type_and_meaning() -> None:
    found = reference(tenant="acme", origin="https://revops.example")
    values = next(op for group in found.groups for op in group.operations if op.id == "metrics_values")
    fields = {line.name: line.kind for form in values.gives for line in form.fields}

    assert fields["values[].value"] == "decimal as text or null"
    assert fields["values[].period.from"] == "date"
    assert fields["values[].parts.*"] == "decimal as text"
    assert fields["values[].reason"].startswith("one of: no_denominator")
    assert fields["values[].reason"].endswith("or null")
    assert fields["grain"].startswith("one of: total, day")


def test_the_short_address_leads_into_the_readers_workspace(reader: Client) -> None:
    assert reader.get("/api/v1/docs/")["Location"] == "/t/acme/developers/docs/"


@pytest.mark.django_db
def test_the_short_address_asks_others_to_sign_in() -> None:
    answer = Client().get("/api/v1/docs/")

    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/api/v1/docs/")


@pytest.mark.django_db
def test_the_document_is_served_as_json_to_anybody() -> None:
    answer = Client().get("/api/v1/schema/")

    assert answer.status_code == 200
    assert answer.json()["paths"] == openapi()["paths"]
