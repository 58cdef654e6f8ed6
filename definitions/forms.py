"""What the pages of the registry ask for. Rules stand in the services; forms shape and explain."""

from __future__ import annotations

from collections.abc import Sequence

from django import forms

from core.errors import DomainError
from definitions.language.limits import MAX_LENGTH
from definitions.models import Kind, Review, Tier
from tenants.models import Function

LONGEST = 4_000


def refuse(form: forms.Form, error: DomainError) -> None:
    """Show a service's refusal at the field it names, else above the form."""
    form.add_error(error.param if error.param in form.fields else None, error.message)


def text_field(rows: int) -> forms.CharField:
    return forms.CharField(
        label="Text",
        max_length=MAX_LENGTH,
        strip=False,
        widget=forms.Textarea(
            attrs={"rows": rows, "spellcheck": "false", "autocapitalize": "off", "class": "textarea mono"}
        ),
        help_text='A condition like <code>employees >= 500 and segment in ("Enterprise")</code>. '
        "A KPI has one part a line.",
    )


class WordsForm(forms.Form):
    """The words of a draft. `rev` tells two editors apart."""

    rev = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    object = forms.ChoiceField(label="About", required=False, help_text="The record that the text asks.")
    text = text_field(8)
    meaning = forms.CharField(
        label="Meaning",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What it means to the business, in a sentence or two.",
    )
    source = forms.CharField(
        label="Source",
        max_length=LONGEST,
        required=False,
        help_text="Where the definition comes from: a policy, a standard, a link.",
    )
    reason = forms.CharField(
        label="Reason for the change",
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Shown to reviewers, kept with the version for good.",
    )

    def offer_objects(self, objects: Sequence[tuple[str, str]]) -> None:
        """The objects of the catalog; a KPI names its object in its own text."""
        field = self.fields["object"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "as the text says (KPI)"), *objects]


class NewTermForm(WordsForm):
    """A new term with its first draft."""

    key = forms.CharField(
        label="Key",
        max_length=60,
        help_text="How other definitions name it, like qualified_pipeline. It cannot change later.",
    )
    label = forms.CharField(
        label="Name", max_length=120, help_text="As people say it, like Qualified pipeline."
    )
    kind = forms.ChoiceField(label="Kind", choices=Kind.choices, initial=Kind.QUALIFICATION)
    aliases = forms.CharField(
        label="Also called",
        required=False,
        max_length=1_000,
        help_text="Further names, with commas between them. A name has one meaning in the whole company.",
    )
    stakeholders = forms.MultipleChoiceField(
        label="Who must agree",
        required=False,
        choices=Function.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Without a choice, any one reviewer who did not write it.",
    )
    tier = forms.ChoiceField(label="Tier", choices=Tier.choices, initial=Tier.OPERATIONAL)

    field_order = (
        "key",
        "label",
        "kind",
        "object",
        "text",
        "meaning",
        "source",
        "aliases",
        "stakeholders",
        "tier",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as forms.Form takes them
        del self.fields["rev"]

    def clean_aliases(self) -> list[str]:
        return [name.strip() for name in self.cleaned_data["aliases"].split(",") if name.strip()]


class ReviewForm(forms.Form):
    rev = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label="Your answer",
        choices=Review.Decision.choices,
        initial=Review.Decision.APPROVE,
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label="Comment", required=False, max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )

    def offer_decisions(self, *, is_author: bool) -> None:
        """Who wrote the change may comment on it; the service refuses their approval in any case."""
        field = self.fields["decision"]
        assert isinstance(field, forms.ChoiceField)
        if is_author and not self.is_bound:
            field.choices = [(Review.Decision.COMMENT.value, Review.Decision.COMMENT.label)]
            field.initial = Review.Decision.COMMENT.value


class PublishForm(forms.Form):
    effective_on = forms.DateField(
        label="In force from",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The start of that day in the company's time zone. Empty: from now on. Until then today's "
        "version stays.",
    )


class WithdrawForm(forms.Form):
    reason = forms.CharField(label="Why", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}))
    successor = forms.CharField(
        label="Use instead",
        required=False,
        max_length=60,
        help_text="The key of the term that people should use from now on.",
    )


class RollBackForm(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Reviewers and the history show it.",
    )


class AliasForm(forms.Form):
    name = forms.CharField(label="Another name", max_length=120)
