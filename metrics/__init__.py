"""Owns the one engine: planning, execution, receipts, replay. Numbers leave the product only from here.

May import: crm, definitions, tenants, core.
Never: writes CRM records or definitions; reads a clock below a view or task.
"""

from __future__ import annotations
