"""From checked expressions and metric bodies to PostgreSQL.

Owns: the shape of every metric statement, built as sqlglot trees with all values as parameters. Pure: no Django,
no database, no clock. May import: `definitions.language`.
Never: runs anything (that is `definitions.execution`), knows a table that no `sources.py` declares.
"""

from __future__ import annotations
