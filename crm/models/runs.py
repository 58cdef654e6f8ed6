"""Where records come from, and each load of them: what it read, changed and rejected."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from tenants.models import TenantForeignKey, TenantOwned


class Source(TenantOwned):
    """A system or file that records come from. `key` stands on each of its records.

    `link_template` opens a record there: https, with `{id}` for the record's id and `{object}` for its kind.
    """

    class Kind(models.TextChoices):
        FILE = "file", "File"
        SALESFORCE = "salesforce", "Salesforce"
        HUBSPOT = "hubspot", "HubSpot"
        OTHER = "other", "Other system"

    key = models.TextField()
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.FILE)
    label = models.TextField()
    link_template = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "crm_source"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "key"], name="source_key_once"),
        ]


class LoadRun(TenantOwned):
    """One load of one object from one source, from its first batch to its last.

    `observed_at` is the instant for which changes without a time of their own speak. Counts are of changes
    (`read`, `changed`, `unchanged`, `rejected`) and of records (`stubs` made for unknown references, `ended`
    by absence from a full list). `data_version` is the last one it brought; every one is a `RunVersion`.
    """

    class Mode(models.TextChoices):
        CHANGES = "changes", "Changes only"
        FULL_LIST = "full_list", "Full list"
        SNAPSHOTS = "snapshots", "Dated snapshots"
        HISTORY = "history", "History"
        UNDO = "undo", "Undo of a run"

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        COMPLETED = "completed", "Completed"
        STOPPED = "stopped", "Stopped"
        FAILED = "failed", "Failed"
        UNDONE = "undone", "Undone"

    source = TenantForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    object = models.TextField()
    mode = models.CharField(max_length=12, choices=Mode, default=Mode.CHANGES)
    status = models.CharField(max_length=10, choices=Status, default=Status.RUNNING)
    reconstructed = models.BooleanField(default=False)
    observed_at = models.DateTimeField()
    started_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True)
    read = models.BigIntegerField(default=0)
    changed = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    stubs = models.BigIntegerField(default=0)
    ended = models.BigIntegerField(default=0)
    data_version = models.BigIntegerField(null=True)
    file_name = models.TextField(blank=True)
    file_digest = models.CharField(max_length=64, blank=True)
    undone_by = TenantForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        db_table = "crm_load_run"
        indexes = [
            models.Index(fields=["tenant", "object", "-id"], name="load_run_by_object"),
            models.Index(fields=["tenant", "file_digest"], name="load_run_by_file"),
        ]


class RunVersion(TenantOwned):
    """A data version that a run brought: one per committed batch that changed something."""

    run = TenantForeignKey(LoadRun, on_delete=models.PROTECT, related_name="versions")
    number = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        db_table = "crm_run_version"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "number"], name="run_version_number_once"),
        ]


class Snapshot(TenantOwned):
    """An instant for which a run of dated snapshots brought the full list of an object."""

    run = TenantForeignKey(LoadRun, on_delete=models.PROTECT, related_name="snapshots")
    source = TenantForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    object = models.TextField()
    at = models.DateTimeField()

    class Meta:
        db_table = "crm_snapshot"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "source", "object", "at"], name="snapshot_once"),
        ]


class RejectedRow(TenantOwned):
    """A row that could not be taken, as it stood, with every reason. It can be fixed and replayed."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        FIXED = "fixed", "Fixed"
        DISMISSED = "dismissed", "Dismissed"
        ERASED = "erased", "Erased"

    run = TenantForeignKey(LoadRun, on_delete=models.PROTECT, related_name="rejected_rows")
    row_number = models.BigIntegerField()
    raw = models.JSONField()
    problems = models.JSONField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "crm_rejected_row"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "run", "row_number"], name="rejected_row_once"),
        ]
