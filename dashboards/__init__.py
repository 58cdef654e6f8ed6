"""Owns the shared KPIs as people meet them: home, KPI pages, charts, exports.

May import: every app but revops.
Never: computes a KPI. A number on a page is an answer of the metric engine, with its receipt.
"""

from __future__ import annotations
