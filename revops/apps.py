from __future__ import annotations

from django.apps import AppConfig


class RevopsConfig(AppConfig):
    name = "revops"
