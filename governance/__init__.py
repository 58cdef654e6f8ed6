"""Owns data quality: field standards, findings, duplicates and merges, stewardship, trust.

May import: pipeline, metrics, crm, definitions, tenants, core.
Never: writes a CRM record except through crm.services.
"""

from __future__ import annotations
