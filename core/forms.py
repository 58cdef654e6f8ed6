"""How every Django form is printed: the markup of the design system, chosen by the `FORM_RENDERER` setting.

`{{ form }}` prints all fields, `{% field form.name %}` one. Labels, hints and errors are tied to their
controls by the ids that Django puts into `aria-describedby`. Needs `django.forms` among the installed apps.
"""

from __future__ import annotations

from typing import Any

from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest

CONTROL_CLASSES = {"select": "select", "textarea": "textarea"}
BARE_INPUTS = frozenset({"checkbox", "radio", "hidden", "submit"})


class UiRenderer(TemplatesSetting):
    """Adds the control's class where the form did not choose one."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    # Any: a template context holds whatever widgets put into it.
    def render(
        self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None
    ) -> str:
        widget = context.get("widget")
        if isinstance(widget, dict) and "attrs" in widget and widget.get("type") not in BARE_INPUTS:
            kind = template_name.rsplit("/", 1)[-1].removesuffix(".html")
            grouped = kind in ("radio", "checkbox_select", "multiple_input")
            widget["attrs"].setdefault(
                "class", "field__choices" if grouped else CONTROL_CLASSES.get(kind, "input")
            )
            if (
                kind == "textarea" and widget["attrs"].get("rows") == "10"
            ):  # Django's own default is half a page
                widget["attrs"] = {**widget["attrs"], "rows": "4"}
        return super().render(template_name, context, request)
