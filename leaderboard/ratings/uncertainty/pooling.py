"""Variances of estimates from variance components pooled over the board: votes, tastes of voters, images of prompts.

Crossed random effects, estimated by unbiased moments as Henderson (1953) does for linear models; degrees of freedom by
Satterthwaite (1946). docs/methodology.md derives all of it on one page.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.uncertainty.clusters import outer_differences, sum_pairs
from leaderboard.ratings.uncertainty.designs import Design, Squares, lone_votes, measure_design, measure_squares
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

    `dispersion` is the variance of a vote's residual over the binomial one; ties make it less than 1. It is measured on
    cells, and never below what single votes show. `common` has one entry for each of the method's clusters. `effective`
    is one more than the degrees of freedom, float64[n]. `by_votes`, float64[1, n, n], is the covariance that single
    votes show if they are independent. It is also the second one in `spread`: no variance is below it.
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
    # Each of the equal votes of a row is squared by itself.
    parts = np.sqrt(times)
    moments = _measure_moments(
        dependence,
        scores,
        measure_squares(lone_votes(left, right), scores.residual / parts, scores.information / parts, n),
        rated=float(times[weights > 0].sum()),
        binomial=np.diagonal(binomial),
        total=np.diagonal(information),
    )
    common = moments.solve()
    inverse = invert_centred(scores.total)
    alone = np.outer(separated, separated) * information * moments.missing + scores.floor
    by_votes = inverse @ (moments.least * binomial + alone) @ inverse
    remainder = moments.find_remainder(common)
    covariance = inverse @ (remainder * binomial + alone) @ inverse
    uncertain = np.diagonal(inverse @ binomial @ inverse) ** 2 * moments.dispersion**2 * 2 / moments.count
    for one, design in zip(common, moments.designs, strict=True):
        sd = np.sqrt(one.each)
        covariance += inverse @ (sd[:, None] * design.taste * sd) @ inverse
        # The derivative of the covariance by the component.
        shared = design.taste - moments.share * binomial if remainder > 0 else design.taste
        uncertain += np.diagonal(inverse @ shared @ inverse) ** 2 * one.noise
    variance = np.diagonal(covariance)
    freedom = np.divide(2 * variance**2, uncertain, out=np.ones(n), where=uncertain > 0)
    own = dependence.effective
    return Pooled(
        spread=Spread(np.stack([covariance, by_votes])),
        by_votes=Spread(by_votes[None]),
        effective=np.where(own < LEAST_CLUSTERS, own, np.maximum(1 + freedom, own)),
        dispersion=moments.dispersion,
        common=common,
    )


def _measure_moments(
    dependence: Dependence, scores: Scores, single: Squares, *, rated: float, binomial: Vector, total: Vector
) -> "_Moments":
    residual, information, both = scores.residual, scores.information, dependence.both
    return _Moments(
        binomial=binomial,
        total=total,
        precision=np.diagonal(scores.total),
        single=single,
        cells=single if both is None else measure_squares(both.clusters, residual, information, len(total)),
        designs=tuple(
            measure_design(grouping.clusters, residual, information, total)
            for grouping in (dependence.either if dependence.clustered else ())
        ),
        rated=rated,
        count=max(1.0, rated if both is None else both.counts.board),
    )


@dataclass(frozen=True, eq=False)
class _Moments:
    """Sums of squared scores by contender, and what they would be for components of size 1.

    `binomial` and `total` are each contender's weighted binomial variance and information, float64[n], `precision` the
    latter with the prior's. `single` groups the `rated` votes one by one, `cells` by voter and prompt at once (`count`
    groups), `designs` by each of the method's clusters.
    """

    binomial: Vector
    total: Vector
    precision: Vector
    single: Squares
    cells: Squares
    designs: tuple[Design, ...]
    rated: float
    count: float

    @cached_property
    def dispersion(self) -> float:
        """φ: squared scores of cells over their binomial variance, never below that of single votes."""
        return max(self._scatter_of(self.cells), self.least)

    @cached_property
    def least(self) -> float:
        """The φ that single votes show. Votes of one cell can balance each other by chance, and so show less.

        The residuals of all votes can vanish, too (all are ties), so one vote more with the binomial variance counts.
        """
        return (self._scatter_of(self.single) * self.rated + 1) / (self.rated + 1)

    @property
    def missing(self) -> float:
        """How much less votes scatter than their information says, as a share of it."""
        known = float(np.sum(self.total))
        return max(0.0, 1 - self.least * float(np.sum(self.binomial)) / known) if known > 0 else 0.0

    @property
    def share(self) -> float:
        """How much of φ a component of size 1 makes, since what a cluster has in common its cells have, too."""
        chance = float(np.sum(self.binomial))
        return float(np.sum(self.cells.own)) / chance if chance > 0 else 0.0

    def find_remainder(self, common: tuple[Common, ...]) -> float:
        """φ without the part that the components make."""
        return max(0.0, self.dispersion - self.share * sum(one.pooled for one in common))

    def _scatter_of(self, design: Squares) -> float:
        """Squared scores over their binomial variance, without the share that the fit has taken."""
        left = float(np.sum(self.binomial - self._taken(design)))
        return float(np.sum(design.squares)) / left if left > 0 else 1.0

    def solve(self) -> tuple[Common, ...]:
        """The variance that the votes of each cluster have in common; none is negative."""
        count = len(self.designs)
        excess = [self._excess(design) for design in self.designs]
        parts = [[self._part(one, two) for two in range(count)] for one in range(count)]
        pooled = np.zeros(count)
        active = [one for one in range(count) if np.sum(parts[one][one]) > 1e-9 * np.sum(self.designs[one].own)]
        while active:
            matrix = np.array([[np.sum(parts[one][two]) for two in active] for one in active])
            # Two voters who judged alike on two prompts do not tell tastes from images: the smallest solution is taken.
            found = np.linalg.pinv(matrix, rcond=1e-9) @ np.array([np.sum(excess[one]) for one in active])
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

    def _taken(self, design: Design | Squares) -> Vector:
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
