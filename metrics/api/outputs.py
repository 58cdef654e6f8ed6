"""What the answers of this package look like. The shapes are documentation: `surfaces` writes the values."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.periods import Grain
from definitions.compiler import Basis, Organisation, Unit

REASONS = ("no_denominator", "no_rows", "no_amount", "missing_rate", "no_history")
CAUSES = (
    *("arrived", "edited", "merged", "deleted", "data"),
    *("organisation", "fx", "time", "definition", "calendar", "question"),
)
GRAINS = ("total", *(grain.value for grain in Grain))
UNITS = tuple(unit.value for unit in Unit)
ORGANISATIONS = tuple(item.value for item in Organisation)
BASES = tuple(item.value for item in Basis)
KINDS = ("event", "snapshot", "ratio")
PARTS = ("n", "num", "den")

DECIMAL = {
    "type": "string",
    "format": "decimal",
    "pattern": r"^-?[0-9]+(\.[0-9]+)?$",
    "example": "1048576.2500",
}
RECEIPT_ID = {
    "type": "string",
    "pattern": "^rc_[0-9a-f]{32}$",
    "example": "rc_0f3c9f0a6f0e4a1f8d5b7c2e9a4d6b13",
}
TEXT_OR_NULL = {"type": "string", "nullable": True}


@extend_schema_field(DECIMAL)
class DecimalText(serializers.CharField):
    """Every digit as text, so that no float rounds it."""


@extend_schema_field({**DECIMAL, "nullable": True})
class DecimalTextOrNull(serializers.CharField):
    """The same, null where there is no value."""


@extend_schema_field(RECEIPT_ID)
class ReceiptId(serializers.CharField):
    """The name of an answer."""


@extend_schema_field({"type": "object", "additionalProperties": DECIMAL})
class DecimalsByName(serializers.JSONField):
    """Decimals by name."""


@extend_schema_field({"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}})
class CountsByName(serializers.JSONField):
    """Counts by name."""


@extend_schema_field({"type": "object", "additionalProperties": TEXT_OR_NULL})
class TextsByName(serializers.JSONField):
    """Texts by name, null where the record has none."""


@extend_schema_field({"type": "array", "items": DECIMAL, "minItems": 2, "maxItems": 2, "nullable": True})
class Interval(serializers.JSONField):
    """Lower and upper end."""


class MetricSummaryOutput(serializers.Serializer[object]):
    key = serializers.CharField(help_text="Names the metric in addresses")
    label = serializers.CharField()  # type: ignore[assignment]  # a field of ours, not the serializer's own label
    kind = serializers.ChoiceField(choices=KINDS)
    unit = serializers.ChoiceField(choices=UNITS)
    version = serializers.IntegerField(min_value=1, help_text="The definition version in force")
    state = serializers.CharField(help_text="`starter` until people have agreed on it, then `in_force`")
    good = serializers.ChoiceField(choices=("up", "down", "none"), help_text="Which way is better")
    meaning = serializers.CharField()
    owner = serializers.CharField(allow_blank=True)


class DimensionOutput(serializers.Serializer[object]):
    path = serializers.CharField(help_text="As `by` takes it, e.g. `account.segment`")
    label = serializers.CharField()  # type: ignore[assignment]  # a field of ours, not the serializer's own label


class UsedOutput(serializers.Serializer[object]):
    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of ours, not the serializer's own label
    version = serializers.IntegerField(min_value=1)
    state = serializers.CharField()
    checksum = serializers.CharField()


class MetricOutput(MetricSummaryOutput):
    formula = serializers.CharField(help_text="The published text")
    uses = UsedOutput(many=True, help_text="Every definition the number rests on, the metric itself first")
    dimensions = DimensionOutput(many=True)


class MetricListOutput(serializers.Serializer[object]):
    data = MetricSummaryOutput(many=True)  # type: ignore[assignment]  # the name that every list of ours has
    next_cursor = serializers.CharField(allow_null=True)
    has_more = serializers.BooleanField()


class PeriodOutput(serializers.Serializer[object]):
    key = serializers.CharField(help_text="`2026-Q4`, or `total`")
    label = serializers.CharField()  # type: ignore[assignment]  # a field of ours, not the serializer's own label

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]  # fields of any type
        days = {
            "from": serializers.DateField(help_text="The first day"),
            "to": serializers.DateField(help_text="The first day after it"),
        }
        return {**super().get_fields(), **days}


class CellOutput(serializers.Serializer[object]):
    cell = serializers.CharField(help_text="Names this number within its receipt")
    period = PeriodOutput()
    is_partial = serializers.BooleanField(help_text="The period is not over at `as_of`")
    by = TextsByName(help_text="The value of each dimension; null where the record has none")
    value = DecimalTextOrNull(allow_null=True, help_text="Unrounded; a share is a fraction of one")
    reason = serializers.ChoiceField(choices=REASONS, allow_null=True, help_text="Why there is no value")
    parts = DecimalsByName(help_text="What the value is made of: `n`, `sum`, or `num` and `den`")
    excluded = CountsByName(help_text="Records left out, by reason")
    interval = Interval(allow_null=True, help_text="Wilson 95 % interval of a share")


class DefinitionMarkOutput(serializers.Serializer[object]):
    key = serializers.CharField()
    version = serializers.IntegerField(min_value=1)
    state = serializers.CharField()
    checksum = serializers.CharField()


class AnswerOutput(serializers.Serializer[object]):
    receipt = ReceiptId()
    metric = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of ours, not the serializer's own label
    unit = serializers.ChoiceField(choices=UNITS)
    currency = serializers.CharField(allow_null=True, help_text="ISO 4217; null where no money is in it")
    grain = serializers.ChoiceField(choices=GRAINS)
    by = serializers.ListField(child=serializers.CharField())
    definition = DefinitionMarkOutput()
    as_of = serializers.DateTimeField(help_text="The state of the world that was read")
    known_at = serializers.DateTimeField(help_text="What was known that was read")
    data_version = serializers.IntegerField(min_value=0)
    notes = serializers.ListField(child=serializers.CharField())
    scope = serializers.CharField(allow_null=True, help_text="Set where permissions narrow the number")
    values = CellOutput(many=True)


class QuestionOutput(serializers.Serializer[object]):
    """A question without gaps, in the names of the query parameters."""

    metric = serializers.CharField()
    grain = serializers.ChoiceField(choices=GRAINS)
    by = serializers.CharField(required=False)
    where = serializers.CharField(required=False)
    as_of = serializers.DateTimeField(required=False)
    known_at = serializers.DateTimeField(required=False)
    org = serializers.ChoiceField(choices=ORGANISATIONS)
    basis = serializers.ChoiceField(choices=BASES, required=False)
    currency = serializers.CharField(required=False)
    version = serializers.IntegerField(required=False)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]  # fields of any type
        days = {"from": serializers.DateField(required=False), "to": serializers.DateField(required=False)}
        return {**super().get_fields(), **days}


class PinsOutput(serializers.Serializer[object]):
    as_of = serializers.DateTimeField()
    known_at = serializers.DateTimeField()
    data_version = serializers.IntegerField(min_value=0)
    settings_day = serializers.DateField(help_text="The day whose time zone, calendar and currency hold")
    settings = serializers.CharField(help_text="Fingerprint of those settings")


class StatementOutput(serializers.Serializer[object]):
    name = serializers.CharField(help_text="The metric it computes")
    sql = serializers.CharField(help_text="As it was sent, with named parameters")
    params = TextsByName(help_text="The values of the parameters, as text")


class ReceiptOutput(serializers.Serializer[object]):
    receipt = ReceiptId()
    created_at = serializers.DateTimeField()
    question = QuestionOutput()
    pins = PinsOutput()
    definitions = UsedOutput(many=True, help_text="Every version it rests on, the metric first")
    statements = StatementOutput(many=True)
    digest = serializers.RegexField("^[0-9a-f]{64}$", help_text="SHA-256 over every value, reason and part")
    answer = AnswerOutput()


class RowOutput(serializers.Serializer[object]):
    component = serializers.CharField(help_text="The metric it counts in")
    record_id = serializers.IntegerField()
    source = serializers.CharField()  # type: ignore[assignment]  # where the record comes from
    source_id = serializers.CharField()
    url = serializers.CharField(
        allow_null=True, help_text="Opens the record in the CRM, where its address is known"
    )
    name = serializers.CharField(allow_null=True)
    date = serializers.DateField(allow_null=True)
    owner = serializers.CharField(allow_null=True)
    weight = serializers.IntegerField(help_text="1, or -1 for a reversal")
    value = DecimalTextOrNull(allow_null=True)
    currency = serializers.CharField(allow_null=True)
    amount = DecimalTextOrNull(allow_null=True, help_text="In the reporting currency")
    status = serializers.CharField(help_text="`counted`, or why not")


class RowListOutput(serializers.Serializer[object]):
    receipt = ReceiptId()
    cell = serializers.CharField()
    part = serializers.ChoiceField(choices=PARTS)
    narrowed = serializers.CharField(
        allow_null=True, help_text="Set where you do not see every row, saying which"
    )
    data = RowOutput(many=True)  # type: ignore[assignment]  # the name that every list of ours has
    next_cursor = serializers.CharField(allow_null=True)
    has_more = serializers.BooleanField()


class ReplayOutput(serializers.Serializer[object]):
    receipt = ReceiptId()
    same = serializers.BooleanField(help_text="Whether every value is the same to the last digit")
    kept_digest = serializers.RegexField("^[0-9a-f]{64}$")
    fresh_digest = serializers.RegexField("^[0-9a-f]{64}$")
    answer = AnswerOutput(help_text="Computed just now from the receipt's pins")


class ChangeSideOutput(serializers.Serializer[object]):
    receipt = ReceiptId()
    cell = serializers.CharField()
    value = DecimalTextOrNull(allow_null=True)
    reason = serializers.ChoiceField(choices=REASONS, allow_null=True)
    data_version = serializers.IntegerField(min_value=0)
    as_of = serializers.DateTimeField()
    definition_version = serializers.IntegerField(min_value=1)


class StepOutput(serializers.Serializer[object]):
    cause = serializers.ChoiceField(choices=CAUSES)
    label = serializers.CharField()  # type: ignore[assignment]  # a field of ours, not the serializer's own label
    effect = DecimalTextOrNull(allow_null=True, help_text="Null where one of its sides has no value")
    text = serializers.CharField()


class DifferenceOutput(serializers.Serializer[object]):
    metric = serializers.CharField()
    unit = serializers.ChoiceField(choices=UNITS)
    currency = serializers.CharField(allow_null=True)
    before = ChangeSideOutput()
    after = ChangeSideOutput()
    difference = DecimalTextOrNull(allow_null=True, help_text="The effects of all steps add up to it exactly")
    steps = StepOutput(many=True)
