"""Owns forecast periods, submissions, roll-up, the board number, statistical forecast and accuracy.

May import: pipeline, metrics, crm, definitions, tenants, core.
Never: computes a KPI; it asks the metric engine.
"""

from __future__ import annotations
