"""How a board would stand under other weights of its votes: shown for comparison, never published as a rating."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from leaderboard.ratings.columns.counting import weigh_votes
from leaderboard.ratings.columns.picture_gaps import PictureGaps, add_losses, keep_covered
from leaderboard.ratings.columns.shares import BadShares, Kind, Shares
from leaderboard.ratings.columns.strata import (
    count_effective,
    level_strata,
    level_voters,
    name_anchors,
    weigh_by_shares,
)
from leaderboard.ratings.columns.votelog import BOTH_BAD, VoteLog
from leaderboard.ratings.lines import Estimates, write_lines
from leaderboard.ratings.methods import estimate
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.publishing import hash_lines, publish_line
from leaderboard.ratings.results import ContenderResult

Name = Literal["published", "categories", "languages", "voters", "votes", "shares", "refusals", "coverage"]
Order = Literal["same", "within", "other"]

# With more contenders, one more fit takes seconds.
_MOST_CONTENDERS = 300


@dataclass(frozen=True)
class VariantLine:
    """A contender's Elo, interval and rank range under a variant; `beyond`: outside its interval as published."""

    contender: str
    elo: float | None
    elo_low: float | None
    elo_high: float | None
    rank_low: int | None
    rank_high: int | None
    beyond: bool


@dataclass(frozen=True)
class Variant:
    """The board under one weighting: rated votes, how many of equal weight they are worth, and each contender's line.

    `counted` is the number of refusals that became losses, or of prompts that all ranked contenders have. `output_hash`
    is that of the whole board so weighted.
    """

    name: Name
    votes: int
    effective_votes: float
    counted: int | None
    output_hash: str
    lines: tuple[VariantLine, ...]


@dataclass(frozen=True)
class LeftOut:
    """A variant that is not shown: `same` as the board itself, or why there is none.

    `one`: there is only one stratum. `none`: nothing was refused, or no prompt is covered. `unknown`: nothing says
    what was refused. Otherwise as in BadShares, with the stratum that is at fault.
    """

    name: Name
    reason: str
    kind: str = ""
    stratum: str = ""
    votes: int = 0
    least: int = 0


@dataclass(frozen=True)
class Sensitivity:
    """All variants, the board as published first; lines in the order of its contenders with numbers.

    `leaders` may be first as published. `order` says how they stand elsewhere: in the `same` order throughout, in
    another one `within` what their ranges leave open, or in the variants of `turned` one of them cannot be first, so
    that there is an `other` leading group; None without leaders. `shares` and `gaps` are the hashes of what was given.
    """

    variants: tuple[Variant, ...]
    left_out: tuple[LeftOut, ...]
    leaders: tuple[str, ...]
    order: Order | None
    turned: tuple[Name, ...]
    shares: str | None
    shares_name: str | None
    gaps: str | None


@dataclass(frozen=True, eq=False)
class _Weighted:
    votes: VoteLog
    method: Method
    counted: int | None = None


class _NotShown(Exception):
    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def measure_sensitivity(
    votes: VoteLog,
    estimates: Estimates,
    method: Method,
    *,
    shares: Shares | None = None,
    gaps: PictureGaps | None = None,
) -> Sensitivity | None:
    """Rate a compact log under every weighting that says something else than the board, around the same anchors.

    `shares` are what of the site's profile divides this board. None with more than 300 contenders, or without votes.
    """
    if not 0 < len(votes.contenders) <= _MOST_CONTENDERS:
        return None
    published = write_lines(votes.contenders, estimates, method)
    shown = {line.contender: publish_line(line) for line in published if line.elo is not None}
    variants = [_state("published", _Weighted(votes, method), published, shown)]
    left_out: list[LeftOut] = []
    for name, weigh in _list_ways(votes, method, shown, shares, gaps):
        try:
            weighted = weigh()
        except _NotShown as why:
            left_out.append(LeftOut(name, why.reason))
        except BadShares as error:
            left_out.append(LeftOut(name, error.reason, error.kind, error.stratum, error.votes, error.least))
        else:
            own = weighted.votes.compact()
            lines = write_lines(own.contenders, estimate(own, weighted.method), weighted.method)
            variants.append(_state(name, replace(weighted, votes=own), lines, shown))
    leaders = tuple(line.contender for line in shown.values() if line.rank_low == 1)
    order, turned = _compare_order(leaders, variants)
    return Sensitivity(
        variants=tuple(variants),
        left_out=tuple(left_out),
        leaders=leaders,
        order=order,
        turned=turned,
        shares=shares.hash if shares else None,
        shares_name=shares.name if shares else None,
        gaps=gaps.hash if gaps else None,
    )


