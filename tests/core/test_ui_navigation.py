from __future__ import annotations

from core.navigation import Crumb, NavEntry, NavSection, crumbs_for, groups_for

SECTIONS = (
    NavSection("", (NavEntry("home", "Home", "home"),)),
    NavSection(
        "Governance",
        (
            NavEntry("definition-list", "Definitions", "book", ("definition-",)),
            NavEntry("audit-log", "Audit log", "history", roles=frozenset({"admin", "auditor"})),
        ),
    ),
    NavSection("Platform", (NavEntry("member-list", "Members", "people", roles=frozenset({"admin"})),)),
)
ADDRESSES = {"home": "/t/acme/", "definition-list": "/t/acme/definitions/", "audit-log": "/t/acme/audit/"}


def labels(role: str, url_name: str = "home") -> list[str]:
    groups = groups_for(SECTIONS, role=role, url_name=url_name, href_of=ADDRESSES.get)
    return [item.label for group in groups for item in group.items]


def test_pages_that_do_not_exist_or_may_not_be_opened_are_absent() -> None:
    assert labels("rep") == ["Home", "Definitions"]
    assert labels("auditor") == ["Home", "Definitions", "Audit log"]
    assert labels("admin") == ["Home", "Definitions", "Audit log"]  # members has no address


def test_a_section_without_pages_is_absent() -> None:
    groups = groups_for(SECTIONS, role="admin", url_name="home", href_of=ADDRESSES.get)

    assert [group.label for group in groups] == ["", "Governance"]


def test_a_detail_page_belongs_to_its_list_and_gives_the_way_back() -> None:
    groups = groups_for(SECTIONS, role="rep", url_name="definition-detail", href_of=ADDRESSES.get)

    assert [item.label for group in groups for item in group.items if item.current] == ["Definitions"]
    assert crumbs_for(groups) == (Crumb("Governance"), Crumb("Definitions", "/t/acme/definitions/"))


def test_a_page_of_no_section_has_no_crumbs() -> None:
    assert crumbs_for(groups_for(SECTIONS, role="rep", url_name="elsewhere", href_of=ADDRESSES.get)) == ()
