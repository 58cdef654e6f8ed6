"""The context that every page gets: theme, product name, and the shell around the content."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject

from core.navigation import (
    THEMES,
    NavGroup,
    NavItem,
    Person,
    Shell,
    Theme,
    Workspace,
    crumbs_for,
    groups_for,
)
from revops.navigation import ACCOUNT, SECTIONS
from tenants.models import Membership
from tenants.queries import memberships_of


def shell(request: HttpRequest) -> dict[str, object]:
    """`shell` is built on first use, so that error pages and fragments ask the database nothing."""
    return {
        "product": settings.PRODUCT_NAME,
        "theme": theme_of(request),
        "shell": SimpleLazyObject(lambda: build_shell(request)),
    }


def theme_of(request: HttpRequest) -> Theme:
    """The theme this browser asked for; empty follows the operating system."""
    asked = request.COOKIES.get("theme", "")
    return next((theme for theme in THEMES if theme == asked), "")


def build_shell(request: HttpRequest) -> Shell:
    membership: Membership | None = getattr(request, "membership", None)
    match = request.resolver_match
    url_name = (match.url_name if match else "") or ""
    slug = membership.tenant.slug if membership else ""
    account = groups_for(ACCOUNT, role="", url_name=url_name, href_of=_plain_href)
    if membership is None:
        groups = account
    else:
        groups = groups_for(
            SECTIONS, role=membership.role, url_name=url_name, href_of=lambda name: _href(name, slug)
        )
    return Shell(
        product=settings.PRODUCT_NAME,
        home_href=(_href("home", slug) if slug else _plain_href("start")) or "/",
        workspace=membership.tenant.name if membership else "",
        groups=groups,
        person=_person(request, membership),
        workspaces=_workspaces(request, slug),
        new_workspace_href=_plain_href("tenant-create") or "",
        account_links=_account_links(account),
        search_href=(_href("jump-search", slug) if slug else None) or "",
        crumbs=crumbs_for(groups),
    )


def _person(request: HttpRequest, membership: Membership | None) -> Person | None:
    if not request.user.is_authenticated:
        return None
    role = membership.get_role_display() if membership else ""
    return Person(name=request.user.get_full_name(), email=request.user.email, role=role)


def _workspaces(request: HttpRequest, slug: str) -> tuple[Workspace, ...]:
    if not request.user.is_authenticated:
        return ()
    found = []
    for membership in memberships_of(request.user.pk):
        href = _href("home", membership.tenant.slug)
        if href:
            found.append(Workspace(membership.tenant.name, href, membership.tenant.slug == slug))
    return tuple(found)


def _account_links(groups: tuple[NavGroup, ...]) -> tuple[NavItem, ...]:
    return tuple(item for group in groups for item in group.items)


def _href(name: str, slug: str) -> str | None:
    try:
        return reverse(name, args=[slug])
    except NoReverseMatch:
        return None


def _plain_href(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
