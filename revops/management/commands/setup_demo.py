"""`setup_demo`: a made-up company with one login per role, filled through the ordinary import."""

from __future__ import annotations

import csv
import io
import json
import os
import secrets
import tempfile
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any  # Django hands options over as a dictionary of anything

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from crm.demo import demo_files
from crm.imports import import_folder
from crm.mappings import saved_mappings
from crm.models import LoadRun
from definitions.services.starters import adopt_starters
from definitions.starter import starter_definitions
from revops.services import runtime
from tenants import data_versions
from tenants.audit import Actor
from tenants.models import Function, Membership, Role, Setting, User
from tenants.queries import members_of, tenant_by_slug, user_by_email
from tenants.rules.settings import FISCAL_CALENDAR, REPORTING_CURRENCY, SPECS, TIME_ZONE
from tenants.scope import tenant_scope
from tenants.services.settings import set_setting
from tenants.services.tenancy import create_tenant

SLUG, NAME = "halyard", "Halyard Systems"
# Manager and rep are people of the demo CRM, so that they see their own team's rows.
PEOPLE: tuple[tuple[Role, Function, str, str], ...] = (
    (Role.ADMIN, Function.REVOPS, "admin", "Ines Duarte"),
    (Role.EXECUTIVE, Function.SALES, "cro", "Dana Whitfield"),
    (Role.MANAGER, Function.SALES, "", ""),
    (Role.REP, Function.SALES, "", ""),
    (Role.CSM, Function.CUSTOMER_SUCCESS, "csm", "Wei Lindqvist"),
    (Role.MARKETER, Function.MARKETING, "marketing", "Noor Okafor"),
    (Role.STEWARD, Function.REVOPS, "steward", "Emil Brandt"),
    (Role.ANALYST, Function.FINANCE, "finance", "Mara Eriksen"),
    (Role.AUDITOR, Function.FINANCE, "auditor", "Jonas Palmer"),
)


class Command(BaseCommand):
    help = "Make the demo company Halyard Systems and a login for each role. Safe to run again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on-given-database",
            action="store_true",
            help="also make demo logins in a database given by DATABASE_URL",
        )

    def handle(self, *args: object, **options: Any) -> None:
        if _database_is_given() and not options["on_given_database"]:
            raise CommandError(
                "Demo logins are not made in a database of yours unless you ask for it: "
                "python manage.py setup_demo --on-given-database"
            )
        now = timezone.now()
        people = _crm_people()
        logins = [
            {"role": role.label, "email": email, "password": secrets.token_urlsafe(12)}
            for role, _, email, _ in people
        ]
        founder = self._people(people, logins)
        actor = Actor.of(founder)
        with tenant_scope(founder.tenant_id):
            self._settings(actor)
            with transaction.atomic():
                adopt_starters([each.key for each in starter_definitions()], actor=actor)
            with transaction.atomic():
                is_empty = data_versions.latest() is None or not _has_records()
            if is_empty:
                with tempfile.TemporaryDirectory() as folder:
                    for file in demo_files((now - timedelta(days=1)).date()):
                        (Path(folder) / file.name).write_bytes(file.content)
                    for result in import_folder(Path(folder), saved_mappings("demo"), actor=actor):
                        self.stdout.write(
                            f"{result.file}: {result.read:,} changes read, {result.rejected:,} rejected"
                        )

    def _people(
        self, people: list[tuple[Role, Function, str, str]], logins: list[dict[str, str]]
    ) -> Membership:
        """Make or find the people; passwords are made anew where the file with them is gone."""
        path = Path(settings.VAR) / "logins.json"
        tenant = tenant_by_slug(SLUG)
        if tenant is not None and path.exists():
            return next(member for member in members_of(tenant.pk) if member.role == Role.ADMIN)
        with transaction.atomic():
            made: list[Membership] = []
            for (role, function, email, name), login in zip(people, logins, strict=True):
                user = user_by_email(email) or User.objects.create_user(email, name=name)
                user.set_password(login["password"])
                user.save(update_fields=["password"])
                if role is Role.ADMIN and tenant is None:
                    founder = create_tenant(SLUG, name=NAME, founder=user, now=timezone.now(), is_demo=True)
                    tenant = founder.tenant
                    made.append(founder)
                    continue
                assert tenant is not None
                member, _ = Membership.objects.get_or_create(
                    tenant=tenant, user=user, defaults={"role": role, "function": function}
                )
                made.append(member)
        path.touch(mode=0o600)
        path.write_text(json.dumps(logins, indent=1), encoding="utf-8")
        return made[0]

    def _settings(self, actor: Actor) -> None:
        """The company decides what the defaults already say, so that its checklist shows them as decided."""
        with transaction.atomic():
            for key in (TIME_ZONE, FISCAL_CALENDAR, REPORTING_CURRENCY):
                if not Setting.objects.filter(key=key).exists():
                    set_setting(
                        key,
                        SPECS[key].default,
                        effective_from=timezone.now().date() - timedelta(days=3_650),
                        actor=actor,
                    )


def _crm_people() -> list[tuple[Role, Function, str, str]]:
    """Everybody with an e-mail address; manager and rep are the first ones of the demo CRM."""
    users = next(file for file in demo_files(timezone.now().date()) if file.name == "users.csv")
    rows = list(csv.DictReader(io.StringIO(users.content.decode())))
    manager = next(row for row in rows if row["title"] == "Sales manager")
    rep = next(row for row in rows if row["manager_id"] == manager["id"])
    found = {Role.MANAGER: manager, Role.REP: rep}
    return [
        (role, function, found[role]["email"], found[role]["name"])
        if role in found
        else (role, function, f"{local}@halyard.example", name)
        for role, function, local, name in PEOPLE
    ]


def _database_is_given() -> bool:
    """Whether DATABASE_URL names a server that this installation does not run itself."""
    own = runtime.read(Path(settings.VAR) / "runtime.env").get("DATABASE_URL")
    return os.environ.get("DATABASE_URL", own) != own


def _has_records() -> bool:
    return LoadRun.objects.exists()
