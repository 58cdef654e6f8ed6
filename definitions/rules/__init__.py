"""Who may do what with a definition, who must agree, what may not lean on itself. Pure."""

from __future__ import annotations
