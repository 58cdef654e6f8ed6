"""Which metrics there are, and their values."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.etags import etag_for, not_modified, tag
from core.api.pagination import page_of, read_page, scope_of
from definitions.compiler import EventMetric, RatioMetric, SnapshotMetric
from metrics import receipts
from metrics.api import parameters
from metrics.api.base import MetricsAPIView
from metrics.api.csv_form import CsvOrJsonView
from metrics.api.outputs import AnswerOutput, MetricListOutput, MetricOutput
from metrics.dimensions import dimensions_of
from metrics.engine import answer
from metrics.meanings import Meaning, meanings_in_force, metrics_in_force
from metrics.planning import plan
from metrics.question import PARAMETERS, parse_question
from metrics.surfaces import answer_to_api, csv_lines

KINDS = {EventMetric: "event", SnapshotMetric: "snapshot", RatioMetric: "ratio"}


class ListMetricsView(MetricsAPIView):
    """The metrics in force, by key."""

    known_parameters = parameters.PAGE

    @extend_schema(
        operation_id="metrics_list",
        summary="List metrics",
        tags=["Metrics"],
        parameters=[parameters.LIMIT, parameters.CURSOR],
        responses=MetricListOutput,
    )
    def get(self, request: Request, tenant: str) -> Response:
        scope = scope_of(request, ("key",))
        asked = read_page(request.query_params, scope=scope)
        start = "" if asked.after is None else str(asked.after[0])
        found = metrics_in_force(timezone.now())
        rows = [found[key] for key in sorted(found) if key > start]
        page = page_of(rows, [(row.key,) for row in rows], asked=asked, scope=scope)
        return Response(page.body([_summary(row) for row in page.rows]))


class ShowMetricView(MetricsAPIView):
    """One metric: its meaning, formula, what it rests on, and what it can be split by."""

    @extend_schema(
        operation_id="metrics_show", summary="Show a metric", tags=["Metrics"], responses=MetricOutput
    )
    def get(self, request: Request, tenant: str, key: str) -> Response:
        meanings = meanings_in_force(timezone.now())
        metric = meanings.metric(key)
        uses = [
            {
                "key": used.key,
                "label": used.label,
                "version": used.version,
                "state": used.state,
                "checksum": used.checksum,
            }
            for used in meanings.reached_from(key)
        ]
        dimensions = [{"path": item.path, "label": item.label} for item in dimensions_of(metric, meanings)]
        return Response({**_summary(metric), "formula": metric.text, "uses": uses, "dimensions": dimensions})


class ShowValuesView(CsvOrJsonView):
    """The values of a metric, with the receipt that fixes them.

    The `ETag` stands for the receipt: sent back as `If-None-Match`, it spares an unchanged answer.
    """

    known_parameters = parameters.VALUE_NAMES

    @extend_schema(
        operation_id="metrics_values",
        summary="Read values",
        tags=["Metrics"],
        parameters=[
            *parameters.VALUE_PARAMETERS,
            parameters.IF_NONE_MATCH,
            parameters.ETAG,
            parameters.RECEIPT_HEADER,
        ],
        responses={
            (200, "application/json"): AnswerOutput,
            (200, "text/csv"): OpenApiTypes.STR,
            304: None,
        },
    )
    def get(self, request: Request, tenant: str, key: str) -> HttpResponse | Response:
        now = timezone.now()
        given = {name: request.query_params[name] for name in PARAMETERS if name in request.query_params}
        question = parse_question(key, given)
        asked, pins = plan(question, now=now)
        receipt_id = receipts.receipt_id_of(asked, pins)
        unchanged = not_modified(request, self._etag(receipt_id))
        if unchanged is not None:
            unchanged["X-Receipt"] = receipt_id
            return unchanged
        found = answer(question, now=now)
        reply = Response("".join(csv_lines(found)) if self.wants_csv else answer_to_api(found))
        reply["X-Receipt"] = found.receipt_id
        if self.wants_csv:
            reply["Content-Disposition"] = f'attachment; filename="{found.metric}.csv"'
        return tag(reply, self._etag(found.receipt_id))

    def _etag(self, receipt_id: str) -> str:
        return etag_for("values", receipt_id, "csv" if self.wants_csv else "json", self.api_version)


def _summary(metric: Meaning) -> dict[str, object]:
    if metric.body is None:
        raise TypeError("A term that is not a metric has no summary.")
    return {
        "key": metric.key,
        "label": metric.label,
        "kind": KINDS[type(metric.body)],
        "unit": metric.body.unit.value,
        "version": metric.version,
        "state": metric.state,
        "good": metric.good,
        "meaning": metric.meaning,
        "owner": metric.owner,
    }
