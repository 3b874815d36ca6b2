"""The painters draw everything, the same every time, each in its own style."""

import subprocess
import sys
from functools import cache

import numpy as np
import pytest
from PIL import Image

from arena.painters.backdrops.places import find_setting
from arena.painters.kinds.gallery import find_kind
from arena.painters.paint import PAINTERS, paint
from arena.painters.palette import LIGHTS_BY_NAME
from arena.painters.roster import STYLES
from arena.painters.scenes import HANDS, KINDS, LIGHTS, SETTINGS, Scene, SceneObject

SLUGS = [painter.slug for painter in PAINTERS]
STILL_LIFE = Scene(
    (SceneObject("cup", colour="blue"), SceneObject("pear", 3, place="left")), "table", "golden", "Guten Tag"
)


@cache
def painted(slug: str, scene: Scene) -> Image.Image:
    """A small painting; those that several tests use are painted once."""
    return paint(slug, prompt="x", scene=scene, seed=1, size=96)


def difference(one: Image.Image, other: Image.Image) -> float:
    """The mean absolute difference between the bytes of two pictures."""
    return float(np.abs(np.asarray(one, dtype=int) - np.asarray(other, dtype=int)).mean())


@pytest.mark.parametrize("slug", SLUGS)
def test_paint_same_arguments_same_bytes(slug: str) -> None:
    pictures = [paint(slug, prompt="Tea time", scene=STILL_LIFE, seed=7, size=192).tobytes() for _ in range(2)]
    assert pictures[0] == pictures[1]


def test_paint_other_process_same_bytes() -> None:
    program = (
        "import hashlib\n"
        "from arena.painters.paint import PAINTERS, paint\n"
        "pictures = [paint(p.slug, prompt='two red foxes', scene=None, seed=3, size=96).tobytes() for p in PAINTERS]\n"
        "print(hashlib.sha256(b''.join(pictures)).hexdigest())"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": salt}
        ).stdout
        for salt in ("1", "2")
    }
    assert len(runs) == 1


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("size", [64, 200, 1024])
def test_paint_any_size_square_rgb(slug: str, size: int) -> None:
    picture = paint(slug, prompt="Tea time", scene=STILL_LIFE, seed=1, size=size)
    assert (picture.mode, picture.size) == ("RGB", (size, size))


@pytest.mark.parametrize("slug", SLUGS)
def test_paint_other_seed_other_picture(slug: str) -> None:
    one, other = (paint(slug, prompt="Tea", scene=STILL_LIFE, seed=seed, size=128) for seed in (1, 2))
    assert difference(one, other) > 0


def test_paint_unknown_painter_raises() -> None:
    with pytest.raises(KeyError):
        paint("nobody", prompt="a cat", scene=None, seed=1)


def test_painters_pairs_differ_visibly() -> None:
    pictures = [paint(slug, prompt="Tea", scene=STILL_LIFE, seed=1, size=128) for slug in SLUGS]
    pairs = [difference(one, other) for k, one in enumerate(pictures) for other in pictures[k + 1 :]]
    assert min(pairs) > 4


def test_registers_cover_the_vocabulary() -> None:
    assert {find_kind(name).name for name in KINDS} == set(KINDS)
    assert {find_setting(name).name for name in SETTINGS} == set(SETTINGS)
    assert set(LIGHTS_BY_NAME) == set(LIGHTS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_paint_kind_changes_pixels(kind: str) -> None:
    shown = Scene((SceneObject(kind, colour="red"),))
    assert [slug for slug in SLUGS if difference(painted(slug, shown), painted(slug, Scene(()))) <= 0.5] == []


@pytest.mark.parametrize("setting", sorted(SETTINGS))
def test_paint_setting_differs_from_plain(setting: str) -> None:
    fox = (SceneObject("fox"),)
    shown, other = Scene(fox, setting), Scene(fox, "studio" if setting == "plain" else "plain")
    assert [slug for slug in SLUGS if difference(painted(slug, shown), painted(slug, other)) <= 3] == []


@pytest.mark.parametrize("slug", SLUGS)
def test_paint_lights_are_moods(slug: str) -> None:
    moods = {light: Scene((SceneObject("fox"),), "meadow", light) for light in LIGHTS}
    pictures = {light: paint(slug, prompt="x", scene=scene, seed=1, size=96) for light, scene in moods.items()}
    brightness = {light: float(np.asarray(picture).mean()) for light, picture in pictures.items()}
    assert brightness["night"] < brightness["dusk"] < brightness["day"]
    assert min(difference(pictures["day"], pictures[light]) for light in LIGHTS - {"day"}) > 3


@pytest.mark.parametrize("slug", SLUGS)
def test_paint_lettering_changes_pixels(slug: str) -> None:
    sign = (SceneObject("sign", colour="green", size="large"),)
    with_words, without = (
        paint(slug, prompt="x", scene=Scene(sign, "street", "day", text), seed=1, size=128) for text in ("BÄCKEREI", "")
    )
    assert difference(with_words, without) > 0.3


def test_paint_lettering_outside_latin_is_left_out() -> None:
    sign = (SceneObject("sign"),)
    one, other = (
        paint("linden", prompt="x", scene=Scene(sign, lettering=text), seed=1, size=96) for text in ("喫茶", "")
    )
    assert (one.size, one.mode) == (other.size, other.mode)


def test_painters_load_without_django() -> None:
    program = "import sys, arena.painters.paint; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_scenes_know_every_painter() -> None:
    assert set(STYLES) == HANDS
