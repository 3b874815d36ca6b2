"""Lettering: which texts can be drawn, and how they fit their frame."""

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from arena.painters.lettering import Glyph, fit_lines, letter, spell


def written(text: str) -> NDArray[np.uint8]:
    """Black letters on a white sheet of 200 × 100 pixels, in a frame with a margin of 20 pixels."""
    sheet = Image.new("RGB", (200, 100), "white")
    letter(ImageDraw.Draw(sheet), text, (20, 20, 180, 80), (0, 0, 0))
    return np.asarray(sheet)


@pytest.mark.parametrize(
    ("text", "glyphs"),
    [
        ("Ab", [Glyph("A"), Glyph("b")]),
        ("é", [Glyph("e", "acute")]),
        ("Ü", [Glyph("U", "dots")]),
        ("ß", [Glyph("s"), Glyph("s")]),
        ("喫茶 A", [Glyph(" "), Glyph("A")]),
        ("", []),
    ],
)
def test_spell_keeps_what_the_font_has(text: str, glyphs: list[Glyph]) -> None:
    assert spell(text) == glyphs


def test_fit_lines_breaks_long_text() -> None:
    lines, size = fit_lines("FRESH BREAD DAILY", 200, 200)
    assert " ".join(lines) == "FRESH BREAD DAILY"
    assert len(lines) == 3
    assert size > fit_lines("FRESH BREAD DAILY", 200, 40)[1]


@pytest.mark.parametrize("text", ["I", "OPEN", "HAPPY 30TH ANNA", "a" * 40, "ÄÖÜ ñandú"])
def test_letter_stays_in_its_frame(text: str) -> None:
    dark = np.argwhere(written(text).mean(axis=2) < 128)
    assert len(dark)
    assert (dark.min(axis=0) >= (12, 12)).all()
    assert (dark.max(axis=0) <= (88, 188)).all()


def test_letter_accent_adds_ink() -> None:
    assert written("É").sum() < written("E").sum()


@pytest.mark.parametrize("text", ["", "   ", "喫茶"])
def test_letter_nothing_to_write_leaves_the_sheet(text: str) -> None:
    assert written(text).min() == 255
