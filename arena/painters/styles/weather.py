"""What the light adds over a finished sheet: glow, rain, fog."""

import numpy as np

from arena.painters.canvas import Canvas
from arena.painters.palette import Light
from arena.painters.sketch import ellipse


def lay_weather(canvas: Canvas, light: Light, mood: str, rng: np.random.Generator) -> None:
    """Rain as slanted streaks, fog as drifting bands, neon as a coloured glow from both sides."""
    if mood == "rain":
        for x, y, n in zip(rng.random(90) * 1.1, rng.random(90), rng.random(90), strict=True):
            points = np.array([(x, y), (x - 0.012 - 0.01 * n, y + 0.045 + 0.04 * n)])
            canvas.stroke(points, 0.0016, (232, 240, 244), 120)
    elif mood == "fog":
        for y, n in zip((0.42, 0.55, 0.66, 0.8), rng.random(4), strict=True):
            for width, alpha in ((0.9, 34), (0.7, 34), (0.5, 30)):
                canvas.fill(ellipse(0.2 + 0.6 * float(n), y, width, 0.05 * width), light.haze, alpha)
    elif mood == "neon":
        for x, colour in ((0.0, (255, 60, 190)), (1.0, (40, 200, 255))):
            for r in np.linspace(0.62, 0.08, 14):
                canvas.fill(ellipse(x, 0.4, float(r), float(r) * 1.5), colour, 6)
