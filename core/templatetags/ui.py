"""Tags and filters of the design system: `{% load ui %}`.

Filters write numbers as `core.formatting` does. Tags print the small components; larger ones are partials
under `templates/ui/`, which take the dataclasses of `core.components`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django import template
from django.forms import BoundField
from django.http import QueryDict
from django.template.context import Context
from django.utils import timezone
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from core import charts, components, formatting, sparklines

register = template.Library()

register.filter("number", formatting.number)
register.filter("signed", formatting.signed)
register.filter("money", formatting.money)
register.filter("money_exact", formatting.money_exact)
register.filter("percent", formatting.percent)
register.filter("points", formatting.points)
register.filter("times", formatting.times)
register.filter("days", formatting.days)
register.filter("counted", formatting.counted)
register.filter("duration", formatting.duration)
register.filter("file_size", formatting.file_size)
register.filter("initials", formatting.initials)
register.filter("hue", formatting.hue)


@register.filter
def day(value: date | None) -> str:
    return formatting.day(value)


@register.filter
def instant(value: datetime | None) -> str:
    """The exact instant in the active time zone."""
    return formatting.instant(timezone.localtime(value) if value else None)


@register.simple_tag
def ago(value: datetime | None) -> SafeString:
    """How long ago, with the exact instant for machines and in the tooltip."""
    if value is None:
        return SafeString(formatting.NO_VALUE)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        instant(value),
        formatting.ago(value, timezone.now()),
    )


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A symbol of `ui/_sprite.html`; always beside text or inside something named. Sizes: sm, xs."""
    return format_html(
        '<svg class="icon{}" aria-hidden="true" focusable="false"><use href="#i-{}"/></svg>',
        f" icon--{size}" if size else "",
        name,
    )


@register.simple_tag
def chip(text: object, tone: str = "", icon_name: str = "", title: str = "") -> SafeString:
    return format_html(
        '<span class="chip"{}{}>{}{}</span>',
        _attr("data-tone", tone),
        _attr("title", title),
        _icon(icon_name),
        text,
    )


@register.simple_tag
def dot(tone: str, text: str, title: str = "") -> SafeString:
    """A status mark with its words; the shape differs by tone as well."""
    return format_html(
        '<span class="cat"{}><span class="dot" data-tone="{}"></span>{}</span>',
        _attr("title", title),
        tone,
        text,
    )


@register.simple_tag
def avatar(name: str) -> SafeString:
    """The person's initials beside the name."""
    return format_html(
        '<span class="who"><span class="avatar" data-hue="{}" aria-hidden="true">{}</span>'
        "<span>{}</span></span>",
        formatting.hue(name),
        formatting.initials(name),
        name,
    )


@register.simple_tag
def delta(change: components.Delta | None) -> SafeString:
    """Arrow, a word for those who do not see it, and the size."""
    if change is None:
        return SafeString("")
    word = {"up": "up ", "down": "down ", "flat": ""}[change.direction]
    arrow = {"up": "up", "down": "dn", "flat": ""}[change.direction]
    return format_html(
        '<span class="delta"{}{}>{}<span class="vh">{}</span>{}</span>',
        _attr("data-tone", change.tone),
        _attr("title", change.against),
        _icon(arrow),
        word,
        change.text,
    )


@register.simple_tag
def spark(values: Sequence[Decimal | float | None], target: Decimal | float | None = None) -> SafeString:
    return mark_safe(sparklines.spark(values, target))  # noqa: S308 - built from numbers only


@register.inclusion_tag("ui/_number.html")
def number_button(shown: components.Shown, classes: str = "") -> dict[str, object]:
    """A number that opens where it comes from: `{% number_button tile.number "v" %}`."""
    return {"number": shown, "classes": classes}


@register.inclusion_tag("ui/_chart.html")
def chart(drawn: components.Chart) -> dict[str, object]:
    """A Plotly holder with its finding in words and its numbers as a table."""
    return {"chart": drawn, "json": mark_safe(charts.to_json(drawn.figure))}  # noqa: S308 - to_json escapes <, > and &


@register.inclusion_tag("ui/_cell.html")
def cell(value: str | components.Shown) -> dict[str, object]:
    """A table cell's content: plain text, or a number with its provenance."""
    return {"shown": value if isinstance(value, components.Shown) else None, "text": value}


@register.simple_tag
def field(bound: BoundField, **attributes: str) -> SafeString:
    """Label, control, hint and error of one form field, wired for assistive technology.

    Attributes are set on the control, underscores written as hyphens; an empty text removes one:
    `{% field form.login placeholder="" hx_post=url %}`.
    """
    own = bound.field.widget.attrs  # a form instance has its own copy of its fields
    for name, value in attributes.items():
        own.pop(name, None)
        if value:
            own[name.replace("_", "-")] = value
    return bound.as_field_group()


@register.simple_tag(takes_context=True)
def query(context: Context, **changes: object) -> str:
    """The present query string with some values replaced; `None` or an empty text drops one: `?{% query
    page=2 %}`.
    """
    request = context.get("request")
    current: QueryDict = request.GET.copy() if request is not None else QueryDict(mutable=True)
    for name, value in changes.items():
        current.pop(name, None)
        if value not in (None, ""):
            current[name] = str(value)
    return current.urlencode()


@dataclass(frozen=True)
class Message:
    text: str
    tone: str


@dataclass(frozen=True)
class Told:
    """What the last request had to say: toasts for what went well, banners for what needs attention."""

    toasts: Sequence[Message] = ()
    banners: Sequence[Message] = ()


MESSAGE_TONES = {"success": "pos", "warning": "warn", "error": "neg"}


@register.simple_tag(takes_context=True)
def take_messages(context: Context) -> Told:
    """Reads Django's messages once; on a page rendered without a request there are none."""
    taken = [
        Message(str(message), MESSAGE_TONES.get(message.level_tag, ""))
        for message in context.get("messages") or ()
    ]
    needs_attention = ("warn", "neg")
    return Told(
        toasts=tuple(message for message in taken if message.tone not in needs_attention),
        banners=tuple(message for message in taken if message.tone in needs_attention),
    )


@register.simple_block_tag
def banner(content: str, tone: str = "", icon_name: str = "", title: str = "", role: str = "") -> SafeString:
    """`{% banner "warn" "history" "Numbers are 26 hours old." %}What is safe, what to do.{% endbanner %}`.

    Only failures interrupt (role=alert); the rest is polite. Buttons go into `<div class="end">` through `{%
    bannerend %}`.
    """
    text, _, end = content.partition(BANNER_END)
    return format_html(
        '<div class="banner"{} role="{}">{}<div><p>{}{}</p></div>{}</div>',
        _attr("data-tone", tone),
        role or ("alert" if tone == "neg" else "status"),
        _icon(icon_name or {"neg": "warn", "warn": "warn", "pos": "check"}.get(tone, "info")),
        format_html("<strong>{}</strong> ", title) if title else "",
        mark_safe(text.strip()),  # noqa: S308 - rendered template text, escaped where it was printed
        format_html('<div class="end">{}</div>', mark_safe(end.strip())) if end.strip() else "",  # noqa: S308
    )


BANNER_END = "\x00banner-end\x00"


@register.simple_tag
def bannerend() -> SafeString:
    """Separates a banner's text from its buttons."""
    return mark_safe(BANNER_END)  # noqa: S308 - a constant


def _icon(name: str) -> SafeString:
    return icon(name) if name else SafeString("")


def _attr(name: str, value: object) -> SafeString:
    return format_html(' {}="{}"', name, conditional_escape(str(value))) if value else SafeString("")
