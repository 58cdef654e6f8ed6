"""Plumbing of the REST API, after Stripe's conventions: one error shape, cursor pages, ETags, limits,
dated versions.

What is decided here are pure functions; the classes hand them to Django REST framework.
"""
