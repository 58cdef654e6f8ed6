"""Terms lean on terms; nothing may lean on itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def cycle_through(start: str, graph: Mapping[str, Collection[str]]) -> tuple[str, ...] | None:
    """The way from `start` back to it, both ends named, or None. `graph` maps a term to what it leans on."""
    came_from: dict[str, str] = {}
    waiting = [start]
    while waiting:
        current = waiting.pop()
        for target in sorted(graph.get(current, ())):
            if target == start:
                way = [start, current]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return tuple(reversed(way)) if current != start else (start, start)
            if target not in came_from:
                came_from[target] = current
                waiting.append(target)
    return None


def leaning_on(start: str, graph: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """Every term that leans on `start`, directly or through others, in name order."""
    found: set[str] = set()
    waiting = [start]
    while waiting:
        current = waiting.pop()
        for term, targets in graph.items():
            if current in targets and term not in found and term != start:
                found.add(term)
                waiting.append(term)
    return tuple(sorted(found))


def in_order(keys: Collection[str], graph: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """`keys` with everything they lean on, each after what it leans on. Raises ValueError on a cycle."""
    done: dict[str, None] = {}
    open_: list[tuple[str, bool]] = [(key, False) for key in sorted(keys, reverse=True)]
    entered: set[str] = set()
    while open_:
        key, left = open_.pop()
        if left:
            done[key] = None
            continue
        if key in done:
            continue
        if key in entered:
            raise ValueError(f"{key} leans on itself")
        entered.add(key)
        open_.append((key, True))
        open_ += [
            (target, False) for target in sorted(graph.get(key, ()), reverse=True) if target not in done
        ]
    return tuple(done)
