"""Makes the handlers of crm's jobs known to workers."""

from __future__ import annotations

from crm.imports.running import run_import_job

__all__ = ["run_import_job"]
