"""The fonts of cards and badges: which characters they have, how wide a text is, and how it fits."""

from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

_FOLDER = Path(__file__).parent / "fonts"
# No font has this character, so what is drawn for it is what is drawn for every missing one.
_MISSING = "\uffff"


@cache
def load_letters(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return the font at a size in pixels."""
    return ImageFont.truetype(_FOLDER / ("DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"), size)


def measure(text: str, size: int, *, bold: bool = False) -> float:
    """Return the width of a text in pixels."""
    return load_letters(size, bold=bold).getlength(text)


def covered(text: str, *, instead: str = "") -> str:
    """Return the text if the fonts have all of its characters; else `instead`, so that nothing is drawn as boxes."""
    line = " ".join(text.split())
    return line if all(_has(each) for each in line) else instead


@lru_cache(maxsize=4096)
def _has(character: str) -> bool:
    if character == " ":
        return True
    fonts = (
        ImageFont.truetype(_FOLDER / name, 16, layout_engine=ImageFont.Layout.BASIC)
        for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
    )
    return all(bytes(font.getmask(character)) != bytes(font.getmask(_MISSING)) for font in fonts)


def fit(text: str, width: float, sizes: tuple[int, ...], *, bold: bool = False) -> tuple[str, int]:
    """Return the text with the largest of `sizes` at which it is not too wide; cut at the smallest if none is."""
    for size in sizes:
        if measure(text, size, bold=bold) <= width:
            return text, size
    return cut(text, width, sizes[-1], bold=bold), sizes[-1]


def cut(text: str, width: float, size: int, *, bold: bool = False) -> str:
    """Return the text, or so much of its beginning as fits with an ellipsis."""
    if measure(text, size, bold=bold) <= width:
        return text
    while text and measure(f"{text}…", size, bold=bold) > width:
        text = text[:-1].rstrip()
    return f"{text}…"


def wrap(text: str, width: float, size: int, *, most: int) -> list[str]:
    """Return the text in lines, at most so many; the last one is cut if words are left."""
    lines, words = [""], text.split()
    for at, word in enumerate(words):
        longer = f"{lines[-1]} {word}".strip()
        if measure(longer, size) <= width:
            lines[-1] = longer
        elif len(lines) == most:
            lines[-1] = cut(" ".join([lines[-1], *words[at:]]).strip(), width, size)
            return lines
        else:
            lines.append(word)
    return [cut(line, width, size) for line in lines]