def _list_ways(
    votes: VoteLog,
    method: Method,
    shown: Mapping[str, ContenderResult],
    shares: Shares | None,
    gaps: PictureGaps | None,
) -> Iterator[tuple[Name, Callable[[], _Weighted]]]:
    """Each variant's name and how its votes are weighted. The latter raises _NotShown or BadShares if there is none."""
    ranked = [name for name, line in shown.items() if line.rank_low is not None]
    yield "categories", lambda: _level(votes, "category", method)
    yield "languages", lambda: _level(votes, "language", method)
    yield "voters", lambda: _level_voters(votes, method)
    yield "votes", lambda: _by_votes(votes, method)
    if shares is not None:
        yield "shares", lambda: _Weighted(*weigh_by_shares(votes, shares, method))
    yield "refusals", lambda: _count_refusals(votes, method, gaps, ranked)
    yield "coverage", lambda: _keep_covered(votes, method, gaps, ranked)


def _level(votes: VoteLog, kind: Kind, method: Method) -> _Weighted:
    if len(votes.categories if kind == "category" else votes.languages) < 2:
        raise _NotShown("one")
    leveled = _Weighted(*level_strata(votes, kind, method))
    _refuse_same(votes, method, leveled)
    return leveled


def _level_voters(votes: VoteLog, method: Method) -> _Weighted:
    if len(votes.voters) < 2:
        raise _NotShown("one")
    leveled = _Weighted(*level_voters(votes, method))
    _refuse_same(votes, method, leveled)
    return leveled


def _by_votes(votes: VoteLog, method: Method) -> _Weighted:
    plain = _Weighted(votes, name_anchors(votes, method))
    _refuse_same(votes, method, plain)
    return plain


def _refuse_same(votes: VoteLog, method: Method, other: _Weighted) -> None:
    """Raise _NotShown if the weights are those of the board itself, but for rounding."""
    own, theirs = weigh_votes(votes, method)[0], weigh_votes(other.votes, other.method)[0]
    if np.allclose(own, theirs, rtol=1e-5, atol=0):
        raise _NotShown("same")


def _count_refusals(votes: VoteLog, method: Method, gaps: PictureGaps | None, ranked: list[str]) -> _Weighted:
    if gaps is None:
        raise _NotShown("unknown")
    counted, refusals = add_losses(votes, gaps, of=ranked)
    if not refusals:
        raise _NotShown("none")
    return _Weighted(counted, _around(votes, method), refusals)


def _keep_covered(votes: VoteLog, method: Method, gaps: PictureGaps | None, ranked: list[str]) -> _Weighted:
    if not ranked:
        raise _NotShown("none")
    covered, prompts = keep_covered(votes, gaps, by=ranked)
    if len(covered) == len(votes):
        raise _NotShown("same")
    if not np.any(covered.outcome != BOTH_BAD):
        raise _NotShown("none")
    return _Weighted(covered, _around(votes, method), prompts)


def _around(votes: VoteLog, method: Method) -> Method:
    """The method as it is, around the anchors that it has on the whole board."""
    return replace(method, anchors=name_anchors(votes, method).anchors)


def _state(
    name: Name, weighted: _Weighted, lines: tuple[ContenderResult, ...], shown: Mapping[str, ContenderResult]
) -> Variant:
    found = {line.contender: publish_line(line) for line in lines}
    weights = weigh_votes(weighted.votes, weighted.method)[0]
    return Variant(
        name,
        *count_effective(weighted.votes, weights),
        weighted.counted,
        hash_lines(lines),
        tuple(_compare(line, found.get(line.contender)) for line in shown.values()),
    )


def _compare(published: ContenderResult, other: ContenderResult | None) -> VariantLine:
    if other is None:
        return VariantLine(published.contender, None, None, None, None, None, beyond=False)
    beyond = (
        other.elo is not None
        and published.elo_low is not None
        and published.elo_high is not None
        and not published.elo_low <= other.elo <= published.elo_high
    )
    return VariantLine(
        other.contender, other.elo, other.elo_low, other.elo_high, other.rank_low, other.rank_high, beyond
    )


def _compare_order(leaders: tuple[str, ...], variants: list[Variant]) -> tuple[Order | None, tuple[Name, ...]]:
    """Whether the leading group keeps its order, and in which variants one of it cannot be first."""
    if not leaders:
        return None, ()
    turned = tuple(
        variant.name
        for variant in variants
        if any(line.contender in leaders and (line.rank_low or 1) > 1 for line in variant.lines)
    )
    if turned:
        return "other", turned
    first = {_first_by_elo(variant, len(leaders)) for variant in variants}
    return ("same" if len(first) == 1 else "within"), ()


def _first_by_elo(variant: Variant, count: int) -> tuple[str, ...]:
    """The first contenders by Elo among those whose rank is claimed."""
    ranked = [line for line in variant.lines if line.rank_low is not None]
    return tuple(line.contender for line in sorted(ranked, key=lambda line: -(line.elo or 0.0))[:count])
