"""Doing the work: claim, hold a lease, commit only while it is held, end in a state that says what
happened."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any  # a payload is JSON whose shape the handler checks

from django.db import transaction
from django.utils import timezone

from core import db
from core.errors import DomainError
from tenants import sql
from tenants.models import Job
from tenants.scope import tenant_transaction

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=45)
BEAT_EVERY = 10.0
NEWS_EVERY = 1.0

Result = Mapping[str, object] | None
Handler = Callable[["JobContext"], Result]
_handlers: dict[str, Handler] = {}


class LeaseLost(RuntimeError):
    """Another worker holds the job now; whatever this one has not committed is void."""


class JobStopped(Exception):
    """Somebody asked the job to stop, and it has reached a safe point."""


def job_handler(kind: str) -> Callable[[Handler], Handler]:
    """Register what does jobs of a kind. A handler opens its own transactions through the context."""

    def register(handler: Handler) -> Handler:
        if kind in _handlers:
            raise RuntimeError(f"There are two handlers for {kind}.")
        _handlers[kind] = handler
        return handler

    return register


@dataclass
class _News:
    """What the heartbeat carries to the database for a step whose own transaction is still open, and brings
    back."""

    done: int | None = None
    total: int | None = None
    note: str | None = None
    fresh: bool = False
    stop_asked: bool = False
    lost: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class JobContext:
    """What a handler has of its job. `step()` is the only way to write, and fails once the lease is lost."""

    tenant_id: int
    job_id: int
    kind: str
    payload: Mapping[str, Any]
    attempt: int
    fence: int
    _beaten_at: float = field(default_factory=monotonic)
    _in_step: bool = False
    _counts: dict[str, int] = field(
        default_factory=dict
    )  # the last ones told: the end of the job writes them
    _news: _News = field(default_factory=_News)

    @contextmanager
    def step(self) -> Iterator[None]:
        """One transaction in the tenant's scope, guarded by the fence: a worker that lost its lease writes
        nothing."""
        with tenant_transaction(self.tenant_id):
            self._check_hold(sql.HOLDS_JOB)
            self._in_step = True
            try:
                yield
            finally:
                self._in_step = False
            self._check_hold(sql.HOLD_JOB)

    def progress(self, done: int | None = None, total: int | None = None, note: str | None = None) -> None:
        """Show real counts and renew the lease. Raises `JobStopped` where a stop was asked, `LeaseLost` where
        it is lost.

        Cheap to call often: between beats it returns at once unless the note changes. Inside a step the
        counts travel with the heartbeat, whose transaction is its own, so that people see them before the
        step commits.
        """
        self._counts |= {
            name: value for name, value in (("done", done), ("total", total)) if value is not None
        }
        if self._in_step:
            self._tell_heartbeat(done, total, note)
            return
        if note is None and monotonic() - self._beaten_at < 0.5:
            return
        self._beaten_at = monotonic()
        if _beat(self, done=done, total=total, note=note):
            raise JobStopped

    def _tell_heartbeat(self, done: int | None, total: int | None, note: str | None) -> None:
        news = self._news
        with news.lock:
            news.done = news.done if done is None else done
            news.total = news.total if total is None else total
            news.note = news.note if note is None else note
            news.fresh = True
        if news.lost:
            raise LeaseLost(f"job {self.job_id} was taken over")
        if news.stop_asked:
            raise JobStopped

    def _check_hold(self, statement: str) -> None:
        if (
            db.fetch_one(statement, {"tenant_id": self.tenant_id, "job_id": self.job_id, "fence": self.fence})
            is None
        ):
            raise LeaseLost(f"job {self.job_id} was taken over")


def _beat(
    context: JobContext, *, done: int | None = None, total: int | None = None, note: str | None = None
) -> bool:
    """Renew the lease in a transaction of its own; says whether a stop was asked."""
    with tenant_transaction(context.tenant_id):
        row = db.fetch_one(
            sql.BEAT_JOB,
            {
                "tenant_id": context.tenant_id,
                "job_id": context.job_id,
                "fence": context.fence,
                "lease": LEASE,
                "done": done,
                "total": total,
                "note": note[:300] if note else note,
            },
        )
    if row is None:
        raise LeaseLost(f"job {context.job_id} was taken over")
    return bool(row[0])


@contextmanager
def _heartbeat(context: JobContext) -> Iterator[None]:
    """Renew the lease from a thread while a long statement runs; it ends with the handler, or with the
    process."""
    over = threading.Event()
    news = context._news

    def beat() -> None:
        beaten_at = monotonic()
        try:
            while not over.wait(NEWS_EVERY):
                if not news.fresh and monotonic() - beaten_at < BEAT_EVERY:
                    continue
                with news.lock:
                    done, total, note, news.fresh = news.done, news.total, news.note, False
                    news.done = news.total = news.note = None
                news.stop_asked = _beat(context, done=done, total=total, note=note)
                beaten_at = monotonic()
        except LeaseLost:
            news.lost = True
            logger.warning("Job %s lost its lease; its next step will refuse to write.", context.job_id)
        finally:
            db.close_connections()

    thread = threading.Thread(target=beat, name=f"heartbeat-{context.job_id}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(timeout=5)


def run_job(tenant_id: int, job_id: int) -> None:
    """Claim a job and do it; returns at once where there is nothing to claim, so a repeated wake-up is
    harmless."""
    with tenant_transaction(tenant_id):
        claimed = db.fetch_one(sql.CLAIM_JOB, {"tenant_id": tenant_id, "job_id": job_id, "lease": LEASE})
        if claimed is None:
            return
        job = Job.objects.get(pk=job_id)
    context = JobContext(
        tenant_id=tenant_id,
        job_id=job_id,
        kind=job.kind,
        payload=job.payload,
        attempt=job.attempts,
        fence=claimed[0],
    )
    try:
        with _heartbeat(context):
            result = _handlers[job.kind](context)
        _end(context, Job.Status.SUCCEEDED, result=result)
    except JobStopped:
        _end(context, Job.Status.STOPPED)
    except LeaseLost:
        logger.warning("Job %s is done elsewhere; this worker wrote nothing more.", job_id)
    except DomainError as error:
        _end(context, Job.Status.FAILED, error=error.message)
    except BaseException as error:
        # A bug or a lost database: give the job back for another try, loudly, and let the error fail the
        # task.
        _give_back(context, error)
        raise


def _end(context: JobContext, status: Job.Status, *, result: Result = None, error: str = "") -> None:
    with tenant_transaction(context.tenant_id):
        Job.objects.filter(pk=context.job_id, fence=context.fence).update(
            status=status,
            result=result,
            error=error,
            ended_at=timezone.now(),
            lease_until=None,
            **context._counts,
        )


def _give_back(context: JobContext, error: BaseException) -> None:
    last = "".join(traceback.format_exception_only(error)).strip()
    with tenant_transaction(context.tenant_id), transaction.atomic():
        job = Job.objects.select_for_update().get(pk=context.job_id)
        if job.fence != context.fence:
            return
        job.lease_until = None
        job.error = f"Something went wrong on our side ({last[:300]}). Nothing half done was kept."
        if job.attempts >= job.max_attempts:
            job.status, job.ended_at = Job.Status.FAILED, timezone.now()
        else:
            job.status, job.run_after = Job.Status.QUEUED, timezone.now() + timedelta(seconds=2**job.attempts)
        job.save(update_fields=["lease_until", "error", "status", "ended_at", "run_after"])
