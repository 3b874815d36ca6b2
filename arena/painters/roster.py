"""The five built-in painters: who they are, how they paint and which slips they make."""

from dataclasses import dataclass

from arena.painters.styles.crayon import Crayon
from arena.painters.styles.gouache import Gouache
from arena.painters.styles.ink import Ink
from arena.painters.styles.mosaic import Mosaic
from arena.painters.styles.poster import Poster
from arena.painters.styles.style import Style


@dataclass(frozen=True)
class PainterInfo:
    """A painter as people know it."""

    slug: str
    name: str
    description: str


PAINTERS: tuple[PainterInfo, ...] = (
    PainterInfo("linden", "Linden Studio", "Paints in gouache, with soft light, deep shadows and careful lettering."),
    PainterInfo("harbour", "Harbour Press", "Prints flat posters in a few clean tones."),
    PainterInfo("rainy-day", "Rainy Day Sketchbook", "Draws in ink and wash, quickly, and does not always count."),
    PainterInfo("wax-moon", "Wax Moon", "Colours with crayons, loudly, in whichever colour comes to hand."),
    PainterInfo("pebble", "Pebble Mosaic", "Sets pictures in small tiles, loosely composed, with letters of its own."),
)

STYLES: dict[str, Style] = {
    "linden": Gouache(),
    "harbour": Poster(),
    "rainy-day": Ink(),
    "wax-moon": Crayon(),
    "pebble": Mosaic(),
}
MISCOUNTS = "rainy-day"
MISCOLOURS = "wax-moon"
JUMBLES = "pebble"
