"""Imports of files: what was uploaded, how it is read, how far the reading has come."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from crm.models.runs import LoadRun
from tenants.models import TenantForeignKey, TenantOwned


class ImportFile(TenantOwned):
    """An uploaded file. `path` is its random name in storage, empty once the file was deleted.

    `profile` is what inspecting it found out; sample rows are not kept, they are read from the file.
    """

    name = models.TextField()
    path = models.TextField()
    size = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    profile = models.JSONField()
    uploaded_at = models.DateTimeField(default=timezone.now)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "crm_import_file"
        indexes = [models.Index(fields=["tenant", "digest"], name="import_file_by_digest")]


class SavedMapping(TenantOwned):
    """A way of reading a file that somebody kept under a name."""

    name = models.TextField()
    body = models.JSONField()
    saved_at = models.DateTimeField(default=timezone.now)
    saved_by = TenantForeignKey("tenants.Membership", on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        db_table = "crm_saved_mapping"
        constraints = [models.UniqueConstraint(fields=["tenant", "name"], name="saved_mapping_name_once")]


class Import(TenantOwned):
    """One file on its way into records: first a draft, then a job, in the end a result that can be undone.

    `observed_at` is when the file was true. `snapshot_on` is the date of a dated list without a date column.
    `ending_confirmed`: somebody saw how many records would end and agreed; `question` says what they were
    asked. `total` is the number of data rows, counted exactly before the first one is taken.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        QUEUED = "queued", "Waiting"
        RUNNING = "running", "Running"
        ASKING = "asking", "Waiting for an answer"
        STOPPED = "stopped", "Stopped"
        FAILED = "failed", "Failed"
        COMPLETED = "completed", "Completed"
        UNDONE = "undone", "Undone"

    file = TenantForeignKey(ImportFile, on_delete=models.PROTECT, related_name="imports")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    observed_at = models.DateTimeField()
    snapshot_on = models.DateField(null=True)
    ending_confirmed = models.BooleanField(default=False)
    question = models.JSONField(null=True)
    total = models.BigIntegerField(null=True)
    error = models.TextField(blank=True)
    error_code = models.TextField(blank=True)
    job = TenantForeignKey("tenants.Job", on_delete=models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = TenantForeignKey("tenants.Membership", on_delete=models.PROTECT, related_name="+", null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "crm_import"


class ImportStep(TenantOwned):
    """One reading of the file with one mapping. Most imports have one; ready-made sets may need several.

    `next_row` is the number of the first row that no committed chunk has taken: a reading that was killed
    goes on there. `findings` counts what was taken but is worth knowing, see `crm.imports.findings`.
    """

    parent = TenantForeignKey(Import, on_delete=models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    mapping = models.JSONField()
    run = TenantForeignKey(LoadRun, on_delete=models.PROTECT, related_name="+", null=True)
    stage_run = TenantForeignKey(LoadRun, on_delete=models.PROTECT, related_name="+", null=True)
    next_row = models.BigIntegerField(default=0)
    rows_seen = models.BigIntegerField(default=0)
    is_checked = models.BooleanField(default=False)
    is_done = models.BooleanField(default=False)
    findings = models.JSONField(default=dict)

    class Meta:
        db_table = "crm_import_step"
        constraints = [
            models.UniqueConstraint(fields=["tenant", "parent", "number"], name="import_step_once")
        ]


class Replay(TenantOwned):
    """A rejected row that was taken after all: who changed what, and the run that took it."""

    row = TenantForeignKey("crm.RejectedRow", on_delete=models.PROTECT, related_name="replays")
    run = TenantForeignKey(LoadRun, on_delete=models.PROTECT, related_name="+")
    raw = models.JSONField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "crm_replay"
        constraints = [models.UniqueConstraint(fields=["tenant", "run"], name="replay_run_once")]
