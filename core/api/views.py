"""What every view of the API does before and after its own work."""

from __future__ import annotations

from typing import Any, ClassVar  # Any: as DRF declares the arguments that come out of a URL

from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import versions
from core.api.parameters import refuse_unknown
from core.api.parsing import UNSTORABLE, BoundedJSONParser, unstorable
from core.api.throttling import RateThrottle
from core.errors import Invalid


class CoreAPIView(APIView):
    """Reads the dated version, refuses text that cannot be stored, limits the rate.

    Where `known_parameters` are named, a query string may hold nothing else: a misspelt parameter would
    otherwise be ignored, and the answer taken for that of another question.
    """

    known_parameters: ClassVar[frozenset[str] | None] = None

    parser_classes = [BoundedJSONParser]
    throttle_classes = [RateThrottle]
    api_version: str = versions.CURRENT

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        for name, value in (*request.query_params.lists(), *kwargs.items()):
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str) and unstorable(text):
                    raise Invalid(UNSTORABLE, code="bad_text", param=name)
        self.api_version = versions.version_asked(request.headers.get(versions.HEADER))
        super().initial(request, *args, **kwargs)
        if self.known_parameters is not None:
            refuse_unknown(request, known=self.known_parameters)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response[versions.HEADER] = self.api_version
        return response
