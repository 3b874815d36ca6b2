"""The register of kinds: how big each thing is, where it belongs, its natural colour, and who draws it."""

from collections.abc import Callable
from dataclasses import dataclass

from arena.painters.palette import COLOUR_HEX, RGB, hex_rgb
from arena.painters.sketch import Patch, Sketch

Draw = Callable[[Sketch], None]
Panel = tuple[float, float, float, float]


@dataclass(frozen=True)
class Kind:
    """One thing that can be drawn; `width` and `panel` (where lettering fits) in units of its height."""

    name: str
    draw: Draw
    colour: str
    width: float = 1.0
    scale: float = 1.0
    rests: str = "ground"
    panel: Panel | None = None

    def sketch(self, colour: str) -> tuple[Patch, ...]:
        """The patches of this thing in a colour word ('natural' for its own)."""
        return self.sketch_in(hex_rgb(self.colour if colour == "natural" else COLOUR_HEX[colour]))

    def sketch_in(self, main: RGB) -> tuple[Patch, ...]:
        """The patches of this thing with `main` as its leading colour."""
        sketch = Sketch(main)
        self.draw(sketch)
        return tuple(sketch.patches)


REGISTER: dict[str, Kind] = {}


def draws(
    name: str,
    colour: str,
    *,
    width: float = 1.0,
    scale: float = 1.0,
    rests: str = "ground",
    panel: Panel | None = None,
) -> Callable[[Draw], Draw]:
    """Registers the decorated function as the drawing of `name`; `rests` is ground, air, water or far."""

    def enter(draw: Draw) -> Draw:
        REGISTER[name] = Kind(name, draw, colour, width, scale, rests, panel)
        return draw

    return enter
