"""Weights of votes by which strata get the shares that they shall have: post-stratification, and raking for several.

Holt and Smith, "Post Stratification" (1979); Deming and Stephan, "On a Least Squares Adjustment of a Sampled Frequency
Table When the Expected Marginal Totals Are Known" (1940). A vote of a stratum weighs its share over its share of the
votes. Where strata of several kinds have shares, the weights of their cells are scaled to each kind in turn until all
hold.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import fsum

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.anchors import choose_anchors
from leaderboard.ratings.columns.counting import equal_say, times_of
from leaderboard.ratings.columns.numbering import Ids
from leaderboard.ratings.columns.shares import BadShares, Kind, Shares
from leaderboard.ratings.columns.votelog import BOTH_BAD, VoteLog
from leaderboard.ratings.parameters import Method

Vector = NDArray[np.float64]

# Weights are multiples of 2^-24. Sums of up to 500 million of them are exact, so no order of votes changes a bit.
_GRAIN = 1 << 24
_CLOSE = 1e-9
_MOST_ROUNDS = 1_000


@dataclass(frozen=True, eq=False)
class _Margin:
    """One kind of strata: the number of each vote's stratum, int[n_votes], and the share that each shall have."""

    ids: Ids
    parts: Sequence[float]


def weigh_by_shares(votes: VoteLog, shares: Shares, method: Method) -> tuple[VoteLog, Method]:
    """The votes of strata with a share, weighted, and the method that counts them so, around the same anchors.

    Where the method weighs categories equally and the profile does not name categories, they keep these shares. Raises
    BadShares if the profile says nothing of these votes, if a stratum has fewer rated votes than an established
    contender needs, or if no weights give all shares at once.
    """
    if not shares.parts:
        raise BadShares("the profile of shares says nothing of what this board divides", reason="nothing")
    counted = name_anchors(votes, method)
    numbers = {kind: _number(votes, shares, kind) for kind in shares.parts}
    kept = np.all([ids >= 0 for ids in numbers.values()], axis=0)
    margins = [_Margin(ids[kept], list(shares.parts[kind].values())) for kind, ids in numbers.items()]
    own = votes.select(kept)
    rated = own.outcome != BOTH_BAD
    for kind, margin in zip(shares.parts, margins, strict=True):
        counts = np.bincount(margin.ids, times_of(own) * rated, len(shares.parts[kind])).astype(np.float64)
        _refuse_few(kind, list(shares.parts[kind]), counts, method.thresholds.established_votes)
    if method.equal_category_weights and "category" not in shares.parts:
        margins.append(_level(own, own.category, len(own.categories), method.full_say))
    return _weigh(own, margins), counted


def level_strata(votes: VoteLog, kind: Kind, method: Method) -> tuple[VoteLog, Method]:
    """The votes weighted so that each category or language counts the same, and the method that counts them so.

    A stratum with fewer rated votes than an established contender needs counts in proportion to its votes. Categories
    keep the shares that the method gives them where languages are levelled.
    """
    least = method.thresholds.established_votes
    by_category = _level(votes, votes.category, len(votes.categories), least if kind == "category" else method.full_say)
    margins = [by_category] if kind == "category" or method.equal_category_weights else []
    if kind == "language":
        margins.append(_level(votes, votes.language, len(votes.languages), least))
    return _weigh(votes, margins), name_anchors(votes, method)


def level_voters(votes: VoteLog, method: Method) -> tuple[VoteLog, Method]:
    """The votes weighted so that each voter with as many as an established contender needs counts the same.

    A voter with fewer counts in proportion to their votes.
    """
    rated = times_of(votes) * (votes.outcome != BOTH_BAD)
    counts = np.bincount(votes.voter, rated, len(votes.voters)).astype(np.float64)
    weights = equal_say(counts, full_say=method.thresholds.established_votes)
    return _reweigh(votes, weights[votes.voter]), replace(
        name_anchors(votes, method), equal_category_weights=method.equal_category_weights
    )


def name_anchors(votes: VoteLog, method: Method) -> Method:
    """The method with the anchors that it chooses of these votes, and every vote at its own weight."""
    anchor = choose_anchors(votes, method)[0]
    named = tuple(votes.contenders[index] for index in np.flatnonzero(anchor))
    return replace(method, anchors=named, equal_category_weights=False)


