"""What a KPI can be split by: fields of its object and of the records it leads to, where a tenant has
them.
"""

from __future__ import annotations

from dataclasses import dataclass

from definitions.catalog import tenant_catalog
from definitions.compiler import RatioMetric
from definitions.language import Catalog, LanguageError, Type, check_text
from metrics.meanings import Meaning, Meanings

OFFERED = (
    ("account.segment", "segment"),
    ("account.industry", "industry"),
    ("account.region", "region"),
    ("account.country", "country"),
    ("owner.team", "team"),
    ("owner.name", "owner"),
    ("lead_source", "lead source"),
    ("opportunity_type", "opportunity type"),
    ("stage.name", "stage"),
    ("loss_reason", "loss reason"),
    ("product.name", "product"),
    ("currency", "currency"),
)
SPLITTABLE = frozenset({Type.TEXT, Type.BOOL})


@dataclass(frozen=True, slots=True)
class Dimension:
    path: str
    label: str


def dimensions_of(meaning: Meaning, meanings: Meanings) -> tuple[Dimension, ...]:
    """The usual splits that check for the metric's object, then the tenant's own text and yes/no fields."""
    catalog = tenant_catalog()
    object = object_of(meaning, meanings)
    if object not in catalog.objects:
        return ()
    found = [Dimension(path, label) for path, label in OFFERED if _checks(path, object, catalog)]
    own = [
        Dimension(field.key, field.label)
        for field in catalog.objects[object].fields.values()
        if field.key.startswith("custom.") and field.type in SPLITTABLE
    ]
    return (*found, *sorted(own, key=lambda item: item.label.casefold()))


def object_of(meaning: Meaning, meanings: Meanings) -> str:
    """What the metric counts; for a ratio, what its first side counts."""
    body = meaning.body
    while isinstance(body, RatioMetric):
        body = meanings.metric(body.numerator[0]).body
    assert body is not None
    return body.object


def _checks(path: str, object: str, catalog: Catalog) -> bool:
    try:
        return check_text(path, object=object, catalog=catalog).type in SPLITTABLE
    except LanguageError:
        return False
