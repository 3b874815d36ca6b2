"""How much each vote may weigh: limits for a voter, for a network, and for all voters of whom little is known.

Nothing here is a judgement on a voter: weights follow from the rows of a board by a rule that is published with it.
"""

from collections.abc import Collection
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.numbering import Ids, Labels
from leaderboard.ratings.columns.votelog import BOTH_BAD, Mask, VoteLog
from leaderboard.ratings.parameters import Influence

Vector = NDArray[np.float64]

# Weights are multiples of 2^-24. Sums of up to 500 million of them are exact, so no order of votes changes a bit.
_GRAIN = 1 << 24


def find_counted(votes: VoteLog, rule: Influence) -> Mask:
    """Whether the board counts each vote, bool[n_rows]."""
    return find_official(votes, rule) if rule.only_official else np.ones(len(votes), dtype=bool)


def find_official(votes: VoteLog, rule: Influence) -> Mask:
    """Whether each vote is of an official tier, bool[n_rows]."""
    return _is_any(votes.tiers, votes.tier, rule.official, len(votes))


def limit_influence(votes: VoteLog, rule: Influence) -> VoteLog:
    """The votes of one board that the rule counts, with what it says of their weight multiplied onto that given.

    One factor for the whole board makes the rule's weights add up to the number of votes of equal weight that they are
    worth (Kish): it changes no ratio. Where the rule lowers no weight, the votes stay as they are. A pure function of
    the rows; their order changes no bit.
    """
    votes = votes.select(find_counted(votes, rule))
    official = find_official(votes, rule)
    rated = np.where(votes.outcome != BOTH_BAD, 1.0 if votes.times is None else votes.times, 0.0)
    known = ~_is_any(votes.voters, votes.voter, ("",), len(votes))
    weight = _limit(votes, rated, votes.voter, known, rule.voter_cap)
    if votes.network is not None:
        limited = ~_is_any(votes.networks, votes.network, ("",), len(votes))
        limited &= ~_is_any(votes.tiers, votes.tier, rule.invited, len(votes))
        weight = _round(weight * _limit(votes, rated * weight, votes.network, limited, rule.network_cap))
    if not official.all():
        weight = _limit_others(
            votes, rated, _round(np.where(official, 1.0, rule.other_weight) * weight), official, rule
        )
    weight = np.round(weight * _scale(weight, rated) * _GRAIN) / _GRAIN
    return votes if np.all(weight == 1.0) else replace(votes, weight=votes.weight * weight)


def _limit(votes: VoteLog, amount: Vector, unit: Ids, limited: Mask, cap: float) -> Vector:
    """The factor of each row under which no limited unit exceeds the cap, nor its fair share on one contender.

    `amount` is what each row weighs without it, float64[n].
    """
    factor = np.ones(len(votes))
    least = cap / 5
    total = np.bincount(unit[limited], amount[limited])
    # A unit that stays below the least share is left alone, and nearly all do.
    rows = np.flatnonzero(limited)
    rows = rows[total[unit[rows]] > least]
    if not len(rows):
        return factor
    own, ids = unit[rows], np.unique(unit[rows], return_inverse=True)[1].ravel()
    factor[rows] = np.minimum(1.0, cap / total[own])
    n = len(votes.contenders)
    met = np.zeros(n, dtype=bool)
    met[votes.left] = met[votes.right] = True
    share = max(least, 2 * cap / np.count_nonzero(met))
    sides = [ids.astype(np.int64) * n + side[rows] for side in (votes.left, votes.right)]
    keys, places = np.unique(np.concatenate(sides), return_inverse=True)
    by_contender = np.bincount(places.ravel(), np.tile(amount[rows], 2), len(keys))
    for place in np.split(places.ravel(), 2):
        factor[rows] = np.minimum(factor[rows], share / np.maximum(by_contender[place], share))
    return _round(factor)


def _limit_others(votes: VoteLog, rated: Vector, weight: Vector, official: Mask, rule: Influence) -> Vector:
    """The weights with those that are not official held to what official votes on both contenders allow."""
    n = len(votes.contenders)
    ours, theirs = (
        np.bincount(votes.left, part, n) + np.bincount(votes.right, part, n)
        for part in (rated * weight * official, rated * weight * ~official)
    )
    allowed = np.maximum(rule.fill - ours, rule.other_share * ours)
    factor = np.minimum(1.0, np.divide(allowed, theirs, out=np.ones(n), where=theirs > 0))
    held = weight * np.minimum(factor[votes.left], factor[votes.right])
    return np.where(official, weight, _round(held))


def _scale(weight: Vector, rated: Vector) -> float:
    """Σ w / Σ w² over rated votes, in whole numbers, which no order of rows changes; 1 where nothing weighs."""
    grains, places = np.unique(np.round(weight * _GRAIN).astype(np.int64), return_inverse=True)
    counts = np.bincount(places.ravel(), rated, len(grains)).astype(np.int64).tolist()
    total = sum(grain * count for grain, count in zip(grains.tolist(), counts, strict=True))
    squares = sum(grain * grain * count for grain, count in zip(grains.tolist(), counts, strict=True))
    return total * _GRAIN / squares if squares else 1.0


def _is_any(table: Labels, ids: Ids | None, labels: Collection[str], rows: int) -> Mask:
    """Whether each row's label is one of these; a column that is not there holds the empty label."""
    if ids is None:
        return np.full(rows, "" in labels)
    return np.array([label in labels for label in table], dtype=bool)[ids]


def _round(weight: Vector) -> Vector:
    return np.asarray(np.floor(weight * _GRAIN) / _GRAIN)
