"""The slips that weaker painters make: a wrong count, a wrong colour, garbled letters, a careless composition."""

from dataclasses import replace

import numpy as np

from arena.painters.layout import Box
from arena.painters.scenes import Scene, SceneObject

WRONG = {
    "red": "teal",
    "orange": "purple",
    "yellow": "pink",
    "green": "orange",
    "teal": "red",
    "blue": "yellow",
    "purple": "green",
    "pink": "blue",
    "brown": "turquoise",
    "black": "gold",
    "white": "navy",
    "grey": "pink",
    "gold": "purple",
    "silver": "brown",
    "cream": "blue",
    "navy": "orange",
    "turquoise": "red",
}
ODD = ("teal", "purple", "pink", "turquoise", "gold", "blue", "orange")
LOOKALIKE = dict(zip("AEIOUSTRNLHCDGMPBFKYVWXQ0123456789", "HFJQVZLBMITGOCWRDPXVYMKO8IZEHSGLBG", strict=False))


def miscount(scene: Scene, seed: int) -> Scene:
    """The scene with every count above one wrong by one or two, and one in three single things doubled."""
    rng = np.random.default_rng(seed)
    return replace(scene, objects=tuple(replace(each, count=_wrong_count(each.count, rng)) for each in scene.objects))


def _wrong_count(count: int, rng: np.random.Generator) -> int:
    if count == 1:
        return 2 if rng.random() < 0.34 else 1
    step = 1 if count < 5 else int(rng.integers(1, 3))
    more = (rng.random() < 0.5 or count - step < 1) and count + step <= 12
    return count + step if more else count - step


def miscolour(scene: Scene, seed: int) -> Scene:
    """The scene with every colour replaced by one far from it; every second natural colour becomes an odd one."""
    rng = np.random.default_rng(seed)
    return replace(scene, objects=tuple(_recolour(each, rng) for each in scene.objects))


def _recolour(each: SceneObject, rng: np.random.Generator) -> SceneObject:
    if each.colour != "natural":
        return replace(each, colour=WRONG[each.colour])
    return replace(each, colour=ODD[int(rng.integers(len(ODD)))]) if rng.random() < 0.6 else each


def garble(text: str, seed: int) -> str:
    """The text with letters swapped, doubled, dropped or mistaken, of about the same length and never equal to it."""
    rng, letters = np.random.default_rng(seed), []
    for ch in text.upper():
        roll = float(rng.random())
        if ch == " " or roll < 0.35:
            letters.append(ch)
        elif roll < 0.75:
            letters.append(LOOKALIKE.get(ch, ch))
        elif roll < 0.88:
            letters.extend((ch, ch))
    wrong = "".join(letters).strip()
    return (
        wrong
        if wrong and wrong != text.upper()
        else "".join(LOOKALIKE.get(ch, "X") if ch != " " else ch for ch in text.upper())
    )


def jumble(boxes: tuple[Box, ...], seed: int) -> tuple[Box, ...]:
    """The boxes shrunk or swollen, tilted and pushed aside, some over the edge."""
    rng = np.random.default_rng(seed)
    lean = 0.16 if rng.random() < 0.5 else -0.16
    return tuple(
        replace(
            box,
            x=box.x + lean + (float(rng.random()) - 0.5) * 0.16,
            foot=box.foot + (float(rng.random()) - 0.5) * 0.14,
            height=box.height * (0.6 + 0.55 * float(rng.random())),
            tilt=(float(rng.random()) - 0.5) * 36,
        )
        for box in boxes
    )
