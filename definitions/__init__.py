"""Owns the registry (terms, versions, approvals) and the language with its compilers.

May import: tenants, core.
Never: reads a CRM table by name; the tables it may compile against are declared by the apps that own them.
"""

from __future__ import annotations
