"""The definition language: text, tree, types, meaning in Python, meaning in words.

Owns: the grammar, the checker against a field catalog, the Python evaluator with its trace, the printers, the
stored form. Pure: no Django, no database, no clock; "now" and the calendar are parameters.
Never: decides what an SQL statement looks like (that is `definitions.compiler`).
"""

from __future__ import annotations

from .ast import Node, Span
from .canonical import text_of
from .catalog import Catalog, Field, ObjectType, Type
from .check import check, check_condition, check_text
from .english import describe
from .errors import LanguageError
from .evaluate import Clause, Evaluation, Record, Seen, evaluate, value_of
from .logic import Money, Value
from .parse import parse
from .periods import CalendarPeriods, PeriodResolver, Reach, RelativePeriod, Unit
from .storage import from_json, to_json
from .terms import NO_TERMS, Term, Terms
from .typed import Checked

__all__ = [
    "NO_TERMS",
    "CalendarPeriods",
    "Catalog",
    "Checked",
    "Clause",
    "Evaluation",
    "Field",
    "LanguageError",
    "Money",
    "Node",
    "ObjectType",
    "PeriodResolver",
    "Reach",
    "Record",
    "RelativePeriod",
    "Seen",
    "Span",
    "Term",
    "Terms",
    "Type",
    "Unit",
    "Value",
    "check",
    "check_condition",
    "check_text",
    "describe",
    "evaluate",
    "from_json",
    "parse",
    "text_of",
    "to_json",
    "value_of",
]
