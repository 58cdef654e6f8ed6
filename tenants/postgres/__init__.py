"""The database engine: Django's PostgreSQL backend that tells the server which tenant a transaction
serves."""

from __future__ import annotations
