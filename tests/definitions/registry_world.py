"""A small catalog, three people and shortcuts through the registry, for the tests of definitions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from definitions import services
from definitions.language import Catalog, Field, ObjectType, Type
from definitions.models import DefinitionVersion
from tenants.audit import Actor
from tenants.models import Function, Membership, Role
from tests.conftest import Company, make_member

CATALOG = Catalog.of(
    ObjectType.of(
        "account",
        "Account",
        Field("name", "Name", Type.TEXT),
        Field("segment", "Segment", Type.TEXT),
        Field("employees", "Employees", Type.NUMBER),
        Field("is_target", "Target account", Type.BOOL),
    ),
    ObjectType.of(
        "opportunity",
        "Opportunity",
        Field("amount", "Amount", Type.MONEY),
        Field("close_date", "Close date", Type.DATE),
        Field("account", "Account", Type.REFERENCE, target="account"),
    ),
)


@dataclass(frozen=True)
class People:
    """Ines writes, Wei of finance and Lena of sales agree; Sam is a manager and Rob a rep."""

    ines: Membership
    wei: Membership
    lena: Membership
    sam: Membership
    rob: Membership

    @property
    def author(self) -> Actor:
        return Actor.of(self.ines)


def people_of(company: Company) -> People:
    tenant = company.tenant
    return People(
        ines=company.admin,
        wei=make_member(tenant, role=Role.ADMIN, function=Function.FINANCE),
        lena=make_member(tenant, role=Role.EXECUTIVE, function=Function.SALES),
        sam=make_member(tenant, role=Role.MANAGER, function=Function.SALES),
        rob=make_member(tenant, role=Role.REP, function=Function.SALES),
    )


def draft(
    people: People,
    key: str = "icp",
    *,
    text: str = "employees >= 500",
    object: str = "account",
    stakeholders: tuple[str, ...] = (),
    aliases: tuple[str, ...] = (),
    label: str = "",
) -> DefinitionVersion:
    """A new term, written by Ines."""
    return services.create_definition(
        key,
        kind="qualification",
        label=label or key.replace("_", " ").capitalize(),
        text=text,
        object=object,
        meaning=f"What {key} means.",
        stakeholders=stakeholders,
        aliases=aliases,
        actor=people.author,
    )


def approved(people: People, version: DefinitionVersion) -> DefinitionVersion:
    """The version, submitted by Ines and approved by Wei."""
    submitted = services.submit_for_review(version.pk, actor=people.author)
    services.review_version(version.pk, decision="approve", rev=submitted.rev, actor=Actor.of(people.wei))
    version.refresh_from_db()
    return version


def published(
    people: People, key: str = "icp", *, effective_from: datetime | None = None, **words: str
) -> DefinitionVersion:
    """A new term, written, approved and in force."""
    version = approved(people, draft(people, key, **words))  # type: ignore[arg-type]  # words of a draft
    return services.publish_version(version.pk, effective_from=effective_from, actor=people.author)


def next_version(people: People, key: str, text: str) -> DefinitionVersion:
    """A second version of a term, approved and waiting to be published."""
    version = services.start_draft(key, actor=people.author)
    services.edit_draft(version.pk, rev=version.rev, text=text, meaning=version.meaning, actor=people.author)
    version.refresh_from_db()
    return approved(people, version)
