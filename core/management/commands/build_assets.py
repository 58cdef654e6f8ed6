"""`manage.py build_assets`: what the browser gets, from PyPI packages and our own files. Safe to run at every
start.
"""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from core import assets


class Command(BaseCommand):
    help = "Builds the style sheet, the script, Plotly and the font into the last of STATICFILES_DIRS."
    requires_system_checks = ()

    def handle(self, *args: object, **options: object) -> None:
        try:
            written = assets.build_all(assets.built_folder(), assets.source_folder())
        except assets.AssetsIncomplete as missing:
            raise CommandError(str(missing)) from missing
        for line in written or ["Assets are up to date."]:
            self.stdout.write(line)
