"""The shell of a page as data: where one is, where one can go, who one is. Pure; knows no page of its own.

The project lists its entries and fills a `Shell` for each request; `templates/base.html` prints it. An entry
that a person may not open is absent, not disabled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from core import formatting

Theme = Literal["", "light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")


@dataclass(frozen=True)
class NavEntry:
    """A page that navigation may offer. `matches` are further URL names, or prefixes ending in "-", that
    belong to it.

    `roles` empty means everybody.
    """

    url_name: str
    label: str
    icon: str
    matches: Sequence[str] = ()
    roles: frozenset[str] = frozenset()

    def owns(self, url_name: str) -> bool:
        return url_name == self.url_name or any(
            url_name.startswith(match) if match.endswith("-") else url_name == match for match in self.matches
        )


@dataclass(frozen=True)
class NavSection:
    label: str
    entries: Sequence[NavEntry]


@dataclass(frozen=True)
class NavItem:
    label: str
    icon: str
    href: str
    current: bool = False
    count: int = 0
    count_means: str = ""
    tone: str = ""


@dataclass(frozen=True)
class NavGroup:
    label: str
    items: Sequence[NavItem]


@dataclass(frozen=True)
class Crumb:
    label: str
    href: str = ""


@dataclass(frozen=True)
class Person:
    name: str
    email: str
    role: str = ""

    @property
    def initials(self) -> str:
        return formatting.initials(self.name or self.email)

    @property
    def hue(self) -> int:
        return formatting.hue(self.email)


@dataclass(frozen=True)
class Workspace:
    name: str
    href: str
    current: bool = False


@dataclass(frozen=True)
class FootLine:
    """A line under the navigation, such as how fresh the sources are."""

    text: str
    tone: str = ""
    title: str = ""


@dataclass(frozen=True)
class Shell:
    """Everything around a page's content."""

    product: str
    home_href: str
    workspace: str = ""
    groups: Sequence[NavGroup] = ()
    person: Person | None = None
    workspaces: Sequence[Workspace] = ()
    new_workspace_href: str = ""
    account_links: Sequence[NavItem] = ()
    foot: Sequence[FootLine] = ()
    search_href: str = ""
    crumbs: Sequence[Crumb] = field(default_factory=tuple)


def groups_for(
    sections: Sequence[NavSection], *, role: str, url_name: str, href_of: Callable[[str], str | None]
) -> tuple[NavGroup, ...]:
    """The navigation of one person on one page. `href_of` gives an entry's address, or None where it does not
    exist.
    """
    groups = []
    for section in sections:
        items = [
            NavItem(entry.label, entry.icon, href, entry.owns(url_name))
            for entry in section.entries
            if (not entry.roles or role in entry.roles) and (href := href_of(entry.url_name)) is not None
        ]
        if items:
            groups.append(NavGroup(section.label, tuple(items)))
    return tuple(groups)


def crumbs_for(groups: Sequence[NavGroup]) -> tuple[Crumb, ...]:
    """Section and page where one is; the page alone in a section without a name."""
    for group in groups:
        for item in group.items:
            if item.current:
                page = Crumb(item.label, item.href)
                return (Crumb(group.label), page) if group.label else (page,)
    return ()
