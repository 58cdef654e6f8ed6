"""Pages of records: imports, the records themselves, and what is kept of plans."""
