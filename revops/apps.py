from __future__ import annotations

from django.apps import AppConfig

from revops import celery


class RevopsConfig(AppConfig):
    name = "revops"

    def ready(self) -> None:
        """Every process and thread that wakes a worker must mean our broker, not Celery's default one."""
        celery.app.set_default()
