"""Reads English keywords from a prompt into a scene, for prompts that carry none."""

import hashlib
import re

import numpy as np

from arena.painters.scenes import COLOURS, KINDS, LIGHTS, SETTINGS, Scene, SceneObject

NUMBERS = {
    "a": 1,
    "an": 1,
    "one": 1,
    "single": 1,
    "two": 2,
    "pair": 2,
    "couple": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "dozen": 12,
    "several": 4,
    "some": 3,
    "many": 7,
}
KIND_WORDS = {
    "man": "person",
    "woman": "person",
    "girl": "person",
    "boy": "person",
    "child": "person",
    "people": "person",
    "men": "person",
    "women": "person",
    "children": "person",
    "baby": "person",
    "portrait": "face",
    "bike": "bicycle",
    "kitten": "cat",
    "puppy": "dog",
    "bunny": "rabbit",
    "pony": "horse",
    "warrior": "knight",
    "soldier": "knight",
    "ship": "boat",
    "truck": "car",
    "taxi": "car",
    "sports car": "car",
    "spaceship": "rocket",
    "skyscraper": "building",
    "church": "tower",
    "pagoda": "temple",
    "cottage": "house",
    "cabin": "house",
    "teapot": "kettle",
    "mug": "cup",
    "coffee": "cup",
    "ramen": "noodles",
    "burger": "bread",
    "loaf": "bread",
    "rose": "flower",
    "sunflower": "flower",
    "tulip": "flower",
    "oak": "tree",
    "pine": "tree",
    "hill": "mountain",
    "volcano": "mountain",
    "raven": "bird",
    "eagle": "bird",
    "parrot": "bird",
    "gull": "bird",
    "hen": "chicken",
    "shark": "fish",
    "dolphin": "whale",
    "kangaroo": "deer",
    "corgi": "dog",
    "raccoon": "panda",
    "monkey": "bear",
    "cow": "horse",
    "sheep": "rabbit",
    "squirrel": "fox",
    "giraffe": "camel",
    "android": "robot",
    "statue": "person",
    "logo": "star",
    "poster": "sign",
    "billboard": "sign",
    "banner": "flag",
    "jar": "vase",
    "lantern": "lamp",
    "gem": "crystal",
    "diamond": "crystal",
    "pyramids": "pyramid",
}
COLOUR_WORDS = {
    "gray": "grey",
    "golden": "gold",
    "violet": "purple",
    "crimson": "red",
    "scarlet": "red",
    "beige": "cream",
    "azure": "blue",
    "emerald": "green",
    "magenta": "pink",
    "wooden": "brown",
    "silvery": "silver",
}
SETTING_WORDS = {
    "field": "meadow",
    "grass": "meadow",
    "park": "garden",
    "woods": "forest",
    "jungle": "forest",
    "dune": "desert",
    "ocean": "sea",
    "lake": "sea",
    "harbour": "sea",
    "coast": "beach",
    "shore": "beach",
    "sand": "beach",
    "reef": "underwater",
    "alley": "street",
    "sidewalk": "street",
    "downtown": "city",
    "skyline": "city",
    "tokyo": "city",
    "york": "city",
    "galaxy": "space",
    "orbit": "space",
    "winter": "snow",
    "snowy": "snow",
    "starry": "night",
    "interior": "room",
    "bedroom": "room",
    "living": "room",
    "library": "room",
    "concert": "stage",
    "theatre": "stage",
    "clouds": "sky",
    "alps": "mountains",
    "white background": "plain",
    "bazaar": "market",
}
LIGHT_WORDS = {
    "sunset": "golden",
    "sunrise": "golden",
    "sunny": "day",
    "daylight": "day",
    "evening": "dusk",
    "twilight": "dusk",
    "midnight": "night",
    "moonlit": "night",
    "rainy": "rain",
    "drizzle": "rain",
    "storm": "rain",
    "mist": "fog",
    "misty": "fog",
    "foggy": "fog",
    "cyberpunk": "neon",
}
AMBIGUOUS = frozenset(["orange", "table", "night"])
PLEASANT = (
    ("meadow", "day", ("tree", "rabbit", "butterfly")),
    ("sea", "golden", ("island", "sailboat")),
    ("mountains", "soft", ("house", "deer")),
    ("snow", "dusk", ("snowman", "fox")),
    ("garden", "day", ("cat", "flower")),
    ("city", "dusk", ("bus", "person")),
    ("desert", "golden", ("pyramid", "camel")),
    ("table", "soft", ("vase", "pear", "cup")),
    ("forest", "fog", ("deer", "mushroom")),
    ("sky", "day", ("balloon", "bird")),
)


