"""Owns tenants, people, roles, API keys, the tenant scope, row security, the audit chain, jobs and data
versions.

May import: core. Never: knows what a record, a definition or a number is.
"""

from __future__ import annotations
