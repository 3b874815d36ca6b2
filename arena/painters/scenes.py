"""The scene of a prompt: what a picture should show, small enough for a painter to draw and to check by eye."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

KINDS = frozenset(
    """
    apple astronaut ball balloon bear bicycle bird boat book bottle bowl box bread bridge building bus butterfly
    cactus cake camel candle car castle cat chair cheese chicken clock cloud cookie crystal cube cup deer dog
    dragon drum duck egg elephant face fish flag flower fox frog glass guitar hat heart helmet horse house island
    kettle key kite knight ladder lamp leaf lemon lighthouse lion moon mountain mushroom noodles orange owl panda
    pear pencil penguin person piano pizza planet plant plate pot pyramid rabbit rainbow river road robot rocket
    sailboat scissors shell shield shoe sign snowman sphere star strawberry sun sushi sword table tea temple tent
    tiger tomato tower train tree triangle turtle umbrella vase violin watch waterfall wave whale window wolf
    """.split()
)
COLOURS = frozenset(
    """
    black blue brown cream gold green grey natural navy orange pink purple red silver teal turquoise white yellow
    """.split()
)
SETTINGS = frozenset(
    """
    beach city desert forest garden kitchen market meadow mountains night plain room sea sky snow space stage
    street studio table underwater
    """.split()
)
LIGHTS = frozenset(["day", "soft", "golden", "dusk", "night", "neon", "studio", "rain", "fog"])
PLACES = frozenset(["left", "right", "centre", "top", "bottom", "front", "back", "inside", "row", "grid", "scattered"])
SIZES = frozenset(["small", "medium", "large"])
# The painters of `roster`, which loads what they draw with: every program reads scenes, and few paint.
HANDS = frozenset(["linden", "harbour", "rainy-day", "wax-moon", "pebble"])


class BadScene(ValueError):
    """A scene that no painter could draw; the message names the key and the allowed values."""


@dataclass(frozen=True)
class SceneObject:
    """Some equal things: `count` of `kind`, in `colour`, at `place`, `size` relative to the picture."""

    kind: str
    count: int = 1
    colour: str = "natural"
    place: str = "centre"
    size: str = "medium"


@dataclass(frozen=True)
class Scene:
    """Objects in drawing order (back to front), where they stand, in which light; `lettering` is '' for none."""

    objects: tuple[SceneObject, ...]
    setting: str = "plain"
    light: str = "day"
    lettering: str = ""


def parse_scene(raw: object) -> Scene:
    """Read a scene from its TOML or JSON table. Raises BadScene naming the offending key."""
    if not isinstance(raw, Mapping):
        raise BadScene("scene: give a table")
    _refuse_unknown(raw, {"objects", "setting", "light", "lettering"}, "scene")
    objects = raw.get("objects", [])
    if not isinstance(objects, list) or not objects or len(objects) > 8:
        raise BadScene("objects: give 1 to 8 tables")
    lettering = raw.get("lettering", "")
    if not isinstance(lettering, str) or len(lettering) > 40 or not lettering.isprintable():
        raise BadScene("lettering: give one line of at most 40 characters")
    return Scene(
        objects=tuple(_parse_object(item, f"objects[{index}]") for index, item in enumerate(objects)),
        setting=_one_of(raw.get("setting", "plain"), SETTINGS, "setting"),
        light=_one_of(raw.get("light", "day"), LIGHTS, "light"),
        lettering=lettering,
    )


def _parse_object(raw: object, where: str) -> SceneObject:
    if not isinstance(raw, Mapping):
        raise BadScene(f"{where}: give a table")
    _refuse_unknown(raw, {"kind", "count", "colour", "place", "size"}, where)
    count = raw.get("count", 1)
    if not isinstance(count, int) or isinstance(count, bool) or not 1 <= count <= 12:
        raise BadScene(f"{where}.count: give a whole number from 1 to 12")
    return SceneObject(
        kind=_one_of(raw.get("kind"), KINDS, f"{where}.kind"),
        count=count,
        colour=_one_of(raw.get("colour", "natural"), COLOURS, f"{where}.colour"),
        place=_one_of(raw.get("place", "centre"), PLACES, f"{where}.place"),
        size=_one_of(raw.get("size", "medium"), SIZES, f"{where}.size"),
    )


def _one_of(value: object, allowed: frozenset[str], where: str) -> str:
    if not isinstance(value, str) or value not in allowed:
        raise BadScene(f"{where}: {value!r} is not one of {', '.join(sorted(allowed))}")
    return value


def _refuse_unknown(raw: Mapping[str, Any], allowed: set[str], where: str) -> None:
    if unknown := sorted(set(raw) - allowed):
        raise BadScene(f"{where}: unknown key {unknown[0]!r}; allowed are {', '.join(sorted(allowed))}")
