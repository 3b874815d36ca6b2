"""Packed forms of what boards' errors are and have in common, small enough to be kept with the newest snapshots."""

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.board_errors import BoardErrors

Matrix = NDArray[np.float64]

# A board with more contenders would take more than 300 KB; its errors are not kept.
MOST_CONTENDERS = 400
_OWN = np.dtype("<f4")
_SHARED = np.dtype("<i2")
# Correlations are kept to 1/2000.
_STEP = 1e-3


@dataclass(frozen=True, eq=False)
class OwnErrors:
    """A board's known contenders, and the covariance of their strengths in squared logits, float64[m, m]."""

    names: tuple[str, ...]
    covariance: Matrix

    @property
    def spread(self) -> NDArray[np.float64]:
        """Each one's standard error about the mean, float64[m]; of no contender 0."""
        return np.asarray(np.sqrt(np.maximum(np.diagonal(self.covariance), np.finfo(np.float32).tiny)))


def pack_boards(
    errors: Sequence[BoardErrors], shared: Mapping[tuple[int, int], Matrix]
) -> dict[tuple[int, int], bytes]:
    """Each board's own block, and those that two boards share, by their places."""
    blocks = {(place, place): pack_own(own) for place, own in enumerate(errors)}
    opened = [open_own(blocks[place, place]) for place in range(len(errors))]
    for (one, two), covariance in shared.items():
        if opened[one].names and opened[two].names:
            blocks[one, two] = pack_shared(opened[one], opened[two], covariance)
    return blocks


def pack_own(errors: BoardErrors) -> bytes:
    """A JSON line of names, then the upper triangle as little-endian 32-bit floats. Empty beyond `MOST_CONTENDERS`."""
    names = errors.names if len(errors.known) <= MOST_CONTENDERS else ()
    upper = errors.covariance[np.triu_indices(len(names))]
    return zlib.compress(json.dumps(names).encode() + b"\n" + upper.astype(_OWN).tobytes(), level=1)


def open_own(packed: bytes) -> OwnErrors:
    """Open what `pack_own` wrote."""
    line, _, rest = zlib.decompress(packed).partition(b"\n")
    names = tuple(json.loads(line))
    covariance = np.zeros((len(names), len(names)))
    upper = np.triu_indices(len(names))
    covariance[upper] = covariance.T[upper] = np.frombuffer(rest, dtype=_OWN)
    return OwnErrors(names, covariance)


def pack_shared(one: OwnErrors, two: OwnErrors, covariance: Matrix) -> bytes:
    """The covariance of two boards' strengths as correlations in steps of 1/1000, little-endian 16-bit integers."""
    steps = np.rint(covariance / (one.spread[:, None] * two.spread) / _STEP)
    limits = np.iinfo(np.int16)
    return zlib.compress(np.clip(steps, limits.min, limits.max).astype(_SHARED).tobytes(), level=1)


def open_shared(one: OwnErrors, two: OwnErrors, packed: bytes) -> Matrix:
    """Open what `pack_shared` wrote for the same boards, float64[m_one, m_two] in squared logits."""
    steps = np.frombuffer(zlib.decompress(packed), dtype=_SHARED).reshape(len(one.names), len(two.names))
    return np.asarray(steps * _STEP * (one.spread[:, None] * two.spread))
