"""Receipts: what was asked, on which versions it was answered, and the answer."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from tenants.models import TenantOwned


class Receipt(TenantOwned):
    """One question with everything that fixes its answer. Never edited: the same pins give the same id.

    `question` is the asked question with its defaults filled in; `pins` names the versions of
    definitions, settings and data; `answer` is what was said. A replay computes the answer anew from
    question and pins.
    """

    receipt_id = models.CharField(max_length=40)
    metric = models.CharField(max_length=100)
    question = models.JSONField()
    pins = models.JSONField()
    answer = models.JSONField()
    answer_digest = models.CharField(max_length=64)
    statements = models.JSONField()
    data_version = models.BigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "metrics_receipt"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tenant", "receipt_id"], name="receipt_id_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["tenant", "metric", "-id"], name="receipt_by_metric"),
        ]
