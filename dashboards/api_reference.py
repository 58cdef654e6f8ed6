"""The API's reference as its page prints it: the OpenAPI document, put in order and into words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from typing import Any  # an OpenAPI document: JSON of any shape
from urllib.parse import urlencode

from drf_spectacular.generators import SchemaGenerator

Json = Mapping[str, Any]
DEEPEST = 6
SHARED_HEADER = "RevOps-Version"
# What a reader can paste: sample values of path parameters, and the query parameters worth showing.
SAMPLES = {
    "key": "bookings",
    "number": "1",
    "object": "opportunity",
    "source": "salesforce",
    "receipt_id": "rc_0f3c9f0a6f0e4a1f8d5b7c2e9a4d6b13",
    "before": "rc_0f3c9f0a6f0e4a1f8d5b7c2e9a4d6b13",
    "after": "rc_7be2d1c05a9348e6b1f04c8d2a6e9f37",
}
PATH_WORDS = {
    "key": "The key of the metric or term",
    "number": "The number of the version",
    "object": "The kind of record",
    "record_id": "The id of the record here",
    "receipt_id": "The id of the receipt",
    "before": "The id of the older receipt",
    "after": "The id of the newer receipt",
}
SHOWN_QUERY = {
    "metrics_values": {"grain": "quarter", "by": "owner.team"},
    "receipts_rows": {"cell": "2026-Q4"},
}


@dataclass(frozen=True)
class Parameter:
    name: str
    place: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True)
class FieldLine:
    """One field of a document; `name` is its path, with `[]` for "of each" and `*` for "by any name"."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True)
class Form:
    """One form of an answer: a status, a media type and its fields."""

    title: str
    fields: Sequence[FieldLine]


@dataclass(frozen=True)
class Refusal:
    status: str
    name: str
    text: str


@dataclass(frozen=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    text: Sequence[str]
    parameters: Sequence[Parameter]
    takes: Sequence[FieldLine]
    gives: Sequence[Form]
    refusals: Sequence[Refusal]
    example: str


@dataclass(frozen=True)
class Group:
    name: str
    slug: str
    operations: Sequence[Operation]


@dataclass(frozen=True)
class Reference:
    version: str
    groups: Sequence[Group]
    errors: Sequence[FieldLine]


@cache
def openapi() -> Json:
    """The document of every address; it depends on the code alone."""
    found: Json = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    return found


def reference(*, tenant: str, origin: str) -> Reference:
    """The reference for readers of one tenant; `origin` like `https://revops.example` stands in the
    examples.
    """
    document = openapi()
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = str(operation.get("tags", ["Other"])[0])
            name = tag[:1].upper() + tag[1:]
            made = _operation(document, path, method, operation, tenant=tenant, origin=origin)
            groups.setdefault(name, []).append(made)
    return Reference(
        version=document["info"]["version"],
        groups=[Group(name, name.lower().replace(" ", "-"), found) for name, found in groups.items()],
        errors=list(_lines(document, {"$ref": "#/components/schemas/Error"})),
    )


def _operation(
    document: Json, path: str, method: str, operation: Json, *, tenant: str, origin: str
) -> Operation:
    answers = {status: _resolved(document, answer) for status, answer in operation["responses"].items()}
    body = _json_schema(operation.get("requestBody", {}))
    description = str(operation.get("description", ""))
    summary = str(operation.get("summary") or description.split("\n")[0] or operation["operationId"])
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path.replace("{tenant}", tenant),
        summary=summary.rstrip("."),
        text=[_words(part) for part in description.split("\n\n") if part.rstrip(".") != summary.rstrip(".")],
        parameters=[
            _parameter(document, each)
            for each in operation.get("parameters", ())
            if each["name"] not in {"tenant", SHARED_HEADER}
        ],
        takes=list(_lines(document, body)) if body else [],
        gives=[
            form
            for status, answer in answers.items()
            if status < "4"
            for form in _forms(document, status, answer)
        ],
        refusals=[
            Refusal(status, HTTPStatus(int(status)).phrase, _words(answer["description"]))
            for status, answer in answers.items()
            if status >= "4"
        ],
        example=_example(document, path, method, operation, tenant=tenant, origin=origin),
    )


def _parameter(document: Json, each: Json) -> Parameter:
    return Parameter(
        name=each["name"],
        place=each["in"],
        kind=_kind(document, each.get("schema", {})),
        required=bool(each.get("required")),
        text=_words(each.get("description") or PATH_WORDS.get(each["name"], "")),
    )


