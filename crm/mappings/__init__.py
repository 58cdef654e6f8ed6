"""Saved mappings that come with the project, one YAML file per export."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from core.errors import Invalid, NotFound
from crm.rules.check_mapping import require_usable
from crm.rules.mapping import MappingSet
from crm.rules.mapping_json import mapping_set_from_dict

_ENDING = ".yaml"


def saved_names() -> tuple[str, ...]:
    """The names of the saved sets, in alphabetical order."""
    return tuple(
        sorted(
            entry.name.removesuffix(_ENDING)
            for entry in files(__name__).iterdir()
            if entry.name.endswith(_ENDING)
        )
    )


@cache
def saved_mappings(name: str) -> MappingSet:
    """The saved set of that name, every mapping of it usable. NotFound if there is none."""
    if name not in saved_names():
        raise NotFound(f"There is no saved mapping {name!r}; there are {', '.join(saved_names())}.")
    text = files(__name__).joinpath(name + _ENDING).read_text(encoding="utf-8")
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as broken:
        raise Invalid(f"The saved mapping {name!r} is not valid YAML.", code="bad_mapping") from broken
    found = mapping_set_from_dict(data)
    for entry in found.entries:
        require_usable(entry.mapping)
    return found
