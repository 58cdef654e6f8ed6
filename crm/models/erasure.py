"""What is left of a person after erasure: proof that it was done, without the values."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from tenants.models import TenantOwned


class ErasureCertificate(TenantOwned):
    """Which records were erased, where values were found, and salted digests that prove which values.

    `digests` are keyed SHA-256 of the values under `salt`: who brings a value can check that it was meant,
    nobody can read one back.
    """

    erased_at = models.DateTimeField(default=timezone.now)
    actor = models.TextField()
    reason = models.TextField()
    records = models.JSONField()
    counts = models.JSONField()
    salt = models.CharField(max_length=32)
    digests = models.JSONField()

    class Meta:
        db_table = "crm_erasure_certificate"
