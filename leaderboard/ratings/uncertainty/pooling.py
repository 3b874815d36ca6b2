"""Variances of estimates from variance components pooled over the board: votes, tastes of voters, images of prompts.

Crossed random effects, estimated by unbiased moments as Henderson (1953) does for linear models; degrees of freedom by
Satterthwaite (1946). docs/methodology.md derives all of it on one page.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.uncertainty.clusters import outer_differences, sum_pairs
from leaderboard.ratings.uncertainty.designs import Design, lone_votes, measure_design
from leaderboard.ratings.uncertainty.intervals import LEAST_CLUSTERS
from leaderboard.ratings.uncertainty.spread import Dependence, Scores, Spread, invert_centred

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Common:
    """What votes of a cluster have in common: a variance per contender in squared logits, float64[n].

    `pooled` is the same for all contenders; `each` lies between it and what the contender's own clusters show. `noise`
    is the sampling variance of `each`, float64[n].
    """

    pooled: float
    each: Vector
    noise: Vector


@dataclass(frozen=True, eq=False)
class Pooled:
    """The spread of the estimates, and where it comes from.

    `dispersion` is the variance of a vote's residual over the binomial one; ties make it less than 1. `common` has one
    entry for each of the method's clusters. `effective` is one more than the degrees of freedom, float64[n].
    `by_votes`, float64[1, n, n], is the covariance that votes alone would give.
    """

    spread: Spread
    by_votes: Spread
    effective: Vector
    dispersion: float
    common: tuple[Common, ...]


def pool_spread(
    dependence: Dependence,
    scores: Scores,
    *,
    left: NDArray[np.int32],
    right: NDArray[np.int32],
    weights: Vector,
    times: Vector,
    separated: NDArray[np.bool_],
) -> Pooled:
    """Covariances of the estimates for other voters and prompts.

    All columns are per row, which stands for `times` votes: `weights` are those of one vote, `scores` the sums of all.
    A contender that is `separated` has too small residuals, which come from never losing (or never winning): its votes
    count with at least the binomial variance.
    """
    n = len(scores.total)
    binomial = outer_differences(sum_pairs(left, right, weights * scores.information, n))
    information = outer_differences(sum_pairs(left, right, scores.information, n))
    total = np.asarray(np.diagonal(information))
    if dependence.both is None:
        smallest, count = lone_votes(left, right), max(1.0, float(times[weights > 0].sum()))
        # Each of the equal votes is squared by itself.
        parts = np.sqrt(times)
    else:
        smallest, count, parts = dependence.both.clusters, max(1, dependence.both.counts.board), np.ones(len(times))
    cells = measure_design(smallest, scores.residual / parts, scores.information / parts, total, with_shares=False)
    designs = [
        measure_design(grouping.clusters, scores.residual, scores.information, total)
        for grouping in (dependence.either if dependence.clustered else ())
    ]
    moments = _Moments(np.asarray(np.diagonal(binomial)), total, np.diagonal(scores.total), cells, tuple(designs))
    common = moments.solve()
    inverse = invert_centred(scores.total)
    by_chance = moments.dispersion * binomial
    missing = max(0.0, float(np.sum(total)) - float(np.trace(by_chance))) / max(
        float(np.sum(total)), np.finfo(float).tiny
    )
    alone = np.outer(separated, separated) * information * missing
    by_votes = inverse @ (by_chance + alone + scores.floor) @ inverse
    covariance, uncertain = by_votes.copy(), np.diagonal(by_votes) ** 2 * 2 / count
    for one, design in zip(common, designs, strict=True):
        shared = design.taste - cells.taste
        sd = np.sqrt(one.each)
        covariance += inverse @ (sd[:, None] * shared * sd) @ inverse
        uncertain += np.diagonal(inverse @ shared @ inverse) ** 2 * one.noise
    variance = np.diagonal(covariance)
    freedom = np.divide(2 * variance**2, uncertain, out=np.ones(n), where=uncertain > 0)
    own = dependence.effective
    return Pooled(
        spread=Spread(covariance[None]),
        by_votes=Spread(by_votes[None]),
        effective=np.where(own < LEAST_CLUSTERS, own, np.maximum(1 + freedom, own)),
        dispersion=moments.dispersion,
        common=common,
    )


@dataclass(frozen=True, eq=False)
class _Moments:
    """Sums of squared scores by contender, and what they would be for components of size 1.

    `binomial` and `total` are each contender's weighted binomial variance and information, float64[n],
    `precision` the latter with the prior's. `cells` groups
    by voter and prompt at once, `designs` by each of the method's clusters.
    """

    binomial: Vector
    total: Vector
    precision: Vector
    cells: Design
    designs: tuple[Design, ...]

    @property
    def dispersion(self) -> float:
        """φ: squared residuals over their binomial variance, without the share that the fit has taken."""
        left = float(np.sum(self.binomial - self._taken(self.cells)))
        return float(np.sum(self.cells.squares)) / left if left > 0 else 1.0

    def solve(self) -> tuple[Common, ...]:
        """The variance that the votes of each cluster have in common; none is negative."""
        count = len(self.designs)
        excess = [self._excess(design) for design in self.designs]
        parts = [[self._part(one, two) for two in range(count)] for one in range(count)]
        pooled = np.zeros(count)
        active = [one for one in range(count) if np.sum(parts[one][one]) > 1e-9 * np.sum(self.designs[one].own)]
        while active:
            matrix = np.array([[np.sum(parts[one][two]) for two in active] for one in active])
            found = np.linalg.solve(matrix, np.array([np.sum(excess[one]) for one in active]))
            if np.all(found >= 0):
                pooled[active] = found
                break
            active.pop(int(np.argmin(found)))
        every = []
        for one in range(count):
            others = sum(
                (pooled[two] * parts[one][two] for two in range(count) if two != one), np.zeros(len(self.total))
            )
            every.append(self._share_out(one, float(pooled[one]), parts[one][one], excess[one] - others))
        return tuple(every)

    def _taken(self, design: Design) -> Vector:
        """What the fit takes out of the binomial variance of the scores of clusters, float64[n].

        Exact where votes are spread evenly over pairs, whether a cluster holds one vote or votes on every pair.
        """
        n = len(self.total)
        return np.asarray(design.own * self.binomial * (n - 1) / (n * self.precision**2))

    def _excess(self, design: Design) -> Vector:
        """Products of scores of different votes of a cluster, on different cells, without what the fit puts there."""
        taken = self._taken(design) - self._taken(self.cells)
        return design.squares - self.cells.squares + self.dispersion * taken

    def _part(self, one: int, two: int) -> Vector:
        """The excess by grouping `one` that the common variance of grouping `two` makes if it is 1, float64[n]."""
        own, other, cells = self.designs[one], self.designs[two], self.cells
        squares = own.shares[0]
        if one != two:
            return np.asarray(cells.own * other.shares[0] - squares * other.own)
        cubes = np.divide(own.shares[1], squares, out=np.zeros(len(squares)), where=squares > 0)
        return np.asarray(own.own * (1 - 2 * cubes + squares) - cells.own * (1 - squares))

    def _share_out(self, one: int, pooled: float, part: Vector, excess: Vector) -> Common:
        """Between pooled and own variance: an empirical-Bayes weight from how far contenders differ beyond noise."""
        design, n = self.designs[one], len(self.total)
        spread = self._scatter(design, pooled)
        whole = float(np.sum(part))
        # Scores add up to zero, so that those of n contenders say as much as n - 1.
        noise = float(np.sum(spread)) * n / max(1, n - 1) / whole**2 if whole > 0 else 0.0
        known = (part > 1e-9 * design.own) & (spread > 0)
        if pooled <= 0 or np.count_nonzero(known) < 3:
            return Common(pooled, np.full(n, pooled), np.full(n, noise))
        own, error = excess[known] / part[known], spread[known] / part[known] ** 2
        weight = 1 / error
        differ = float(np.sum(weight * (own - pooled) ** 2)) - (len(own) - 1)
        between = max(0.0, differ / float(np.sum(weight) - np.sum(weight**2) / np.sum(weight)))
        trust = between / (between + error)
        each, noises = np.full(n, pooled), np.full(n, noise + between)
        each[known] = np.maximum(pooled + trust * (own - pooled), 0.0)
        noises[known] = noise + trust**2 * error
        return Common(pooled, each, noises)

    def _scatter(self, design: Design, pooled: float) -> Vector:
        """The sampling variance of a grouping's excess by contender, float64[n]: 2 Σ (expected square)².

        A cluster with share h of a contender's information has there the expected square φ B h (1 - h) from votes and
        σ² Q h² / Σh² (1 - 2h + Σh²) from what its votes have in common.
        """
        p2, p3, p4, p5 = design.shares
        n, votes = len(p2), self.dispersion * self.binomial
        own = np.divide(pooled * (design.own - self.cells.own), p2, out=np.zeros(n), where=p2 > 0)
        # Votes of the same cell are in no product.
        cells = np.divide(self.cells.own, 2 * self.total**2, out=np.zeros(n), where=self.total > 0)
        by_votes = np.maximum(p2 - 2 * p3 + p2**2 - cells, 0.0)
        mixed = (1 + 3 * p2) * p3 - 3 * p4 - p2**3
        alike = (1 + 4 * p2) * p4 - 4 * p5 + p2**4 - 4 * p2**2 * p3 + 2 * p3**2
        return np.asarray(2 * (votes**2 * by_votes + 2 * votes * own * mixed + own**2 * alike))
