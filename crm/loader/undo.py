"""Taking back what a run wrote, as a new known time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core import db
from core.errors import Conflict
from crm.loader import scratch
from crm.loader.custom_values import refresh_custom_values
from crm.loader.layout import layout_of
from crm.models import LoadRun
from crm.sql import loading, undoing
from tenants.data_versions import DataVersion, open_data_version
from tenants.scope import current_tenant_id


def take_back(
    run: LoadRun, *, own: Sequence[datetime], neutral: Sequence[datetime]
) -> tuple[int, DataVersion]:
    """Restore each record the run touched to what was known before: number of records, and data version.

    `own` are the instants of the run's data versions, `neutral` those of its own and of runs already undone.
    Raises `Conflict` (`touched_since`) naming records that another run touched meanwhile.
    """
    layout = layout_of(run.object)
    fragments = layout.fragments()
    params: dict[str, object] = {
        "tenant_id": current_tenant_id(),
        "run_id": run.pk,
        "own": list(own),
        "neutral": list(neutral),
    }
    scratch.prepare()
    db.advisory_xact_lock("crm-load", current_tenant_id())
    count = db.execute(undoing.TOUCHED.format(**fragments), params)
    scratch.analyze("load_touched")
    since = db.fetch_all(undoing.TOUCHED_SINCE.format(**fragments), params)
    if since:
        names, total = [source_id for source_id, _ in since], since[0][1]
        more = f" and {total - len(names)} more" if total > len(names) else ""
        raise Conflict(
            f"Later runs touched {total} of these records: {', '.join(names)}{more}. Undo those runs first.",
            code="touched_since",
            records=names,
            total=total,
        )
    version = open_data_version(f"undo of run {run.pk}")
    params["known_from"] = version.at
    for statement in (undoing.CLOSE, undoing.RESTORE, loading.REFRESH_CURRENT, undoing.EMPTY_CURRENT):
        db.execute(statement.format(**fragments), params)
    refresh_custom_values(layout, new_records=False)
    return count, version
