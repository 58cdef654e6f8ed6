"""Names: each belongs to one definition."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from core.errors import Conflict, Invalid, NotFound
from definitions.models import Alias, Definition, fold
from definitions.rules.abilities import Ability
from definitions.services.registry import lock_registry, require
from tenants.audit import Actor, record


def claim_names(definition: Definition, *, label: str, aliases: Iterable[str]) -> None:
    """Write down the label and further names of a new definition. Raises `Conflict` for a taken name."""
    claimed = {fold(definition.key)}
    for name, source in [(label, Alias.Source.LABEL), *((name, Alias.Source.ALIAS) for name in aliases)]:
        if fold(name) in claimed:
            continue
        refuse_taken_name(name, param="label" if source == Alias.Source.LABEL else "aliases")
        Alias.objects.create(definition=definition, name=name.strip(), folded=fold(name), source=source)
        claimed.add(fold(name))


def refuse_taken_name(name: str, *, param: str) -> None:
    """Raises `Conflict` naming the definition that has the name, `Invalid` for a name that cannot be one."""
    if not fold(name) or len(name.strip()) > 120 or not name.isprintable():
        raise Invalid("A name has between 1 and 120 printable characters.", param=param)
    taken = Alias.objects.select_related("definition").filter(folded=fold(name)).first()
    if taken is not None:
        raise Conflict(
            f"“{name.strip()}” already names {taken.definition.label}. One name has one meaning: choose "
            "another.",
            code="name_taken",
            param=param,
            key=taken.definition.key,
        )


@transaction.atomic
def add_alias(key: str, name: str, *, actor: Actor) -> Alias:
    """Another name for a definition. Raises `Conflict` when the name is taken, by any definition."""
    require(actor, Ability.DRAFT)
    lock_registry()
    definition = _definition(key)
    refuse_taken_name(name, param="name")
    alias = Alias.objects.create(definition=definition, name=name.strip(), folded=fold(name))
    record("definition.alias_added", target=definition, actor=actor, after={"key": key, "name": alias.name})
    return alias


@transaction.atomic
def remove_alias(key: str, name: str, *, actor: Actor) -> None:
    """Give a name back. Key and label stay."""
    require(actor, Ability.DRAFT)
    lock_registry()
    definition = _definition(key)
    alias = Alias.objects.filter(definition=definition, folded=fold(name)).first()
    if alias is None:
        raise NotFound(f"{definition.label} is not called “{name}”.")
    if alias.source != Alias.Source.ALIAS:
        raise Conflict("The key and the label of a definition stay its names.")
    alias.delete()
    record(
        "definition.alias_removed", target=definition, actor=actor, before={"key": key, "name": alias.name}
    )


def _definition(key: str) -> Definition:
    found = Definition.objects.filter(key=key).first()
    if found is None:
        raise NotFound("There is no such definition.")
    return found
