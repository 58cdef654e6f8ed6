"""What people can ask to be done with records. Only these functions write crm tables."""

from __future__ import annotations

from crm.services.erasure import erase_person, is_named_in
from crm.services.runs import undo_run

__all__ = ["erase_person", "is_named_in", "undo_run"]
