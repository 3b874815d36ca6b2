"""Which contenders have no picture of which prompts, and what follows for votes: what was refused, what all have."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

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
    shown = _seen(votes)
    given = np.bincount(rated.prompt, weights=rated.weight, minlength=len(votes.prompts))
    known = {name: index for index, name in enumerate(votes.contenders) if name in of}
    left, right, prompt, weight, refusals = [], [], [], [], 0
    for place, label in enumerate(votes.prompts):
        makers = np.flatnonzero(shown[place])
        for loser in (known[name] for name in gaps.refused.get(label, ()) if name in known):
            if len(makers) and given[place] and not shown[place, loser]:
                refusals += 1
                left += [loser] * len(makers)
                right += makers.tolist()
                prompt += [place] * len(makers)
                weight += [round(2 * given[place] / len(makers) ** 2 * _GRAIN) / _GRAIN] * len(makers)
    if not refusals:
        return votes, 0
    places, first = np.unique(votes.prompt, return_index=True)
    rows = first[np.searchsorted(places, prompt)]
    start = int(votes.position[-1]) + 1
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
    shown, asked = _seen(votes), [(index, name) for index, name in enumerate(votes.contenders) if name in by]
    lacks: Collection[str] = by
    whole = np.empty(len(votes.prompts), dtype=bool)
    for place, prompt in enumerate(votes.prompts):
        if gaps is not None:
            lacks = gaps.missing.get(prompt, ())
        whole[place] = all(shown[place, index] or name not in lacks for index, name in asked)
    return votes.select(whole[votes.prompt]), int(np.count_nonzero(whole))


def _seen(votes: VoteLog) -> NDArray[np.bool_]:
    """Whether a contender has a vote on a prompt, bool[prompts, contenders]."""
    seen = np.zeros((len(votes.prompts), len(votes.contenders)), dtype=bool)
    for side in (votes.left, votes.right):
        seen[votes.prompt, side] = True
    return seen
