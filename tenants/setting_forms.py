"""One form per setting: the words people use on one side, the stored form on the other."""

from __future__ import annotations

import zoneinfo
from collections.abc import Mapping
from typing import Any  # Django's form constructor takes arbitrary keyword arguments

import holidays as public_holidays
from babel.numbers import list_currencies
from django import forms

from core.periods.stored import WEEKDAYS
from tenants.forms import DAY
from tenants.rules import settings as rules

_MONTHS = tuple(enumerate(rules.MONTHS, start=1))
_PATTERNS = (("4-4-5", "4-4-5"), ("4-5-4", "4-5-4"), ("5-4-4", "5-4-4"), ("13x4", "13 periods of 4 weeks"))


class SettingForm(forms.Form):
    """`value()` is what the service reads; `initial_of` fills the form from a stored value."""

    effective_from = forms.DateField(
        label="From",
        widget=DAY,
        help_text="A past day corrects what was believed; a later one plans a change.",
    )

    @staticmethod
    def initial_of(stored: Any) -> dict[str, object]:  # Any: the stored JSON of one setting
        return {"value": stored}

    def value(self) -> object:
        return self.cleaned_data["value"]


class ZoneForm(SettingForm):
    value_choices = [
        (name, name) for name in sorted(zoneinfo.available_timezones()) if "/" in name or name == "UTC"
    ]
    field_order = ("value", "effective_from")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["value"] = forms.ChoiceField(label="Time zone", choices=self.value_choices)
        self.order_fields(self.field_order)


class CurrencyForm(SettingForm):
    field_order = ("value", "effective_from")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = [(code, code) for code in sorted(list_currencies())]
        self.fields["value"] = forms.ChoiceField(label="Currency", choices=codes)
        self.order_fields(self.field_order)


class CalendarForm(SettingForm):
    kind = forms.ChoiceField(
        label="Months", choices=(("monthly", "Calendar months"), ("weekly", "Weeks (4-4-5 and the like)"))
    )
    start_month = forms.TypedChoiceField(
        label="The year starts in", choices=_MONTHS, coerce=int, required=False
    )
    label_year = forms.ChoiceField(
        label="A fiscal year is called after the year in which it",
        choices=(("end", "ends"), ("start", "starts")),
    )
    pattern = forms.ChoiceField(label="Weeks in a quarter", choices=_PATTERNS, required=False)
    end_month = forms.TypedChoiceField(label="The year ends in", choices=_MONTHS, coerce=int, required=False)
    end_weekday = forms.ChoiceField(
        label="on a", choices=[(day, day.capitalize()) for day in WEEKDAYS], required=False
    )
    end_rule = forms.ChoiceField(
        label="which is the",
        choices=(("nearest", "nearest to the month's end"), ("last", "last of the month")),
        required=False,
    )
    field_order = (
        "kind",
        "start_month",
        "pattern",
        "end_month",
        "end_weekday",
        "end_rule",
        "label_year",
        "effective_from",
    )

    @staticmethod
    def initial_of(stored: Any) -> dict[str, object]:
        return dict(stored)

    def value(self) -> object:
        asked = self.cleaned_data
        names = (
            ("start_month",)
            if asked["kind"] == "monthly"
            else ("pattern", "end_month", "end_weekday", "end_rule")
        )
        return {"kind": asked["kind"], "label_year": asked["label_year"]} | {
            name: asked[name] for name in names if asked.get(name)
        }


class HolidayForm(SettingForm):
    region = forms.CharField(
        label="Region", required=False, max_length=10, help_text="A code within the country, like CA or BY."
    )
    added = forms.CharField(
        label="Own days off",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line: 2026-12-24 Office closed",
    )
    removed = forms.CharField(
        label="Holidays we work on",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="One day a line: 2026-10-12",
    )
    field_order = ("country", "region", "added", "removed", "effective_from")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = sorted(public_holidays.list_supported_countries(include_aliases=False))
        self.fields["country"] = forms.ChoiceField(
            label="Country", required=False, choices=[("", "None"), *((code, code) for code in countries)]
        )
        self.order_fields(self.field_order)

    @staticmethod
    def initial_of(stored: Any) -> dict[str, object]:
        return {
            "country": stored["country"],
            "region": stored["region"],
            "added": "\n".join(f"{day} {name}" for day, name in stored["added"].items()),
            "removed": "\n".join(stored["removed"]),
        }

    def value(self) -> object:
        asked = self.cleaned_data
        lines = [line.strip().partition(" ") for line in asked["added"].splitlines() if line.strip()]
        return {
            "country": asked["country"],
            "region": asked["region"],
            "added": {day: name.strip() or "Day off" for day, _, name in lines},
            "removed": asked["removed"].split(),
        }


class MarginForm(SettingForm):
    value_text = forms.CharField(label="Gross margin", max_length=20, help_text="Like 78%.")
    field_order = ("value_text", "effective_from")

    @staticmethod
    def initial_of(stored: Any) -> dict[str, object]:
        return {"value_text": rules.SPECS[rules.GROSS_MARGIN].describe(stored)}

    def value(self) -> object:
        return self.cleaned_data["value_text"]


FORMS: Mapping[str, type[SettingForm]] = {
    rules.TIME_ZONE: ZoneForm,
    rules.FISCAL_CALENDAR: CalendarForm,
    rules.REPORTING_CURRENCY: CurrencyForm,
    rules.HOLIDAY_CALENDAR: HolidayForm,
    rules.GROSS_MARGIN: MarginForm,
}
