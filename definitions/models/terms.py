"""Terms and the names they go by: one name, one meaning."""

from __future__ import annotations

import re
import unicodedata
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from tenants.models import Function, Membership, TenantForeignKey, TenantOwned

_GAPS = re.compile(r"[\s_\-]+")


def fold(name: str) -> str:
    """What spellings of one name have in common: `Win-Rate`, `win_rate` and `win  rate` are `win rate`."""
    return _GAPS.sub(" ", unicodedata.normalize("NFKC", name)).strip().casefold()


class Kind(models.TextChoices):
    """What a definition says something about; each kind has a body of its own."""

    FIELD = "field", "Field standard"
    QUALIFICATION = "qualification", "Qualification"
    STAGE = "stage", "Stage"
    LIFECYCLE = "lifecycle", "Lifecycle"
    FORECAST_CATEGORY = "forecast_category", "Forecast category"
    SEGMENT = "segment", "Segment"
    METRIC = "metric", "KPI"
    SLA = "sla", "Service level"
    DEDUPE_RULE = "dedupe_rule", "Duplicate rule"


class Tier(models.TextChoices):
    """How much depends on a definition, and so how strictly it is agreed."""

    EXPERIMENTAL = "experimental", "Experimental"
    OPERATIONAL = "operational", "Operational"
    FINANCIAL = "financial", "Financial"


class Definition(TenantOwned):
    """A term of the tenant. What it means is said by its versions; its key never changes."""

    key = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=Kind)
    label = models.CharField(max_length=120)
    owner = TenantForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    stakeholders = ArrayField(models.CharField(max_length=12, choices=Function), default=list)
    tier = models.CharField(max_length=12, choices=Tier, default=Tier.OPERATIONAL)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "definitions_definition"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tenant", "key"], name="definition_key_once"),
            models.CheckConstraint(
                condition=models.Q(key__regex=r"^[a-z][a-z0-9_]*$"), name="definition_key_plain"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="definition_kind_known"),
            models.CheckConstraint(condition=models.Q(tier__in=Tier.values), name="definition_tier_known"),
            models.CheckConstraint(
                condition=models.Q(stakeholders__contained_by=Function.values),
                name="definition_stakeholders_known",
            ),
        ]

    def __str__(self) -> str:
        return self.label


class Alias(TenantOwned):
    """A name that a definition goes by. Key and label stand here too, so that no name can mean two things."""

    class Source(models.TextChoices):
        KEY = "key", "Key"
        LABEL = "label", "Label"
        ALIAS = "alias", "Also called"

    definition = TenantForeignKey(Definition, on_delete=models.PROTECT, related_name="aliases")
    name = models.CharField(max_length=120)
    folded = models.CharField(max_length=240)
    source = models.CharField(max_length=5, choices=Source, default=Source.ALIAS)

    class Meta:
        db_table = "definitions_alias"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["tenant", "folded"], name="one_meaning_per_name"),
            models.CheckConstraint(condition=~models.Q(folded=""), name="alias_not_empty"),
            models.UniqueConstraint(
                fields=["tenant", "definition", "source"],
                condition=~models.Q(source="alias"),
                name="one_key_and_one_label",
            ),
        ]

    def __str__(self) -> str:
        return self.name
