"""A made-up company for trying the product: a seeded generator whose files go through the ordinary import."""

from __future__ import annotations

from crm.demo.company import DemoFile, demo_files

__all__ = ["DemoFile", "demo_files"]
