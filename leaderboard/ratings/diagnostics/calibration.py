"""Whether predicted chances come true, measured on votes of people whose votes the prediction has not seen."""

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.counting import weigh_votes
from leaderboard.ratings.columns.votelog import BOTH_BAD, LEFT, RIGHT, TIE, VoteLog
from leaderboard.ratings.fits.rao_kupper import fit_rao_kupper
from leaderboard.ratings.parameters import METHOD, Method

Vector = NDArray[np.float64]

FOLDS = 5
_BINS = 10
# Keeps the log loss finite where an outcome with chance 0 happens.
_LEAST_CHANCE = 1e-9


@dataclass(frozen=True)
class ChanceBin:
    """Votes whose left side had a similar chance to win: how many, the mean chance, and the share that it won."""

    votes: int
    predicted: float
    observed: float


@dataclass(frozen=True)
class Calibration:
    """Scores of win, tie and loss chances on held-out votes; `both_bad` is not predicted.

    `log_loss` is in nats per vote, `brier` the sum of squared errors over the three outcomes, 0 to 2. `plain_log_loss`
    and `plain_brier` are the same scores of a prediction that knows only the shares of outcomes, not the contenders. A
    board that does not beat them says nothing.
    """

    votes: int
    log_loss: float
    brier: float
    plain_log_loss: float
    plain_brier: float
    bins: tuple[ChanceBin, ...]


def measure_calibration(votes: VoteLog, method: Method = METHOD) -> Calibration | None:
    """Predict each voter's votes from other voters', in five folds by the hash of the voter; None with one fold only.

    The fold depends on the voter's label alone: it is the same on every machine, for any order of votes, and whatever
    other voters do. In the scores every vote counts the same; weights shape only the fits.
    """
    votes = votes.select((votes.outcome != BOTH_BAD) & (votes.weight > 0)).compact()
    fold = np.array([_fold(label) for label in votes.voters], dtype=np.int64)[votes.voter] if len(votes) else None
    if fold is None or len(np.unique(fold)) < 2:
        return None
    chances, plain = np.zeros((2, len(votes), 3))
    for held in np.unique(fold):
        out = fold == held
        chances[out], plain[out] = _predict(votes.select(~out), votes.select(out), method)
    happened = np.eye(3)[votes.outcome]
    return Calibration(
        votes=len(votes),
        log_loss=_log_loss(chances, happened),
        brier=_brier(chances, happened),
        plain_log_loss=_log_loss(plain, happened),
        plain_brier=_brier(plain, happened),
        bins=_bin(chances[:, LEFT], happened[:, LEFT]),
    )


def _fold(voter: str) -> int:
    return int.from_bytes(hashlib.sha256(voter.encode()).digest()[:8], "big") % FOLDS


def _predict(known: VoteLog, held: VoteLog, method: Method) -> tuple[Vector, Vector]:
    """Chances of left, right and tie, float64[n_held, 3], by the fit and by the shares of outcomes among the known."""
    outcomes = weigh_votes(known, method)[1]
    win, tie, loss = fit_rao_kupper(outcomes, prior_sd=method.prior_sd).chances()
    by_outcome = np.zeros((3, *win.shape))
    by_outcome[LEFT], by_outcome[RIGHT], by_outcome[TIE] = win, loss, tie
    # One extra vote, a third for each outcome, keeps every chance above zero.
    shares = np.bincount(known.outcome, minlength=3)[:3] + 1 / 3
    plain = np.broadcast_to(shares / shares.sum(), (len(held), 3))
    return by_outcome[:, held.left, held.right].T, plain


def _log_loss(chances: Vector, happened: Vector) -> float:
    return float(-np.mean(np.log(np.maximum(np.sum(chances * happened, axis=1), _LEAST_CHANCE))))


def _brier(chances: Vector, happened: Vector) -> float:
    return float(np.mean(np.sum((chances - happened) ** 2, axis=1)))


def _bin(predicted: Vector, observed: Vector) -> tuple[ChanceBin, ...]:
    """Ten bins of equal width; empty ones are left out."""
    place = np.minimum((predicted * _BINS).astype(np.int64), _BINS - 1)
    found = []
    for index in np.unique(place):
        own = place == index
        found.append(ChanceBin(int(np.count_nonzero(own)), float(predicted[own].mean()), float(observed[own].mean())))
    return tuple(found)
