"""Import a file, or a folder by a ready-made set of mappings, without the browser and without a worker."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any  # Any: as Django declares the options of a command

import yaml
from django.core.management.base import BaseCommand, CommandError

from core.errors import DomainError, Invalid
from crm.imports import ImportResult, import_file, import_folder, matching_sets
from crm.imports.drafts import MappingOffer
from crm.mappings import saved_mappings, saved_names
from crm.models import ImportFile, SavedMapping
from crm.readers import inspect
from crm.rules.mapping import ImportMapping, ImportMode
from crm.rules.mapping_json import mapping_from_dict
from tenants.audit import Actor
from tenants.queries import tenant_by_slug
from tenants.scope import current_tenant_id, tenant_scope, tenant_transaction


class Command(BaseCommand):
    help = (
        "Import records. Either FILE with --mapping (the name of a saved mapping, of a ready-made set, or the"
        " path of a YAML file), or --set NAME with a folder."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", help="the tenant's address, as in its links")
        parser.add_argument("path", type=Path, help="the file, or with --set the folder")
        parser.add_argument("--mapping", help="saved mapping, ready-made set, or path of a YAML file")
        parser.add_argument("--set", dest="ready", choices=saved_names(), help="a ready-made set of mappings")
        parser.add_argument("--object", help="only what the set or mapping has for this object")
        parser.add_argument(
            "--mode", choices=[mode.value for mode in ImportMode], help="instead of the mapping's"
        )
        parser.add_argument("--on", type=date.fromisoformat, help="the date of a dated list: 2026-11-20")
        parser.add_argument(
            "--confirm-ending", action="store_true", help="let records missing from a full list end"
        )

    def handle(self, *, tenant: str, path: Path, **options: Any) -> None:  # Any: as Django passes them
        found = tenant_by_slug(tenant)
        if found is None:
            raise CommandError(f"There is no tenant {tenant!r}.")
        try:
            with tenant_scope(found.pk):
                results = self._import(path, options)
        except DomainError as refusal:
            raise CommandError(refusal.message) from refusal
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        for result in results:
            self.stdout.write(_line(result))

    def _import(self, path: Path, options: dict[str, Any]) -> tuple[ImportResult, ...]:
        actor = Actor.system("import_records")
        if options["ready"]:
            return import_folder(
                path, saved_mappings(options["ready"]), actor=actor, confirm_ending=options["confirm_ending"]
            )
        with tenant_transaction(current_tenant_id()):
            mappings = _mappings(path, options["mapping"])
        if options["object"]:
            mappings = tuple(mapping for mapping in mappings if mapping.object == options["object"])
            if not mappings:
                raise Invalid(f"The mapping has nothing for {options['object']!r}.", code="no_mapping")
        if options["mode"]:
            mappings = tuple(replace(mapping, mode=ImportMode(options["mode"])) for mapping in mappings)
        return import_file(
            path,
            mappings,
            actor=actor,
            confirm_ending=options["confirm_ending"],
            snapshot_on=options["on"],
        )


def _mappings(path: Path, named: str | None) -> tuple[ImportMapping, ...]:
    if named and Path(named).is_file():
        return (mapping_from_dict(yaml.safe_load(Path(named).read_text(encoding="utf-8"))),)
    if named and (saved := SavedMapping.objects.filter(name=named).first()) is not None:
        return (mapping_from_dict(saved.body),)
    offers = _offers(path)
    if named:
        offers = tuple(offer for offer in offers if offer.key == f"set:{named}")
    if len(offers) != 1:
        known = ", ".join(offer.label for offer in offers) or "none fits"
        raise Invalid(f"Say how to read the file with --mapping ({known}).", code="no_mapping")
    return offers[0].mappings


def _offers(path: Path) -> tuple[MappingOffer, ...]:
    profile = inspect(path)
    return matching_sets(ImportFile(name=path.name, profile=profile.to_dict()))


def _line(result: ImportResult) -> str:
    parts = [
        f"{result.file}, {result.mapping}: {result.rows:,} rows",
        f"{result.changed:,} changed",
        f"{result.unchanged:,} unchanged",
        f"{result.rejected:,} rejected",
    ]
    if result.skipped:
        parts.append(f"{result.skipped:,} left out")
    if result.ended:
        parts.append(f"{result.ended:,} ended")
    if result.stubs:
        parts.append(f"{result.stubs:,} referred to but unknown")
    return ", ".join(parts)
