"""Canonical CRM records with history.

Owns: the canonical objects (`crm.vocab`), their current and version tables, the one loader, imports of files,
connectors and their sync runs, and the CRM simulator. Every record carries source, source id, valid time and
known time.

May import: definitions, tenants, core. Upper apps read `crm.queries`, `crm.models` and `crm.vocab`; only
`crm.services` writes crm tables.

Never: computes a KPI, guesses what a bad value meant, overwrites the past, or drops a row without keeping the
reason.
"""
