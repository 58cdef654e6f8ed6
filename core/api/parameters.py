"""Query strings hold what an address knows, once: a misspelt parameter is never ignored."""

from __future__ import annotations

from rest_framework.request import Request

from core.errors import Invalid

_LONGEST_NAME = 40


def refuse_unknown(request: Request, *, known: frozenset[str]) -> None:
    """Raises `Invalid` naming a parameter that is unknown, given twice, empty, or padded with spaces."""
    for name, values in request.query_params.lists():
        if name not in known:
            choices = f"known are: {', '.join(sorted(known))}" if known else "it takes none"
            raise Invalid(
                f"There is no parameter {name[:_LONGEST_NAME]!r} here; {choices}.",
                code="unknown_parameter",
                param=name[:_LONGEST_NAME],
            )
        if len(values) > 1:
            raise Invalid(f"Give {name} once.", code="given_twice", param=name)
        if not values[0].strip():
            raise Invalid(f"{name} is empty; leave it out or give it a value.", code="empty", param=name)
        if values[0] != values[0].strip():
            raise Invalid(f"{name} has spaces around its value; remove them.", code="spaces", param=name)
