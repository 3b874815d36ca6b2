"""What is known of one board's errors, so that several boards can be weighed together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.lines import Estimates
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.uncertainty.intervals import cluster_quantiles
from leaderboard.ratings.uncertainty.student_t import t_quantile

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class BoardErrors:
    """A board's strengths in logits, and the errors of the gaps between them.

    `theta` and `taste_sd`, float64[n], are of all `contenders`: the strength, and how far voters' tastes differ. Of the
    `known` ones, int64[m], each has an interval and votes connect them. `covariance`, float64[m, m], is theirs, centred
    on the mean of all; its gaps are as wide as the board's published intervals. `widening`, float64[m], is by how much
    Student's t widens each one's error.
    """

    contenders: tuple[str, ...]
    theta: Vector
    taste_sd: Vector
    known: Places
    widening: Vector
    covariance: Matrix

    @property
    def names(self) -> tuple[str, ...]:
        """The contenders that are known, in the order of `covariance`."""
        return tuple(self.contenders[index] for index in self.known.tolist())


def state_errors(contenders: tuple[str, ...], estimates: Estimates, method: Method) -> BoardErrors:
    """The errors of a board's estimates; nobody is known where fewer than two voters or prompts stand behind each."""
    known = _find_known(estimates, method)
    tail = (1 - method.confidence) / 2
    widening = cluster_quantiles(estimates.effective[known], tail=tail) / t_quantile(tail, np.inf)
    gaps = np.maximum(widening[:, None], widening) * estimates.gap_se[np.ix_(known, known)]
    return BoardErrors(
        contenders, estimates.theta, _find_taste(estimates, method), known, widening, centre(-(gaps**2) / 2)
    )


def centre(matrix: Matrix) -> Matrix:
    """A covariance about the mean of all; no gap changes. Of minus half the variances of gaps it makes a covariance.

    Torgerson, "Multidimensional scaling: I. Theory and method" (1952).
    """
    rows = matrix.sum(axis=1) / max(1, len(matrix))
    columns = matrix.sum(axis=0) / max(1, len(matrix))
    return np.asarray(matrix - rows[:, None] - columns + rows.sum() / max(1, len(matrix)))


def _find_known(estimates: Estimates, method: Method) -> Places:
    """Those shown with an interval, of the largest part that votes connect."""
    shown = estimates.records.rated >= method.thresholds.thin_votes
    known = np.flatnonzero(shown & ~np.isnan(estimates.half_width))
    parts = estimates.connectivity.part[known]
    return known if not len(known) else known[parts == np.bincount(parts).argmax()]


def _find_taste(estimates: Estimates, method: Method) -> Vector:
    if estimates.pooled is None or "voter" not in method.clusters:
        return np.zeros(len(estimates.theta))
    return np.asarray(np.sqrt(estimates.pooled.common[method.clusters.index("voter")].each))