def count_effective(votes: VoteLog, weights: Vector) -> tuple[int, float]:
    """How many votes have weight, and how many of equal weight they are worth (Kish): (Σ w)² / Σ w², 0 without any.

    `weights`, float64[n], are those of `weigh_votes`.
    """
    times = times_of(votes)
    squares = float(times @ weights**2)
    return int(times @ (weights > 0)), float(times @ weights) ** 2 / squares if squares else 0.0


def _number(votes: VoteLog, shares: Shares, kind: Kind) -> Ids:
    """The number of each vote's stratum in the profile's order, int[n_votes]; -1 where it has no share."""
    place = {stratum: number for number, stratum in enumerate(shares.parts[kind])}
    if kind == "group":
        group = {voter: place[name] for name in place for voter in shares.members[name]}
        table, ids = np.array([group.get(voter, -1) for voter in votes.voters], dtype=np.int32), votes.voter
    else:
        labels = votes.categories if kind == "category" else votes.languages
        table = np.array([place.get(label, -1) for label in labels], dtype=np.int32)
        ids = votes.category if kind == "category" else votes.language
    return table[ids] if len(table) else np.zeros(len(votes), dtype=np.int32)


def _level(votes: VoteLog, ids: Ids, strata: int, full_say: int) -> _Margin:
    total = np.bincount(
        ids, weights=np.where(votes.outcome != BOTH_BAD, votes.weight * times_of(votes), 0.0), minlength=strata
    )
    return _Margin(ids, (total * equal_say(total.astype(np.float64), full_say=full_say)).tolist())


def _refuse_few(kind: Kind, strata: Sequence[str], counts: Vector, least: int) -> None:
    for stratum, count in zip(strata, counts.astype(np.int64).tolist(), strict=True):
        if count < least:
            raise BadShares(
                f"{kind} {stratum!r} has {count} rated votes here, and a share needs {least}: leave it out, or wait",
                reason="too_few", kind=kind, stratum=stratum, votes=count, least=least,
            )  # fmt: skip


def _weigh(votes: VoteLog, margins: Sequence[_Margin]) -> VoteLog:
    rated = votes.outcome != BOTH_BAD
    keys = np.stack([margin.ids for margin in margins], axis=1)
    cells, cell = np.unique(keys[rated], axis=0, return_inverse=True)
    counts = np.bincount(cell.ravel(), weights=(votes.weight * times_of(votes))[rated], minlength=len(cells))
    found = np.array(_rake(cells.tolist(), counts.tolist(), [margin.parts for margin in margins]), dtype=np.float64)
    # What is not rated enters no fit.
    weights = np.ones(len(votes))
    weights[rated] = found[cell.ravel()]
    return _reweigh(votes, weights)


def _rake(cells: list[list[int]], counts: list[float], targets: Sequence[Sequence[float]]) -> list[float]:
    """The weight of a vote in each cell under which all margins hold; sums are exact, so no machine differs."""
    weights, total = [1.0] * len(cells), fsum(counts)
    for _ in range(_MOST_ROUNDS):
        furthest = 0.0
        for kind, parts in enumerate(targets):
            held: list[list[float]] = [[] for _ in parts]
            for cell, count, weight in zip(cells, counts, weights, strict=True):
                held[cell[kind]].append(count * weight)
            sums, whole = [fsum(own) for own in held], fsum(parts)
            factors = [part / whole * total / one if one else 1.0 for part, one in zip(parts, sums, strict=True)]
            furthest = max([furthest, *(abs(factor - 1) for factor in factors)])
            weights = [weight * factors[cell[kind]] for cell, weight in zip(cells, weights, strict=True)]
        if furthest < _CLOSE:
            return weights
    raise BadShares(
        "no weights give all these shares at once, because some of their combinations have no votes", reason="apart"
    )


def _reweigh(votes: VoteLog, weights: Vector) -> VoteLog:
    """The votes with their weights times these."""
    rounded = np.round(weights * _GRAIN) / _GRAIN
    return replace(votes, weight=votes.weight * rounded)
