"""The scene of an edit: what the picture to edit shows, and what of it is to change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from arena.painters.scenes import COLOURS, HANDS, KINDS, LIGHTS, SETTINGS, BadScene, Scene, SceneObject, parse_scene

FATES = frozenset(["stay", "add", "remove", "swap"])
_OWN_KEYS = ("edit", "becomes", "source")


@dataclass(frozen=True)
class EditObject:
    """Some equal things, and their fate: they stay, are added, are removed, or become something else in place.

    `source` is the picture that shows them: of the second, things are put into the first.
    """

    thing: SceneObject
    fate: str = "stay"
    becomes: SceneObject | None = None
    source: int = 1


@dataclass(frozen=True)
class Change:
    """What else changes: another place, light or lettering, or another painter's style; empty for what stays."""

    setting: str = ""
    light: str = ""
    lettering: str | None = None
    style: str = ""


@dataclass(frozen=True)
class Edit:
    """An edit. `second` is where the things of the second picture stand there; None for one picture."""

    objects: tuple[EditObject, ...]
    scene: Scene
    change: Change
    second: Scene | None = None


def is_edit(raw: object) -> bool:
    """Tell whether a scene is that of an edit: it has the key `change`, which may be empty."""
    return isinstance(raw, Mapping) and "change" in raw


def parse_edit(raw: object) -> Edit:
    """Read an edit from its TOML or JSON table. Raises BadScene naming the offending key.

    It has the keys of a scene, and besides: `change` (setting, light, lettering, style), for each object `edit`
    (add, remove), `becomes` (kind, colour) or `source` (2), and `second` (setting, light) for a second picture.
    """
    if not isinstance(raw, Mapping):
        raise BadScene("scene: give a table")
    listed = raw.get("objects")
    if not isinstance(listed, list):
        raise BadScene("objects: give 1 to 8 tables")
    plain = [_without(item, _OWN_KEYS) for item in listed]
    scene = parse_scene({**_without(raw, ("change", "second")), "objects": plain})
    objects = tuple(
        _parse_object(item, thing, f"objects[{index}]")
        for index, (item, thing) in enumerate(zip(listed, scene.objects, strict=True))
    )
    second = _parse_second(raw, any(each.source == 2 for each in objects))
    edit = Edit(objects, scene, _parse_change(raw["change"]), second)
    if edit.change == Change() and all(each.fate == "stay" and each.source == 1 for each in objects):
        raise BadScene("change: nothing changes")
    return edit


def _without(raw: Any, keys: tuple[str, ...]) -> Any:
    return {key: value for key, value in raw.items() if key not in keys} if isinstance(raw, Mapping) else raw


def _parse_object(raw: Mapping[str, Any], thing: SceneObject, where: str) -> EditObject:
    if sum(key in raw for key in _OWN_KEYS) > 1:
        raise BadScene(f"{where}: give one of {', '.join(_OWN_KEYS)}")
    if "source" in raw:
        if raw["source"] != 2:
            raise BadScene(f"{where}.source: only things of picture 2 are marked")
        return EditObject(thing, "add", source=2)
    if "becomes" in raw:
        other = raw["becomes"]
        if not isinstance(other, Mapping) or not other or set(other) - {"kind", "colour"}:
            raise BadScene(f"{where}.becomes: give a table with kind or colour")
        kind, colour = other.get("kind", thing.kind), other.get("colour", thing.colour)
        if kind not in KINDS or colour not in COLOURS:
            raise BadScene(f"{where}.becomes: there is no kind {kind!r}, or no colour {colour!r}")
        return EditObject(thing, "swap", replace(thing, kind=kind, colour=colour))
    fate = raw.get("edit", "stay")
    if fate not in FATES - {"swap"}:
        raise BadScene(f"{where}.edit: {fate!r} is not add or remove")
    return EditObject(thing, fate)


def _parse_change(raw: object) -> Change:
    allowed = {"setting": SETTINGS, "light": LIGHTS, "style": HANDS}
    if not isinstance(raw, Mapping) or set(raw) - {*allowed, "lettering"}:
        raise BadScene("change: give a table of setting, light, lettering, style")
    for key, words in allowed.items():
        if raw.get(key, "") not in {"", *words}:
            raise BadScene(f"change.{key}: {raw[key]!r} is not one of {', '.join(sorted(words))}")
    lettering = raw.get("lettering")
    if lettering is not None and (not isinstance(lettering, str) or len(lettering) > 40 or not lettering.isprintable()):
        raise BadScene("change.lettering: give one line of at most 40 characters")
    return Change(raw.get("setting", ""), raw.get("light", ""), lettering, raw.get("style", ""))


def _parse_second(raw: Mapping[str, Any], wanted: bool) -> Scene | None:
    if wanted != ("second" in raw):
        raise BadScene("second: give it if, and only if, things have source = 2")
    if not wanted:
        return None
    shown = [{"kind": item["kind"], "colour": item.get("colour", "natural"), "size": "large"}
             for item in raw["objects"] if "source" in item]  # fmt: skip
    second = raw["second"]
    if not isinstance(second, Mapping) or set(second) - {"setting", "light"}:
        raise BadScene("second: give a table of setting and light")
    return parse_scene({**second, "objects": shown})