def read_scene(prompt: str) -> Scene:
    """What the prompt's English words name: at most five kinds, with counts and colours, a setting, a light, lettering.

    Text without any known kind becomes a pleasant scene that depends on the text alone.
    """
    lettering = _quoted(prompt)
    words = re.findall(r"[a-z]+|\d+", re.sub(r"[\"“][^\"”]*[\"”]", " ", prompt).lower())
    objects = _objects(words)
    setting, light = _first(words, SETTINGS - AMBIGUOUS, SETTING_WORDS), _first(words, LIGHTS, LIGHT_WORDS)
    if not objects:
        return _pleasant(prompt, setting, light, lettering)
    if not setting and "table" in words:
        setting = "table"
    return Scene(tuple(objects), setting or _home(objects), light or "day", lettering)


def _quoted(prompt: str) -> str:
    found = re.search(r"[\"“]([^\"“”]{1,40})[\"”]|(?<!\w)'([^']{2,40})'(?!\w)", prompt)
    return (found.group(1) or found.group(2)).strip() if found else ""


def _first(words: list[str], names: frozenset[str], more: dict[str, str]) -> str:
    return next((word if word in names else more[word] for word in words if word in names or word in more), "")


def _kind(word: str) -> tuple[str, bool]:
    """The kind a word names ('' for none) and whether the word is a plural."""
    for form, plural in (
        (word, False),
        (word[:-1], True),
        (word[:-2], True),
        (word[:-3] + "y", True),
        (word[:-3] + "f", True),
    ):
        if plural and not word.endswith("s"):
            break
        if form in KINDS or form in KIND_WORDS:
            return KIND_WORDS.get(form, form), plural or word in ("people", "men", "women", "children")
    return "", False


def _objects(words: list[str]) -> list[SceneObject]:
    found: dict[str, SceneObject] = {}
    count, colour = 0, "natural"
    for index, word in enumerate(words):
        kind, plural = _kind(word)
        follows = _kind(words[index + 1])[0] if index + 1 < len(words) else ""
        if word in COLOURS | COLOUR_WORDS.keys() and (word not in KINDS or follows):
            colour = COLOUR_WORDS.get(word, word)
        elif word in NUMBERS or word.isdigit():
            count = NUMBERS.get(word) or min(12, max(1, int(word[:3])))
        elif kind:
            if kind not in found and len(found) < 5:
                found[kind] = SceneObject(kind, max(count, 3 if plural and count < 2 else 1), colour)
            count, colour = 0, "natural"
    _drop_doubles(found)
    return sorted(
        found.values(), key=lambda each: each.kind not in ("mountain", "river", "road", "rainbow", "window", "table")
    )


def _drop_doubles(found: dict[str, SceneObject]) -> None:
    """Drop the person beside a portrait, and a table beside other things, for which it is only the place."""
    if "face" in found:
        found.pop("person", None)
    if len(found) > 1:
        found.pop("table", None)


def _home(objects: list[SceneObject]) -> str:
    """A setting where the first thing would be at home."""
    kinds = {each.kind for each in objects}
    homes = (
        ("sea", {"boat", "sailboat", "island", "wave", "lighthouse"}),
        ("underwater", {"fish", "whale"}),
        ("studio", {"face"}),
        ("space", {"planet", "rocket", "astronaut"}),
        ("street", {"car", "bus", "bicycle", "person"}),
        ("snow", {"penguin", "snowman"}),
        (
            "meadow",
            {"horse", "rabbit", "tree", "house", "fox", "deer", "castle", "knight", "dragon", "dog", "butterfly"},
        ),
        ("table", {"cup", "apple", "bread", "pear", "cake", "pizza", "book", "candle", "vase", "bottle", "tea"}),
    )
    return next((home for home, members in homes if kinds & members), "plain")


def _pleasant(prompt: str, setting: str, light: str, lettering: str) -> Scene:
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(prompt.encode()).digest()[:8], "big"))
    place, mood, kinds = PLEASANT[int(rng.integers(len(PLEASANT)))]
    objects = [SceneObject(kinds[0], size="large")]
    objects += [
        SceneObject(kind, int(rng.integers(1, 4)), place=str(rng.choice(["left", "right"]))) for kind in kinds[1:]
    ]
    return Scene(tuple(objects), setting or place, light or mood, lettering)
