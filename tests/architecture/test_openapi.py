"""Every address of the API, tried with what its OpenAPI document allows and with what it does not.

No answer is a 500, each conforms to its document (status, headers, body), wrong input is refused, and a key
is always needed.
"""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any  # an OpenAPI document: JSON of any shape

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from dashboards.api_reference import openapi
from revops.wsgi import application
from tests.metrics.conftest import Companies, api, companies
from tests.metrics.small_company import YEAR, Api, api_of

__all__ = ["api", "companies"]  # fixtures

EXAMPLES = int(os.environ.get("REVOPS_OPENAPI_EXAMPLES", "12"))
OPERATIONS = [(path, method) for path, methods in openapi()["paths"].items() for method in methods]
SAMPLE_TEXTS = {
    "where": ["amount > 100", 'owner.team = "North"', "amount is unknown"],
    "by": ["owner.team", "account.segment,owner.team"],
    "cell": ["total"],
    "grain": None,
}
TRIED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class Tried:
    """The document with real names in it, and the key to ask with."""

    schema: Any  # schemathesis has no types
    key: str


def inside_the_test(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The application, without the end of a request closing the connection that holds the test's changes."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        answer = application(environ, start_response)
        body = list(answer)
        answer.close()
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)
    return body


@pytest.fixture
def tried(api: Api, companies: Companies, settings: object) -> Tried:
    settings.REVOPS_API_RATES = {"read": 10**6, "write": 10**6}  # type: ignore[attr-defined]  # any name goes
    asked = {"bookings": YEAR, "win_rate": {**YEAR, "grain": "month", "to": "2026-04-01"}}
    receipts = [api.json(f"metrics/{key}/values", each)["receipt"] for key, each in asked.items()]
    theirs = api_of(companies.globex).json("metrics/bookings/values", YEAR)["receipt"]
    real = {
        "tenant": [api.slug],
        "key": ["bookings", "win_rate", "closed_won"],
        "receipt_id": [*receipts, theirs],
        "before": receipts,
        "after": receipts,
        "object": ["opportunity", "account"],
        "record_id": [1, 2, 3],
        "number": [1, 2],
    }
    document = copy.deepcopy(dict(openapi()))
    for methods in document["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                if parameter["in"] == "path" and parameter["name"] in real:
                    parameter["schema"] = {**parameter["schema"], "enum": real[parameter["name"]]}
                samples = SAMPLE_TEXTS.get(parameter["name"]) if parameter["in"] == "query" else None
                if samples:
                    parameter["schema"] = {
                        "anyOf": [{"type": "string", "enum": samples}, parameter["schema"]]
                    }
    config = SchemathesisConfig()
    schema = schemathesis.openapi.from_dict(json.loads(json.dumps(document)), config=config)
    schema.app = inside_the_test
    return Tried(schema, api.key)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=[f"{m} {p}" for p, m in OPERATIONS])
def test_an_operation_keeps_to_its_document(
    tried: Tried, path: str, method: str, mode: GenerationMode
) -> None:
    operation = tried.schema[path][method]

    @TRIED
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        case.call_and_validate(
            headers={"Authorization": f"Bearer {tried.key}"},
            # Whether a text is a condition that means something is beyond what a schema can say.
            excluded_checks=[positive_data_acceptance],
        )

    ask()
