"""Colours and lights: what each colour word looks like, and how each light changes it."""

from dataclasses import dataclass
from functools import lru_cache

RGB = tuple[int, int, int]

COLOUR_HEX = {
    "red": "#c9443a",
    "orange": "#e2843c",
    "yellow": "#efc94c",
    "green": "#5d9a5b",
    "teal": "#3c8a8a",
    "blue": "#3f76bd",
    "purple": "#7d5aa8",
    "pink": "#ea8fab",
    "brown": "#91603f",
    "black": "#38353f",
    "white": "#f7f2e8",
    "grey": "#96989e",
    "gold": "#d9a53a",
    "silver": "#bcc4cd",
    "cream": "#f3e4c3",
    "navy": "#2b3f6b",
    "turquoise": "#4fbfb7",
}


@lru_cache(maxsize=1024)
def hex_rgb(text: str) -> RGB:
    """The three bytes of '#rrggbb'."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def rgb_hex(colour: RGB) -> str:
    """The colour as '#rrggbb'."""
    red, green, blue = colour
    return f"#{red:02x}{green:02x}{blue:02x}"


@lru_cache(maxsize=16384)
def mix(one: RGB, other: RGB, share: float) -> RGB:
    """`one` with `share` (0 to 1) of `other` in it."""
    return (
        round(one[0] + (other[0] - one[0]) * share),
        round(one[1] + (other[1] - one[1]) * share),
        round(one[2] + (other[2] - one[2]) * share),
    )


def shade(colour: RGB, amount: float) -> RGB:
    """Lighter towards warm white (`amount` > 0) or darker towards cool ink (`amount` < 0), at most 1 either way."""
    if amount == 0:
        return colour
    return mix(colour, (255, 250, 236), amount) if amount > 0 else mix(colour, (34, 26, 52), -amount)


@dataclass(frozen=True)
class Light:
    """A mood: the sky it makes, the tint it lays on things, and the haze that swallows what is far."""

    sky: tuple[RGB, RGB]
    tint: tuple[float, float, float]
    haze: RGB
    haze_share: float = 0.25
    glow: RGB = (255, 246, 214)
    glow_alpha: int = 90
    dark: bool = False

    def grade(self, colour: RGB, depth: float) -> RGB:
        """`colour` as seen in this light at `depth` (0 near to 1 at the horizon)."""
        return _grade(self, colour, round(depth, 2))


@lru_cache(maxsize=16384)
def _grade(light: Light, colour: RGB, depth: float) -> RGB:
    red, green, blue = (min(255, round(byte * factor)) for byte, factor in zip(colour, light.tint, strict=True))
    return mix((red, green, blue), light.haze, min(0.85, light.haze_share * depth))


def _light(
    high: str,
    low: str,
    tint: tuple[float, float, float],
    haze: str,
    share: float,
    glow: str = "#fff6d6",
    glow_alpha: int = 90,
    dark: bool = False,
) -> Light:
    return Light((hex_rgb(high), hex_rgb(low)), tint, hex_rgb(haze), share, hex_rgb(glow), glow_alpha, dark)


LIGHTS_BY_NAME = {
    "day": _light("#6fb3dc", "#dff0ee", (1.0, 1.0, 0.98), "#d5e8ea", 0.45),
    "soft": _light("#b9cfd8", "#f4ead9", (1.0, 0.97, 0.93), "#eee6d8", 0.5),
    "golden": _light("#f0a861", "#fde9b8", (1.05, 0.92, 0.72), "#fbd79a", 0.5, "#fff0b0", 170),
    "dusk": _light("#5b5590", "#f3a58a", (0.86, 0.70, 0.80), "#c98a98", 0.5, "#ffb98e", 150),
    "night": _light("#141c3d", "#3c4f80", (0.70, 0.72, 0.92), "#34456f", 0.5, "#cfdcff", 80, True),
    "neon": _light("#1b1038", "#55246b", (0.90, 0.70, 0.98), "#4d2a70", 0.5, "#ff5fc0", 140, True),
    "studio": _light("#c9c4bd", "#efece6", (1.02, 1.0, 0.98), "#e6e2db", 0.3, "#ffffff", 130),
    "rain": _light("#76848f", "#b9c3c5", (0.78, 0.84, 0.88), "#a4b0b5", 0.6, "#dfe8ea", 50),
    "fog": _light("#c3c9c8", "#e4e4dd", (0.92, 0.94, 0.93), "#dcdeda", 0.95, "#ffffff", 110),
}
