"""CSV as a second form of an answer: asked for by `?format=csv` or `Accept: text/csv`."""

from __future__ import annotations

from collections.abc import Mapping

from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from core.errors import Invalid
from metrics.api.base import MetricsAPIView

FORMATS = ("json", "csv")


class CsvRenderer(BaseRenderer):
    """Passes on lines that are CSV already."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self,
        data: str | None,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, object] | None = None,
    ) -> bytes:
        return (data or "").encode()


class CsvOrJsonView(MetricsAPIView):
    """Answers in both forms; a refusal is JSON in either."""

    renderer_classes = [JSONRenderer, CsvRenderer]

    def get_format_suffix(self, **kwargs: object) -> str | None:
        asked = self.request.query_params.get("format")
        if asked is not None and asked not in FORMATS:
            raise Invalid(f"format is one of: {', '.join(FORMATS)}.", param="format")
        return asked

    @property
    def wants_csv(self) -> bool:
        return isinstance(self.request.accepted_renderer, CsvRenderer)

    def finalize_response(
        self, request: Request, response: Response, *args: object, **kwargs: object
    ) -> Response:
        if getattr(response, "exception", False):
            request.accepted_renderer = JSONRenderer()
            request.accepted_media_type = JSONRenderer.media_type
        return super().finalize_response(request, response, *args, **kwargs)
