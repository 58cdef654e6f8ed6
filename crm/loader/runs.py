"""Beginning and ending a load."""

from __future__ import annotations

from datetime import datetime

from crm.models import LoadRun, Source


def start_run(
    source: Source,
    object: str,
    *,
    mode: LoadRun.Mode,
    observed_at: datetime,
    file_name: str = "",
    file_digest: str = "",
) -> LoadRun:
    """A run of one object from one source; `load` may then be called on it any number of times.

    `observed_at` is when the list was true, for changes that carry no time: the upload or the export.
    What a first load, a history file or dated snapshots tell about earlier times is marked reconstructed.
    """
    first = not LoadRun.objects.filter(source=source, object=object, data_version__isnull=False).exists()
    return LoadRun.objects.create(
        source=source,
        object=object,
        mode=mode,
        reconstructed=first or mode in {LoadRun.Mode.HISTORY, LoadRun.Mode.SNAPSHOTS},
        observed_at=observed_at,
        started_at=observed_at,
        file_name=file_name,
        file_digest=file_digest,
    )


def end_run(run: LoadRun, *, status: LoadRun.Status, at: datetime) -> None:
    """Close the run's record; its counts stand in the database already."""
    LoadRun.objects.filter(pk=run.pk).update(status=status, ended_at=at)
    run.refresh_from_db()
