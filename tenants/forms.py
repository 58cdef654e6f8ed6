"""What the pages of tenants ask for. Rules stand in the services; forms shape and explain."""

from __future__ import annotations

from django import forms
from django.http import QueryDict

from core.errors import DomainError
from tenants.models import Function, Role
from tenants.principal import SCOPES

DAY = forms.DateInput(attrs={"type": "date"})


def refuse(form: forms.Form, error: DomainError) -> None:
    """Show a service's refusal at the field it names, else above the form."""
    form.add_error(error.param if error.param in form.fields else None, error.message)


class TenantForm(forms.Form):
    name = forms.CharField(
        label="Company", max_length=200, help_text="As people know it, like Acme Corporation."
    )
    slug = forms.SlugField(
        label="Address",
        max_length=50,
        help_text="Part of every link, like acme: small letters, digits, hyphens. It cannot change later.",
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(label="Role", choices=Role.choices, help_text="What they may do here.")
    function = forms.ChoiceField(
        label="Function", choices=Function.choices, help_text="For whom they agree to definitions."
    )
    effective_from = forms.DateField(
        label="From", required=False, widget=DAY, help_text="Empty: at once. A later day plans the change."
    )


class InvitationForm(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="The invitation works only for this address.")
    role = forms.ChoiceField(
        label="Role",
        choices=Role.choices,
        initial=Role.ANALYST,
        help_text="What they may do here.",
    )
    function = forms.ChoiceField(
        label="Function", choices=Function.choices, help_text="For whom they agree to definitions."
    )


class MemberForm(forms.Form):
    title = forms.CharField(label="Job title", max_length=120, required=False)
    crm_email = forms.EmailField(
        label="CRM user",
        required=False,
        help_text="Their e-mail address in the CRM, where it differs from the one they sign in with.",
    )


class AcceptForm(forms.Form):
    name = forms.CharField(
        label="Your name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label="Password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. A sentence is easy to remember.",
    )


class ApiKeyForm(forms.Form):
    name = forms.CharField(label="Name", max_length=120, help_text="What uses it, like Board deck.")
    scopes = forms.MultipleChoiceField(
        label="May",
        choices=tuple(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        initial=["metrics:read"],
    )
    expires_on = forms.DateField(
        label="Ends on", required=False, widget=DAY, help_text="The first day on which it no longer works."
    )


class AuditFilterForm(forms.Form):
    actor = forms.CharField(label="Who", required=False, max_length=200)
    target = forms.CharField(label="What", required=False, max_length=200)
    start = forms.DateField(label="From", required=False, widget=DAY)
    end = forms.DateField(label="Until", required=False, widget=DAY)

    field_order = ("action", "actor", "target", "start", "end")

    def __init__(self, data: QueryDict, *, actions: list[str]) -> None:
        super().__init__(data)
        choices = [("", "Any action"), *((action, action) for action in actions)]
        self.fields["action"] = forms.ChoiceField(label="Action", required=False, choices=choices)
        self.order_fields(self.field_order)


class SettingFileForm(forms.Form):
    file = forms.FileField(
        label="CSV file", help_text="Columns key, effective_from and value; one decision a row. At most 1 MB."
    )
