"""`manage.py adopt_starters`: put the starter library in force for a tenant, from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any  # Django hands a command its options untyped

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from definitions import services
from definitions.starter import starter_definitions
from tenants.audit import Actor
from tenants.queries import membership_of, tenant_by_slug, user_by_email
from tenants.scope import tenant_transaction


class Command(BaseCommand):
    help = "Adopt starter definitions for a company, unchanged; they are marked as not yet agreed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the company's part of every link, like acme")
        parser.add_argument("keys", nargs="*", help="which ones, with what they lean on; all without any")
        parser.add_argument("--as", dest="email", required=True, help="e-mail address of the RevOps admin")

    def handle(self, *args: Any, **options: Any) -> None:
        tenant, user = tenant_by_slug(options["slug"]), user_by_email(options["email"])
        member = membership_of(user.pk, slug=options["slug"]) if user else None
        if tenant is None or member is None:
            raise CommandError(f"{options['email']} is not a member of {options['slug']}.")
        keys = options["keys"] or [each.key for each in starter_definitions()]
        try:
            with tenant_transaction(tenant.pk):
                adopted = services.adopt_starters(keys, actor=Actor.of(member))
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{len(adopted)} definitions are in force, not yet agreed.")
