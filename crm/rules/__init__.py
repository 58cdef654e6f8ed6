"""Decisions about imported rows: what a text means, which column is which field, what is wrong. Pure."""
