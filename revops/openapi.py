"""The OpenAPI document: what every address of a tenant's API shares is added here, once.

The key in `Authorization`, the refusals with their one shape, and the headers that each request may carry and
each answer does.
"""

from __future__ import annotations

import copy
from typing import Any  # JSON schema: documents of any shape

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator

from core.api import versions
from core.api.parsing import DEFAULT_MAX_BYTES

TENANT_API = "/api/v1/t/{tenant}/"
WRITES = frozenset({"post", "put", "patch", "delete"})
Json = dict[str, Any]
Endpoint = tuple[str, str, str, object]
"""Path, its pattern, method, view."""

ERROR = {
    "type": "object",
    "description": "The one shape of an error.",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["type", "code", "message", "param", "request_id", "doc_url"],
            "properties": {
                "type": {
                    "type": "string",
                    "enum": [
                        "invalid_request",
                        "authentication_error",
                        "permission_denied",
                        "not_found",
                        "conflict",
                        "rate_limited",
                        "unavailable",
                    ],
                },
                "code": {"type": "string", "description": "A stable word for programs"},
                "message": {"type": "string", "description": "What is wrong, and what to do"},
                "param": {"type": "string", "nullable": True, "description": "The input at fault"},
                "request_id": {
                    "type": "string",
                    "nullable": True,
                    "description": "Quote it when you report a problem",
                },
                "doc_url": {"type": "string", "nullable": True},
            },
        }
    },
}
REFUSALS = {
    "400": "The request cannot be read, or its body is refused.",
    "401": "No valid key: missing, unknown, expired or revoked.",
    "403": "The key lacks the scope, or its member the role.",
    "404": "There is nothing here, or it belongs to another tenant.",
    "405": "This address does not take that method.",
    "406": "There is no such form of the answer.",
    "422": "A parameter is understood and wrong; `param` names it.",
    "429": "Too many requests (`Retry-After` says when to try again), or too many rows for one answer.",
    "503": "Something needed does not answer now; try again shortly.",
}
REFUSALS_OF_WRITES = {
    "409": "It would contradict the present state.",
    "413": f"The body is larger than {DEFAULT_MAX_BYTES // 1024} kB.",
    "415": "The body is not JSON.",
}
HEADERS: Json = {
    "X-Request-Id": {"description": "The id of this request", "schema": {"type": "string"}},
    versions.HEADER: {"description": "The version that answered", "schema": {"type": "string"}},
}
RETRY_AFTER: Json = {
    "description": "Whole seconds to wait",
    "schema": {"type": "integer", "minimum": 1},
}
VERSION_PARAMETER: Json = {
    "name": versions.HEADER,
    "in": "header",
    "required": False,
    "description": "The dated version your client was written for; without it, the current one.",
    "schema": {"type": "string", "enum": list(versions.VERSIONS)},
}


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # it registers itself
    """How a key is sent, for drf-spectacular."""

    target_class = "tenants.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> Json:
        return {
            "type": "http",
            "scheme": "bearer",
            "bearerFormat": "rk_<tenant>_<prefix>_<secret>",
            "description": "An API key. An administrator makes one under API and keys; it is shown once.",
        }


def only_tenants(endpoints: list[Endpoint]) -> list[Endpoint]:
    """drf-spectacular's preprocessing: what is documented is the API of a tenant."""
    return [endpoint for endpoint in endpoints if endpoint[0].startswith(TENANT_API)]


def add_what_all_share(result: Json, generator: SchemaGenerator, request: object, public: bool) -> Json:
    """drf-spectacular's postprocessing: refusals, headers and the version parameter on every operation."""
    components = result.setdefault("components", {})
    components.setdefault("schemas", {})["Error"] = copy.deepcopy(ERROR)
    refusals = {**REFUSALS, **REFUSALS_OF_WRITES}
    components["responses"] = {f"Error{status}": _refusal(status, text) for status, text in refusals.items()}
    for operations in result["paths"].values():
        for method, operation in operations.items():
            operation.setdefault("parameters", []).append(copy.deepcopy(VERSION_PARAMETER))
            for answer in operation["responses"].values():
                answer.setdefault("headers", {}).update(copy.deepcopy(HEADERS))
            for status in refusals if method in WRITES else (*REFUSALS, "409"):
                operation["responses"].setdefault(status, {"$ref": f"#/components/responses/Error{status}"})
            operation["responses"] = dict(sorted(operation["responses"].items()))
    return result


def _refusal(status: str, text: str) -> Json:
    headers = {"X-Request-Id": copy.deepcopy(HEADERS["X-Request-Id"])}
    if status == "429":
        headers["Retry-After"] = copy.deepcopy(RETRY_AFTER)
    return {
        "description": text,
        "headers": headers,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
    }
