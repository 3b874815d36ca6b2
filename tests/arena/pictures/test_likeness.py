"""Pictures that look alike have near hashes; those that show nothing are blank."""

import io

import numpy as np
import pytest
from PIL import Image

from arena.pictures.likeness import ALIKE, find_alike, hash_look, is_blank


def scene(seed: int, size: tuple[int, int] = (256, 192)) -> Image.Image:
    """Return soft shapes that depend on the seed."""
    values = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(values).resize(size, Image.Resampling.BICUBIC)


def again(picture: Image.Image, kind: str, **options: int) -> Image.Image:
    """Return the picture as it comes out of a file of this format."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return Image.open(file).convert("RGB")


@pytest.mark.parametrize(("kind", "quality"), [("JPEG", 60), ("WEBP", 50), ("AVIF", 50)])
def test_copies_of_other_size_and_format_look_alike(kind: str, quality: int) -> None:
    one = scene(7)
    copy = again(one.resize((640, 480)), kind, quality=quality)
    assert find_alike([hash_look(one), hash_look(copy)]) == [(0, 1)]


def test_different_pictures_do_not_look_alike() -> None:
    hashes = [hash_look(scene(seed)) for seed in range(60)]
    assert find_alike(hashes) == []
    assert all(-(2**63) <= each < 2**63 for each in hashes)
    assert find_alike([*hashes, hashes[3]]) == [(3, 60)]


def test_bits_are_counted_with_the_sign() -> None:
    assert find_alike([-1, 0]) == []
    assert find_alike([-1, -1 ^ 0b1111]) == [(0, 1)]
    assert find_alike([-1, -1 ^ 0b11111], most=ALIKE) == []


@pytest.mark.parametrize("colour", [(0, 0, 0), (255, 255, 255), (90, 20, 200)])
def test_one_colour_is_blank_also_with_the_noise_of_a_codec(colour: tuple[int, int, int]) -> None:
    plain = Image.new("RGB", (512, 512), colour)
    assert is_blank(plain)
    assert is_blank(again(plain, "JPEG", quality=20))
    noisy = np.clip(np.array(plain, int) + np.random.default_rng(1).integers(-3, 4, (512, 512, 3)), 0, 255)
    assert is_blank(Image.fromarray(noisy.astype(np.uint8)))


def test_a_small_dot_is_something_to_see() -> None:
    dotted = Image.new("RGB", (1024, 1024), (255, 255, 255))
    dotted.paste((0, 0, 0), (500, 500, 510, 510))
    assert not is_blank(dotted)
    assert not is_blank(scene(3))
    tinted = Image.new("RGB", (512, 512), (100, 100, 100))
    tinted.paste((100, 100, 125), (0, 0, 256, 512))
    assert not is_blank(tinted)
