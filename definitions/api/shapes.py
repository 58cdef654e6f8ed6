"""What the API takes and gives."""

from __future__ import annotations

from datetime import datetime

from rest_framework import serializers

from definitions.language.limits import MAX_LENGTH
from definitions.models import DefinitionVersion, Kind, Status, Tier
from definitions.queries.listing import Term
from tenants.models import Function

LONGEST = 4_000


class DefinitionOutput(serializers.Serializer[Term]):
    """A term. `version_in_force` is null where none is now."""

    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    label = serializers.CharField()  # type: ignore[assignment]  # the name that people know
    owner = serializers.CharField(help_text="E-mail of the owner")
    stakeholders = serializers.ListField(child=serializers.ChoiceField(choices=Function.choices))
    tier = serializers.ChoiceField(choices=Tier.choices)
    aliases = serializers.ListField(child=serializers.CharField())
    version_in_force = serializers.IntegerField(allow_null=True)
    not_yet_agreed = serializers.BooleanField(
        help_text="In force as an unchanged starter that nobody agreed to"
    )


class VersionOutput(serializers.Serializer[DefinitionVersion]):
    """One meaning of a term. Times are instants in UTC; `effective_to` is null where there is no end."""

    key = serializers.CharField(source="definition.key")
    number = serializers.IntegerField()
    status = serializers.SerializerMethodField(help_text="As of now, whatever the stored one has come to")
    rev = serializers.IntegerField(help_text="Send it back with an edit")
    object = serializers.CharField()
    text = serializers.CharField()
    body = serializers.JSONField()
    meaning = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]  # where the definition comes from
    reason = serializers.CharField()
    checksum = serializers.CharField()
    origin = serializers.CharField()
    not_yet_agreed = serializers.BooleanField(source="awaits_agreement")
    author = serializers.CharField(source="author.user.email")
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    effective_from = serializers.DateTimeField(allow_null=True)
    effective_to = serializers.SerializerMethodField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    successor = serializers.SerializerMethodField()

    def get_status(self, version: DefinitionVersion) -> str:
        at: datetime = self.context["at"]
        return Status(version.status_at(at)).value

    def get_effective_to(self, version: DefinitionVersion) -> datetime | None:
        to = version.effective_to
        return None if to is None or to.year >= 9999 else to

    def get_successor(self, version: DefinitionVersion) -> str | None:
        return version.successor.key if version.successor else None


class DefinitionPageOutput(serializers.Serializer[object]):
    data = DefinitionOutput(many=True)  # type: ignore[assignment]  # the name that every list of ours has
    next_cursor = serializers.CharField(allow_null=True)
    has_more = serializers.BooleanField()


class VersionPageOutput(serializers.Serializer[object]):
    data = VersionOutput(many=True)  # type: ignore[assignment]  # the name that every list of ours has
    next_cursor = serializers.CharField(allow_null=True)
    has_more = serializers.BooleanField()


class DefinitionInput(serializers.Serializer[object]):
    """A new term with its first draft."""

    key = serializers.CharField(max_length=60)
    kind = serializers.ChoiceField(choices=Kind.choices)
    label = serializers.CharField(max_length=120)  # type: ignore[assignment]  # the name that people know
    object = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    text = serializers.CharField(max_length=MAX_LENGTH, trim_whitespace=False)
    meaning = serializers.CharField(max_length=LONGEST)
    source = serializers.CharField(  # type: ignore[assignment]  # where the definition comes from
        max_length=LONGEST, required=False, allow_blank=True, default=""
    )
    reason = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True, default="")
    aliases = serializers.ListField(
        child=serializers.CharField(max_length=120), required=False, default=list, max_length=50
    )
    stakeholders = serializers.ListField(
        child=serializers.ChoiceField(choices=Function.choices), required=False, default=list, max_length=10
    )
    tier = serializers.ChoiceField(choices=Tier.choices, required=False, default=Tier.OPERATIONAL)


class DraftInput(serializers.Serializer[object]):
    """Where a new draft takes its words from; without a number, the latest published version."""

    from_number = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=2**31 - 1
    )
    reason = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True, default="")


class EditInput(serializers.Serializer[object]):
    """New words for an open change. `rev` is the one last read: a stale one is a conflict."""

    rev = serializers.IntegerField(min_value=1, max_value=2**31 - 1)
    text = serializers.CharField(max_length=MAX_LENGTH, trim_whitespace=False)
    meaning = serializers.CharField(max_length=LONGEST)
    source = serializers.CharField(  # type: ignore[assignment]  # where the definition comes from
        max_length=LONGEST, required=False, allow_blank=True, default=""
    )
    reason = serializers.CharField(max_length=LONGEST, required=False, allow_blank=True, default="")
    object = serializers.CharField(max_length=60, required=False, allow_null=True, default=None)
