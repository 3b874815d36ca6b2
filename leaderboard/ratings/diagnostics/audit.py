"""One board's diagnostics together: how fragile, how decided, how well agreed on, how well predicted."""

from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.boards import BoardKey, narrow_shares, prepare_board
from leaderboard.ratings.columns.picture_gaps import PictureGaps
from leaderboard.ratings.columns.shares import Shares
from leaderboard.ratings.columns.votelog import BOTH_BAD, OUTCOMES, TIE, VoteLog
from leaderboard.ratings.diagnostics.agreement import Agreement, measure_agreement
from leaderboard.ratings.diagnostics.audit_scope import Scope, choose_scope
from leaderboard.ratings.diagnostics.calibration import Calibration, measure_calibration
from leaderboard.ratings.diagnostics.deciding import Decision, decide
from leaderboard.ratings.diagnostics.exposure import Exposure, measure_exposure
from leaderboard.ratings.diagnostics.flips import UNITS, Flip, FlipAudit, Unit, audit_flips, rank_joined
from leaderboard.ratings.diagnostics.floor_sensitivity import FloorSensitivity, compare_floor
from leaderboard.ratings.diagnostics.pair_chances import PairModel, find_chance, model_pairs
from leaderboard.ratings.diagnostics.replays import Replays, compare_orders
from leaderboard.ratings.diagnostics.sensitivity import Sensitivity, measure_sensitivity
from leaderboard.ratings.diagnostics.variance_check import VarianceCheck, check_variance
from leaderboard.ratings.lines import Estimates, find_better, find_chances, find_ranked
from leaderboard.ratings.methods import estimate
from leaderboard.ratings.parameters import METHOD, Method
from leaderboard.ratings.publishing import round_published
from leaderboard.ratings.uncertainty.intervals import overlap_ranks

# The version of what an audit holds and how it is measured. A change of meaning gets a new one.
VERSION = "5"
# Chances are computed for at most this many first places.
_MOST_PLACES = 10


@dataclass(frozen=True)
class PairAudit:
    """A contender and the next one below: whether the gap is decided, the next vote's chances, what would flip them.

    `sure` says that the rank ranges tell the two apart: they hold for this look alone, but for all pairs at once.
    """

    decision: Decision
    sure: bool
    win: float
    tie: float
    loss: float
    flips: tuple[Flip, ...]


@dataclass(frozen=True)
class PlaceChances:
    """How likely a contender is to be among the first: P(rank <= k) for k = 1, 2, …, at most 10."""

    contender: str
    within: tuple[float, ...]


@dataclass(frozen=True)
class OverlapRank:
    """LMArena's rank from intervals that do not overlap, for comparison only."""

    contender: str
    rank: int


@dataclass(frozen=True)
class BoardAudit:
    """The whole audit of one board; rates are shares of all votes, pairs are ordered by falling Elo.

    `replays` exist for overall boards only. `first` and the pairs' `flips` are empty where `scope` leaves them out.
    `places` is empty unless every contender ranked has an interval.
    """

    votes: int
    scope: Scope
    tie_rate: float | None
    floor_rate: float | None
    first: tuple[Flip, ...]
    pairs: tuple[PairAudit, ...]
    places: tuple[PlaceChances, ...]
    overlap_ranks: tuple[OverlapRank, ...]
    floor: FloorSensitivity
    agreement: Agreement
    exposure: Exposure
    calibration: Calibration | None
    model: PairModel | None
    replays: Replays | None
    variance: VarianceCheck | None
    sensitivity: Sensitivity | None


@dataclass(frozen=True)
class Beside:
    """What an audit reads beside the votes: a profile of shares, and which contenders have no picture of what."""

    shares: Shares | None = None
    gaps: PictureGaps | None = None


NOTHING_BESIDE = Beside()


def audit_slice(
    votes: VoteLog, key: BoardKey, method: Method = METHOD, *, beside: Beside = NOTHING_BESIDE
) -> BoardAudit:
    """Audit one board of a whole log, with the method as this board uses it."""
    own = replace(beside, shares=beside.shares and narrow_shares(beside.shares, key))
    return audit_board(*prepare_board(votes, key, method), with_replays=key.is_overall, beside=own)


