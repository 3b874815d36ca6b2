"""How alike two pictures look, and whether one shows anything at all; pure."""

from collections.abc import Sequence

import numpy as np
from PIL import Image

# Of 64 bits, so many may differ between pictures that look the same: copies of another size or format differ by less.
ALIKE = 4
# A picture is blank if no channel spans more than this many of its 256 levels, once it is as small as this. A dot of
# ten pixels in a picture of 1024 still spans more.
BLANK_LEVELS, BLANK_SIDE = 8, 32
COLUMNS, ROWS = 9, 8


def hash_look(picture: Image.Image) -> int:
    """Return the 64-bit difference hash of an RGB picture, as a signed number, which a database's bigint holds.

    Each bit says whether a pixel of the picture, shrunk to 9 × 8 greys, is darker than the one to its right.
    """
    grey = np.asarray(picture.convert("L").resize((COLUMNS, ROWS), Image.Resampling.BOX, reducing_gap=3.0))
    bits = np.packbits(grey[:, :-1] < grey[:, 1:])
    return int.from_bytes(bits.tobytes(), "big", signed=True)


def is_blank(picture: Image.Image) -> bool:
    """Tell whether an RGB picture is of one colour, or so nearly that nothing can be seen in it."""
    small = picture.resize((BLANK_SIDE, BLANK_SIDE), Image.Resampling.BOX)
    levels = np.asarray(small)
    spans = levels.max(axis=(0, 1)).astype(int) - levels.min(axis=(0, 1))
    return bool((spans <= BLANK_LEVELS).all())


def find_alike(hashes: Sequence[int], *, most: int = ALIKE) -> list[tuple[int, int]]:
    """Return the places of all pairs whose hashes differ in at most `most` bits, the first place first."""
    values = np.array(hashes, dtype=np.int64)
    pairs: list[tuple[int, int]] = []
    for place in range(len(values) - 1):
        apart = np.bitwise_count((values[place + 1 :] ^ values[place]).view(np.uint64))
        pairs += [(place, place + 1 + int(found)) for found in np.flatnonzero(apart <= most)]
    return pairs
