"""`manage.py verify_audit`: does every tenant's audit chain hold?"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any  # Django hands a command its options untyped

from django.core.management.base import BaseCommand, CommandError

from tenants import audit, queries
from tenants.models import AuditEntry
from tenants.scope import tenant_transaction


class Command(BaseCommand):
    help = "Read every audit chain from its start and name the first entry that does not hold."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", default="", help="only this company, by its address")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = 0
        for tenant_id, slug in self._tenants(options["tenant"]):
            with tenant_transaction(tenant_id):
                found = audit.first_broken_entry()
                count = AuditEntry.objects.count()
            if found is None:
                self.stdout.write(f"{slug}: {count} entries, the chain holds.")
            else:
                broken += 1
                self.stdout.write(f"{slug}: broken at entry {found.number}: {found.reason}.")
        if broken:
            raise CommandError(f"{broken} chain{'s' if broken > 1 else ''} broken.")

    def _tenants(self, slug: str) -> list[tuple[int, str]]:
        if not slug:
            return [(tenant_id, queries.tenant_by_id(tenant_id).slug) for tenant_id in queries.tenant_ids()]
        tenant = queries.tenant_by_slug(slug)
        if tenant is None:
            raise CommandError(f"There is no company at {slug}.")
        return [(tenant.pk, tenant.slug)]