def _forms(document: Json, status: str, answer: Json) -> Iterator[Form]:
    name = f"{status} {HTTPStatus(int(status)).phrase}"
    contents = answer.get("content", {})
    if not contents:
        yield Form(f"{name}, without a body", [])
    for media, content in contents.items():
        schema = content.get("schema", {})
        yield Form(f"{name}, {media}", list(_lines(document, schema)) if media == "application/json" else [])


def _json_schema(holder: Json) -> Json:
    found: Json = holder.get("content", {}).get("application/json", {}).get("schema", {})
    return found


def _resolved(document: Json, part: Json) -> Json:
    while "$ref" in part:
        found: Json = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def _plain(document: Json, schema: Json) -> dict[str, Any]:
    """A schema without references; what stands beside one (a description, `nullable`) is kept."""
    made = {
        **_resolved(document, schema),
        **{name: value for name, value in schema.items() if name != "$ref"},
    }
    for part in [*made.pop("allOf", ()), *made.pop("oneOf", ())]:
        inner = _plain(document, part)
        if inner.get("enum") == [None]:
            made["nullable"] = True
        made = {**inner, **made}
    return made


def _lines(document: Json, schema: Json, name: str = "", depth: int = 0) -> Iterator[FieldLine]:
    """Every field below a schema, the outer before the inner."""
    found = _plain(document, schema)
    if depth > DEEPEST:
        return
    if "items" in found:
        yield from _lines(document, found["items"], f"{name}[]", depth + 1)
    more = found.get("additionalProperties")
    if isinstance(more, dict) and more:
        yield FieldLine(
            f"{name}.*".lstrip("."), _kind(document, more), required=False, text=more.get("description", "")
        )
    required = set(found.get("required", ()))
    for key, inner in found.get("properties", {}).items():
        path = f"{name}.{key}".lstrip(".")
        text = _words(_plain(document, inner).get("description", ""))
        yield FieldLine(path, _kind(document, inner), key in required, text)
        yield from _lines(document, inner, path, depth + 1)


def _words(text: str) -> str:
    """A description without the marks that the document sets code in."""
    return text.replace("`", "")


def _kind(document: Json, schema: Json) -> str:
    """The type of a value in words: `text (date) or null`, `one of: day, week`."""
    found = _plain(document, schema)
    choices = [choice for choice in found.get("enum", ()) if choice is not None and choice != ""]
    if choices:
        kind = "one of: " + ", ".join(map(str, choices))
    elif found.get("type") == "array":
        kind = f"list of {_kind(document, found.get('items', {}))}"
    else:
        word = {"string": "text", "boolean": "true or false", "object": "object"}
        kind = word.get(found.get("type", ""), found.get("type", "any JSON"))
        if found.get("format") and found["type"] == "string":
            kind = {"decimal": "decimal as text"}.get(found["format"], found["format"])
    least, most = found.get("minimum"), found.get("maximum")
    if least is not None and most is not None and not choices:
        kind += f", {least:,} to {most:,}"
    return f"{kind} or null" if found.get("nullable") else kind


def _example(document: Json, path: str, method: str, operation: Json, *, tenant: str, origin: str) -> str:
    """A command line that asks it."""
    filled = path.replace("{tenant}", tenant)
    for each in operation.get("parameters", ()):
        if each["in"] == "path" and each["name"] != "tenant":
            filled = filled.replace(f"{{{each['name']}}}", SAMPLES.get(each["name"], "1"))
    query = urlencode(SHOWN_QUERY.get(operation["operationId"], {}))
    lines = [
        "curl" + ("" if method == "get" else f" -X {method.upper()}"),
        '-H "Authorization: Bearer $API_KEY"',
    ]
    body = _json_schema(operation.get("requestBody", {}))
    if body:
        sample = json.dumps(_sample(document, body))
        lines += ["-H 'Content-Type: application/json'", f"-d '{sample}'"]
    lines.append(f"'{origin}{filled}{'?' + query if query else ''}'")
    return " \\\n  ".join(lines)


def _sample(document: Json, schema: Json) -> object:
    """A body with the fields that must be there."""
    found = _plain(document, schema)
    if found.get("enum"):
        return found["enum"][0]
    match found.get("type"):
        case "object":
            properties = found.get("properties", {})
            return {name: _sample(document, properties[name]) for name in found.get("required", ())}
        case "array":
            return []
        case "integer" | "number":
            return found.get("minimum", 1)
        case "boolean":
            return True
        case _:
            return "…"
