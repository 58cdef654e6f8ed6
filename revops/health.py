"""Whether this process can serve: for load balancers and the supervisor. Never says why not."""

from __future__ import annotations

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import db


@require_safe
@never_cache
@transaction.non_atomic_requests
def health(request: HttpRequest) -> HttpResponse:
    """200 when the database answers, else 503."""
    try:
        db.fetch_value("SELECT 1")
    except DatabaseError:
        return HttpResponse("unavailable\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
