"""Hand-written SQL of crm. Braces are filled with table and column names of the catalog, never with input."""
