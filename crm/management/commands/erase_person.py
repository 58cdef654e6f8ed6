"""`manage.py erase_person`: remove everything that identifies a person, after showing what that is."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any  # Django hands a command its options untyped

from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError
from crm.queries import records_of_person
from crm.services import erase_person
from tenants import queries
from tenants.audit import Actor
from tenants.scope import tenant_transaction


class Command(BaseCommand):
    help = "Erase a person from records, history, rejected rows, files and audit bodies. It cannot be undone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", required=True, help="the company, by its address")
        parser.add_argument("--email", required=True, help="an address the person has or had")
        parser.add_argument("--reason", required=True, help="what is written on the certificate")
        parser.add_argument("--yes", action="store_true", help="erase; without it, only say what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        tenant = queries.tenant_by_slug(options["tenant"])
        if tenant is None:
            raise CommandError(f"There is no company at {options['tenant']}.")
        with tenant_transaction(tenant.pk):
            records = records_of_person(options["email"])
            if not records:
                raise CommandError("Nobody with this e-mail address is known.")
            listed = ", ".join(f"{object} {record_id}" for object, record_id in records)
            if not options["yes"]:
                self.stdout.write(f"This would erase {listed}. Say --yes to do it.")
                return
            try:
                certificate = erase_person(
                    records, reason=options["reason"], actor=Actor.system("erase_person")
                )
            except DomainError as error:
                raise CommandError(error.message) from error
        self.stdout.write(f"Erased {listed}. Certificate {certificate.pk}: {certificate.counts}.")
