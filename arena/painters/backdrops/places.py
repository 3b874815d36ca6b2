"""Every setting that can be drawn, by name."""

from arena.painters.backdrops import indoors, outdoors, towns, waters
from arena.painters.backdrops.register import SETTINGS_BY_NAME, Setting

FAMILIES = (indoors, outdoors, towns, waters)


def find_setting(name: str) -> Setting:
    """The setting of that name. Raises KeyError for a name outside the vocabulary of scenes."""
    return SETTINGS_BY_NAME[name]
