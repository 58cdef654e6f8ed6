"""What every address of this package does first: refuse parameters it does not know."""

from __future__ import annotations

from typing import Any, ClassVar  # Any: as DRF declares the arguments that come out of a URL

from rest_framework.request import Request

from core.errors import Invalid
from tenants.api import TenantAPIView

FREE_TEXT = frozenset({"where", "by", "cell"})
"""Parameters that may hold spaces at their ends."""


class MetricsAPIView(TenantAPIView):
    """Needs the scope `metrics:read`. `known_parameters` are the names its query string may hold.

    A misspelt parameter would otherwise be ignored and the answer taken for that of another question.
    """

    scope = "metrics:read"
    known_parameters: ClassVar[frozenset[str]] = frozenset()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_unknown(request, known=self.known_parameters)


def refuse_unknown(request: Request, *, known: frozenset[str]) -> None:
    """Raises `Invalid` naming a parameter that is unknown, given twice, or empty."""
    for name, values in request.query_params.lists():
        if name not in known:
            choices = ", ".join(sorted(known)) or "none"
            raise Invalid(
                f"There is no parameter {name[:40]!r} here; known are: {choices}.",
                code="unknown_parameter",
                param=name[:40],
            )
        if len(values) > 1:
            raise Invalid(f"Give {name} once.", code="given_twice", param=name)
        if not values[0].strip():
            raise Invalid(f"{name} is empty; leave it out or give it a value.", code="empty", param=name)
        if name not in FREE_TEXT and values[0] != values[0].strip():
            raise Invalid(f"{name} has spaces around its value; remove them.", code="spaces", param=name)
