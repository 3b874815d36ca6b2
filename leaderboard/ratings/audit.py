"""One board's diagnostics together: how fragile, how decided, how well agreed on, how well predicted."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from leaderboard.ratings.agreement import Agreement, measure_agreement
from leaderboard.ratings.calibration import Calibration, measure_calibration
from leaderboard.ratings.counting import weigh_votes
from leaderboard.ratings.deciding import Decision, decide
from leaderboard.ratings.exposure import Exposure, measure_exposure
from leaderboard.ratings.flips import Flip, audit_flips
from leaderboard.ratings.floor_sensitivity import FloorSensitivity, compare_floor
from leaderboard.ratings.intervals import overlap_ranks
from leaderboard.ratings.lines import Estimates
from leaderboard.ratings.methods import estimate
from leaderboard.ratings.parameters import METHOD, Method
from leaderboard.ratings.rao_kupper import fit_rao_kupper
from leaderboard.ratings.votelog import BOTH_BAD, OUTCOMES, TIE, VoteLog


@dataclass(frozen=True)
class PairAudit:
    """A contender and the next one below: is the gap decided, what a vote between them brings, what would turn them."""

    decision: Decision
    win: float
    tie: float
    loss: float
    flips: tuple[Flip, ...]


@dataclass(frozen=True)
class OverlapRank:
    """LMArena's rank from intervals that do not overlap, for comparison only."""

    contender: str
    rank: int


@dataclass(frozen=True)
class BoardAudit:
    """All of one board; rates are shares of all votes, pairs run down by Elo."""

    votes: int
    tie_rate: float | None
    floor_rate: float | None
    first: tuple[Flip, ...]
    pairs: tuple[PairAudit, ...]
    overlap_ranks: tuple[OverlapRank, ...]
    floor: FloorSensitivity
    agreement: Agreement
    exposure: Exposure
    calibration: Calibration | None


def audit_board(votes: VoteLog, method: Method = METHOD) -> BoardAudit:
    """Audit the votes that a board reads; `method` is the board's own (`board_method`)."""
    votes = votes.compact()
    estimates, flips = estimate(votes, method), audit_flips(votes, method)
    shares = np.bincount(votes.outcome, minlength=len(OUTCOMES)) / max(1, len(votes))
    floor = compare_floor(votes, method)
    return BoardAudit(
        votes=len(votes),
        tie_rate=float(shares[TIE]) if len(votes) else None,
        floor_rate=float(shares[BOTH_BAD]) if len(votes) else None,
        first=flips.first,
        pairs=_audit_pairs(votes, estimates, flips.neighbours, method),
        overlap_ranks=_rank_by_overlap(votes, estimates, floor),
        floor=floor,
        agreement=measure_agreement(votes),
        exposure=measure_exposure(votes),
        calibration=measure_calibration(votes, method),
    )


def _audit_pairs(
    votes: VoteLog, estimates: Estimates, neighbours: tuple[Flip, ...], method: Method
) -> tuple[PairAudit, ...]:
    place = {label: index for index, label in enumerate(votes.contenders)}
    chances = fit_rao_kupper(weigh_votes(votes, method)[1], prior_sd=method.prior_sd).chances()
    pairs = []
    for (leader, other), flips in groupby(neighbours, key=lambda flip: (flip.leader, flip.challenger)):
        one, two = place[leader], place[other]
        decision = decide(votes.contenders, estimates, one, two, method=method)
        win, tie, loss = chances[:, one, two].tolist()
        pairs.append(PairAudit(decision, win, tie, loss, tuple(flips)))
    return tuple(pairs)


def _rank_by_overlap(votes: VoteLog, estimates: Estimates, floor: FloorSensitivity) -> tuple[OverlapRank, ...]:
    """For the contenders shown, in their order."""
    names = [line.contender for line in floor.lines]
    shown = np.array([votes.contenders.index(name) for name in names], dtype=np.int64)
    elo, half = estimates.elo[shown], estimates.half_width[shown]
    return tuple(map(OverlapRank, names, overlap_ranks(elo - half, elo + half).tolist()))
