"""How every Django form is printed: the markup of the design system, chosen by the `FORM_RENDERER` setting.

`{{ form }}` prints all fields, `{% field form.name %}` one. Labels, hints and errors are tied to their
controls by the ids that Django puts into `aria-describedby`. Needs `django.forms` among the installed apps.
"""

from __future__ import annotations

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest

GROUPS = frozenset({"radio", "checkbox_select", "multiple_input"})
CONTROL_CLASSES = {"select": "select", "textarea": "textarea"}
BARE_INPUTS = frozenset({"checkbox", "radio", "hidden", "submit"})


class UiRenderer(TemplatesSetting):
    """Prints each control with its class, and so that what was typed survives a refusal."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    # Any: a template context holds whatever widgets put into it.
    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        widget = context.get("widget")
        if isinstance(widget, dict) and "attrs" in widget and widget.get("type") not in BARE_INPUTS:
            kind = template_name.rsplit("/", 1)[-1].removesuffix(".html")
            context = {**context, "widget": _dressed(widget, kind)}
        return super().render(template_name, context, request)


def _dressed(widget: dict[str, Any], kind: str) -> dict[str, Any]:
    name = "field__choices" if kind in GROUPS else CONTROL_CLASSES.get(kind, "input")
    attributes = {"class": name, **widget["attrs"]}
    if kind == "textarea" and attributes.get("rows") == "10":  # Django's own default is half a page
        attributes["rows"] = "4"
    if (
        widget.get("type") == "number"
    ):  # browsers drop what is no number, such as "50k EUR", instead of showing it
        for bound in ("min", "max", "step"):
            attributes.pop(bound, None)
        return {**widget, "type": "text", "attrs": {"inputmode": "decimal", **attributes}}
    return {**widget, "attrs": attributes}
