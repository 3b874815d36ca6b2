"""Lettering in Pillow's own Latin font: broken into lines, fitted into a frame, accents drawn by hand."""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import ImageDraw, ImageFont

from arena.painters.palette import RGB

Frame = tuple[float, float, float, float]
PLAIN = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "ł": "l",
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "–": "-",
    "—": "-",
    "…": "...",
}
MARKS = {
    "\u0300": "grave",
    "\u0301": "acute",
    "\u0302": "hat",
    "\u0303": "tilde",
    "\u0308": "dots",
    "\u030a": "ring",
    "\u0327": "tail",
}


@lru_cache(maxsize=64)
def load_font(size: int) -> ImageFont.FreeTypeFont:
    """Pillow's bundled font at `size` pixels. Raises OSError when Pillow was built without FreeType."""
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise OSError("Pillow was built without FreeType, which lettering needs.")
    return font


@dataclass(frozen=True)
class Glyph:
    """A letter that the font has, and the mark to draw on it ('' for none)."""

    letter: str
    mark: str = ""


def spell(text: str) -> list[Glyph]:
    """The letters of `text` that can be drawn: accents are split off, letters outside Latin are left out."""
    plain = "".join(PLAIN.get(ch, PLAIN.get(ch.lower(), ch).upper() if ch.lower() in PLAIN else ch) for ch in text)
    glyphs: list[Glyph] = []
    for ch in unicodedata.normalize("NFD", plain):
        if ch in MARKS and glyphs:
            glyphs[-1] = Glyph(glyphs[-1].letter, MARKS[ch])
        elif " " <= ch <= "~":
            glyphs.append(Glyph(ch))
    return glyphs


def fit_lines(text: str, width: float, height: float) -> tuple[list[str], int]:
    """Breaks `text` into the lines that allow the largest letters in `width` × `height` pixels; the size in pixels."""
    words = text.split()
    best: tuple[list[str], int] = ([text], 0)
    for count in range(1, min(4, len(words)) + 1):
        lines = _break(words, count)
        longest = max(_length(line, 100) for line in lines)
        size = int(min(0.94 * width / longest * 100, height / (len(lines) * 1.12) / 0.84, 400))
        if size > best[1]:
            best = lines, size
    return best


def letter(
    pen: ImageDraw.ImageDraw,
    text: str,
    frame: Frame,
    colour: RGB,
    *,
    weight: float = 0.03,
    jitter: float = 0.0,
    seed: int = 0,
) -> None:
    """Writes `text` into the pixel frame, centred; `weight` thickens strokes, `jitter` lets letters dance."""
    left, top, right, bottom = frame
    lines, size = fit_lines(text, right - left, bottom - top)
    if size < 4:
        return
    step, rng = size * 0.94, np.random.default_rng(seed)
    y = (top + bottom) / 2 - step * len(lines) / 2 - size * 0.08
    for line in lines:
        x = (left + right) / 2 - _length(line, size) / 2
        for glyph in spell(line):
            lift = float(rng.random() - 0.5) * jitter * size
            _draw_glyph(pen, glyph, x, y + lift, size, colour, max(0, round(size * weight)))
            x += load_font(size).getlength(glyph.letter)
        y += step


def _draw_glyph(
    pen: ImageDraw.ImageDraw, glyph: Glyph, x: float, y: float, size: int, colour: RGB, weight: int
) -> None:
    font = load_font(size)
    pen.text((x, y), glyph.letter, font=font, fill=colour, stroke_width=weight, stroke_fill=colour)
    if not glyph.mark:
        return
    middle, high = x + font.getlength(glyph.letter) / 2, y + size * (0.1 if glyph.letter.isupper() else 0.27)
    s, thick = size * 0.1, max(2, round(size * 0.07) + weight)
    shapes = {
        "acute": [(-s * 0.6, s * 0.5), (s, -s)],
        "grave": [(s * 0.6, s * 0.5), (-s, -s)],
        "hat": [(-s, s * 0.6), (0, -s * 0.7), (s, s * 0.6)],
        "tilde": [(-s * 1.4, s * 0.4), (-s * 0.5, -s * 0.5), (s * 0.5, s * 0.4), (s * 1.4, -s * 0.5)],
    }
    if glyph.mark in shapes:
        pen.line([(middle + dx, high + dy) for dx, dy in shapes[glyph.mark]], fill=colour, width=thick, joint="curve")
    elif glyph.mark == "dots":
        for dx in (-s * 1.1, s * 1.1):
            pen.ellipse(
                (middle + dx - thick * 0.6, high - thick * 0.6, middle + dx + thick * 0.6, high + thick * 0.6),
                fill=colour,
            )
    elif glyph.mark == "ring":
        pen.ellipse((middle - s, high - s, middle + s, high + s), outline=colour, width=max(2, thick // 2))
    else:
        pen.line([(middle, y + size * 0.98), (middle - s * 0.4, y + size * 1.14)], fill=colour, width=thick)


def _length(line: str, size: int) -> float:
    return max(1.0, sum(load_font(size).getlength(glyph.letter) for glyph in spell(line)))


def _break(words: list[str], count: int) -> list[str]:
    """Splits the words into `count` lines of about equal length."""
    goal, line = sum(len(word) + 1 for word in words) / count, ""
    lines: list[str] = []
    for index, word in enumerate(words):
        left = len(words) - index
        if line and len(lines) < count - 1 and (len(line) + len(word) / 2 > goal or left < count - len(lines)):
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*lines, line]
