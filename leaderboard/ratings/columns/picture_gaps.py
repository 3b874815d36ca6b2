"""Which contenders have no picture of which prompts, and what follows for votes: what was refused, what all have."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.counting import times_of
from leaderboard.ratings.columns.votelog import BOTH_BAD, VoteLog

_GRAIN = 1 << 24


@dataclass(frozen=True)
class PictureGaps:
    """By prompt, the contenders without a picture of it: `missing` for whatever reason, `refused` by their provider."""

    missing: Mapping[str, tuple[str, ...]]
    refused: Mapping[str, tuple[str, ...]]

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hex) of both maps as canonical JSON: sorted, ASCII, without spaces."""
        stated = {"missing": self.missing, "refused": self.refused}
        return hashlib.sha256(json.dumps(stated, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def add_losses(votes: VoteLog, gaps: PictureGaps, *, of: Collection[str]) -> tuple[VoteLog, int]:
    """The votes with a loss for each prompt that was refused to one of `of`, and how many such refusals there were.

    On such a prompt the contender loses as often as a contender with a picture was judged there on average, against
    each of those evenly. So with V rated votes on M contenders, each of the M losses has the weight 2V/M². No voter
    gave them, and each stands for one of its own.
    """
    rated = votes.select(votes.outcome != BOTH_BAD)
    shown = _find_shown(votes)
    given = np.bincount(rated.prompt, weights=rated.weight * times_of(rated), minlength=len(votes.prompts))
    known = {name: index for index, name in enumerate(votes.contenders) if name in of}
    left, right, prompt, weight, refusals = [], [], [], [], 0
    for place in _places(votes, gaps.refused):
        makers = shown.on(place)
        for loser in (known[name] for name in gaps.refused[votes.prompts[place]] if name in known):
            if given[place] and loser not in makers:
                refusals += 1
                left += [loser] * len(makers)
                right += makers
                prompt += [place] * len(makers)
                weight += [round(2 * given[place] / len(makers) ** 2 * _GRAIN) / _GRAIN] * len(makers)
    if not refusals:
        return votes, 0
    places, first = np.unique(votes.prompt, return_index=True)
    rows = first[np.searchsorted(places, prompt)]
    start = votes.last_position + 1
    lost = VoteLog.from_codes(
        contenders=votes.contenders,
        voters=[f"refusal {number}" for number in range(len(left))],
        prompts=votes.prompts,
        categories=votes.categories,
        languages=votes.languages,
        position=np.arange(start, start + len(left)),
        left=np.array(left),
        right=np.array(right),
        outcome=np.ones(len(left), dtype=np.int8),
        voter=np.arange(len(left)),
        prompt=np.array(prompt),
        category=votes.category[rows],
        language=votes.language[rows],
        weight=weight,
    )
    return votes.append(lost), refusals


def keep_covered(votes: VoteLog, gaps: PictureGaps | None, *, by: Collection[str]) -> tuple[VoteLog, int]:
    """The votes on prompts of which each of `by` has a picture, and how many such prompts there are.

    Whoever has a vote on a prompt has a picture of it. Without `gaps`, nobody else has.
    """
    shown, asked = _find_shown(votes), np.array([name in by for name in votes.contenders], dtype=bool)
    if gaps is None:
        whole = shown.count(asked) == np.count_nonzero(asked)
    else:
        whole = np.ones(len(votes.prompts), dtype=bool)
        for place in _places(votes, gaps.missing):
            lacking = set(gaps.missing[votes.prompts[place]]).intersection(by)
            whole[place] = lacking <= {votes.contenders[index] for index in shown.on(place)}
    return votes.select(whole[votes.prompt]), int(np.count_nonzero(whole))


@dataclass(frozen=True, eq=False)
class _Shown:
    """Which contenders have a vote on which prompts: prompt × contenders + contender, sorted, each once."""

    pairs: NDArray[np.int64]
    prompts: int
    contenders: int

    def on(self, prompt: int) -> list[int]:
        """The contenders with a vote on a prompt."""
        start, stop = np.searchsorted(self.pairs, [prompt * self.contenders, (prompt + 1) * self.contenders])
        own: list[int] = (self.pairs[start:stop] - prompt * self.contenders).tolist()
        return own

    def count(self, asked: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How many of the contenders in a mask have a vote on each prompt, int64[prompts]."""
        own = self.pairs[asked[self.pairs % self.contenders]]
        return np.bincount(own // self.contenders, minlength=self.prompts)


def _find_shown(votes: VoteLog) -> _Shown:
    n = len(votes.contenders)
    pairs = [votes.prompt.astype(np.int64) * n + side for side in (votes.left, votes.right)]
    return _Shown(np.unique(np.concatenate(pairs)), len(votes.prompts), n)


def _places(votes: VoteLog, named: Collection[str]) -> list[int]:
    return [place for place, prompt in enumerate(votes.prompts) if prompt in named]
