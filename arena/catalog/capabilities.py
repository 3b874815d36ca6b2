"""What a model takes at a host, by name: the family's defaults, and what an offering of the catalogue says differs."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

SIZES = ("size", "width_height", "aspect_ratio", "")


@dataclass(frozen=True)
class Capabilities:
    """What a model takes at a host. A family has defaults; an offering of the catalogue says what differs.

    `sizes` names how a size is asked for: "size" ("1024x1024"), "width_height", "aspect_ratio" or "" for not at all.
    `formats` and `qualities` are all that it takes; empty where that is not known.
    """

    generate: bool = True
    edit: bool = False
    most_sources: int = 0
    mask: bool = False
    seed: bool = False
    negative_prompt: bool = False
    sizes: str = "size"
    formats: tuple[str, ...] = ()
    transparent: bool = False
    qualities: tuple[str, ...] = ()

    def updated(self, changes: Mapping[str, Any]) -> "Capabilities":
        """Return these with some changed. Raises ValueError naming what is wrong."""
        known = {each.name: getattr(self, each.name) for each in fields(self)}
        clean: dict[str, Any] = {}
        for name, value in changes.items():
            if name not in known:
                raise ValueError(f"{name!r} is not one of {', '.join(known)}")
            clean[name] = tuple(value) if isinstance(value, list) else value
            if type(clean[name]) is not type(known[name]):
                raise ValueError(f"{name}: {value!r} is not of the kind of {known[name]!r}")
        if clean.get("sizes", "") not in SIZES:
            raise ValueError(f"sizes: {clean['sizes']!r} is not one of {', '.join(map(repr, SIZES))}")
        return replace(self, **clean)
