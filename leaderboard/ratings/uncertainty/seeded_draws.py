"""Normal random numbers that depend on nothing but their place: the same on every machine and version."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

# The step of SplitMix64 (Steele, Lea and Flood, 2014) and the multipliers of its finalizer.
STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


def mix_bits(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finalizer: every bit of a value changes every bit of the answer."""
    mixed = (values ^ (values >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))


@lru_cache(maxsize=2)
def draw_normals(rows: int, columns: int) -> NDArray[np.float64]:
    """Independent standard normal numbers, float64[rows, columns], by Box and Muller's formula; always the same.

    The array is kept for the next call, since most boards of an arena are of one size, so it cannot be written to.
    """
    half = (rows * columns + 1) // 2
    bits = mix_bits(np.arange(1, 2 * half + 1, dtype=np.uint64) * STEP) >> np.uint64(11)
    # Between 0 and 1, and never either of them.
    uniform = (bits.astype(np.float64) + 0.5) * 2.0**-53
    radius, angle = np.sqrt(-2 * np.log(uniform[:half])), 2 * np.pi * uniform[half:]
    both = np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])
    drawn = np.asarray(both[: rows * columns]).reshape(rows, columns)
    drawn.flags.writeable = False
    return drawn
