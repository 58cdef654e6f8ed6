"""Runs the product on one machine: embedded PostgreSQL and Valkey, web server, worker and beat, supervised.

May import: the standard library, and `revops.provision`; `bootstrap` runs alone, before anything is
installed. Never: imports Django or an app. It knows the product by its commands (`manage.py migrate`) and
addresses only.
"""

from __future__ import annotations
