"""The engine compared with other programs: evalica's Bradley–Terry and statsmodels' clustered errors."""

from dataclasses import replace

import evalica
import numpy as np
import pytest
from numpy.typing import NDArray
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from leaderboard.ratings.columns.votelog import BOTH_BAD, TIE, VoteLog
from leaderboard.ratings.methods import METHOD, estimate, fit
from leaderboard.ratings.parameters import Cluster
from leaderboard.ratings.uncertainty import spread
from tests.leaderboard.ratings.logs import simulate

Matrix = NDArray[np.float64]
# The other programs have no prior; here it is too weak to matter at the precision compared.
WEAK = replace(METHOD, version="2", equal_category_weights=False, prior_sd=1e3)
TRUTH = np.linspace(-0.6, 0.6, 6)
WINNERS = [evalica.Winner.X, evalica.Winner.Y, evalica.Winner.Draw]


def few_of_each() -> VoteLog:
    """900 votes by 25 voters on 18 prompts, some for neither, with an advantage for the left side."""
    return simulate(TRUTH, votes=900, voters=25, seed=21, side=0.3, prompts=18)


def test_elo_equals_evalica() -> None:
    log = few_of_each()
    log = log.select(log.outcome != BOTH_BAD)
    found = estimate(log, replace(WEAK, prior_sd=1e5)).elo
    theirs = evalica.bradley_terry(
        log.left.tolist(), log.right.tolist(), [WINNERS[outcome] for outcome in log.outcome], tolerance=1e-15,
        limit=100_000,
    )  # fmt: skip
    logits = np.log(theirs.scores.sort_index().to_numpy())
    assert found - found.mean() == pytest.approx((logits - logits.mean()) * 400 / np.log(10), abs=1e-9)


@pytest.mark.parametrize("clusters", [("voter",), ("prompt",), ("voter", "prompt")])
def test_gap_errors_equal_statsmodels(clusters: tuple[Cluster, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spread, "_HEAVY", 1.0)
    log = few_of_each()
    found = estimate(log, replace(WEAK, clusters=clusters)).gap_se
    design, points, groups = regression(log)
    # The first contender is the reference; Easel takes the largest of the covariances.
    by = [clustered(design[:, 1:], points, groups[name]) for name in clusters]
    if len(clusters) > 1:
        by.append(clustered(design[:, 1:], points, np.stack([groups[name] for name in clusters], axis=1)))
    variances = np.max([gap_variances(np.pad(covariance, ((1, 0), (1, 0)))) for covariance in by], axis=0)
    assert found**2 == pytest.approx(variances, rel=1e-6, abs=1e-12)


def test_side_bias_and_its_error_equal_statsmodels() -> None:
    log = few_of_each()
    effect = fit(log, replace(WEAK, clusters=("voter",))).position_effect
    design, points, groups = regression(log)
    design[:, 0] = 1
    fitted = GLM(points, design, family=Binomial()).fit(tol=1e-14)
    error = np.sqrt(clustered(design, points, groups["voter"])[0, 0])
    assert effect is not None
    assert (effect.logit, effect.se) == pytest.approx((fitted.params[0], error), rel=1e-6)


def regression(log: VoteLog) -> tuple[Matrix, Matrix, dict[str, NDArray[np.int64]]]:
    """The rated votes as a logistic regression: +1 at the left contender, -1 at the right, points, and groups."""
    log = log.select(log.outcome != BOTH_BAD)
    design = np.zeros((len(log), len(log.contenders)))
    design[np.arange(len(log)), log.left] = 1
    design[np.arange(len(log)), log.right] = -1
    points = np.where(log.outcome == TIE, 0.5, log.outcome == 0).astype(np.float64)
    return design, points, {"voter": log.voter.astype(np.int64), "prompt": log.prompt.astype(np.int64)}


def clustered(design: Matrix, points: Matrix, groups: NDArray[np.int64]) -> Matrix:
    """Their covariance with the correction G/(G-1) only: their further factor (N-1)/(N-K), from Stata, is removed."""
    rows, columns = design.shape
    fitted = GLM(points, design, family=Binomial()).fit(tol=1e-14, cov_type="cluster", cov_kwds={"groups": groups})
    return np.asarray(fitted.cov_params() * (rows - columns) / (rows - 1), dtype=np.float64)


def gap_variances(covariance: Matrix) -> Matrix:
    diagonal = np.diag(covariance)
    return np.asarray(diagonal[:, None] + diagonal[None, :] - 2 * covariance)
