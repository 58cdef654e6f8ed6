"""`manage.py create_tenant`: a company with its first admin, from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any  # Django hands a command its options untyped

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from core.errors import DomainError
from tenants import queries, services
from tenants.audit import Actor
from tenants.services.people import reset_path


class Command(BaseCommand):
    help = "Create a company. A new admin gets a link to set a password; somebody known keeps theirs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="part of every link, like acme")
        parser.add_argument("--name", required=True, help="the company as people know it")
        parser.add_argument("--admin", required=True, help="e-mail address of the first RevOps admin")
        parser.add_argument("--admin-name", default="", help="what to call them, where they are new")
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the product is served")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                founder = queries.user_by_email(options["admin"])
                is_new = founder is None
                if founder is None:
                    founder = services.create_person(options["admin"], name=options["admin_name"])
                services.create_tenant(
                    options["slug"],
                    name=options["name"],
                    founder=founder,
                    now=timezone.now(),
                    actor=Actor.system("create_tenant"),
                )
        except DomainError as error:
            raise CommandError(error.message) from error
        base = options["url"].rstrip("/")
        self.stdout.write(f"{options['name']} is at {base}/t/{options['slug']}/")
        if is_new:
            self.stdout.write(f"{founder.email} sets a password at {base}{reset_path(founder)}")
