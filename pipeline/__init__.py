"""Owns stages and gates, lifecycle, handoffs, service-level clocks, routing and pipeline change.

May import: metrics, crm, definitions, tenants, core.
Never: computes a KPI; it asks the metric engine. Never writes a CRM record except through crm.services.
"""

from __future__ import annotations
