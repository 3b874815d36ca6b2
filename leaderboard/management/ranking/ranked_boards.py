"""Boards of a file: which ones, rated by the arena's method or replayed vote by vote, and as text or JSON."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderboard.management.ranking.rank_options import BadRankOption
from leaderboard.management.shares_option import say_shares, split_refused
from leaderboard.presentation.board_text import as_json, name_board, write_table
from leaderboard.presentation.skill_lines import SkillLine, order_skills, publish_skill, write_skills
from leaderboard.ratings.boards import (
    BoardKey,
    board_keys,
    compute_boards,
    find_boards,
    limit_votes,
    prepare_board,
    slice_votes,
)
from leaderboard.ratings.columns.components import connect
from leaderboard.ratings.columns.counting import count_outcomes, score_table, weigh_votes
from leaderboard.ratings.columns.shares import BadShares, Shares
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.fits.davidson import fit_davidson, nats_per_vote
from leaderboard.ratings.fits.home_sides import fit_home_side
from leaderboard.ratings.fits.large_boards import MOST_IN_TABLE, fit_large
from leaderboard.ratings.fits.prior_choice import LEAST_SPREAD, choose_prior_sd, measure_pull
from leaderboard.ratings.fits.rao_kupper import fit_rao_kupper
from leaderboard.ratings.fits.trueskill_package import replay_by_package
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.publishing import publish
from leaderboard.ratings.results import BoardResult, ContenderResult, PositionEffect
from leaderboard.votefiles.vote_files import VoteFile

# Each modality, its votes, and its boards.
Wanted = Iterable[tuple[str, VoteLog, list[BoardKey]]]
_OF_LARGE = (
    f"more than {MOST_IN_TABLE:,} contenders: no ranges of ranks and no TrueSkill, since no table of all pairs "
    "would fit; standard errors are estimated from seeded draws, to a few percent"
)
# The positions of votes in which no side is favoured, by modality.
Neutral = Mapping[str, NDArray[np.int64]]
# The prior's pull is said where it draws the outermost together by this share, and by half their standard error.
_SHARE = 0.1
_ERRORS = 0.5


@dataclass(frozen=True)
class RatedBoard:
    """A board as this arena ranks it, and what must be said about it."""

    modality: str
    key: BoardKey
    result: BoardResult
    notes: tuple[str, ...] = ()

    @property
    def votes(self) -> int:
        """How many votes the board has."""
        return self.result.votes

    @property
    def lines(self) -> tuple[ContenderResult, ...]:
        """Its contenders."""
        return self.result.contenders

    def as_json(self) -> dict[str, Any]:
        """The board as a dictionary for JSON."""
        return as_json(self.modality, self.key, self.result) | {"notes": list(self.notes)}

    def as_table(self, name: str, *, with_voters: bool) -> str:
        """The board as text."""
        title = f"{self.modality or name} {name_board(self.key)}"
        return "\n".join([write_table(title, self.result, with_voters=with_voters), *self.notes])


@dataclass(frozen=True)
class ReplayedBoard:
    """A board as a replay vote by vote ranks it."""

    modality: str
    key: BoardKey
    votes: int
    lines: tuple[SkillLine, ...]

    def as_json(self) -> dict[str, Any]:
        """The board as a dictionary for JSON."""
        lines = [asdict(line) for line in self.lines]
        return {"modality": self.modality, "board": name_board(self.key), "votes": self.votes, "contenders": lines}

    def as_table(self, name: str, *, with_voters: bool) -> str:
        """The board as text."""
        return write_skills(f"{self.modality or name} {name_board(self.key)}: {self.votes} votes", self.lines)


Boards = Sequence[RatedBoard] | Sequence[ReplayedBoard]


def choose_boards(read: VoteFile, asked: list[BoardKey | None], both_bad: str) -> Wanted:
    """Yield each modality, its votes with both-bad answers as asked, and its boards."""
    for modality, votes in read.votes.items():
        counted = votes.count_both_bad_as_ties() if both_bad == "tie" else votes
        everything = board_keys(counted) if None in asked else ()
        some = find_boards(counted, [key for key in asked if key and key not in everything])
        yield modality, counted, [*everything, *some]


def rate_boards(
    wanted: Wanted,
    method: Method,
    *,
    neutral: Neutral,
    choose_prior: bool,
    ties: bool,
    shares: Shares | None = None,
) -> Iterator[RatedBoard]:
    """Rate the boards; `choose_prior` chooses the prior's spread by all votes of a modality, `ties` compares models.

    The position effect is that of the votes at positions that are not `neutral`, by modality. `shares` weigh the votes
    of each board. Raises BadShares where they cannot be used.
    """
    for modality, votes, keys in wanted:
        chosen, own = method, votes.compact()
        if choose_prior and len(own.contenders) > MOST_IN_TABLE:
            raise BadRankOption(f"--prior-sd auto can be used with up to {MOST_IN_TABLE:,} contenders.")
        if choose_prior and len(votes):
            chosen = replace(
                method, prior_sd=choose_prior_sd(score_table(weigh_votes(limit_votes(own, method), method)[1]))
            )
        keys, refused = split_refused(votes, keys, chosen, shares) if shares else (keys, [])
        if refused and not keys:
            raise BadShares(refused[0])
        large = [key for key in keys if len(slice_votes(votes, key).compact().contenders) > MOST_IN_TABLE]
        for key in large:
            result = fit_large(*prepare_board(votes, key, chosen, shares))
            yield RatedBoard(modality, key, publish(result), (_OF_LARGE,))
        others = [key for key in keys if key not in large]
        for key, result in compute_boards(votes, chosen, keys=others, shares=shares).items():
            own, counted = prepare_board(votes, key, chosen, shares)
            if len(neutral.get(modality, ())):
                result = replace(result, position_effect=_fit_sided(own, neutral[modality], counted))
            notes = [_say_chosen(chosen.prior_sd)] if choose_prior else []
            way = (
                "--prior-sd 100000 leaves nearly all of it out"
                if choose_prior
                else "--prior-sd sets it, auto chooses it"
            )
            notes += _say_pull(own, counted, result, way)
            notes += [_say_ties(own, chosen.prior_sd)] if ties else []
            notes += _say_tiers(slice_votes(votes, key), chosen)
            notes += [] if shares is None else [say_shares(shares, votes, key, chosen)]
            notes += [f"shares: not {each}" for each in refused if key == others[0]]
            yield RatedBoard(modality, key, publish(result), tuple(notes))


def replay_boards(wanted: Wanted, method: Method) -> Iterator[ReplayedBoard]:
    """Replay the boards vote by vote in the order of the file."""
    for modality, votes, keys in wanted:
        for key in keys:
            own = prepare_board(votes, key, method)[0].compact().expand()
            lines = map(publish_skill, order_skills(own.contenders, replay_by_package(own, method)))
            yield ReplayedBoard(modality, key, len(own), tuple(lines))


def _fit_sided(votes: VoteLog, neutral: NDArray[np.int64], method: Method) -> PositionEffect | None:
    """The position effect of the votes that are not neutral."""
    own = votes.compact()
    bare = np.isin(own.position, neutral)
    return fit_home_side(own.expand(), bare if own.times is None else np.repeat(bare, own.times), method)


def _say_ties(votes: VoteLog, prior_sd: float) -> str:
    """How well two models of ties fit the votes, each vote counting once."""
    outcomes = count_outcomes(votes.compact()).astype(np.float64)
    fits = fit_rao_kupper(outcomes, prior_sd=prior_sd), fit_davidson(outcomes, prior_sd=prior_sd)
    one, two = (nats_per_vote(outcomes, fitted.chances()) for fitted in fits)
    return f"ties: {one:.5f} nats a vote by Rao and Kupper, {two:.5f} by Davidson; a smaller number fits better"


def _say_tiers(votes: VoteLog, method: Method) -> list[str]:
    """Say how many votes do not count because of their tier, if any."""
    every, counted = votes.count, limit_votes(votes, method).count
    if counted == every:
        return []
    return [f"tiers: {counted:,} of {every:,} votes are of an official tier; --tiers all counts the others, too"]


def _say_chosen(prior_sd: float) -> str:
    """Say which spread makes the votes most probable."""
    if prior_sd <= LEAST_SPREAD:
        return f"prior: sd {prior_sd:g} logits, the least that is tried: by themselves the votes show no differences"
    return f"prior: sd {prior_sd:g} logits, under which the votes are most probable"


def _say_pull(votes: VoteLog, method: Method, result: BoardResult, way: str) -> list[str]:
    """Say how far the prior draws the outermost contenders together, where that matters."""
    own = votes.compact()
    shown = {line.contender for line in result.contenders if line.elo is not None}
    among = ~connect(count_outcomes(own)).separated & np.array([name in shown for name in own.contenders], dtype=bool)
    if among.sum() < 2:
        return []
    pull = measure_pull(score_table(weigh_votes(own, method)[1]), prior_sd=method.prior_sd, among=among)
    errors = [line.elo_se for line in result.contenders if line.elo_se is not None]
    scale = method.elo_per_logit
    lost = scale * (pull.without - pull.span)
    if lost <= max(1.0, _SHARE * scale * pull.without) or (errors and lost < 2 * _ERRORS * max(errors)):
        return []
    return [
        f"prior: {scale * pull.span:,.0f} Elo from first to last, {scale * pull.without:,.0f} without the prior "
        f"(sd {method.prior_sd:g} logits), which draws contenders together where few votes link them; {way}"
    ]
