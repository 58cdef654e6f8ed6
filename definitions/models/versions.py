"""What a term meant from when to when, what it leans on and who agreed."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.utils import timezone

from definitions.models.terms import Definition
from tenants.models import Function, Membership, TenantForeignKey, TenantOwned


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    IN_REVIEW = "in_review", "In review"
    APPROVED = "approved", "Approved"
    SCHEDULED = "scheduled", "Scheduled"
    IN_FORCE = "in_force", "In force"
    REPLACED = "replaced", "Replaced"
    WITHDRAWN = "withdrawn", "Withdrawn"


OPEN = (Status.DRAFT, Status.IN_REVIEW, Status.APPROVED)
"""A change that is still being written or agreed."""

PUBLISHED = (Status.SCHEDULED, Status.IN_FORCE, Status.REPLACED)


class Origin(models.TextChoices):
    STARTER = "starter", "Starter library"
    OWN = "own", "Written here"


class DefinitionVersion(TenantOwned):
    """One meaning of a definition. Once published its words never change; it is only superseded or withdrawn.

    In force from `effective_from` up to but not including `effective_to`. That range decides, not `status`:
    the stored status is moved after the fact by `apply_due_versions`.
    """

    definition = TenantForeignKey(Definition, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    rev = models.PositiveIntegerField(default=1)

    text = models.TextField()
    body = models.JSONField()
    checksum = models.CharField(max_length=64)
    object = models.CharField(max_length=60, blank=True)
    meaning = models.TextField()
    source = models.TextField(blank=True)
    reason = models.TextField(blank=True)

    origin = models.CharField(max_length=7, choices=Origin, default=Origin.OWN)
    starter_unchanged = models.BooleanField(default=False)
    agreed_at = models.DateTimeField(null=True)
    agreed_by = TenantForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    based_on = TenantForeignKey("self", on_delete=models.PROTECT, related_name="+", null=True)

    author = TenantForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    # Everybody who wrote on it: none of them may approve it.
    editors = ArrayField(models.BigIntegerField(), default=list)
    edited_by = TenantForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True)

    published_at = models.DateTimeField(null=True)
    published_by = TenantForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    effective_from = models.DateTimeField(null=True)
    effective_to = models.DateTimeField(null=True)

    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = TenantForeignKey(Membership, on_delete=models.PROTECT, related_name="+", null=True)
    successor = TenantForeignKey(Definition, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        db_table = "definitions_version"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tenant", "definition", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["tenant", "definition"],
                condition=models.Q(status__in=["draft", "in_review", "approved"]),
                name="one_open_change",
            ),
            ExclusionConstraint(
                name="one_version_in_force",
                expressions=[
                    ("tenant", RangeOperators.EQUAL),
                    ("definition", RangeOperators.EQUAL),
                    (
                        models.Func(
                            "effective_from",
                            "effective_to",
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=models.Q(effective_from__isnull=False),
            ),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="version_status_known"),
            models.CheckConstraint(
                condition=models.Q(
                    published_at__isnull=True,
                    published_by__isnull=True,
                    effective_from__isnull=True,
                    effective_to__isnull=True,
                    status__in=["draft", "in_review", "approved", "withdrawn"],
                )
                | models.Q(
                    published_at__isnull=False,
                    published_by__isnull=False,
                    effective_from__isnull=False,
                    effective_to__isnull=False,
                    status__in=["scheduled", "in_force", "replaced", "withdrawn"],
                ),
                name="version_published_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(effective_to__gte=models.F("effective_from")), name="version_range_forward"
            ),
            models.CheckConstraint(
                condition=models.Q(status="withdrawn", withdrawn_at__isnull=False)
                | (~models.Q(status="withdrawn") & models.Q(withdrawn_at__isnull=True)),
                name="version_withdrawn_whole",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "status", "effective_from"], name="version_by_status"),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"

    @property
    def known_from(self) -> datetime | None:
        """Since when the tenant has known this version: its publication."""
        return self.published_at

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def awaits_agreement(self) -> bool:
        """A starter in use that no second person has agreed to yet."""
        return self.starter_unchanged and self.agreed_at is None

    def is_in_force_at(self, at: datetime) -> bool:
        """Whether its effective range covers an instant; a withdrawn one was in force until then."""
        return (
            self.effective_from is not None
            and self.effective_to is not None
            and self.effective_from <= at < self.effective_to
        )

    def status_at(self, at: datetime) -> Status:
        """The status an instant sees, whatever the stored one has come to."""
        status = Status(self.status)
        if status not in PUBLISHED or self.effective_from is None or self.effective_to is None:
            return status
        if at < self.effective_from:
            return Status.SCHEDULED
        return Status.IN_FORCE if at < self.effective_to else Status.REPLACED


class Reference(TenantOwned):
    """A term that a version leans on."""

    version = TenantForeignKey(DefinitionVersion, on_delete=models.PROTECT, related_name="references")
    target = TenantForeignKey(Definition, on_delete=models.PROTECT, related_name="referred_by")

    class Meta:
        db_table = "definitions_reference"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tenant", "version", "target"], name="reference_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "target"], name="reference_by_target"),
        ]


class Review(TenantOwned):
    """What somebody said about a version as it read then: approving another `checksum` does not count."""

    class Decision(models.TextChoices):
        APPROVE = "approve", "Approve"
        REQUEST_CHANGES = "request_changes", "Request changes"
        COMMENT = "comment", "Comment"

    version = TenantForeignKey(DefinitionVersion, on_delete=models.PROTECT, related_name="reviews")
    reviewer = TenantForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    function = models.CharField(max_length=12, choices=Function)
    decision = models.CharField(max_length=15, choices=Decision)
    comment = models.TextField(blank=True)
    checksum = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "definitions_review"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(decision__in=["approve", "request_changes", "comment"]),
                name="review_decision_known",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "version", "id"], name="review_by_version"),
        ]
