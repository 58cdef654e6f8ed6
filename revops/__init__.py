"""The project: settings, URLs, the Celery app, the nightly chain, embedded services.

Imports every app; no app imports it. It decides nothing about revenue.
"""

from __future__ import annotations