def audit_board(
    votes: VoteLog,
    method: Method = METHOD,
    *,
    scope: Scope | None = None,
    with_replays: bool = False,
    beside: Beside = NOTHING_BESIDE,
) -> BoardAudit:
    """Audit the votes that a board counts, with its own method (`prepare_board`).

    Without a `scope`, the board's size determines it.
    """
    votes = votes.compact()
    scope = scope or choose_scope(len(votes), len(votes.contenders))
    estimates = estimate(votes, method)
    shown = np.flatnonzero(estimates.records.rated >= method.thresholds.thin_votes)
    flips = _audit_flips(votes, method, scope)
    shares = np.bincount(votes.outcome, minlength=len(OUTCOMES)) / max(1, len(votes))
    floor = compare_floor(votes, method)
    better = _find_better(estimates, shown, method)
    model = model_pairs(votes, estimates, shown, better, method)
    at_once = estimates.skills.conservative
    return BoardAudit(
        votes=len(votes),
        scope=scope,
        tie_rate=float(shares[TIE]) if len(votes) else None,
        floor_rate=float(shares[BOTH_BAD]) if len(votes) else None,
        first=flips.first,
        pairs=_audit_pairs(votes, estimates, model, better, flips.neighbours, method),
        places=_find_places(votes, estimates, shown, method),
        overlap_ranks=_rank_by_overlap(votes, estimates, floor),
        floor=floor,
        agreement=measure_agreement(votes),
        exposure=measure_exposure(votes),
        calibration=measure_calibration(votes, method),
        model=model,
        replays=compare_orders(votes, method, at_once=at_once, shown=shown, orders=scope.orders)
        if with_replays
        else None,
        variance=check_variance(votes, estimates, shown, method),
        sensitivity=measure_sensitivity(votes, estimates, method, shares=beside.shares, gaps=beside.gaps),
    )


def _audit_flips(votes: VoteLog, method: Method, scope: Scope) -> FlipAudit:
    # If a file names no voters (or prompts), votes cannot be grouped by them.
    known = tuple(unit for unit in UNITS if unit == "vote" or unit in method.clusters)
    units: tuple[Unit, ...] = () if scope.flips == "none" else known
    return audit_flips(votes, method, units=units, neighbours=scope.flips == "all")


def _find_better(estimates: Estimates, shown: NDArray[np.int64], method: Method) -> NDArray[np.bool_]:
    """Who is surely better than whom, bool[n, n] over all contenders."""
    n, ranked = len(estimates.theta), find_ranked(estimates, shown, method)
    better = np.zeros((n, n), dtype=bool)
    better[np.ix_(ranked, ranked)] = find_better(estimates, ranked, method)
    return better


def _audit_pairs(
    votes: VoteLog,
    estimates: Estimates,
    model: PairModel | None,
    better: NDArray[np.bool_],
    flips: tuple[Flip, ...],
    method: Method,
) -> tuple[PairAudit, ...]:
    if model is None:
        return ()
    shown = np.array([votes.contenders.index(name) for name in model.contenders], dtype=np.int64)
    place = {index: number for number, index in enumerate(shown.tolist())}
    turned: dict[frozenset[str], list[Flip]] = {}
    for flip in flips:
        turned.setdefault(frozenset((flip.leader, flip.challenger)), []).append(flip)
    pairs = []
    for one, below in rank_joined(estimates.theta, estimates.connectivity.part, shown):
        chance = find_chance(model, place[one], place[below[0]]) if below else None
        if chance is not None:
            decision = decide(votes.contenders, estimates, one, below[0], method=method)
            own = tuple(turned.get(frozenset((decision.leader, decision.other)), ()))
            sure = bool(better[one, below[0]])
            pairs.append(PairAudit(decision, sure, chance.win, chance.tie, chance.loss, own))
    return tuple(pairs)


def _find_places(
    votes: VoteLog, estimates: Estimates, shown: NDArray[np.int64], method: Method
) -> tuple[PlaceChances, ...]:
    """Chances by falling Elo, then label."""
    shown = find_ranked(estimates, shown, method)
    chances = find_chances(estimates, shown, method, places=min(_MOST_PLACES, max(1, len(shown))))
    if chances is None:
        return ()
    lines = zip(shown.tolist(), chances.tolist(), strict=True)
    found = sorted(lines, key=lambda line: (-round_published(estimates.elo[line[0]]), votes.contenders[line[0]]))
    return tuple(PlaceChances(votes.contenders[index], tuple(within)) for index, within in found)


def _rank_by_overlap(votes: VoteLog, estimates: Estimates, floor: FloorSensitivity) -> tuple[OverlapRank, ...]:
    """For the contenders shown, in their order."""
    names = [line.contender for line in floor.lines]
    shown = np.array([votes.contenders.index(name) for name in names], dtype=np.int64)
    elo, half = estimates.elo[shown], estimates.half_width[shown]
    return tuple(map(OverlapRank, names, overlap_ranks(elo - half, elo + half).tolist()))


def state_audit(audit: BoardAudit, *, with_removed: bool = False) -> dict[str, Any]:
    """The audit's facts in JSON's types, floats rounded to 1e-6; a ledger and its export give the same.

    A flip gives the `count` of what was removed. It lists these votes, voters or prompts only `with_removed`.
    """
    facts: dict[str, Any] = _plain(audit, with_removed)
    return facts


def _plain(value: Any, with_removed: bool) -> Any:
    if isinstance(value, float):
        return round_published(value)
    if is_dataclass(value):
        value = vars(value)
    if isinstance(value, Mapping):
        plain = {name: _plain(part, with_removed) for name, part in value.items() if with_removed or name != "removed"}
        if "removed" in value:
            plain["count"] = None if value["removed"] is None else len(value["removed"])
        return plain
    return [_plain(part, with_removed) for part in value] if isinstance(value, tuple | list) else value
