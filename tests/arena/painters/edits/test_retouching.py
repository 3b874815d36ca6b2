"""A painter paints what the instruction names into a picture that it did not draw."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from arena.painters.edits.retouching import LARGEST, retouch

SHAPE = (180, 120)


def mask_with_a_hole() -> Image.Image:
    """The right half, without a part in its middle."""
    mask = Image.new("L", SHAPE, 0)
    mask.paste(255, (90, 0, 180, 120))
    mask.paste(0, (120, 40, 150, 100))
    return mask


def changed(picture: Image.Image) -> NDArray[np.bool_]:
    """Which pixels are no longer white."""
    white = np.asarray(picture) == 255
    return np.asarray(~white.all(axis=2))


@pytest.mark.parametrize("painter", ["linden", "harbour", "rainy-day", "pebble"])
def test_retouch_paints_inside_the_mask_only(painter: str) -> None:
    done = retouch(painter, Image.new("RGB", SHAPE, "white"), mask_with_a_hole(), prompt="Add a red fox", seed=1)
    assert (done.size, done.mode) == (SHAPE, "RGB")
    marked = np.asarray(mask_with_a_hole()) > 0
    assert changed(done)[marked].any()
    assert not changed(done)[~marked].any()


def test_retouch_without_mask_changes_a_part_and_keeps_the_shape() -> None:
    done = retouch("harbour", Image.new("RGB", SHAPE, "white"), None, prompt="Add a red fox", seed=1)
    assert 0.02 < changed(done).mean() < 0.8
    large = retouch("harbour", Image.new("RGB", (2048, 512)), None, prompt="Add a red fox", seed=1)
    assert large.size == (LARGEST, LARGEST // 4)


def test_careless_hand_paints_beyond_the_mask() -> None:
    white = Image.new("RGB", SHAPE, "white")
    done = retouch("wax-moon", white, mask_with_a_hole(), prompt="Add a red fox", seed=1)
    assert changed(done)[np.asarray(mask_with_a_hole()) == 0].any()
