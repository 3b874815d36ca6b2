"""Every kind that can be drawn, by name."""

from arena.painters.kinds import (
    buildings,
    creatures,
    food,
    forms,
    instruments,
    mammals,
    nature,
    objects,
    people,
    vehicles,
    vessels,
)
from arena.painters.kinds.register import REGISTER, Kind

FAMILIES = (buildings, creatures, food, forms, instruments, mammals, nature, objects, people, vehicles, vessels)


def find_kind(name: str) -> Kind:
    """The kind of that name. Raises KeyError for a name outside the vocabulary of scenes."""
    return REGISTER[name]
