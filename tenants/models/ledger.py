"""What happened in a tenant and when it became known: data versions, audit chain, settings, jobs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from tenants.models.owned import TenantForeignKey, TenantOwned
from tenants.models.people import Membership


class DataVersion(TenantOwned):
    """A state of a tenant's data. Commit order is number order, because each is taken under the tenant's
    lock."""

    number = models.BigIntegerField()
    at = models.DateTimeField()
    cause = models.CharField(max_length=200)

    class Meta:
        db_table = "tenants_data_version"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tenant", "number"], name="data_version_number_once"),
            models.UniqueConstraint(fields=["tenant", "at"], name="data_version_instant_once"),
        ]


class Setting(TenantOwned):
    """One decision of the tenant (time zone, fiscal calendar, ...) with when it holds and when it was
    known."""

    key = models.CharField(max_length=60)
    value = models.JSONField()
    effective_from = models.DateField()
    known_from = models.DateTimeField()
    known_to = models.DateTimeField()

    class Meta:
        db_table = "tenants_setting"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["tenant", "key", "effective_from", "known_from"],
                name="one_setting_per_day_and_knowledge",
            ),
        ]


class AuditEntry(TenantOwned):
    """One link of the tenant's audit chain. `digest` covers the entry and the digest before it.

    The body is hashed through `body_digest` (salted), so that erasing a person's values from the body leaves
    the chain whole.
    """

    number = models.BigIntegerField()
    at = models.DateTimeField()
    action = models.CharField(max_length=80)
    target = models.CharField(max_length=200)
    actor = models.CharField(max_length=200)
    actor_membership = TenantForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    request_id = models.CharField(max_length=40, blank=True)
    body = models.JSONField(null=True)
    salt = models.CharField(max_length=32)
    body_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "tenants_audit_entry"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tenant", "number"], name="audit_number_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "action", "number"], name="audit_by_action"),
            models.Index(fields=["tenant", "target", "number"], name="audit_by_target"),
            models.Index(fields=["tenant", "actor", "number"], name="audit_by_actor"),
            models.Index(fields=["tenant", "at"], name="audit_by_time"),
        ]


class AuditHead(TenantOwned):
    """The end of the chain, kept apart from it: a cut tail shows because the head still names the last
    entry."""

    number = models.BigIntegerField()
    digest = models.CharField(max_length=64)

    class Meta:
        db_table = "tenants_audit_head"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tenant"], name="one_audit_head"),
        ]


class Job(TenantOwned):
    """A piece of background work. The row is the truth; the broker only wakes workers."""

    class Status(models.TextChoices):
        QUEUED = "queued", "Queued"
        RUNNING = "running", "Running"
        STOPPED = "stopped", "Stopped"
        SUCCEEDED = "succeeded", "Succeeded"
        FAILED = "failed", "Failed"

    kind = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    max_attempts = models.PositiveIntegerField(default=5)
    fence = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    run_after = models.DateTimeField(default=timezone.now)
    stop_asked_at = models.DateTimeField(null=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)
    error = models.TextField(blank=True)
    result = models.JSONField(null=True)
    asked_by = TenantForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tenants_job"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "status", "run_after"], name="job_queue"),
            models.Index(fields=["tenant", "kind", "-id"], name="job_by_kind"),
        ]
