"""Renditions are as good for one contender's pictures as for another's, whatever their size and detail."""

import io
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np
import pytest
from django.test import override_settings
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy.ndimage import uniform_filter

from arena.generation.ingest.renditions import WIDTHS, fit_box, make_renditions

Pixels = NDArray[np.floating]
SIZES = (256, 512, 768, 1024, 2048, 4096)
TILE = 1024


def photo(size: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Structure at all scales, like a photograph, with a little grain."""
    pixels = np.full((size, size, 3), 60.0)
    for cells, contrast in ((4, 60), (16, 40), (64, 25), (256, 12)):
        patch = Image.fromarray(rng.integers(0, 256, (min(cells, size), min(cells, size), 3), dtype=np.uint8))
        pixels += contrast / 255 * np.asarray(patch.resize((size, size), Image.Resampling.BICUBIC))
    return pixels + rng.normal(0, 3, (size, size, 1))


def line_art(size: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Thin lines in strong colours on white."""
    picture = Image.new("RGB", (size, size), "white")
    draw = ImageDraw.Draw(picture)
    for _ in range(60):
        ends, colour = rng.random(4) * size, rng.integers(0, 256, 3)
        draw.line([float(each) for each in ends], fill=(int(colour[0]), int(colour[1]), int(colour[2])), width=3)
    return np.asarray(picture).astype(np.float64)


def noisy(size: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Heavy grain over soft colours."""
    patch = Image.fromarray(rng.integers(0, 256, (6, 6, 3), dtype=np.uint8))
    return np.asarray(patch.resize((size, size), Image.Resampling.BICUBIC)) + rng.normal(0, 16, (size, size, 1))


Kind = Callable[[int, np.random.Generator], Pixels]
KINDS: tuple[Kind, ...] = (photo, line_art, noisy)


def kind_of(contender: int, size: int) -> Kind:
    """Return the kind of a contender's picture of this size; each contender has its kinds in another order."""
    return KINDS[(SIZES.index(size) + contender) % len(KINDS)]


def make_picture(contender: int, size: int) -> Image.Image:
    """Return a contender's picture of this size; each contender has every size."""
    tile = (
        kind_of(contender, size)(min(size, TILE), np.random.default_rng([contender, size]))
        .clip(0, 255)
        .astype(np.uint8)
    )
    repeats = max(1, size // TILE)
    return Image.fromarray(np.tile(tile, (repeats, repeats, 1)))


def psnr(shown: Pixels, wanted: Pixels) -> float:
    """Return the peak signal-to-noise ratio in dB."""
    return float(10 * np.log10(255**2 / ((shown - wanted) ** 2).mean()))


def ssim(shown: Pixels, wanted: Pixels) -> float:
    """Return the mean structural similarity in 7 × 7 windows (Wang et al. 2004)."""
    a, b = uniform_filter(shown, 7), uniform_filter(wanted, 7)
    spread = uniform_filter(shown**2, 7) - a**2, uniform_filter(wanted**2, 7) - b**2
    both = uniform_filter(shown * wanted, 7) - a * b
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    return float((((2 * a * b + c1) * (2 * both + c2)) / ((a**2 + b**2 + c1) * (sum(spread) + c2))).mean())


@dataclass(frozen=True)
class Quality:
    """How near a rendition is to the picture in its box: PSNR of all colours and of the brightness, SSIM of that."""

    colours: float
    brightness: float
    structure: float


# At every second width: what is in between is in between.
MEASURED = WIDTHS[::2]


def compare(shown: Image.Image, wanted: Image.Image) -> Quality:
    colours = [np.asarray(each.convert("RGB")).astype(np.float32) for each in (shown, wanted)]
    brightness = [np.asarray(each.convert("L")).astype(np.float32) for each in (shown, wanted)]
    return Quality(psnr(*colours), psnr(*brightness), ssim(*brightness))


Measured = dict[tuple[int, int], list[Quality]]


@pytest.fixture(scope="module")
def measured() -> Measured:
    """The quality of all renditions by contender and width."""
    found: Measured = defaultdict(list)
    for contender in range(len(KINDS)):
        for size in SIZES:
            picture = make_picture(contender, size)
            with override_settings(PIXELS_OF_VIEW=0):
                renditions = make_renditions(picture)
            for width in MEASURED:
                shown = Image.open(io.BytesIO(renditions[width]))
                found[contender, width].append(compare(shown, fit_box(picture, width)))
    return found


@pytest.mark.parametrize("width", MEASURED)
def test_no_contender_is_shown_worse_than_another(measured: Measured, width: int) -> None:
    medians = [median(each.colours for each in measured[contender, width]) for contender in range(len(KINDS))]
    assert max(medians) - min(medians) <= 1


def test_every_picture_is_shown_well(measured: Measured) -> None:
    every = [each for row in measured.values() for each in row]
    assert min(each.brightness for each in every) > 35
    assert min(each.structure for each in every) > 0.93
