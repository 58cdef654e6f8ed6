"""A receipt opened: what fixed the answer, the rows behind a number, a replay, and why a number changed."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.etags import etag_for, not_modified, tag
from core.api.pagination import encode_cursor, read_page, scope_of
from core.errors import Invalid
from crm.models import Source
from crm.queries import safe_link
from metrics import receipts
from metrics.answer import Answer, Cell, Used
from metrics.api import parameters
from metrics.api.base import MetricsAPIView
from metrics.api.outputs import DifferenceOutput, ReceiptOutput, ReplayOutput, RowListOutput
from metrics.change import explain_change
from metrics.receipts import decimal_text
from metrics.replay import replay
from metrics.rows import Row, rows_behind
from metrics.surfaces import answer_to_api
from metrics.visibility import row_scope


class ShowReceiptView(MetricsAPIView):
    """Everything that fixes an answer, and the answer. A receipt never changes."""

    @extend_schema(
        operation_id="receipts_show",
        summary="Open a receipt",
        tags=["Receipts"],
        parameters=[parameters.IF_NONE_MATCH, parameters.ETAG],
        responses={200: ReceiptOutput, 304: None},
    )
    def get(self, request: Request, tenant: str, receipt_id: str) -> HttpResponse | Response:
        kept = receipts.receipt(receipt_id)
        etag = etag_for("receipt", kept.receipt_id, kept.answer_digest, self.api_version)
        unchanged = not_modified(request, etag)
        if unchanged is not None:
            return unchanged
        answer = receipts.answer_from_json(kept.answer)
        body = {
            "receipt": kept.receipt_id,
            "created_at": kept.created_at,
            "question": kept.question,
            "pins": {name: value for name, value in kept.pins.items() if name != "uses"},
            "definitions": [_used(used) for used in answer.uses],
            "statements": kept.statements,
            "digest": kept.answer_digest,
            "answer": answer_to_api(answer),
        }
        return tag(Response(body), etag)


class ListRowsView(MetricsAPIView):
    """The records behind one number, under the receipt's pins, as far as you may see them."""

    known_parameters = parameters.PAGE | {"cell", "part"}

    @extend_schema(
        operation_id="receipts_rows",
        summary="List the rows behind a number",
        tags=["Receipts"],
        parameters=[parameters.CELL, parameters.PART, parameters.LIMIT, parameters.CURSOR],
        responses=RowListOutput,
    )
    def get(self, request: Request, tenant: str, receipt_id: str) -> Response:
        cell = request.query_params.get("cell") or _only_cell(receipt_id)
        cursor_scope = scope_of(request, ("component", "record", "line"))
        asked = read_page(request.query_params, scope=cursor_scope)
        visible = row_scope(self.membership)
        page = rows_behind(
            receipt_id,
            cell=cell,
            part=request.query_params.get("part", ""),
            after="" if asked.after is None else str(asked.after[0]),
            scope=visible,
            limit=asked.limit,
        )
        sources = Source.objects.filter(key__in={row.source for row in page.rows})
        templates = dict(sources.values_list("key", "link_template"))
        following = encode_cursor((page.next_after,), scope=cursor_scope) if page.next_after else None
        return Response(
            {
                "receipt": receipt_id,
                "cell": cell,
                "part": page.part,
                "narrowed": visible.label or None,
                "data": [_row(row, templates) for row in page.rows],
                "next_cursor": following,
                "has_more": following is not None,
            }
        )


class ReplayReceiptView(MetricsAPIView):
    """Computes the answer anew from its pins, from the records, and says whether it is the same."""

    @extend_schema(
        operation_id="receipts_replay",
        summary="Replay a receipt",
        tags=["Receipts"],
        request=None,
        responses=ReplayOutput,
    )
    def post(self, request: Request, tenant: str, receipt_id: str) -> Response:
        result = replay(receipt_id)
        return Response(
            {
                "receipt": receipt_id,
                "same": result.is_same,
                "kept_digest": receipts.digest_of(result.kept),
                "fresh_digest": receipts.digest_of(result.fresh),
                "answer": answer_to_api(result.fresh),
            }
        )


class ExplainChangeView(MetricsAPIView):
    """Why a number differs between two receipts of the same metric, cause by cause, exactly."""

    known_parameters = frozenset({"cell"})

    @extend_schema(
        operation_id="receipts_change",
        summary="Explain a change",
        tags=["Receipts"],
        parameters=[parameters.CELL],
        responses=DifferenceOutput,
    )
    def get(self, request: Request, tenant: str, before: str, after: str) -> Response:
        change = explain_change(before, after, cell=request.query_params.get("cell", ""))
        return Response(
            {
                "metric": change.after.metric,
                "unit": change.after.unit,
                "currency": change.after.currency,
                "before": _side(change.before, change.cell_before),
                "after": _side(change.after, change.cell_after),
                "difference": decimal_text(change.difference),
                "steps": [
                    {
                        "cause": step.cause,
                        "label": step.label,
                        "effect": decimal_text(step.effect),
                        "text": step.text,
                    }
                    for step in change.steps
                ],
            }
        )


def _only_cell(receipt_id: str) -> str:
    answer = receipts.answer_from_json(receipts.receipt(receipt_id).answer)
    if len(answer.cells) != 1:
        raise Invalid(
            f"This receipt has {len(answer.cells)} numbers: name one by its `cell` in the answer.",
            param="cell",
        )
    return answer.only.key


def _used(used: Used) -> dict[str, object]:
    return {
        "key": used.key,
        "label": used.label,
        "version": used.number,
        "state": used.state,
        "checksum": used.checksum,
    }


def _row(row: Row, templates: Mapping[str, str]) -> dict[str, object]:
    template = templates.get(row.source, "")
    return {
        "component": row.component,
        "record_id": row.record_id,
        "source": row.source,
        "source_id": row.source_id,
        "url": safe_link(template, object=row.object, source_id=row.source_id) if template else None,
        "name": row.name,
        "date": row.event_on,
        "owner": row.owner,
        "weight": row.weight,
        "value": decimal_text(row.value),
        "currency": row.currency,
        "amount": decimal_text(row.amount),
        "status": row.status,
    }


def _side(answer: Answer, cell: Cell) -> dict[str, object]:
    return {
        "receipt": answer.receipt_id,
        "cell": cell.key,
        "value": decimal_text(cell.value),
        "reason": cell.reason,
        "data_version": answer.data_version,
        "as_of": answer.as_of,
        "definition_version": answer.definition.number,
    }
